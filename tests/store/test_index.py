"""Headers that are indexed after they are listed: each once, whatever comes between."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tuimail.model.address import Address
from tuimail.model.ids import RowId
from tuimail.model.uid_set import UidSet
from tuimail.store import index
from tuimail.store.bodies import Searchable, put_body
from tuimail.store.database import Database, Store, open_store
from tuimail.store.index import catch_up, count_waiting, index_waiting
from tuimail.store.messages import key_of, put_messages, remove_uids
from tuimail.store.upkeep import start, sweep

from .makers import arrival, box_id, store_with_mailboxes

INTEGRITY = "insert into ft(ft, rank) values('integrity-check', 0)"
A_WEEK_LATER = 1 << 33


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = store_with_mailboxes(tmp_path / "data")
    yield store
    store.maintain(Database.SEARCH, INTEGRITY)
    store.close()


def put(store: Store, numbers: Sequence[int], **changes: object) -> list[RowId]:
    arrivals = [arrival(n, subject=f"word{n}", **changes) for n in numbers]
    return put_messages(store, box_id(store, "INBOX"), arrivals, is_indexed_later=True)


def hits(store: Store, words: str) -> list[int]:
    which = "select rowid from ft where ft match ? order by rowid"
    return list(store.ids(Database.SEARCH, which, (words,)))


def test_what_waits_is_counted_and_found_once_it_is_indexed(store: Store) -> None:
    rows = put(store, range(1, 4))
    assert (count_waiting(store), hits(store, "alice")) == (3, [])
    assert catch_up(store) == 3
    assert (count_waiting(store), hits(store, "alice")) == (0, rows)
    assert catch_up(store) == 0


def test_it_is_indexed_in_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "WAITING_A_STEP", 3)
    rows = [row for n in range(1, 11, 2) for row in put(store, (n, n + 1))]
    assert [index_waiting(store) for _ in range(4)] == [4, 4, 2, 0]
    assert hits(store, "alice") == rows


def test_numbers_of_batches_never_come_again(store: Store) -> None:
    rows = []
    for number in range(1, 6):
        rows += put(store, [number])
        assert catch_up(store) == 1
        rows += put(store, [number + 10])
        rows += put(store, [number + 20])
        assert catch_up(store) == 2
    assert hits(store, "alice") == sorted(rows)
    (left,) = store.rows(Database.CACHE, "select count(*) from unindexed")
    assert left[0] <= 2


def test_a_crash_before_the_index_had_it_is_caught_up_at_the_next_start(store: Store) -> None:
    rows = put(store, range(1, 4))
    again = open_store(store.folder)
    start(again)
    assert hits(again, "alice") == rows
    again.close()


def test_a_text_that_came_first_is_not_indexed_again_by_its_header(store: Store) -> None:
    (row_id,) = put(store, [1])
    put_body(
        store,
        key_of(store, row_id),
        b"raw",
        Searchable("pelican", "", "pelican", has_attachments=False),
    )
    assert catch_up(store) == 1
    assert hits(store, "pelican word1") == [row_id]
    assert store.rows(Database.SEARCH, "select count(*) from ft_docsize") == [(1,)]


def test_what_waits_and_is_forgotten_meanwhile_leaves_nothing(store: Store) -> None:
    put(store, [1])
    remove_uids(store, box_id(store, "INBOX"), UidSet.of((1,)))
    list(sweep(store, lambda _: Searchable("", "", "", has_attachments=False), A_WEEK_LATER))
    assert catch_up(store) == 0
    assert store.rows(Database.SEARCH, "select count(*) from ft_docsize") == [(0,)]


def test_scripts_without_spaces_and_every_person_are_indexed(store: Store) -> None:
    people = {
        "to": (Address("Zoe", "zoe@z.example"), Address("会議室", "room@x.example")),
        "cc": (Address("Carl", "carl@y.example"),),
    }
    rows = put(store, [1], **people)
    put(store, [2])
    catch_up(store)
    for words in ("rcpt : zoe", "rcpt : carl", 'rcpt : "会議 議室"', "rcpt : z", "word1"):
        assert hits(store, words) == rows


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_rows_are_inserted_together_whatever_their_number(store: Store, count: int) -> None:
    rows = put(store, range(1, count + 1))
    assert catch_up(store) == len(set(rows)) == count
    counted = "select count(*) from message join placement on message = id"
    assert store.rows(Database.CACHE, counted) == [(count,)]
