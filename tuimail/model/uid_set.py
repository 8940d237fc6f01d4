"""Sets of UIDs as ranges: the 100,000 messages of a mailbox are one pair of numbers."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_UID: Final = 2**32 - 1
"""RFC 9051 section 9, `nz-number`."""
MAX_PIECE_RANGES: Final = 250
"""Written, so many take 5,500 characters at most: a server must take lines of 8,192 octets
(RFC 7162 section 4)."""


@dataclass(frozen=True, slots=True)
class UidSet:
    """Ascending ranges that do not touch; both ends belong to each."""

    ranges: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, uids: Iterable[int]) -> "UidSet":
        """Return the set of these UIDs."""
        ranges: list[tuple[int, int]] = []
        for uid in sorted(uids):
            if ranges and uid <= ranges[-1][1] + 1:
                ranges[-1] = (ranges[-1][0], uid)
            else:
                ranges.append((uid, uid))
        return cls(tuple(ranges))

    @classmethod
    def joined(cls, ranges: Iterable[tuple[int, int]]) -> "UidSet":
        """Return the set of these ranges, in any order; they may overlap and touch."""
        joined: list[tuple[int, int]] = []
        for one in sorted(ranges):
            if joined and one[0] <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], one[1]))
            else:
                joined.append(one)
        return cls(tuple(joined))

    @classmethod
    def since(cls, first: int) -> "UidSet":
        """Return the set of all UIDs from `first` on, whatever will be there."""
        return cls(((first, MAX_UID),))

    @property
    def count(self) -> int:
        """How many UIDs it holds."""
        return sum(last - first + 1 for first, last in self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, uid: int) -> bool:
        place = bisect_right(self.ranges, (uid, MAX_UID)) - 1
        return place >= 0 and uid <= self.ranges[place][1]

    def is_within(self, other: "UidSet") -> bool:
        """Whether the other set holds all of this one."""
        for first, last in self.ranges:
            place = bisect_right(other.ranges, (first, MAX_UID)) - 1
            if place < 0 or last > other.ranges[place][1]:
                return False
        return True

    def __iter__(self) -> Iterator[int]:
        """Give the UIDs, ascending."""
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __sub__(self, other: "UidSet") -> "UidSet":
        """Return what is in this set and not in the other."""
        kept: list[tuple[int, int]] = []
        place = 0
        for first, last in self.ranges:
            start = first
            while place < len(other.ranges) and other.ranges[place][0] <= last:
                other_first, other_last = other.ranges[place]
                if start < other_first:
                    kept.append((start, other_first - 1))
                start = max(start, other_last + 1)
                if other_last > last:
                    break  # it may take from the next range as well
                place += 1
            if start <= last:
                kept.append((start, last))
        return UidSet(tuple(kept))

    def __and__(self, other: "UidSet") -> "UidSet":
        """Return what is in both sets."""
        return self - (self - other)

    def tail(self, count: int) -> "UidSet":
        """Return the highest so many UIDs, or all where there are no more."""
        ranges: list[tuple[int, int]] = []
        for first, last in reversed(self.ranges):
            if count <= 0:
                break
            ranges.append((max(first, last - count + 1), last))
            count -= last - first + 1
        return UidSet(tuple(reversed(ranges)))

    def pieces(self) -> Iterator["UidSet"]:
        """Yield the set in pieces, each as much as one command carries."""
        for start in range(0, len(self.ranges), MAX_PIECE_RANGES):
            yield UidSet(self.ranges[start : start + MAX_PIECE_RANGES])


ALL_UIDS: Final = UidSet.since(1)
NO_UIDS: Final = UidSet()
