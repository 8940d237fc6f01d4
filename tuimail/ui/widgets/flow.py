"""One text in the reader, laid out for a width from its beginning on, as far as it is looked at."""

import math
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.wrap import Row, wrap
from tuimail.ui.roles import StyleRole

from .folding import Folding

ALL_ROWS = sys.maxsize
"""More than any text has."""
_STEP_ROWS = 200
MARGIN = Safe(" ")
"""Left of every row of a mail's text: nothing that a mail says begins at the edge."""

Placed = tuple[int, Row]
"""A row, and the index of the line it is of."""
Source = Callable[[int], Iterable[Placed]]
"""Makes rows for so many cells; what it yields is asked for in pieces."""


class Place(NamedTuple):
    """Where among several one is, from 1."""

    number: int
    total: int


class Anchor(NamedTuple):
    """What is on top, whatever the width: a line, and how many of its rows are above."""

    line: int = 0
    above: int = 0


BEGINNING = Anchor()


class Flow:
    """Rows of a text, and which of them is on top."""

    def __init__(self, source: Source, width: int, height: int) -> None:
        self._rest = iter(source(width))
        self._height = height
        self.rows: list[Row] = []
        self._lines: list[int] = []
        """Of each row, the index of its line."""
        self.is_whole = False
        """Whether every row is known."""
        self.top = 0

    @property
    def anchor(self) -> Anchor:
        """What is on top."""
        return self.anchor_of(self.top)

    def anchor_of(self, row: int) -> Anchor:
        """Return what a row is of, whatever the width."""
        if row >= len(self._lines):
            return BEGINNING
        line = self._lines[row]
        return Anchor(line, row - bisect_left(self._lines, line))

    def row(self, y: int) -> Row:
        """Return row `y` in sight; nothing below the end."""
        index = self.top + y
        return self.rows[index] if index < len(self.rows) else []

    def line_at(self, y: int) -> int | None:
        """Return the index of the line drawn in row `y` in sight; None below the end."""
        index = self.top + y
        return self._lines[index] if index < len(self._lines) else None

    def lay_out(self, rows: int, within_s: float = math.inf) -> bool:
        """Lay out so many rows, or what can be done in `within_s` of processor time.

        Return False where there are no more.
        """
        ends = time.thread_time() + within_s
        while len(self.rows) < rows and time.thread_time() < ends:
            placed = next(self._rest, None)
            if placed is None:
                self.is_whole = True
                return False
            self._lines.append(placed[0])
            self.rows.append(placed[1])
        return not self.is_whole

    def go(self, top: int) -> bool:
        """Put a row on top, the last page at most; return whether anything moved."""
        self.lay_out(top + self._height)
        before = self.top
        self.top = max(0, min(top, len(self.rows) - self._height))
        return self.top != before

    def go_to(self, anchor: Anchor) -> None:
        """Put on top what was on top of another layout; of what is folded, the row that says so."""
        self.go(self.row_of(anchor))

    def row_of(self, anchor: Anchor) -> int:
        """Return where something of another layout is in this one."""
        rows = self._rows_of(anchor.line)
        return min(rows.start + anchor.above, rows.stop - 1)

    def row_with(self, line: int, words: str) -> int:
        """Return the first row of a line that has these words (in small letters), or its first."""
        rows = self._rows_of(line)
        having = (row for row in rows if words in text_of(self.rows[row]).casefold())
        return next(having, rows.start)

    def _rows_of(self, line: int) -> range:
        """Return the rows of a line, or of the one that stands for it where it is folded."""
        while not self._lines or self._lines[-1] <= line:
            if not self.lay_out(len(self.rows) + _STEP_ROWS):
                break
        start = bisect_left(self._lines, line)
        if start == len(self._lines) or self._lines[start] != line:
            shown = self._lines[max(0, start - 1)] if self._lines else 0
            start = bisect_left(self._lines, shown)
            line = shown
        return range(start, max(start + 1, bisect_right(self._lines, line)))


def lines_source(folding: Folding, columns: int) -> Source:
    """Return what makes rows of a mail's lines; wrapped at so many columns, 0 for any."""

    def rows(width: int) -> Iterator[Placed]:
        inner = max(1, width - 2)
        most = min(inner, columns) if columns else inner
        yield 0, []
        for index, line in folding.shown():
            for row in wrap(line, inner if line.is_fixed else most):
                yield index, row
        yield len(folding.lines), []

    return rows


def text_source(text: Safe) -> Source:
    """Return what makes rows of text that is shown as it is: broken at the edge, not at words."""

    def rows(width: int) -> Iterator[Placed]:
        for index, words in enumerate(text.split("\n")):
            for row in wrap(Line((Span(Safe(words)),), is_fixed=True), max(1, width - 2)):
                yield index, row

    return rows


def rows_source(page: Callable[[int], Iterable[Row]]) -> Source:
    """Return what makes rows of a page that is rows already."""
    return lambda width: enumerate(page(width))


def found_lines(texts: Iterable[str], words: str) -> Sequence[int]:
    """Return the indexes of the texts that have these words, whatever their case."""
    low = words.casefold()
    return [index for index, text in enumerate(texts) if low in text.casefold()]


def marked(row: Row, words: str) -> Row:
    """Return a row with the words in it marked that were looked for (in small letters)."""
    text = text_of(row)
    low = text.casefold()
    if not words or words not in low or len(low) != len(text):
        return row
    is_hit = bytearray(len(text))
    at = low.find(words)
    while at >= 0:
        is_hit[at : at + len(words)] = b"\1" * len(words)
        at = low.find(words, at + len(words))
    return list(chain.from_iterable(_split(row, is_hit)))


def _split(row: Row, is_hit: bytearray) -> Iterator[Iterator[Piece]]:
    start = 0
    for text, role in row:
        yield _pieces(text, role, is_hit[start : start + len(text)])
        start += len(text)


def _pieces(text: Safe, role: StyleRole, is_hit: bytearray) -> Iterator[Piece]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or is_hit[end] != is_hit[start]:
            yield Safe(text[start:end]), StyleRole.MATCH if is_hit[start] else role
            start = end


def text_of(row: Row) -> str:
    """Return what a row says."""
    return "".join(text for text, _ in row)
