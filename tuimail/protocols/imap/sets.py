"""Sets of message numbers as IMAP writes them: `1:3,7,10:*` (RFC 9051, sequence-set)."""

import re
from collections.abc import Sequence
from typing import Final

from tuimail.model.uid_set import MAX_UID, UidSet

from .faults import unreadable

MAX_MEMBERS: Final = 2_000_000
"""Members a server's set may name before it counts as an attack."""

MAX_RANGES: Final = 500_000
"""Ranges in one answer, about 50 MB: as many as every second message of a million."""

Range = tuple[int, int]
"""Both ends belong to it, the lower first."""

_SET = re.compile(r"(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?(?:,(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?)*")

_PIECE = re.compile(r"[^,]+")


def written(uids: UidSet) -> bytes:
    """Return a set as a command carries it."""
    return ",".join(_range_text(low, high) for low, high in uids.ranges).encode("ascii")


def parse_set(text: str) -> list[Range]:
    """Return the set a server wrote, in its order; `*` reads as the largest number.

    Raises:
        ProtocolError: it is no set: a trailing comma (CVE-2021-32055, mutt), zero, a number above
            32 bits, more than MAX_RANGES.
    """
    if text.count(",") >= MAX_RANGES:
        raise unreadable("a set of too many ranges")
    if not _SET.fullmatch(text):
        raise unreadable("a set of messages that is none")
    return [_range(piece[0]) for piece in _PIECE.finditer(text)]


def count_of(ranges: Sequence[Range]) -> int:
    """Return how many numbers the ranges hold."""
    return sum(high - low + 1 for low, high in ranges)


def members_of(ranges: Sequence[Range]) -> list[int]:
    """Return the members in the order written.

    Raises:
        ProtocolError: there are more than MAX_MEMBERS.
    """
    if count_of(ranges) > MAX_MEMBERS:
        raise unreadable("a set of too many messages")
    return [number for low, high in ranges for number in range(low, high + 1)]


def _range(piece: str) -> Range:
    first, _, last = piece.partition(":")
    low = _number(first)
    high = _number(last) if last else low
    return (low, high) if low <= high else (high, low)


def _number(text: str) -> int:
    number = MAX_UID if text == "*" else int(text)
    if not 0 < number <= MAX_UID:
        raise unreadable("a message number out of range")
    return number


def _range_text(low: int, high: int) -> str:
    top = "*" if high == MAX_UID else str(high)
    return top if low == high else f"{low}:{top}"
