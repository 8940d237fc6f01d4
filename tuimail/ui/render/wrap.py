"""Logical lines as rows of the screen, none wider than the pane."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from tuimail.model.cells import clusters, width_of
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

from .rows import Piece

_WORDS = re.compile(r"\s+|\S+")
_LOOKED_AT_CHARS = 1_024
"""Of a long word at once: its first row is there before its last letter was looked at."""
_MAX_CHARS_A_CELL = 16
"""Marks and joiners take no cell; safe text with more of them for each does not occur."""
_ROLES = {
    "text": StyleRole.TEXT,
    "quote1": StyleRole.QUOTE1,
    "quote2": StyleRole.QUOTE2,
    "quote3": StyleRole.QUOTE3,
    "signature": StyleRole.SIGNATURE,
    "heading": StyleRole.HEADING,
    "link": StyleRole.LINK,
    "dim": StyleRole.DIM,
    "bold": StyleRole.HEADING,
    "warning": StyleRole.WARNING,
    "patch.add": StyleRole.SUCCESS,
    "patch.del": StyleRole.ERROR,
    "patch.hunk": StyleRole.LINK,
}

Row = Sequence[Piece]
"""One line of the screen."""


def wrap(line: Line, width: int) -> Iterator[Row]:
    """Yield the rows of a logical line, each at most `width` cells.

    Fixed lines are broken at the edge, others at words; a word longer than the pane is broken
    where it must be.
    """
    pieces = [(span.text, _ROLES.get(span.role, StyleRole.TEXT)) for span in line.spans]
    chars = sum([len(text) for text, _ in pieces])
    if chars <= _MAX_CHARS_A_CELL * width and sum(width_of(text) for text, _ in pieces) <= width:
        yield pieces
        return
    for row in _rows(line, pieces, width):
        yield _joined(row)


def _rows(line: Line, pieces: Sequence[Piece], width: int) -> Iterator[list[Piece]]:
    """Yield the rows of a line that takes several, word by word."""
    hang = Safe(" " * max(0, min(line.indent, width // 2, width - 2)))
    row: list[Piece] = []
    used = 0
    for text, role in _tokens(pieces, width - len(hang), is_fixed=line.is_fixed):
        cells = width_of(text)
        if used + cells > width:
            yield row
            if text.isspace() and not line.is_fixed:
                row, used = [(hang, StyleRole.TEXT)], len(hang)
                continue
            row, used = [(hang, StyleRole.TEXT)], len(hang)
        row.append((text, role))
        used += cells
    if not row or len(row) > 1 or row[0][0] is not hang:
        yield row


def _joined(row: Sequence[Piece]) -> Row:
    """Return a row with neighbours of one role made one piece: a long mail has many rows."""
    joined: list[Piece] = []
    for role, group in groupby(row, key=itemgetter(1)):
        joined.append((Safe("".join([text for text, _ in group])), role))
    return joined


def plain_rows(text: Safe, width: int) -> Iterator[Row]:
    """Yield the rows of text that is shown as it is: broken at the edge, never at words."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield from wrap(Line((Span(Safe(text[start:end])),), is_fixed=True), width)
        start = end + 1


def _tokens(pieces: Sequence[Piece], width: int, *, is_fixed: bool) -> Iterator[Piece]:
    """Yield what is not broken: words and blanks, or single clusters of what is too long."""
    for text, role in pieces:
        if is_fixed:
            yield from ((cluster, role) for cluster in _chunks(text, 1))
            continue
        for found in _WORDS.finditer(text):
            word = Safe(found[0])
            if len(word) <= _MAX_CHARS_A_CELL * width and width_of(word) <= width:
                yield word, role
            else:
                yield from ((chunk, role) for chunk in _chunks(word, width))


def _chunks(word: Safe, width: int) -> Iterator[Safe]:
    """Yield pieces of a long word; clusters (joined emoji, marks) stay whole where they fit."""
    start, used = 0, 0
    for begin, cells in _clusters(word):
        if used + cells > width and begin > start:
            yield Safe(word[start:begin])
            start, used = begin, 0
        used += cells
    if start < len(word):
        yield Safe(word[start:])


def _clusters(word: Safe) -> Iterator[tuple[int, int]]:
    """Yield where each cluster begins, and its cells."""
    start = 0
    while start < len(word):
        found = clusters(word[start : start + _LOOKED_AT_CHARS])
        if start + _LOOKED_AT_CHARS < len(word) and len(found) > 1:
            found.pop()  # it may go on
        for begin, _, cells in found:
            yield start + begin, cells
        start += found[-1][1]
