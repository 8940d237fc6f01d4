"""Which bodies a mailbox lacks: counted, and read a page at a time, newest first."""

from pathlib import Path

import pytest

from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.ids import MessageKey
from tuimail.model.part import Searchable
from tuimail.store import lacking
from tuimail.store.bodies import put_body
from tuimail.store.database import Store
from tuimail.store.lacking import Survey, page, survey
from tuimail.store.messages import key_of, put_messages

from .makers import BEGIN, arrival, box_id, store_with_mailboxes

TOP = 1 << 62
SEEN = frozenset({Flag.SEEN})
NOTHING = Searchable("", "", "", has_attachments=False)


@pytest.fixture
def store(tmp_path: Path):
    one = store_with_mailboxes(tmp_path / "data")
    yield one
    one.close()


def fill(store: Store, *uids: int, flags=SEEN, size: int = 1_000) -> list[MessageKey]:
    rows = [arrival(uid)._replace(flags=flags, size_bytes=size) for uid in uids]
    return [key_of(store, row_id) for row_id in put_messages(store, box_id(store, "INBOX"), rows)]


def test_a_mailbox_of_which_nothing_is_kept_lacks_nothing(store):
    fill(store, 1, 2)
    assert survey(store, box_id(store, "INBOX"), None) == Survey(None)


def test_what_is_here_is_not_counted_and_what_is_older_neither(store):
    keys = fill(store, *range(1, 501))
    put_body(store, keys[499], b"raw", NOTHING)
    found = survey(store, box_id(store, "INBOX"), BEGIN + 101)
    assert (found.wanted, found.wanted_bytes) == (399, 399_000)
    assert found.newest >> 6 == BEGIN + 499
    assert len(found.first) == 99  # of the newest hundred


def test_the_unread_come_first_and_are_counted_whatever_their_date(store):
    keys = fill(store, *range(1, 501))
    fill(store, 210, 190, flags=NO_FLAGS)
    found = survey(store, box_id(store, "INBOX"), BEGIN + 480)
    assert found.first[0].key == keys[209]
    assert [one.key for one in found.first[1:]] == keys[:399:-1]
    assert found.wanted == 21 + 80  # 480 to 500, and what comes first of older ones
    assert len({one.key for one in found.first}) == len(found.first) == 101


def test_a_large_mail_is_counted_and_not_among_the_first(store):
    fill(store, 1, size=40_000_000)
    found = survey(store, box_id(store, "INBOX"), 0)
    assert (found.wanted, found.wanted_bytes, found.first) == (1, 40_000_000, ())


def test_pages_give_everything_once_newest_first(store, monkeypatch):
    monkeypatch.setattr(lacking, "PAGE", 40)
    keys = fill(store, *range(1, 101))
    seen: list[MessageKey] = []
    below = TOP
    while below:
        found, below = page(store, box_id(store, "INBOX"), BEGIN + 11, below)
        seen += [one.key for one in found]
    assert seen == keys[:9:-1]


def test_a_mail_that_lies_twice_in_a_mailbox_is_asked_for_once(store):
    fill(store, 1)
    put_messages(store, box_id(store, "INBOX"), [arrival(1)._replace(uid=9)])
    found, _ = page(store, box_id(store, "INBOX"), 0, TOP)
    assert len(found) == 1
