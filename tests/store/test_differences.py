"""What is taken out and put in by difference is what reading all would give."""

import random
from dataclasses import replace

import pytest

from tuimail.model.ids import MessageRef, RowId, ThreadId
from tuimail.model.operation import OperationKind
from tuimail.model.safe import ours
from tuimail.model.sort import NEWEST_FIRST, Sort, SortBy
from tuimail.model.uid_set import UidSet
from tuimail.model.view import Grouping, View
from tuimail.store.database import Store
from tuimail.store.differences import difference, with_difference, with_trees
from tuimail.store.journal import record_batch
from tuimail.store.lists import rows_of, thread_rows, view_ids
from tuimail.store.messages import put_messages, remove_uids
from tuimail.store.targets import operation_on, targets

from .makers import arrival, box_id, view


def move(store, mailbox, row_ids, destination) -> None:
    found = targets(store, [MessageRef(RowId(row_id), mailbox) for row_id in row_ids])
    moves = [operation_on(t, OperationKind.MOVE, destination=destination) for t in found]
    record_batch(store, moves, ours("moved"), [t.flags for t in found])


@pytest.mark.parametrize("grouping", Grouping)
@pytest.mark.parametrize("seed", range(6))
def test_after_any_deeds_the_difference_is_what_all_of_the_list_is(store, grouping, seed) -> None:
    chance = random.Random(seed)
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    arrivals = []
    for number in range(1, 121):
        about = chance.randint(1, number)
        names = (f"m{about}@host.example",) if about < number and chance.random() < 0.6 else ()
        arrivals.append(arrival(number, references=names))
    chance.shuffle(arrivals)
    put_messages(store, inbox, arrivals)
    shown = view(inbox, grouping=grouping)
    ids = view_ids(store, shown)
    every = list(view_ids(store, view(inbox)))
    for _ in range(12):
        there = set(view_ids(store, view(inbox)))
        some = chance.sample(every, chance.randint(1, 5))
        move(store, inbox, [i for i in some if i in there], "Archive")
        move(store, archive, [i for i in some if i not in there], "INBOX")
        ids = with_difference(ids, difference(store, shown, some))
        assert ids == view_ids(store, shown)


@pytest.mark.parametrize("sort", [NEWEST_FIRST, Sort(SortBy.SUBJECT)])
@pytest.mark.parametrize("seed", range(4))
def test_among_unfolded_threads_it_is_too_or_says_that_it_cannot_tell(store, seed, sort) -> None:
    chance = random.Random(seed)
    inbox, sent = box_id(store, "INBOX"), box_id(store, "Sent")
    for mailbox, numbers in ((inbox, range(1, 91)), (sent, range(91, 111))):
        arrivals = []
        for number in numbers:
            about = chance.randint(1, 90)
            names = (f"m{about}@host.example",) if chance.random() < 0.6 else ()
            arrivals.append(arrival(number, references=names))
        put_messages(store, mailbox, arrivals)
    flat = view(inbox)
    threads = {row.thread_id for row in rows_of(store, flat, view_ids(store, flat))}
    others = frozenset(chance.sample(sorted(threads), 10))
    shown = replace(view(inbox, grouping=Grouping.THREADS), others=others, sent=(sent,), sort=sort)
    ids, told = view_ids(store, shown), 0
    for _ in range(20):
        some = chance.sample(list(view_ids(store, flat)), chance.choice((1, 1, 2)))
        if chance.random() < 0.5:
            some = [row.row_id for row in thread_rows(store, one_of(store, flat, some))]
        move(store, inbox, some, "Archive")
        now = with_trees(store, shown, ids, some)
        ids = view_ids(store, shown)
        assert now in (None, ids)
        told += now is not None
        if chance.random() < 0.2:  # the newest come back: nobody knows where they stood
            move(store, box_id(store, "Archive"), some, "INBOX")
            assert with_trees(store, shown, ids, some) in (None, view_ids(store, shown))
            ids = view_ids(store, shown)
        some = chance.sample(list(view_ids(store, flat)), 2)  # as where they are flagged
        assert with_trees(store, shown, ids, some) == ids
    assert told > 8


def one_of(store: Store, shown: View, row_ids: list[int]) -> ThreadId:
    return rows_of(store, shown, row_ids)[0].thread_id


def test_a_mail_that_was_forgotten_is_taken_out(store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in (1, 2, 3)])
    ids = view_ids(store, view(inbox))
    assert with_difference(ids, difference(store, view(inbox), [ids[1], 5])) == ids
    remove_uids(store, inbox, UidSet.of([2]))
    assert list(with_difference(ids, difference(store, view(inbox), [ids[1]]))) == [ids[0], ids[2]]
