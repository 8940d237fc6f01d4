"""Local mailboxes: durable, counted like a server's, and there again when the cache is lost."""

import fcntl
import os
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest

from tuimail.errors import NotFound, UserError
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.mailbox import Role
from tuimail.model.part import Searchable
from tuimail.store import local_mail
from tuimail.store.blobs import NewBlob, put_blob, read_blob
from tuimail.store.bodies import Whole, bodies_here, body_of, put_bodies
from tuimail.store.database import Database, Store, connect_writer, open_store
from tuimail.store.files import path_of
from tuimail.store.local_mail import LocalMailbox, NewMail
from tuimail.store.migrate import STEPS, bring_up_to_date
from tuimail.store.pop3_mail import fetched_mails, note_listed, note_renamed, put_fetched
from tuimail.store.schema import LOCAL_MAIL
from tuimail.store.upkeep import drop_unused_blobs

OLD = AccountName("old")
RAW = b"Message-ID: <a@x>\r\n\r\nhello\r\n"


def box_of(store: Store, name: str = "INBOX") -> LocalMailbox:
    local_mail.create_local(store, OLD, name, Role.INBOX if name == "INBOX" else None)
    return local_mail.local_mailbox(store, OLD, name)


def new_mail(store: Store, number: int = 1, origin: str = "") -> NewMail:
    digest = put_blob(store, RAW + b"%d" % number)
    return NewMail(digest, MessageKey(number), NO_FLAGS, 1_000, len(RAW), f"m{number}@x", origin)


def rows_of(store: Store, box: LocalMailbox) -> dict[int, frozenset[str]]:
    return {mail.uid: mail.flags for mail in local_mail.local_mails(store, box.id)}


def test_mail_is_counted_and_its_flags_are_kept(store: Store) -> None:
    box = box_of(store)
    assert local_mail.put_local(store, box.id, [new_mail(store, n) for n in (1, 2)]) == [1, 2]
    local_mail.change_local_flags(store, box.id, [2, 9], frozenset({"\\seen", "work"}), NO_FLAGS)
    assert rows_of(store, box) == {1: NO_FLAGS, 2: frozenset({Flag.SEEN, "work"})}
    after = local_mail.local_mailbox(store, OLD, "INBOX")
    assert (after.uid_next, after.exists, after.role) == (3, 2, Role.INBOX)
    assert after.modseq > box.modseq
    assert local_mail.local_uids_with_message_id(store, box.id, "m2@x") == [2]
    assert local_mail.count_local(store, OLD) == 2


def test_only_what_changed_is_told(store: Store) -> None:
    box = box_of(store)
    local_mail.put_local(store, box.id, [new_mail(store, n) for n in (1, 2)])
    before = local_mail.local_mailbox(store, OLD, "INBOX").modseq
    seen = frozenset({Flag.SEEN.value})
    local_mail.change_local_flags(store, box.id, [1], seen, NO_FLAGS)
    local_mail.change_local_flags(store, box.id, [1], seen, NO_FLAGS)
    changed = local_mail.local_mails(store, box.id, changed_since=before)
    assert [(mail.uid, mail.modseq) for mail in changed] == [(1, before + 1)]


def test_a_move_takes_flags_along_and_leaves_one_copy(store: Store) -> None:
    inbox, archive = box_of(store), box_of(store, "Archive/2025")
    local_mail.put_local(store, inbox.id, [new_mail(store)])
    local_mail.change_local_flags(store, inbox.id, [1], frozenset({"a"}), NO_FLAGS)
    assert local_mail.copy_local(store, inbox.id, [1, 7], archive.id, keep=False) == [(1, 1)]
    assert rows_of(store, inbox) == {}
    assert rows_of(store, archive) == {1: frozenset({"a"})}
    assert local_mail.copy_local(store, archive.id, [1], inbox.id, keep=True) == [(1, 2)]
    local_mail.expunge_local(store, archive.id, [1])
    assert (rows_of(store, archive), list(rows_of(store, inbox))) == ({}, [2])


def test_what_comes_from_one_place_twice_is_put_in_once(store: Store) -> None:
    box = box_of(store)
    for _ in range(2):
        assert local_mail.put_local(store, box.id, [new_mail(store, 1, "INBOX 7 12")]) == [1]
    assert local_mail.put_local(store, box.id, [new_mail(store, 1), new_mail(store, 1)]) == [2, 3]


def test_mailboxes_of_an_account_that_changes_its_kind_stay_in_sight(store: Store) -> None:
    inbox = box_of(store)
    local_mail.put_local(store, inbox.id, [new_mail(store)])
    for name in ("Archive/2025", "local/INBOX", "local/Kept"):
        box_of(store, name)
    for _ in range(2):
        local_mail.bring_below(store, OLD, "local")
    boxes = {box.name: (box.exists, box.role) for box in local_mail.local_mailboxes(store, OLD)}
    assert boxes == {
        "local/Archive/2025": (0, None),
        "local/INBOX": (0, None),
        "local/INBOX+": (1, None),
        "local/Kept": (0, None),
    }


def test_a_mailbox_made_again_is_another_one(store: Store) -> None:
    first = box_of(store, "Old")
    local_mail.put_local(store, first.id, [new_mail(store)])
    assert local_mail.delete_local(store, OLD, "Old") == 1
    assert box_of(store, "Old").id > first.id
    local_mail.rename_local(store, OLD, "Old", "New")
    assert [box.name for box in local_mail.local_mailboxes(store, OLD)] == ["New"]


