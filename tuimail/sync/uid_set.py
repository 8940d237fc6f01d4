"""UID sets as IMAP writes them (RFC 9051 section 9, `sequence-set`)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

MAX_SET_CHARS: Final = 1_000
"""A command line stays far below the 8,192 octets servers must take (RFC 7162 section 4)."""


def uid_set(uids: Iterable[int]) -> str:
    """Return the shortest set of these UIDs, for example `3:5,9`; empty for none."""
    return ",".join(_written(first, last) for first, last in _ranges(uids))


def uid_sets(uids: Iterable[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield sets short enough for one command each, with the UIDs in them, ascending."""
    words: list[str] = []
    inside: list[int] = []
    length = 0
    for first, last in _ranges(uids):
        word = _written(first, last)
        if words and length + len(word) + 1 > MAX_SET_CHARS:
            yield ",".join(words), tuple(inside)
            words, inside, length = [], [], 0
        words.append(word)
        inside.extend(range(first, last + 1))
        length += len(word) + 1
    if words:
        yield ",".join(words), tuple(inside)


def newest_first(uids: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """Yield ascending UIDs in batches of at most `size`, the highest first, each ascending."""
    for end in range(len(uids), 0, -size):
        yield tuple(uids[max(0, end - size) : end])


def _ranges(uids: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for uid in sorted(set(uids)):
        if first and uid == last + 1:
            last = uid
            continue
        if first:
            yield first, last
        first = last = uid
    if first:
        yield first, last


def _written(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}:{last}"
