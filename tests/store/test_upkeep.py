"""What is done when nothing else is: the index made whole, the store kept small and right."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.uid_set import UidSet
from tuimail.store import index, upkeep
from tuimail.store.blobs import put_blob, read_blob
from tuimail.store.bodies import ROW_LIMIT_BYTES, Searchable, body_of, put_body
from tuimail.store.database import Database, Store, open_store
from tuimail.store.drafts import drafts, put_draft
from tuimail.store.files import marker_of, path_of
from tuimail.store.index import behind
from tuimail.store.lists import view_ids
from tuimail.store.mailboxes import (
    drop_account,
    known_accounts,
    last_synced,
    mailbox_rows,
    note_synced,
)
from tuimail.store.messages import key_of, put_messages, remove_uids
from tuimail.store.outgoing import NewOutgoing, outgoing_rows, put_outgoing

from .makers import (
    HOME,
    WORK,
    arrival,
    assert_counters_right,
    box_id,
    store_with_mailboxes,
    view,
)
from .test_opening import a_draft, corrupt

MAILS = 1_200
LATER = 1 << 33
INTEGRITY = "insert into ft(ft, rank) values('integrity-check', 0)"


def extract(raw: bytes) -> Searchable:
    return Searchable(raw.decode(), "", raw.decode()[:20], has_attachments=False)


def put_text(store: Store, uid: int, text: str, mailbox: str = "INBOX") -> MessageKey:
    (row_id,) = put_messages(store, box_id(store, mailbox), [arrival(uid)])
    key = key_of(store, row_id)
    put_body(store, key, text.encode(), extract(text.encode()))
    return key


def hits(store: Store, word: str) -> int:
    which = "select count(*) from ft where ft match ?"
    return int(store.rows(Database.SEARCH, which, (word,))[0][0])


def lost(folder: Path, database: Database) -> Store:
    """Return a store whose file was damaged and is made anew."""
    corrupt(path_of(folder, database))
    return open_store(folder)


@pytest.fixture
def damaged(tmp_path: Path) -> Store:
    store = store_with_mailboxes(tmp_path)
    put_messages(store, box_id(store, "INBOX"), [arrival(n) for n in range(1, MAILS + 1)])
    for uid in range(1, 31):
        put_text(store, uid, f"lighthouse number{uid}")
    store.close()
    return lost(tmp_path, Database.SEARCH)


def test_a_damaged_index_is_made_again_in_steps_that_tell_how_far_it_is(damaged: Store) -> None:
    assert hits(damaged, "alice") == hits(damaged, "lighthouse") == 0
    steps = list(upkeep.reindex(damaged, extract))
    assert steps == [(500, 1230), (1000, 1230), (1200, 1230), (1220, 1230), (1230, 1230)]
    assert (hits(damaged, "alice"), hits(damaged, "lighthouse")) == (MAILS, 30)
    assert hits(damaged, "number7") == 1
    damaged.maintain(Database.SEARCH, INTEGRITY)
    assert behind(damaged) is None
    assert list(upkeep.reindex(damaged, extract)) == []


def test_screens_need_not_read_their_lists_again_while_the_index_is_made(damaged: Store) -> None:
    other = open_store(damaged.folder)
    steps = upkeep.reindex(damaged, extract)
    before = other.data_version([Database.CACHE])
    for done, total in steps:
        if done == total:
            break
        assert other.data_version([Database.CACHE]) == before
    other.close()


def test_what_comes_while_the_index_is_made_again_is_in_it_once(damaged: Store) -> None:
    inbox = box_id(damaged, "INBOX")
    put_text(damaged, 3, "lighthouse number3")  # indexed whole before its header was
    for step, _ in enumerate(upkeep.reindex(damaged, extract)):
        put_messages(damaged, inbox, [arrival(MAILS + 10 + step)])
        put_text(damaged, 40 + step, "lighthouse meanwhile")
    assert hits(damaged, "alice") == len(view_ids(damaged, view(inbox))) == MAILS + step + 1
    assert hits(damaged, "meanwhile") == step + 1
    assert hits(damaged, "lighthouse") == 30 + step + 1
    damaged.maintain(Database.SEARCH, INTEGRITY)


def test_an_index_that_is_half_made_goes_on_where_it_was_left(damaged: Store) -> None:
    steps = upkeep.reindex(damaged, extract)
    assert next(steps) == (500, 1230)
    damaged.close()
    again = open_store(damaged.folder)
    upkeep.start(again)
    assert next(upkeep.reindex(again, extract)) == (500, 730)
    again.close()


def test_an_index_lost_while_it_is_made_again_is_made_once_more(damaged: Store) -> None:
    folder = damaged.folder
    for done, _ in upkeep.reindex(damaged, extract):
        if done == 1000:
            lost(folder, Database.SEARCH).close()
            damaged.data_version()
    assert behind(damaged) is not None
    list(upkeep.reindex(damaged, extract))
    assert (hits(damaged, "alice"), hits(damaged, "lighthouse")) == (MAILS, 30)


def test_an_index_of_other_words_is_made_again(store: Store, monkeypatch) -> None:
    put_text(store, 1, "lighthouse")
    upkeep.start(store)
    assert behind(store) is None
    monkeypatch.setattr(index, "INDEX_VERSION", index.INDEX_VERSION + 1)
    upkeep.start(store)
    assert hits(store, "alice") == 0
    assert list(upkeep.reindex(store, extract)) == [(1, 2), (2, 2)]
    assert hits(store, "alice") == hits(store, "lighthouse") == 1
    upkeep.start(store)
    assert behind(store) is None


def test_bodies_wait_a_week_for_headers_that_were_lost(store: Store) -> None:
    key = put_text(store, 1, "lighthouse")
    other = put_text(store, 2, "windmill")
    store.close()
    lost(store.folder, Database.CACHE).close()
    again = store_with_mailboxes(store.folder)
    assert list(upkeep.reindex(again, extract)) == []
    put_messages(again, box_id(again, "INBOX"), [arrival(1)])
    assert list(upkeep.reindex(again, extract)) == [(1, 1)]
    assert (hits(again, "lighthouse"), hits(again, "windmill")) == (1, 0)
    assert body_of(again, other) is not None
    with again.writing(Database.CACHE) as writing:
        writing.run("update state set value = 1 where name = 'reindex'")
    list(upkeep.reindex(again, extract))
    assert body_of(again, other) is None
    assert body_of(again, key) is not None
    assert behind(again) is None
    again.close()


def test_damage_found_while_working_is_mended_at_once(store: Store) -> None:
    put_text(store, 1, "lighthouse")
    assert upkeep.mend(store) == ()
    marker_of(path_of(store.folder, Database.SEARCH)).touch()
    (notice,) = upkeep.mend(store)
    assert "search.db was damaged" in notice
    assert list(upkeep.reindex(store, extract)) == [(1, 2), (2, 2)]
    assert hits(store, "lighthouse") == hits(store, "alice") == 1
    marker_of(path_of(store.folder, Database.LOCAL)).touch()
    assert upkeep.mend(store) == (), "what exists nowhere else waits for the next start"


def test_a_swept_mail_is_found_no_more_until_it_returns(store: Store) -> None:
    key = put_text(store, 1, "keeper")
    inbox = box_id(store, "INBOX")
    remove_uids(store, inbox, UidSet.of([1]))
    now = store.rows(Database.CACHE, "select since from orphan")[0][0]
    assert list(upkeep.sweep(store, extract, now + 6 * 86_400)) == [0], "kept for a week"
    assert max(upkeep.sweep(store, extract, now + 8 * 86_400)) == 1
    assert hits(store, "keeper") == hits(store, "alice") == 0
    assert body_of(store, key) is None
    store.maintain(Database.SEARCH, INTEGRITY)
    assert put_text(store, 70, "keeper") != key
    put_messages(store, inbox, [arrival(71, number=1)])
    assert hits(store, "alice") == 2


def test_a_mail_that_comes_back_while_it_is_swept_keeps_everything(store: Store) -> None:
    key = put_text(store, 1, "keeper")
    inbox = box_id(store, "INBOX")
    remove_uids(store, inbox, UidSet.of([1]))

    def extract_as_it_returns(raw: bytes) -> Searchable:
        put_messages(store, inbox, [arrival(7, number=1)])
        return extract(raw)

    assert max(upkeep.sweep(store, extract_as_it_returns, LATER)) == 0
    assert hits(store, "keeper") == hits(store, "alice") == 1
    assert body_of(store, key) == b"keeper"


def test_a_sweep_that_died_half_way_is_made_again(store: Store) -> None:
    put_text(store, 1, "keeper")
    remove_uids(store, box_id(store, "INBOX"), UidSet.of([1]))
    (row_id,) = store.ids(Database.CACHE, "select message from orphan")
    index.forget_text(store, row_id, "keeper", "")
    assert max(upkeep.sweep(store, extract, LATER)) == 1
    store.maintain(Database.SEARCH, INTEGRITY)
    assert store.rows(Database.SEARCH, "select count(*) from ft_docsize") == [(0,)]


def test_a_sweep_is_due_once_a_day(store: Store) -> None:
    assert upkeep.is_sweep_due(store, LATER)
    list(upkeep.sweep(store, extract, LATER))
    assert not upkeep.is_sweep_due(store, LATER + 3_600)
    assert upkeep.is_sweep_due(store, LATER + 86_400)
    assert upkeep.is_sweep_due(store, LATER - 10), "a clock that went back"


def test_files_nobody_refers_to_are_removed_once_they_are_old(store: Store) -> None:
    folder = store.folder / "blobs"
    sent, left, large = (name * 100 for name in (b"sent", b"left", b"large"))
    new = NewOutgoing(OutgoingId("o"), "m@x", WORK, "s", "me@x", ("you@y",), sent, 1, 1)
    put_outgoing(store, new)
    (row_id,) = put_messages(store, box_id(store, "INBOX"), [arrival(1)])
    large = random.Random(1).randbytes(ROW_LIMIT_BYTES + 1)
    put_body(store, key_of(store, row_id), large, Searchable("", "", "", has_attachments=False))
    unused, again = put_blob(store, left), put_blob(store, b"again" * 100)
    unfinished = folder / unused[:2] / f"{unused}.abcd"
    unfinished.write_bytes(b"half")
    for path in folder.glob("*/*"):
        os.utime(path, (1, 1))
    assert put_blob(store, b"again" * 100) == again, "young again: its row is about to be written"
    assert upkeep.drop_unused_blobs(store) == 2
    assert {path.name for path in folder.glob("*/*")} == {
        again,
        *(row[0] for row in store.rows(Database.LOCAL, "select blob from submission")),
        *(row[0].decode() for row in store.rows(Database.BODIES, "select raw from body")),
    }
    assert body_of(store, key_of(store, row_id)) == large
    assert read_blob(store, again) == b"again" * 100


def test_long_logs_are_cut(store: Store) -> None:
    log = path_of(store.folder, Database.SEARCH).with_name("search.db-wal")
    assert not upkeep.shrink(store), "a short one is not worth it"
    inbox = box_id(store, "INBOX")
    words = random.Random(2)
    for begin in range(1, 20_000, 1_000):
        subjects = (" ".join(f"w{words.randrange(10**9)}" for _ in range(9)) for _ in range(1_000))
        put_messages(store, inbox, [arrival(begin + n, subject=s) for n, s in enumerate(subjects)])
        if log.stat().st_size > upkeep.LOG_BYTES:
            break
    assert log.stat().st_size > upkeep.LOG_BYTES
    assert upkeep.shrink(store)
    assert log.stat().st_size == 0
    assert hits(store, "alice") == len(view_ids(store, view(inbox)))


def test_a_check_finds_damage_and_has_it_mended(store: Store) -> None:
    assert upkeep.check(store) == []
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in range(1, 3_000)])
    for database in Database:
        store.maintain(database, "pragma wal_checkpoint(truncate)")
    store.close()
    corrupt(path_of(store.folder, Database.CACHE), begin=8_192 * 6, length=8_192 * 3)
    broken = open_store(store.folder)
    (sentence,) = upkeep.check(broken)
    assert sentence.startswith("cache.db is damaged (")
    assert sentence.endswith("mended at the next start.")
    broken.close()
    again = open_store(store.folder)
    assert again.notices
    assert upkeep.check(again) == []
    again.close()


def test_a_check_counts_anew_what_is_off(store: Store) -> None:
    put_messages(store, box_id(store, "INBOX"), [arrival(1), arrival(2, "\\Seen")])
    with store.writing(Database.CACHE) as writing:
        writing.run("update mailbox set total = 7, unread = 3 where name = 'INBOX'")
    (sentence,) = upkeep.check(store)
    assert sentence == "The counters of 1 mailboxes were off and have been counted anew."
    assert_counters_right(store)
    assert upkeep.check(store) == []


@pytest.fixture
def two_accounts(tmp_path: Path) -> Store:
    store = store_with_mailboxes(tmp_path, WORK, HOME)
    for account in (WORK, HOME):
        inbox = box_id(store, "INBOX", account)
        put_messages(store, inbox, [arrival(n) for n in range(1, MAILS + 1)])
        note_synced(store, account, 7)
    return store


def forget(store: Store) -> list[int]:
    return list(drop_account(store, WORK))


def test_an_account_is_forgotten_in_steps_and_the_other_is_left_alone(two_accounts: Store) -> None:
    store = two_accounts
    put_draft(store, a_draft(1))
    new = NewOutgoing(OutgoingId("o"), "m@x", WORK, "s", "me@x", ("you@y",), b"raw", 1, 1)
    put_outgoing(store, new)
    assert forget(store) == [200, 400, 600, 800, 1_000, 1_200]
    assert known_accounts(store) == {HOME}
    assert {row.account for row in mailbox_rows(store)} == {HOME}
    assert len(view_ids(store, view())) == MAILS
    assert (last_synced(store, WORK), last_synced(store, HOME)) == (None, 7)
    assert [draft.id for draft in drafts(store)] == ["d1"]
    assert [row.id for row in outgoing_rows(store)] == ["o"]
    assert_counters_right(store)
    assert store.rows(Database.CACHE, "select count(*) from orphan") == [(MAILS,)]


def test_an_account_that_is_added_again_has_its_mail_as_before(
    two_accounts: Store, tmp_path: Path
) -> None:
    forget(two_accounts)
    two_accounts.close()
    again = store_with_mailboxes(tmp_path, WORK, HOME)
    inbox = box_id(again, "INBOX")
    put_messages(again, inbox, [arrival(n) for n in range(1, MAILS + 1)])
    assert len(view_ids(again, view(inbox))) == MAILS
    assert hits(again, "alice") == 2 * MAILS
    assert again.rows(Database.CACHE, "select count(*) from orphan") == [(0,)]
    again.close()


ACTS: tuple[Callable[[Store], object], ...] = (
    lambda store: list(upkeep.reindex(store, extract)),
    lambda store: list(upkeep.sweep(store, extract, LATER)),
    forget,
    upkeep.shrink,
    upkeep.start,
)


@pytest.mark.parametrize("act", ACTS)
def test_upkeep_of_an_empty_store_does_nothing(tmp_path: Path, act) -> None:
    store = open_store(tmp_path)
    act(store)
    assert upkeep.check(store) == []
    store.close()
