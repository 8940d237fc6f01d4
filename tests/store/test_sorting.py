"""Lists in any order are as Python sorts them, whatever of the keys is made already."""

import random
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.model.address import Address
from tuimail.model.ids import ThreadId
from tuimail.model.query import Field, Order, Word
from tuimail.model.safe import ours
from tuimail.model.sort import Sort, SortBy
from tuimail.model.uid_set import UidSet
from tuimail.model.view import Grouping, View
from tuimail.store import sorting
from tuimail.store.base_subject import base_words
from tuimail.store.database import Database, Store
from tuimail.store.lists import listed, rows_of, view_ids
from tuimail.store.messages import put_messages, remove_uids
from tuimail.store.sorting import in_order, make_keys, put_in

from .makers import arrival, box_id, store_with_mailboxes

KEYED = (SortBy.SENDER, SortBy.SUBJECT, SortBy.SIZE)
NAMES = (
    "Zoë",
    "alice",
    "Alice",
    "",
    "ümit",
    "李",
    "Bob  Berg",
    "bob berg",
    "\U0001f600",
    "x" * 200,
)
SUBJECTS = (
    "Plan",
    "plan",
    "Re: Plan",
    "AW: plan  b",
    "Re: ",
    "",
    "ÄPFEL",
    "äpfel",
    "计划",
    "p" * 200,
)


def sorts() -> list[Sort]:
    return [Sort(by, is_reversed) for by in SortBy for is_reversed in (False, True)]


def fill(store: Store, mailbox: str, count: int, seed: int, first: int = 1) -> None:
    """Put mails into a mailbox that are like and unlike in every way."""
    chance = random.Random(seed)
    arrivals = []
    for number in range(first, first + count):
        about = chance.randint(first, number)
        names = (f"m{about}@host.example",) if about < number and chance.random() < 0.4 else ()
        sender = Address(chance.choice(NAMES), f"{chance.choice('abc')}@example.org")
        made = arrival(
            number,
            subject=chance.choice(SUBJECTS),
            from_=(sender,),
            references=names,
            date=1_700_000_000 + chance.randint(0, count),
        )
        arrivals.append(made._replace(size_bytes=chance.choice((0, 10, 2_000, 3_000))))
    put_messages(store, box_id(store, mailbox), arrivals)


