"""Opening the store: file modes, newer and older schemas, damage, a full disk, two processes."""

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tuimail.errors import StoreError
from tuimail.model.address import Address
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, DraftId
from tuimail.model.part import Searchable
from tuimail.store import migrate
from tuimail.store.blobs import put_blob
from tuimail.store.bodies import body_of, put_body
from tuimail.store.database import Database, Store, connect_writer, open_store
from tuimail.store.drafts import drafts, put_draft
from tuimail.store.files import marker_of, path_of
from tuimail.store.lists import view_ids
from tuimail.store.messages import key_of, put_messages
from tuimail.store.schema import VERSION
from tuimail.store.upkeep import check, reindex, start

from .makers import arrival, box_id, store_with_mailboxes, view

_NOW = VERSION[Database.LOCAL]
_NO_STEPS = [lambda _: None] * (_NOW - 1)
FOUND = Searchable("lighthouse keeper", "", "lighthouse", has_attachments=False)


def a_draft(number: int) -> Draft:
    return Draft(
        DraftId(f"d{number}"), AccountName("work"), Address("Me", "me@x.example"), body="x" * 3_000
    )


def corrupt(path: Path, begin: int = 0, length: int | None = None) -> None:
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(begin)
        file.write(b"\xa5" * (length or size - begin))


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        store = store_with_mailboxes(tmp_path / "new" / "data")
        (row_id,) = put_messages(store, box_id(store, "INBOX"), [arrival(1)])
        put_body(store, key_of(store, row_id), os.urandom(400_000), FOUND)
        put_blob(store, b"x")
        put_draft(store, a_draft(1))
        paths = [tmp_path / "new" / "data", *(tmp_path / "new" / "data").rglob("*")]
        assert any(path.name.endswith("-wal") for path in paths)
        assert any(path.name.endswith("-shm") for path in paths)
        for path in paths:
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), path
        store.close()
    finally:
        os.umask(before)


def test_files_left_open_to_others_are_closed_up(tmp_path: Path) -> None:
    store_with_mailboxes(tmp_path / "data").close()
    (tmp_path / "data").chmod(0o755)
    path_of(tmp_path / "data", Database.LOCAL).chmod(0o644)
    open_store(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE(path_of(tmp_path / "data", Database.LOCAL).stat().st_mode) == 0o600


@pytest.mark.parametrize("database", list(Database))
def test_a_newer_schema_is_left_alone(tmp_path: Path, database: Database) -> None:
    store_with_mailboxes(tmp_path / "data").close()
    path = path_of(tmp_path / "data", database)
    raw = sqlite3.connect(path)
    raw.execute(f"pragma user_version={VERSION[database] + 1}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer tuimail"):
        open_store(tmp_path / "data")
    assert path.read_bytes() == before


def test_an_older_schema_is_carried_over_and_a_copy_kept(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    put_draft(store, a_draft(1))
    store.close()
    path = path_of(tmp_path / "data", Database.LOCAL)
    writing = connect_writer(path, Database.LOCAL)
    migrate.bring_up_to_date(
        writing,
        Database.LOCAL,
        steps=(*_NO_STEPS, lambda w: w.script(["alter table draft add column colour text"])),
        target=_NOW + 1,
    )
    assert writing.rows("select id, colour from draft") == [("d1", None)]
    assert writing.rows("pragma user_version") == [(_NOW + 1,)]
    writing.close()
    kept = path.with_name(f"local.db.v{_NOW}")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sqlite3.connect(kept).execute("select count(*) from draft").fetchone() == (1,)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    store_with_mailboxes(tmp_path / "data").close()
    path = path_of(tmp_path / "data", Database.LOCAL)
    writing = connect_writer(path, Database.LOCAL)
    statements = ["create table half(x)", "insert into nowhere values(1)"]
    with pytest.raises(StoreError):
        migrate.bring_up_to_date(
            writing,
            Database.LOCAL,
            steps=(*_NO_STEPS, lambda w: w.script(statements)),
            target=_NOW + 1,
        )
    assert writing.rows("pragma user_version") == [(_NOW,)]
    assert writing.rows("select name from sqlite_master where name = 'half'") == []
    writing.close()


@pytest.mark.parametrize("database", [Database.CACHE, Database.SEARCH, Database.BODIES])
def test_a_corrupt_cache_is_made_anew(tmp_path: Path, database: Database) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    put_draft(store, a_draft(1))
    put_messages(store, box_id(store, "INBOX"), [arrival(1)])
    store.close()
    corrupt(path_of(tmp_path / "data", database))
    again = open_store(tmp_path / "data")
    assert any(database.value in notice for notice in again.notices)
    assert [draft.id for draft in drafts(again)] == ["d1"]
    assert list((tmp_path / "data").glob(f"{database}.db.damaged-*"))
    assert check(again) == []
    again.close()
    assert open_store(tmp_path / "data").notices == ()


def test_damage_found_while_working_is_mended_at_the_next_start(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in range(1, 3_000)])
    store.maintain(Database.CACHE, "pragma wal_checkpoint(truncate)")
    store.close()
    corrupt(path_of(tmp_path / "data", Database.CACHE), begin=8_192 * 4)
    broken = open_store(tmp_path / "data")
    with pytest.raises(StoreError, match="damaged"):
        broken.rows(Database.CACHE, "select sum(length(subject)) from message")
    again = open_store(tmp_path / "data")
    assert again.notices
    assert again.rows(Database.CACHE, "select count(*) from message") == [(0,)]
    # The store that was open when the files changed goes on with the new ones.
    broken.data_version()
    assert broken.rows(Database.CACHE, "select count(*) from message") == [(0,)]
    broken.close()
    again.close()


def test_a_store_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(tmp_path).close()
    opened = os.open

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR and not flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreError, match="cannot be written: Read-only file system"):
        open_store(tmp_path)


