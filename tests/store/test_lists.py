"""Lists: which rows are unread, found without walking the whole list."""

from array import array

import pytest

from tuimail.model.view import Grouping
from tuimail.store.database import Store
from tuimail.store.lists import unread_rows, view_ids
from tuimail.store.messages import put_messages

from .makers import arrival, box_id, ref, view


def test_unread_rows_of_a_long_list_are_named_with_their_mails(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    flags = {n: () if n in (7, 2_900) else ("\\Seen",) for n in range(1, 3_001)}
    put_messages(store, inbox, [arrival(n, *flags[n]) for n in flags])
    shown = view_ids(store, view(inbox))
    unread = [shown[3_000 - 2_900], shown[3_000 - 7]]
    assert unread_rows(store, view(inbox), shown) == {i: [ref(i, inbox)] for i in unread}


@pytest.mark.parametrize("grouping", Grouping)
def test_a_row_that_is_not_shown_is_not_named(store: Store, grouping: Grouping) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in (1, 2, 3)])
    shown = view_ids(store, view(inbox, grouping=grouping))
    assert list(unread_rows(store, view(inbox, grouping=grouping), shown[1:2])) == [shown[1]]
    assert unread_rows(store, view(inbox, grouping=grouping), array("q")) == {}


def test_a_thread_is_unread_for_any_mail_of_it_in_the_view(store: Store) -> None:
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    first, second = "m1@host.example", "m2@host.example"
    put_messages(
        store,
        inbox,
        [
            arrival(1),
            arrival(2, "\\Seen", references=(first,)),
            arrival(9, "\\Seen", number=9),
        ],
    )
    put_messages(store, archive, [arrival(3, number=3, references=(first, second))])
    threads = view(inbox, grouping=Grouping.THREADS)
    shown = view_ids(store, threads)
    oldest = view_ids(store, view(inbox))[-1]
    assert unread_rows(store, threads, shown) == {shown[1]: [ref(oldest, inbox)]}
