"""What came after a mark: unread, and by nobody's own hand."""

from pathlib import Path

import pytest

from tuimail.model.flags import Flag
from tuimail.model.ids import MailboxId
from tuimail.model.uid_set import UidSet
from tuimail.store.database import Store
from tuimail.store.mailboxes import SyncState, put_sync_state
from tuimail.store.messages import put_messages, remove_uids
from tuimail.store.newcomers import Mark, mark_of, unread_since

from .makers import BEGIN, arrival, box_id, store_with_mailboxes


@pytest.fixture
def store(tmp_path: Path):
    one = store_with_mailboxes(tmp_path / "data")
    yield one
    one.close()


def filled(store: Store) -> MailboxId:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1), arrival(2)])
    put_sync_state(store, inbox, SyncState(uid_validity=7, uid_next=3, backlog_done=True))
    return inbox


def test_a_mark_says_how_far_a_mailbox_is_filled(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    assert mark_of(store, inbox) == Mark(7, 0, is_filled=False)
    assert mark_of(store, filled(store)) == Mark(7, 2, is_filled=True)
    assert mark_of(store, MailboxId(404)) is None


def test_what_came_later_and_is_unread_is_found(store: Store) -> None:
    inbox = filled(store)
    mark = mark_of(store, inbox)
    assert mark is not None
    assert unread_since(store, inbox, mark) == []
    seen = arrival(4)._replace(flags=frozenset({Flag.SEEN}))
    put_messages(store, inbox, [arrival(3), seen, arrival(5)])
    assert len(unread_since(store, inbox, mark)) == 2
    remove_uids(store, inbox, UidSet.of([3, 5]))
    assert unread_since(store, inbox, mark) == []


def test_what_bears_an_older_date_can_be_left_out(store: Store) -> None:
    inbox = filled(store)
    mark = mark_of(store, inbox)
    assert mark is not None
    put_messages(store, inbox, [arrival(3), arrival(90)])
    assert len(unread_since(store, inbox, mark, BEGIN + 4)) == 1
    assert unread_since(store, inbox, mark, BEGIN + 91) == []
