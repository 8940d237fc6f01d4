"""Sets of UIDs as IMAP writes them: `1:3,7,10:*` (RFC 9051, sequence-set)."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .faults import unreadable

MAX_UID: Final = 2**32 - 1
MAX_SET_CHARS: Final = 4_000
"""Servers take command lines of 8,192 bytes (RFC 7162 section 4); sets are cut well below."""
MAX_MEMBERS: Final = 2_000_000
"""Members a server's set may name before it counts as an attack."""

_SET = re.compile(r"(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?(?:,(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?)*")


@dataclass(frozen=True, slots=True)
class UidSet:
    """Ranges in the order written; both ends belong to each. `*` reads as the largest UID."""

    ranges: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many numbers the ranges hold."""
        return sum(high - low + 1 for low, high in self.ranges)

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, int) and any(low <= uid <= high for low, high in self.ranges)

    def __iter__(self) -> Iterator[int]:
        """Give the members in the order written.

        Raises:
            ProtocolError: there are more than MAX_MEMBERS.
        """
        if self.count > MAX_MEMBERS:
            raise unreadable("a set of too many messages")
        for low, high in self.ranges:
            yield from range(low, high + 1)

    def __str__(self) -> str:
        return ",".join(_written(low, high) for low, high in self.ranges)

    def pieces(self, max_chars: int = MAX_SET_CHARS) -> list[str]:
        """Return the set as text, cut into several where it is longer than a command may be."""
        pieces: list[str] = []
        for low, high in self.ranges:
            text = _written(low, high)
            if pieces and len(pieces[-1]) + len(text) < max_chars:
                pieces[-1] += "," + text
            else:
                pieces.append(text)
        return pieces

    def tester(self) -> "Membership":
        """Return a fast test of membership."""
        return Membership(self)


class Membership:
    """Tells whether a UID is in a set, in logarithmic time."""

    def __init__(self, uids: UidSet) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []
        for low, high in sorted(uids.ranges):
            if self._highs and low <= self._highs[-1] + 1:
                self._highs[-1] = max(self._highs[-1], high)
            else:
                self._lows.append(low)
                self._highs.append(high)

    def __contains__(self, uid: int) -> bool:
        place = bisect_right(self._lows, uid) - 1
        return place >= 0 and uid <= self._highs[place]


def parse_set(text: str) -> UidSet:
    """Return the set a server or a caller wrote.

    Raises:
        ProtocolError: it is no set: a trailing comma, zero, a number above 32 bits.
    """
    if not _SET.fullmatch(text):
        raise unreadable("a set of messages that is none")
    ranges = []
    for piece in text.split(","):
        first, _, last = piece.partition(":")
        low, high = _number(first), _number(last or first)
        ranges.append((low, high) if low <= high else (high, low))
    return UidSet(tuple(ranges))


def uid_set(uids: Iterable[int]) -> UidSet:
    """Return the shortest set of these UIDs, ascending."""
    ranges: list[tuple[int, int]] = []
    for uid in sorted(uids):
        if ranges and uid <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(uid, ranges[-1][1]))
        else:
            ranges.append((uid, uid))
    return UidSet(tuple(ranges))


def pairs_of(sources: UidSet, destinations: UidSet) -> Sequence[tuple[int, int]]:
    """Return (old, new) pairs of a COPYUID; nothing where the two do not fit together."""
    if sources.count != destinations.count or sources.count > MAX_MEMBERS:
        return ()
    return list(zip(sources, destinations, strict=True))


def _number(text: str) -> int:
    number = MAX_UID if text == "*" else int(text)
    if not 0 < number <= MAX_UID:
        raise unreadable("a message number out of range")
    return number


def _written(low: int, high: int) -> str:
    top = "*" if high == MAX_UID else str(high)
    return top if low == high else f"{low}:{top}"
