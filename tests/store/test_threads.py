"""Threads equal a brute-force union of everything that names each other, in any order."""

import os
import random
from collections import defaultdict
from pathlib import Path

import pytest

from tuimail.model.view import Grouping
from tuimail.store.database import Database, Store
from tuimail.store.lists import rows_of, thread_rows, view_ids
from tuimail.store.messages import Arrival, put_messages

from .makers import arrival, box_id, store_with_mailboxes, view

COUNT = 20_000 if os.environ.get("PROOF_FULL") else 1_500


def conversations(chance: random.Random, count: int) -> list[Arrival]:
    """Threads with missing mails, cut References, and answers known by In-Reply-To alone."""
    arrivals = []
    ancestors: dict[int, list[str]] = {}
    for number in range(1, count + 1):
        parent = number - int(chance.expovariate(1 / 40)) - 1
        chain: list[str] = []
        if parent > 0 and chance.random() < 0.58:
            chain = [*ancestors.get(parent, []), f"m{parent}@host.example"][-8:]
        ancestors[number] = chain
        if chance.random() < 0.1:
            continue  # never seen here
        only_parent = chance.random() < 0.12
        arrivals.append(
            arrival(
                number,
                references=() if only_parent else tuple(chain[chance.randrange(3) :]),
                in_reply_to=tuple(chain[-1:]),
            )
        )
    return arrivals


def brute_force(arrivals: list[Arrival]) -> set[frozenset[int]]:
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for one in arrivals:
        envelope = one.envelope
        for other in (*envelope.references, *envelope.in_reply_to):
            parent[root(other)] = root(envelope.message_id)
    groups = defaultdict(set)
    for one in arrivals:
        groups[root(one.envelope.message_id)].add(one.uid)
    return {frozenset(group) for group in groups.values()}


def stored_threads(store: Store) -> set[frozenset[int]]:
    rows = store.rows(
        Database.CACHE,
        "select m.thread, p.thread, p.ref from message m join placement p on p.message = m.id",
    )
    groups = defaultdict(set)
    for of_message, of_placement, uid in rows:
        assert of_message == of_placement
        groups[of_message].add(uid)
    return {frozenset(group) for group in groups.values()}


@pytest.mark.proof
@pytest.mark.parametrize("order", ["newest first", "oldest first", "random"])
def test_threads_equal_brute_force(tmp_path: Path, order: str) -> None:
    chance = random.Random(order)
    arrivals = conversations(chance, COUNT)
    expected = brute_force(arrivals)
    if order == "newest first":
        arrivals.reverse()
    elif order == "random":
        chance.shuffle(arrivals)
    store = store_with_mailboxes(tmp_path / "data")
    inbox = box_id(store, "INBOX")
    start = 0
    while start < len(arrivals):
        size = chance.randrange(1, 400)
        put_messages(store, inbox, arrivals[start : start + size])
        start += size
    assert stored_threads(store) == expected
    store.close()


def test_a_thread_is_one_row_that_counts(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(
        store,
        inbox,
        [
            arrival(1, "\\Seen"),
            arrival(2, in_reply_to=("m1@host.example",)),
            arrival(3),
            arrival(4, "\\Seen", references=("m1@host.example", "m2@host.example")),
        ],
    )
    threads = view(inbox, grouping=Grouping.THREADS)
    rows = rows_of(store, threads, view_ids(store, threads))
    assert [(r.subject.raw, r.thread_count, r.thread_unread) for r in rows] == [
        ("Subject 4", 3, 1),
        ("Subject 3", 1, 1),
    ]
    assert list(view_ids(store, threads, limit=1)) == [rows[0].row_id]
    whole = thread_rows(store, rows[0].thread_id)
    assert [row.subject.raw for row in whole] == ["Subject 1", "Subject 2", "Subject 4"]


def test_a_late_link_makes_two_threads_one(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1)])
    put_messages(store, inbox, [arrival(9, references=("m5@host.example",))])
    before = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    assert before[0].thread_id != before[1].thread_id
    put_messages(store, inbox, [arrival(5, in_reply_to=("m1@host.example",))])
    rows = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    assert len({row.thread_id for row in rows}) == 1
    # An id somebody still holds leads to the thread it became part of.
    for row in before:
        assert len(thread_rows(store, row.thread_id)) == 3


def test_accounts_do_not_share_threads(tmp_path: Path) -> None:
    from .makers import HOME, WORK

    store = store_with_mailboxes(tmp_path / "data", WORK, HOME)
    ids = [
        put_messages(store, box_id(store, "INBOX", account), [arrival(1)])[0]
        for account in (WORK, HOME)
    ]
    threads = store.rows(Database.CACHE, "select distinct thread from message")
    assert len(set(ids)) == len(threads) == 2
    store.close()


def test_a_hostile_chain_is_capped(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    names = tuple(f"x{n}@host.example" for n in range(5_000))
    put_messages(store, inbox, [arrival(1, references=names)])
    count = store.rows(Database.CACHE, "select count(*) from refhash")[0][0]
    assert count <= 102


def of_thread(number: int, thread_id: str, **changes: object) -> Arrival:
    return arrival(number, **changes)._replace(thread_id=thread_id)


def test_messages_of_one_thread_on_the_server_are_one_in_any_order(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [of_thread(1, "T1"), of_thread(2, "T2"), arrival(9)])
    put_messages(store, inbox, [of_thread(3, "T1"), of_thread(4, "T2", references=("gone@x",))])
    put_messages(store, inbox, [arrival(5, references=("gone@x",))])
    assert sorted(map(len, stored_threads(store))) == [1, 2, 3]
    put_messages(store, inbox, [of_thread(6, "T1", in_reply_to=("m2@host.example",))])
    assert sorted(map(len, stored_threads(store))) == [1, 6]


def test_a_message_known_before_its_thread_is_told_joins_it(store: Store) -> None:
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    put_messages(store, inbox, [arrival(1), of_thread(2, "T1")])
    put_messages(store, archive, [of_thread(1, "T1")])
    assert sorted(map(len, stored_threads(store))) == [2]


def test_no_mail_puts_itself_into_a_thread_of_the_server_by_naming_its_id(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [of_thread(1, "T1"), arrival(2, references=("T1",))])
    assert sorted(map(len, stored_threads(store))) == [1, 1]


def test_where_the_server_tells_threads_no_subject_makes_one_of_two(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(
        store,
        inbox,
        [of_thread(1, "T1", subject="Lunch"), of_thread(2, "T2", subject="Re: Lunch")],
    )
    assert sorted(map(len, stored_threads(store))) == [1, 1]


def test_the_id_of_a_thread_counts_beside_any_number_of_references(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    many = tuple(f"r{n}@x" for n in range(500))
    put_messages(store, inbox, [of_thread(1, "T1", references=many), of_thread(2, "T1")])
    assert sorted(map(len, stored_threads(store))) == [2]
