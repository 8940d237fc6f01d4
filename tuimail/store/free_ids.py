"""Row ids that are free: two mails of one second may want the same."""

from collections.abc import Iterable

from .database import Writing
from .row_ids import DATE_SHIFT, IN_SECOND
from .statement import with_ids


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
        return not any(map(self._is_free, range(first, first + IN_SECOND + 1)))

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
            (second << DATE_SHIFT, second << DATE_SHIFT | IN_SECOND),
        )
        self._taken.update(row[0] for row in rows)
