"""Files that stand uuencoded within a text, as mail had them before MIME (POSIX uuencode).

A block is taken for a file only where every line of it can be one: what a person wrote between
`begin` and `end` stays text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .octets import PIECE_BYTES, Octets

MAX_FILES: Final = 100
"""Of one text."""
_MAX_BEGINS = 1_000
"""Lines that are looked at; code in Pascal and SQL has many that begin so."""
_FIRST_LOOK_BYTES = 4_096
_MAX_LINE_BYTES = 100
_MAX_BEGIN_BYTES = 300
_BEGIN = re.compile(rb"begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n")
_LINES = re.compile(rb"(?:[ -`]{1,90}+\r?\n)*+")
"""No line holds a small letter, so none can be `end` or another `begin`."""
_FIRST_LINE = re.compile(rb"([!-M])([ -`]{4,90})\r?\n")
_CUT_LINE = re.compile(rb"[ -`]{0,90}")
_END = re.compile(rb"end[ \t]{0,9}(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Block:
    """A file within a text."""

    start: int
    """Of the line `begin`."""
    end: int
    """Behind the line `end`, or where the text ends before it."""
    name: bytes


def blocks_in(raw: Octets, start: int, end: int) -> Iterator[Block]:
    """Yield the files within raw[start:end]; time grows as the text does."""
    at, found = start, 0
    for _ in range(_MAX_BEGINS):
        at = _next_begin(raw, start, at, end)
        if at < 0 or found == MAX_FILES:
            return
        block = _block_at(raw, at, end)
        if block is not None:
            found += 1
            yield block
        at = block.end if block else at + 1


def _next_begin(raw: Octets, start: int, at: int, end: int) -> int:
    """Return where a line next begins with `begin `, or -1."""
    if at == start and raw.startswith(b"begin ", start, end):
        return start
    found = raw.find(b"\nbegin ", max(start, at - 1), end)
    return found + 1 if found >= 0 else -1


def _block_at(raw: Octets, at: int, end: int) -> Block | None:
    begin = _BEGIN.match(raw[at : min(end, at + _MAX_BEGIN_BYTES)])
    if begin is None:
        return None
    first = at + begin.end()
    if not _is_first_line(raw[first : min(end, first + _MAX_BEGIN_BYTES)]):
        return None
    last = _end_of_lines(raw, first, end)
    rest = raw[last : min(end, last + _MAX_LINE_BYTES)]
    if closing := _END.match(rest):
        return Block(at, last + closing.end(), begin[1])
    is_cut_off = last + len(rest) == end and _CUT_LINE.fullmatch(rest)
    return Block(at, end, begin[1]) if is_cut_off else None


def _is_first_line(beginning: bytes) -> bool:
    """Whether a line is as long as its first character says, with a sum or blank behind it."""
    line = _FIRST_LINE.match(beginning)
    if line is None:
        return False
    encoded = -(-(line[1][0] - 32) // 3) * 4
    return 0 <= len(line[2].rstrip(b" ")) <= encoded + 1 and len(line[2]) >= encoded - 3


def _end_of_lines(raw: Octets, at: int, end: int) -> int:
    look = _FIRST_LOOK_BYTES
    while at < end:
        found = _LINES.match(raw[at : min(end, at + look)])
        if found is None or not found.end():
            break
        at += found.end()
        look = min(PIECE_BYTES, 2 * look)
    return at