def test_a_lost_index_is_made_again_from_headers_and_bodies(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    (row_id,) = put_messages(store, box_id(store, "INBOX"), [arrival(1)])
    put_body(store, key_of(store, row_id), b"raw", FOUND)
    store.close()
    path_of(tmp_path / "data", Database.SEARCH).unlink()
    again = open_store(tmp_path / "data")
    assert list(reindex(again, lambda _: FOUND)) == [(1, 2), (2, 2)]
    assert list(reindex(again, lambda _: FOUND)) == []
    for word in ("alice", "lighthouse"):
        statement = "select rowid from ft where ft match ?"
        assert again.rows(Database.SEARCH, statement, (word,)) == [(row_id,)]
    again.close()


def test_a_lost_cache_keeps_bodies_and_never_shows_old_index_rows(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    (row_id,) = put_messages(store, box_id(store, "INBOX"), [arrival(1)])
    key = key_of(store, row_id)
    put_body(store, key, b"raw", FOUND)
    store.close()
    corrupt(path_of(tmp_path / "data", Database.CACHE))
    open_store(tmp_path / "data").close()
    again = store_with_mailboxes(tmp_path / "data")
    assert again.rows(Database.SEARCH, "select count(*) from ft where ft match 'alice'") == [(0,)]
    put_messages(again, box_id(again, "INBOX"), [arrival(1)])
    assert body_of(again, key) == b"raw"
    assert list(reindex(again, lambda _: FOUND)) == [(1, 1)]
    assert again.rows(Database.SEARCH, "select count(*) from ft where ft match 'keeper'") == [(1,)]
    again.close()


def test_a_file_that_was_damaged_and_then_removed_is_made_anew(tmp_path: Path) -> None:
    store_with_mailboxes(tmp_path).close()
    path = path_of(tmp_path, Database.SEARCH)
    marker_of(path).touch()
    path.unlink()
    open_store(tmp_path).close()
    assert open_store(tmp_path).notices == ()


def test_a_search_never_meets_a_file_without_tables(tmp_path: Path, monkeypatch) -> None:
    """Somebody searches at every step of the way from the damaged file to the fresh one."""
    store = store_with_mailboxes(tmp_path)
    put_messages(store, box_id(store, "INBOX"), [arrival(1)])
    store.close()
    marker_of(path_of(tmp_path, Database.SEARCH)).touch()
    found = []

    def search() -> None:
        reader = Store(tmp_path)
        found.append(reader.rows(Database.SEARCH, "select count(*) from ft where ft match 'alice'"))
        reader.close()

    for name in ("replace", "hardlink_to", "unlink"):
        act = getattr(Path, name)

        def meanwhile(path: Path, *words: object, act=act, **options: object) -> object:
            search()
            return act(path, *words, **options)

        monkeypatch.setattr(Path, name, meanwhile)
    open_store(tmp_path).close()
    assert len(found) > 2


def test_what_exists_nowhere_else_is_salvaged(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    for number in range(300):
        put_draft(store, a_draft(number))
    store.maintain(Database.LOCAL, "pragma wal_checkpoint(truncate)")
    store.close()
    path = path_of(tmp_path / "data", Database.LOCAL)
    corrupt(path, begin=path.stat().st_size * 2 // 3, length=8_192 * 2)
    broken = open_store(tmp_path / "data")
    with pytest.raises(StoreError):
        drafts(broken)
    broken.close()
    again = open_store(tmp_path / "data")
    assert "saved" in again.notices[0]
    assert len(drafts(again)) >= 280
    put_draft(again, a_draft(1_000))
    again.close()


def test_of_rows_that_begin_alike_every_one_is_salvaged(tmp_path: Path) -> None:
    """As with all that was answered, snoozed or made for one account."""
    store = store_with_mailboxes(tmp_path / "data")
    for number in range(300):
        put_draft(store, a_draft(number))
    made = {"appointment": 40, "snooze": 40, "watch": 40, "wanted_mailbox": 40, "line": 40}
    with store.writing(Database.LOCAL) as writing:
        for table, count in made.items():
            columns = writing.rows(f"pragma table_info({table})")
            places = ", ".join("?" * len(columns))
            alike = [[0 if n else "work" for n in range(len(columns))] for _ in range(count)]
            keyed = [at for at, column in enumerate(columns) if column[5]]
            for number, row in enumerate(alike):
                row[keyed[1]] = number
            writing.run_many(f"insert into {table} values({places})", alike)
    store.maintain(Database.LOCAL, "pragma wal_checkpoint(truncate)")
    pages = store.rows(Database.LOCAL, "select rootpage from sqlite_master where name = 'draft'")
    (size,) = store.rows(Database.LOCAL, "pragma page_size")
    store.close()
    path = path_of(tmp_path / "data", Database.LOCAL)
    corrupt(path, begin=(pages[0][0] - 1) * size[0], length=size[0])
    broken = open_store(tmp_path / "data")
    with pytest.raises(StoreError):
        drafts(broken)
    broken.close()
    again = open_store(tmp_path / "data")
    assert "saved" in again.notices[0]
    for table, count in made.items():
        assert again.rows(Database.LOCAL, f"select count(*) from {table}") == [(count,)], table
    again.close()


def test_a_local_file_beyond_reading_is_kept_beside(tmp_path: Path) -> None:
    store_with_mailboxes(tmp_path / "data").close()
    corrupt(path_of(tmp_path / "data", Database.LOCAL))
    again = open_store(tmp_path / "data")
    assert drafts(again) == []
    assert list((tmp_path / "data").glob("local.db.damaged-*"))
    again.close()


def fill_until_refused(store: Store, database: Database) -> StoreError:
    store.maintain(database, "pragma max_page_count=1")  # no page beyond those there are
    try:
        for number in range(10_000):
            if database is Database.LOCAL:
                put_draft(store, a_draft(number))
            else:
                put_messages(store, box_id(store, "INBOX"), [arrival(number + 1)])
    except StoreError as error:
        return error
    raise AssertionError("the disk was never full")


@pytest.mark.parametrize("database", [Database.LOCAL, Database.CACHE, Database.SEARCH])
def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path, database: Database) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    put_draft(store, a_draft(77_777))
    put_messages(store, box_id(store, "INBOX"), [arrival(55_555)])
    error = fill_until_refused(store, database)
    assert "disk is full" in error.hint
    shown = len(view_ids(store, view(box_id(store, "INBOX"))))
    kept = {draft.id for draft in drafts(store)}
    store.close()
    again = open_store(tmp_path / "data")
    start(again)
    assert {draft.id for draft in drafts(again)} == kept >= {"d77777"}
    assert len(view_ids(again, view(box_id(again, "INBOX")))) == shown >= 1
    hits = again.rows(Database.SEARCH, "select count(*) from ft where ft match 'alice'")
    assert hits == [(shown,)], "what a full disk kept out of the index is caught up"
    assert check(again) == []
    again.close()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from tests.store.makers import *
from tests.store.test_opening import a_draft
from tuimail.errors import StoreError
from tuimail.store.blobs import put_blob
from tuimail.store.drafts import put_draft
store = store_with_mailboxes(Path(sys.argv[1]))
put_draft(store, a_draft(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
said = []
for act in (lambda n: put_draft(store, a_draft(n)), lambda n: put_blob(store, bytes(400_000))):
    try:
        for number in range(2, 2_000):
            act(number)
    except StoreError as error:
        said.append(error.hint)
print(len(said), *said)
"""


def test_files_that_may_not_grow_are_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.startswith("2 "), done.stdout
    store = open_store(tmp_path / "data")
    assert "d1" in {draft.id for draft in drafts(store)}
    assert list((tmp_path / "data" / "blobs").rglob("*.*")) == []
    store.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        open_store(tmp_path / "file" / "data")


def test_two_stores_see_each_other(tmp_path: Path) -> None:
    one = store_with_mailboxes(tmp_path / "data")
    two = open_store(tmp_path / "data")
    before = two.data_version()
    put_messages(one, box_id(one, "INBOX"), [arrival(1, "project")])
    assert two.data_version() != before
    assert len(view_ids(two, view(box_id(two, "INBOX")))) == 1
    one.close()
    two.close()
