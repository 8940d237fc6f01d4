"""What of a plain text is a table or code, and is shown as it was typed instead of wrapped."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from tuimail.model.cells import width_of

_MAX_LINE_CHARS = 300
"""No table and no code is wider; a paragraph that is one line is."""
_MOST_CELLS = 16
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_MIN_ROWS = 3
"""In two a gap can stand at one place by chance: some put two blanks behind a full stop."""
_FRAME = re.compile(r"[\u2500-\u257f+|=\- ]{3,}")
_FRAME_MARK = re.compile(r"[\u2500-\u257f]|\+[-=]{2}|--\+|\|\s{0,9}:?--")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([^`\s]{0,40})[^`]{0,40}")
_INDENT = " " * 4
_CODE_MARK = re.compile(r"[{}()\[\];=<>$\\]")


_MARKS: Final = ("  ", "|", "\u2500", "\u2502", "```", "~~~")


class Typed(NamedTuple):
    """A line of text behind its quote marks."""

    text: str
    depth: int
    """How often it is quoted."""


def may_hold_tables(text: str) -> bool:
    """Whether a text has anything that tables and code are told by; most have not."""
    return any(mark in text for mark in _MARKS)


def fixed_lines(lines: Sequence[Typed]) -> tuple[set[int], set[int]]:
    """Return which lines, by their place, are rows of tables and which are code."""
    code = set(_fenced(lines))
    tables = set[int]()
    for start, end in _runs(lines, code):
        texts = [line.text for line in lines[start:end]]
        tables.update(start + row for row in _table_rows(texts))
        if _is_indented_code(texts):
            code.update(range(start, end))
    return tables - code, code


def _fenced(lines: Sequence[Typed]) -> Iterator[int]:
    """Yield the places between two fences (CommonMark section 4.5), the fences with them."""
    opened: tuple[int, int, str] | None = None
    for place, (text, depth) in enumerate(lines):
        if "```" not in text and "~~~" not in text:
            continue
        fence = _FENCE.fullmatch(text)
        if fence is None:
            continue
        if opened is None or opened[1] != depth:
            opened = (place, depth, fence[1])
        elif not fence[2] and fence[1].startswith(opened[2]):
            yield from range(opened[0], place + 1)
            opened = None


def _runs(lines: Sequence[Typed], code: set[int]) -> Iterator[tuple[int, int]]:
    """Yield where lines of one quote depth that are not empty follow each other."""
    start = 0
    for place, (text, depth) in enumerate(lines):
        is_end = place in code or not text or text.isspace()
        if is_end or depth != lines[start].depth:
            if place - start > 1:
                yield start, place
            start = place + is_end
    if len(lines) - start > 1:
        yield start, len(lines)


def _table_rows(texts: Sequence[str]) -> Iterator[int]:
    """Yield the rows of tables among lines that follow each other."""
    yield from _piped_rows(texts)
    yield from _aligned_rows(texts)


def _piped_rows(texts: Sequence[str]) -> Iterator[int]:
    """Two or more lines of several cells parted by `|`, or frames drawn around cells."""
    bars = [_bars(text) for text in texts]
    start = 0
    for place in range(len(texts) + 1):
        if place < len(texts) and bars[place]:
            continue
        if place - start > 1:
            has_frame = any(bar == _IS_FRAME for bar in bars[start:place])
            cells = {bar for bar in bars[start:place] if bar != _IS_FRAME}
            if has_frame or min(cells) > 1:
                yield from range(start, place)
        start = place + 1


_IS_FRAME: Final = -1


def _bars(text: str) -> int:
    """Return how many cells a line parts by `|`, less one; 0 for a line that is no row."""
    if len(text) > _MAX_LINE_CHARS:
        return 0
    if _FRAME.fullmatch(text.strip()) and _FRAME_MARK.search(text):
        return _IS_FRAME
    return text.count("|") + text.count("\u2502")


def _aligned_rows(texts: Sequence[str]) -> Iterator[int]:
    """Lines whose cells begin or end at one place, three of them or more."""
    start = 0
    edges = [_edges(text) for text in texts]
    for place in range(1, len(texts) + 1):
        if place < len(texts) and edges[place] & edges[place - 1]:
            continue
        if place - start >= _MIN_ROWS:
            yield from range(start, place)
        start = place


def _edges(text: str) -> frozenset[int]:
    """Return where cells behind the first one begin and (below 0) end, in columns of the screen."""
    if "  " not in text or len(text) > _MAX_LINE_CHARS:
        return frozenset()
    gaps = list(islice(_GAP.finditer(text), _MOST_CELLS))
    if not gaps:
        return frozenset()
    ends = [-_column(text, gap.start()) for gap in gaps[1:]]
    return frozenset([_column(text, gap.end()) for gap in gaps] + ends + [-_column(text.rstrip())])


def _column(text: str, place: int | None = None) -> int:
    before = text[:place]
    return len(before) if before.isascii() else width_of(before)


def _is_indented_code(texts: Sequence[str]) -> bool:
    """Whether all lines are indented and half of them hold what code is made of."""
    if not all(text.startswith(_INDENT) and len(text) <= _MAX_LINE_CHARS for text in texts):
        return False
    return 2 * sum(_CODE_MARK.search(text) is not None for text in texts) >= len(texts)
