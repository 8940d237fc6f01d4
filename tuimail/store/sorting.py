"""Lists in another order than by date: keys beside the messages, and an index for each.

A row id is a date, so that date order costs nothing. The other keys stand in a table of their own
that the engine fills when nothing better is to be done, not with each batch: three indexes in
random order would cost the first fetch a fifth. An index holds its key and the row id, so that the
ids of 100,000 messages come out of it in order without a look at them. Messages whose keys are not
made yet are sorted all the same, by keys made on the spot.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from tuimail.model.sort import Sort, SortBy

from .base_subject import base_words
from .database import Database, Store, Writing
from .statement import sql, with_ids

MAX_KEY_CHARS: Final = 80
"""Of a sender or subject; those that begin alike so far count as the same."""
MESSAGES_A_STEP: Final = 1_000
_FEW: Final = 10_000
"""Up to so many messages, reading their keys costs less than reading an index of all."""
_FEW_LACKING: Final = 100
"""Up to so many are put in one by one among those that have keys."""

Key = str | int
Keys = Mapping[int, Key]

_COLUMN: Final = {SortBy.SENDER: "sender", SortBy.SUBJECT: "subject", SortBy.SIZE: "-size"}
_INDEX: Final = {
    SortBy.SENDER: "indexed by sort_key_sender order by sender, message desc",
    SortBy.SUBJECT: "indexed by sort_key_subject order by subject, message desc",
    SortBy.SIZE: "indexed by sort_key_size order by size desc, message desc",
}
_MESSAGE: Final = "select id, sender, addr, subject, size from message where id in (:ids)"
_OF_BATCH: Final = """select m.id, m.sender, m.addr, m.subject, m.size
    from json_each(?) j cross join message m on m.id = j.value"""
"""One statement for all batches: a connection keeps those with lists of ids, megabytes of them."""


def in_order(store: Store, sort: Sort, ids: "array[int]") -> "array[int]":
    """Return row ids in an order, each once, turned round where it says so.

    By date and by thread they stand as they are; among equals the newest come first.
    """
    if sort.by not in _COLUMN:
        found = ids
    elif len(ids) <= _FEW:
        found = _by_keys(ids, _keys(store, sort.by, ids))
    else:
        found = _by_index(store, sort.by, ids)
    return found[::-1] if sort.is_reversed else found


def put_in(store: Store, sort: Sort, ids: "array[int]", row_ids: Iterable[int]) -> None:
    """Put messages where they belong among those that stand in an order."""
    for row_id in row_ids:
        ids.insert(_place(store, sort, ids, row_id), row_id)


def note_unsorted(writing: Writing, messages: Sequence[int]) -> None:
    """Remember in the cache that keys are to be made of these messages."""
    if messages:
        blob = array("q", messages).tobytes()
        writing.run("insert into unsorted(messages) values(?)", (blob,))


def make_keys(store: Store) -> Iterator[int]:
    """Make the keys that lack, newest batch first, in steps: how many were made."""
    while waiting := _waiting(store):
        with store.alone(Database.CACHE):
            messages = array("q", b"".join(blob for _, blob in waiting))
            found = store.rows(Database.CACHE, _OF_BATCH, (json.dumps(messages.tolist()),))
            keys = [(row[0], _sender(row), _subject(row), row[4] or 0) for row in sorted(found)]
            with store.writing(Database.CACHE) as writing:
                writing.insert_many("insert or replace into sort_key", keys)
                done = (batch for batch, _ in waiting)
                writing.run(with_ids("delete from unsorted where batch in (:ids)", done))
        yield len(keys)


def _waiting(store: Store) -> list[tuple[int, bytes]]:
    """Return batches of about one step; the last one may be long."""
    text = "select batch, messages from unsorted order by batch desc limit ?"
    found = store.rows(Database.CACHE, text, (MESSAGES_A_STEP // 10,))
    total = 0

    def has_room(batch: tuple[int, bytes]) -> bool:
        nonlocal total
        had_room, total = total < MESSAGES_A_STEP, total + len(batch[1]) // 8
        return had_room

    return list(takewhile(has_room, found))


def _by_index(store: Store, by: SortBy, ids: "array[int]") -> "array[int]":
    wanted = set(ids)
    every = store.ids(Database.CACHE, sql("select message from sort_key", _INDEX[by]))
    found = array("q", filter(wanted.__contains__, every))
    if len(found) == len(wanted):
        return found
    lacking = wanted.difference(found)
    if len(lacking) > _FEW_LACKING:
        return _by_keys(ids, _keys(store, by, ids))
    put_in(store, Sort(by), found, _keys(store, by, lacking))
    return found


def _by_keys(ids: Iterable[int], keys: Keys) -> "array[int]":
    newest_first = sorted(keys.keys() & set(ids), reverse=True)
    return array("q", sorted(newest_first, key=keys.__getitem__))


def _keys(store: Store, by: SortBy, ids: Iterable[int]) -> dict[int, Key]:
    """Return the keys of messages; those that are gone are left out."""
    ids = list(ids)
    if by not in _COLUMN:
        return dict.fromkeys(ids, 0)
    which = sql("select message,", _COLUMN[by], "from sort_key where message in (:ids)")
    keys: dict[int, Key] = dict(store.rows(Database.CACHE, with_ids(which, ids)))
    lacking = [row_id for row_id in ids if row_id not in keys]
    if lacking:
        for row in store.rows(Database.CACHE, with_ids(_MESSAGE, lacking)):
            made = {SortBy.SENDER: _sender, SortBy.SUBJECT: _subject}.get(by)
            keys[row[0]] = made(row) if made else -(row[4] or 0)
    return keys


def _place(store: Store, sort: Sort, ids: "array[int]", row_id: int) -> int:
    own = _rank(store, sort.by, row_id)
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        is_before = _rank(store, sort.by, ids[middle]) < own
        if is_before is not sort.is_reversed:
            low = middle + 1
        else:
            high = middle
    return low


def _rank(store: Store, by: SortBy, row_id: int) -> tuple[bool, Key, int]:
    """Return what a message is compared by; one that is gone comes last."""
    keys = _keys(store, by, [row_id])
    return row_id not in keys, keys.get(row_id, 0), -row_id


def _sender(row: tuple[int, str | None, str | None, str | None, int | None]) -> str:
    name = (row[1] or "").strip() or row[2] or ""
    return " ".join(name[: 4 * MAX_KEY_CHARS].split()).casefold()[:MAX_KEY_CHARS]


def _subject(row: tuple[int, str | None, str | None, str | None, int | None]) -> str:
    return base_words(row[3] or "")[:MAX_KEY_CHARS]
