"""Lists: which rows are unread, found without walking the whole list."""

from array import array

import pytest

from tuimail.model.ids import ThreadId
from tuimail.model.query import And, Field, Is, Order, State, Word
from tuimail.model.safe import ours
from tuimail.model.view import Grouping, View
from tuimail.store import lists
from tuimail.store.database import Store
from tuimail.store.lists import count, listed, rows_of, unread_count, unread_rows, view_ids
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


def threads_of(store: Store, mailbox, lengths: list[int]) -> None:
    """Put threads into a mailbox, each as long as said, the first one the oldest."""
    arrivals, number = [], 0
    for length in lengths:
        root = f"m{number + 1}@host.example"
        for place in range(length):
            number += 1
            arrivals.append(arrival(number, references=(root,) if place else ()))
    put_messages(store, mailbox, arrivals)


@pytest.mark.parametrize("grouping", Grouping)
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("query", [None, Word(Field.ANY, "Subject")])
@pytest.mark.parametrize("in_one", [True, False])
def test_the_beginning_of_a_list_is_as_in_all_of_it(store, grouping, order, query, in_one) -> None:
    inbox = box_id(store, "INBOX")
    threads_of(store, inbox, [3, 1, 40, 2, 1, 1, 90, 5, 1])
    shown = View(ours("x"), (inbox,) if in_one else (), query, grouping=grouping, order=order)
    whole = listed(store, shown)
    assert whole.is_whole
    assert len(whole.messages) == 144
    for rows in (1, 2, 3, 5, 9, 20, 143, 200):
        part = listed(store, shown, rows)
        assert len(part.ids) >= min(rows, len(whole.ids))
        assert part.ids == whole.ids[: len(part.ids)]
        assert not part.is_whole or part == whole
        assert view_ids(store, shown, rows) == whole.ids[:rows]
    assert count(store, shown) == len(whole.ids)


@pytest.mark.parametrize("grouping", Grouping)
@pytest.mark.parametrize("query", [None, Word(Field.ANY, "Subject")])
def test_the_beginning_is_the_same_where_threads_are_shown_the_other_way(
    store: Store, grouping, query
) -> None:
    inbox = box_id(store, "INBOX")
    threads_of(store, inbox, [3, 1, 40, 2])
    flat = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    others = frozenset(ThreadId(row.thread_id) for row in flat[-3:])
    mixed = View(ours("x"), (inbox,), query, grouping=grouping, others=others)
    whole = listed(store, mixed)
    assert whole.is_whole
    for rows in (1, 2, 5, 40, 46):
        part = listed(store, mixed, rows)
        assert part.ids == whole.ids[: len(part.ids)]
        assert len(part.ids) >= min(rows, len(whole.ids))


@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("grouping", Grouping)
def test_unread_mail_of_a_search_is_counted_among_what_it_found(
    store: Store, grouping, few, monkeypatch
) -> None:
    monkeypatch.setattr(lists, "_FEW", few)
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    threads_of(store, inbox, [4, 1, 3])
    put_messages(store, inbox, [arrival(20, "\\Seen"), arrival(21, subject="Other")])
    put_messages(store, archive, [arrival(1, number=22)])
    found = View(ours("x"), (inbox,), Word(Field.ANY, "Subject"), grouping=grouping)
    assert unread_count(store, found, listed(store, found).messages) == 8
    assert unread_count(store, view(inbox), array("q")) == 9


def test_only_so_many_of_the_newest_unread_mails_are_counted_among(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n, *(["\\Seen"] if n % 2 else [])) for n in range(1, 41)])
    assert lists.newest_unread(store, 20) == ()
    (since,) = lists.newest_unread(store, 5)
    found = view_ids(store, View(ours("x"), (inbox,), And((Is(State.UNREAD), since))))
    assert list(found) == list(view_ids(store, view(inbox)))[:10:2]


def test_no_more_are_counted_than_asked_for(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in range(1, 31)])
    unread = View(ours("x"), (inbox,), Is(State.UNREAD))
    assert lists.count_at_most(store, unread, 7) == 7
    assert lists.count_at_most(store, unread, 100) == 30


def test_flagged_mails_of_a_view_are_counted_once(store: Store) -> None:
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    put_messages(store, inbox, [arrival(1, "\\Flagged"), arrival(2), arrival(3, "\\Flagged")])
    put_messages(store, archive, [arrival(9, "\\Flagged", number=1)])
    assert lists.flagged_count(store, view(inbox)) == 2
    assert lists.flagged_count(store, view(inbox, archive)) == 2
    assert lists.flagged_count(store, view(archive)) == 1