@pytest.mark.parametrize("name", ["", "a\nb", "/a", "a//b", " a", "a/", "x" * 300, "\ud800", "\0"])
def test_a_name_nobody_can_type_is_refused(store: Store, name: str) -> None:
    with pytest.raises(UserError):
        local_mail.create_local(store, OLD, name)


def test_mailboxes_that_are_not_there_or_must_stay_are_refused(store: Store) -> None:
    box_of(store), box_of(store, "A")
    with pytest.raises(NotFound):
        local_mail.rename_local(store, OLD, "B", "C")
    with pytest.raises(UserError, match="already"):
        local_mail.rename_local(store, OLD, "A", "INBOX")
    with pytest.raises(UserError, match="stays"):
        local_mail.delete_local(store, OLD, "INBOX")
    with pytest.raises(NotFound):
        local_mail.put_local(store, 99, [new_mail(store)])


def test_bytes_of_local_mail_are_kept_once_and_for_as_long_as_it_lies_somewhere(store) -> None:
    box = box_of(store)
    mail = new_mail(store)
    local_mail.put_local(store, box.id, [mail])
    put_bodies(store, [Whole(mail.key, b"other", Searchable("", "", "", has_attachments=False))])
    assert not bodies_here(store, [mail.key])
    assert body_of(store, mail.key) == RAW + b"1"
    long_ago = time.time() - 10 * 86_400
    os.utime(store.folder / "blobs" / mail.digest[:2] / mail.digest, (long_ago, long_ago))
    assert drop_unused_blobs(store) == 0
    local_mail.expunge_local(store, box.id, [1])
    assert body_of(store, mail.key) is None
    assert drop_unused_blobs(store) == 1


def test_local_mail_outlives_the_cache(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    box = box_of(store)
    mail = new_mail(store)
    local_mail.put_local(store, box.id, [mail])
    store.close()
    for database in (Database.CACHE, Database.SEARCH, Database.BODIES):
        path_of(tmp_path, database).unlink()
    again = open_store(tmp_path)
    assert local_mail.local_mailbox(again, OLD, "INBOX").id == box.id
    assert read_blob(again, local_mail.local_mails(again, box.id)[0].digest) == RAW + b"1"
    again.close()


def test_a_store_of_the_first_schema_gets_the_tables_and_loses_nothing(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    writing = connect_writer(path_of(tmp_path, Database.LOCAL), Database.LOCAL)
    tables = [s.split("(")[0].split()[-1] for s in LOCAL_MAIL if s.startswith("create table")]
    for table in tables:
        writing.run(f"drop table {table}")
    writing.run("insert into draft values('d', 1, '{}')")
    writing.run("pragma user_version=1")
    bring_up_to_date(writing, Database.LOCAL, STEPS[Database.LOCAL][:1], target=2)
    assert writing.rows("select id from draft") == [("d",)]
    assert [writing.rows(f"select count(*) from {table}") for table in tables] == [[(0,)]] * 3
    writing.close()


# Names of a POP3 server


def test_a_mail_and_its_name_come_together_or_not_at_all(store: Store) -> None:
    box = box_of(store)
    mail = new_mail(store)
    put_fetched(store, OLD, box.id, [("u1", mail)], now=50)
    with pytest.raises(Exception, match="UNIQUE"):
        put_fetched(store, OLD, box.id, [("u2", mail), ("u1", mail)], now=60)
    assert list(fetched_mails(store, OLD)) == ["u1"]
    assert list(rows_of(store, box)) == [1]
    assert fetched_mails(store, AccountName("other")) == {}


def test_names_that_are_listed_no_more_are_known_for_a_year(store: Store) -> None:
    box = box_of(store)
    put_fetched(store, OLD, box.id, [("u1", new_mail(store, 1)), ("u2", new_mail(store, 2))], 50)
    note_listed(store, OLD, {"u2"}, now=100)
    known = fetched_mails(store, OLD)
    assert {uid: one.is_on_server for uid, one in known.items()} == {"u1": False, "u2": True}
    note_listed(store, OLD, {"u1", "u2"}, now=200)
    assert not fetched_mails(store, OLD)["u1"].is_on_server  # it may mean another mail by now
    note_renamed(store, OLD, "u1", "u1")
    assert fetched_mails(store, OLD)["u1"].is_on_server
    note_listed(store, OLD, {"u2"}, now=300)
    note_listed(store, OLD, {"u2"}, now=301 + 365 * 86_400)
    assert set(fetched_mails(store, OLD)) == {"u2"}


def test_a_mail_that_is_called_otherwise_keeps_its_place(store: Store) -> None:
    box = box_of(store)
    put_fetched(store, OLD, box.id, [("u1", new_mail(store))], now=50)
    note_renamed(store, OLD, "u1", "v1")
    assert [(uid, one.fetched) for uid, one in fetched_mails(store, OLD).items()] == [("v1", 50)]


def test_large_bytes_get_their_name_while_nobody_drops_old_ones(store):
    blob = NewBlob(store)
    blob.write(b"large")
    dropping = os.open(store.folder / "blobs", os.O_RDONLY)
    fcntl.flock(dropping, fcntl.LOCK_EX)
    finishing = threading.Thread(target=blob.finish)
    finishing.start()
    finishing.join(0.3)
    assert finishing.is_alive()
    os.close(dropping)
    finishing.join()
    assert read_blob(store, sha256(b"large").hexdigest()) == b"large"
