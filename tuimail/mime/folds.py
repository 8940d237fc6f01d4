"""Which lines of a mail fold together: each long quote is a group of its own."""

from collections.abc import Iterator, Sequence
from typing import Final

from tuimail.model.part import Line

from .plain import ATTRIBUTION

MAX_SHORT_ROWS: Final = 4
"""A quote of this many rows is short: it says what is answered and stays open."""
_ROW_CHARS = 76
"""A flowed paragraph is one line here; it counts as the rows it would have been typed in."""


def with_folds(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines, those of a long quote with the number of their group, from 1 on.

    Empty lines between two quoted ones belong to the quote. A mail that is nothing but a quote
    is left open: there would be nothing to read.
    """
    folded = list(lines)
    if not any(line.quote_depth for line in folded) or not any(map(_is_own, folded)):
        return tuple(folded)
    number = 0
    for start, end in _quotes(folded):
        if sum(map(_rows, folded[start:end])) > MAX_SHORT_ROWS:
            number += 1
            folded[start:end] = (_in_group(line, number) for line in folded[start:end])
    return tuple(folded)


def _quotes(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield where each run of quoted lines starts and ends."""
    start = end = 0
    for index, line in enumerate(lines):
        if line.quote_depth:
            if start == end:
                start = index
            end = index + 1
        elif start < end and any(span.text for span in line.spans):
            yield start, end
            start = end = 0
    if start < end:
        yield start, end


def _rows(line: Line) -> int:
    return 1 + sum(len(span.text) for span in line.spans) // _ROW_CHARS


def _in_group(line: Line, number: int) -> Line:
    return Line(line.spans, line.indent, line.quote_depth, line.is_fixed, number)


def _is_own(line: Line) -> bool:
    """Whether a line is the sender's own text, and not one that names who is quoted."""
    if line.quote_depth or not line.spans or line.spans[0].role in {"signature", "dim"}:
        return False
    text = line.text.strip()
    return bool(text) and not ATTRIBUTION.fullmatch(text[:400])
