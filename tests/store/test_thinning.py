"""Old bodies leave the disk only where nobody asked to keep them and the server still has them."""

import time
from pathlib import Path

import pytest

from tuimail.model.flags import Flag
from tuimail.model.ids import MessageKey
from tuimail.model.operation import OperationKind
from tuimail.model.part import Searchable
from tuimail.store import thinning
from tuimail.store.bodies import bodies_here, body_of, put_body
from tuimail.store.database import Database, Store
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.messages import key_of, put_messages, set_flags
from tuimail.store.operations import record
from tuimail.store.projection import project_new
from tuimail.store.thinning import STAYS_S, thin_out

from .makers import BEGIN, arrival, box_id, operation, store_with_mailboxes, view

SEEN = frozenset({Flag.SEEN})
INTEGRITY = "insert into ft(ft, rank) values('integrity-check', 0)"
MAILS = 40


def extract(raw: bytes) -> Searchable:
    return Searchable(raw.decode(), "", raw.decode()[:20], has_attachments=False)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(thinning, "UNREAD_AHEAD", 5)
    one = store_with_mailboxes(tmp_path / "data")
    yield one
    one.close()


def fill(store: Store, mailbox: str = "INBOX", count: int = MAILS) -> list[MessageKey]:
    """Put mails with bodies into a mailbox; one a second, from BEGIN on."""
    rows = [arrival(uid)._replace(flags=SEEN) for uid in range(count)[1:]]
    keys = [key_of(store, row_id) for row_id in put_messages(store, box_id(store, mailbox), rows)]
    for number, key in enumerate(keys, 1):
        raw = f"pelican number{number}".encode()
        put_body(store, key, raw, extract(raw))
    return keys


def thin(store: Store, later_s: int = STAYS_S + 60, **kept_since: int | None) -> int:
    windows = {box_id(store, name): since for name, since in kept_since.items()}
    steps = list(thin_out(store, windows, extract, int(time.time()) + later_s))
    return steps[-1] if steps else 0


def here(store: Store, keys: list[MessageKey]) -> list[int]:
    return [number for number, key in enumerate(keys, 1) if bodies_here(store, [key])]


def hits(store: Store, word: str) -> int:
    found = store.rows(Database.SEARCH, "select count(*) from ft where ft match ?", (word,))
    return int(found[0][0])


def test_what_is_older_than_is_kept_goes_and_is_still_listed_and_found_by_its_header(store):
    keys = fill(store)
    assert thin(store, INBOX=BEGIN + 21) == 20
    assert here(store, keys) == list(range(21, MAILS))
    rows = rows_of(store, view(), view_ids(store, view()))
    assert len(rows) == MAILS - 1
    assert hits(store, "pelican") == MAILS - 21
    assert hits(store, "number3") == 0
    assert hits(store, "subject") == MAILS - 1
    with store.writing(Database.SEARCH) as writing:
        writing.run(INTEGRITY)
    raw = b"pelican number3"
    put_body(store, keys[2], raw, extract(raw))
    assert hits(store, "number3") == 1
    assert body_of(store, keys[2]) == raw
    assert thin(store, INBOX=BEGIN + 21) == 1


def test_nothing_goes_from_a_mailbox_that_is_kept_whole_or_not_known(store):
    keys = fill(store)
    assert thin(store, INBOX=0) == 0
    assert thin(store) == 0
    assert thin(store, Archive=None) == 0
    assert here(store, keys) == list(range(1, MAILS))


def test_what_came_lately_stays(store):
    keys = fill(store)
    assert thin(store, later_s=STAYS_S - 60, INBOX=None) == 0
    assert here(store, keys) == list(range(1, MAILS))


def test_the_newest_stay_however_old_they_are(store):
    keys = fill(store)
    thin(store, INBOX=BEGIN + 10 * MAILS)
    assert here(store, keys) == list(range(MAILS - 5, MAILS))


def test_where_headers_alone_are_kept_all_go(store):
    keys = fill(store)
    assert thin(store, INBOX=None) == MAILS - 1
    assert here(store, keys) == []


@pytest.mark.parametrize("flag", [Flag.FLAGGED, Flag.DRAFT])
def test_a_mail_with_a_star_and_a_draft_stay(store, flag):
    keys = fill(store)
    set_flags(store, box_id(store, "INBOX"), [(7, frozenset({flag, Flag.SEEN}))])
    thin(store, INBOX=None)
    assert here(store, keys) == [7]


def test_a_mail_that_lies_elsewhere_as_well_stays_if_it_is_kept_there(store):
    keys = fill(store)
    put_messages(store, box_id(store, "Archive"), [arrival(3)])
    assert thin(store, INBOX=None) == MAILS - 2
    assert here(store, keys) == [3]
    assert thin(store, INBOX=None, Archive=0) == 0
    assert thin(store, INBOX=None, Archive=None) == 1


def test_a_mail_on_its_way_to_another_mailbox_stays(store):
    keys = fill(store)
    move = operation(OperationKind.MOVE, "INBOX", 7, keys[6], destination="Archive")
    record(store, [move])
    project_new(store)
    thin(store, INBOX=None, Archive=None)
    assert here(store, keys) == [7]


def test_a_mail_in_no_mailbox_is_left_to_the_sweep(store):
    raw = b"pelican"
    put_body(store, MessageKey(99), raw, extract(raw))
    fill(store)
    thin(store, INBOX=None)
    assert bodies_here(store, [MessageKey(99)])


def test_a_crash_in_the_middle_is_made_good_the_next_time(store, monkeypatch):
    keys = fill(store)

    def crash(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(thinning, "drop_body", crash)
        with pytest.raises(RuntimeError):
            thin(store, INBOX=None)
    assert thin(store, INBOX=None) == MAILS - 1
    assert here(store, keys) == []
    with store.writing(Database.SEARCH) as writing:
        writing.run(INTEGRITY)
    assert hits(store, "subject") == MAILS - 1