def by_python(store: Store, view: View, ids: array) -> list[int]:
    """Return rows that stand newest first as the words of `SortBy` say they stand."""
    flat = View(view.title, view.mailboxes)
    rows = {row.row_id: row for row in rows_of(store, flat, ids)}

    def key(row_id: int) -> tuple[object, ...]:
        row = rows[row_id]
        match view.sort.by:
            case SortBy.SENDER:
                name = row.sender_name.raw.strip() or row.sender_address.raw
                return (" ".join(name.split()).casefold()[:80],)
            case SortBy.SUBJECT:
                return (base_words(row.subject.raw)[:80],)
            case SortBy.SIZE:
                return (-row.size_bytes,)
            case SortBy.THREAD:
                newest = max(i for i in ids if rows[i].thread_id == row.thread_id)
                return (-newest,)
        return ()

    found = sorted(ids, key=key)
    return found[::-1] if view.sort.is_reversed else found


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from([0, 10_000]))
def test_every_order_is_as_python_sorts(tmp_path_factory, seed, keyed, few) -> None:
    store = store_with_mailboxes(tmp_path_factory.mktemp("sorted"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_FEW", few)
        patch.setattr(sorting, "_FEW_LACKING", seed % 20)
        fill(store, "INBOX", keyed, seed)
        assert sum(make_keys(store)) == keyed
        fill(store, "INBOX", 40 - keyed, seed + 1, first=100)
        fill(store, "Archive", 10, seed + 2, first=200)
        boxes = (box_id(store, "INBOX"), box_id(store, "Archive"))
        for sort in sorts():
            for shown in (View(ours("x"), boxes[:1]), View(ours("x"), boxes)):
                ids = view_ids(store, shown)
                view = View(ours("x"), shown.mailboxes, sort=sort)
                assert list(view_ids(store, view)) == by_python(store, view, ids)
    store.close()


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, "INBOX", 60, 5)
    list(make_keys(store))
    return store


@pytest.mark.parametrize("sort", sorts())
def test_folded_threads_stand_where_their_newest_mail_does(full: Store, sort) -> None:
    folded = View(ours("x"), (box_id(full, "INBOX"),), grouping=Grouping.THREADS)
    heads = view_ids(full, folded)
    view = View(ours("x"), folded.mailboxes, grouping=Grouping.THREADS, sort=sort)
    assert list(view_ids(full, view)) == by_python(full, view, heads)


@pytest.mark.parametrize("sort", sorts())
def test_an_unfolded_thread_stands_together(full: Store, sort) -> None:
    inbox = (box_id(full, "INBOX"),)
    every = rows_of(full, View(ours("x"), inbox), view_ids(full, View(ours("x"), inbox)))
    threads = [row.thread_id for row in every]
    longest = ThreadId(max(threads, key=threads.count))
    others = frozenset({longest})
    view = View(ours("x"), inbox, grouping=Grouping.THREADS, sort=sort, others=others)
    found = list(view_ids(full, view))
    of_thread = [row.row_id for row in every if row.thread_id == longest]
    begin = min(map(found.index, of_thread))
    assert set(found[begin : begin + len(of_thread)]) == set(of_thread)
    folded = View(ours("x"), inbox, grouping=Grouping.THREADS, sort=sort)
    kept = [i for i in found if i not in of_thread or i == max(of_thread)]
    assert kept == list(view_ids(full, folded))


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("sort", [one for one in sorts() if one.by in KEYED])
def test_what_a_search_found_is_sorted_too(full: Store, order, sort) -> None:
    inbox = (box_id(full, "INBOX"),)
    query = Word(Field.ANY, "plan")
    found = view_ids(full, View(ours("x"), inbox, query))
    view = View(ours("x"), inbox, query, order=order, sort=sort)
    assert len(found) > 5
    assert list(view_ids(full, view)) == by_python(full, view, found)
    assert listed(full, view, 2).is_whole


@pytest.mark.parametrize("sort", [one for one in sorts() if one.by is not SortBy.THREAD])
def test_one_mail_is_put_in_where_it_belongs(full: Store, sort) -> None:
    view = View(ours("x"), (box_id(full, "INBOX"),), sort=sort)
    whole = view_ids(full, view)
    for place in (0, 1, 30, 58, 59):
        without = whole[:]
        row_id = without.pop(place)
        put_in(full, sort, without, [row_id])
        assert without == whole


def test_a_key_goes_with_its_message(full: Store) -> None:
    inbox = box_id(full, "INBOX")
    ids = view_ids(full, View(ours("x"), (inbox,)))
    with full.writing(Database.CACHE) as writing:
        writing.run("delete from message where id = ?", (ids[3],))
    kept = full.rows(Database.CACHE, "select count(*) from sort_key where message = ?", (ids[3],))
    assert kept == [(0,)]
    assert full.rows(Database.CACHE, "select count(*) from sort_key") == [(59,)]
    assert ids[3] not in in_order(full, Sort(SortBy.SIZE), ids)


def test_a_mail_that_comes_back_is_sorted_by_what_it_says_now(full: Store) -> None:
    inbox = box_id(full, "INBOX")
    remove_uids(full, inbox, UidSet.of([7]))
    fill(full, "INBOX", 60, 5)
    assert list(make_keys(full)) == []
    view = View(ours("x"), (inbox,), sort=Sort(SortBy.SUBJECT))
    assert len(view_ids(full, view)) == 60


def test_keys_are_made_in_steps_of_few(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(sorting, "MESSAGES_A_STEP", 30)
    for first in (1, 21, 41):
        fill(store, "INBOX", 20, first, first=first)
    assert list(make_keys(store)) == [40, 20]
    assert list(make_keys(store)) == []


def test_a_long_list_is_sorted_out_of_an_index_alone(full: Store, monkeypatch) -> None:
    monkeypatch.setattr(sorting, "_FEW", 0)
    asked: list[str] = []
    read = Store.rows
    monkeypatch.setattr(Store, "rows", lambda *what: asked.append(what[2]) or read(*what))
    ids = view_ids(full, View(ours("x"), (box_id(full, "INBOX"),)))
    asked.clear()
    for by in KEYED:
        in_order(full, Sort(by), ids)
        plan = read(
            full,
            Database.CACHE,
            f"explain query plan select message from sort_key {sorting._INDEX[by]}",
        )
        assert [row[3] for row in plan] == [f"SCAN sort_key USING COVERING INDEX sort_key_{by}"]
    assert asked == []


def test_an_empty_list_is_empty_in_any_order(store: Store) -> None:
    for sort in sorts():
        assert in_order(store, sort, array("q")) == array("q")
