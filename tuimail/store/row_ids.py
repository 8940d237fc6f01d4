"""Row ids of messages: the date in the upper bits, so that date order is key order."""

import time
from collections.abc import Iterable
from typing import Final

from tuimail.model.ids import MessageKey

from .database import Writing
from .statement import with_ids

DATE_SHIFT: Final = 6
EARLIEST: Final = 315_532_800
"""1 January 1980: a Date before it is a mistake or a lie."""
_DAY_S: Final = 86_400
_IN_SECOND: Final = (1 << DATE_SHIFT) - 1


def plausible_date(stated: int | None, received: int, now: int | None = None) -> int:
    """Return the date a message is listed under, in seconds UTC.

    `stated` is its Date field, `received` what the server says (0: nothing). A sender may not put
    a mail on top of the list for ever: at most a day after it was received.
    """
    now = int(time.time()) if now is None else now
    arrived = received if EARLIEST <= received <= now + _DAY_S else now
    date = arrived if stated is None else stated
    return min(max(date, EARLIEST), arrived + _DAY_S)


def wanted_row_id(date: int, key: MessageKey) -> int:
    """Return the row id a message gets if it is free."""
    return date << DATE_SHIFT | key & _IN_SECOND


def date_of(row_id: int) -> int:
    """Return the date in a row id, in seconds UTC."""
    return row_id >> DATE_SHIFT


def first_row_id(date: int) -> int:
    """Return the least row id of a second, in seconds UTC."""
    return date << DATE_SHIFT


class FreeIds:
    """Gives out row ids that are free in the table and in the batch."""

    def __init__(self, writing: Writing, wanted: Iterable[int]) -> None:
        rows = writing.rows(with_ids("select id from message where id in (:ids)", wanted))
        self._writing = writing
        self._taken = {row[0] for row in rows}
        self._loaded: set[int] = set()
        self._full: dict[int, int] = {}
        """Seconds without a free id, and where to look instead."""

    def take(self, wanted: int) -> int:
        """Return `wanted`, or the next free id above it."""
        if wanted in self._taken:
            wanted = self._next_free(wanted)
        self._taken.add(wanted)
        return wanted

    def _next_free(self, wanted: int) -> int:
        second, start = wanted >> DATE_SHIFT, wanted
        while True:
            second = self._not_full(second)
            self._load(second)
            start = max(start, second << DATE_SHIFT)
            free = next((i for i in range(start, second + 1 << DATE_SHIFT) if self._is_free(i)), -1)
            if free >= 0:
                return free
            if self._is_full(second):
                self._full[second] = self._beyond(second)
            else:  # the rest of a second that is free at its beginning
                second += 1

    def _beyond(self, second: int) -> int:
        """Return a later second that has room, in few looks: full ones mostly lie together."""
        full, step = second, 1
        while self._is_full(full + step):
            full, step = full + step, step * 2
        while step > 1:
            step //= 2
            if self._is_full(full + step):
                full += step
        return full + 1

    def _is_free(self, row_id: int) -> bool:
        return row_id not in self._taken

    def _is_full(self, second: int) -> bool:
        self._load(second)
        first = second << DATE_SHIFT
        return not any(map(self._is_free, range(first, first + _IN_SECOND + 1)))

    def _not_full(self, second: int) -> int:
        path = []
        while second in self._full:
            path.append(second)
            second = self._full[second]
        self._full.update(dict.fromkeys(path, second))
        return second

    def _load(self, second: int) -> None:
        if second in self._loaded:
            return
        self._loaded.add(second)
        rows = self._writing.rows(
            "select id from message where id between ? and ?",
            (second << DATE_SHIFT, second << DATE_SHIFT | _IN_SECOND),
        )
        self._taken.update(row[0] for row in rows)
