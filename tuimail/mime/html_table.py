"""Tables of HTML mail: those that hold data are aligned, those that make a layout are flowed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from tuimail.model.cells import width_of
from tuimail.model.part import Span
from tuimail.model.safe import Safe

from .html_lines import BREAK, LineBuilder

MAX_ALIGNED_CELLS: Final = 120
"""Cells of the screen; a wider table has its columns parted by bars instead."""
MAX_COLUMNS: Final = 30
_LONGEST_DATUM = 60
"""A cell with more characters is prose: without headings the table is no table of data."""
_LONGEST_MEASURED = 4 * MAX_ALIGNED_CELLS
"""Characters of a cell; with more its table is never aligned."""
_ROW_ON_ONE_LINE = 100
_NUMBER = re.compile(r"[-+(]?\s?[$€£¥]?\s?\d[\d.,'\s]*\s?(?:%|[A-Za-z€£]{0,4})\)?")

Cell = list[Span]


@dataclass(slots=True)
class Table:
    """A table being read; its cells wait until it ends, or until it turns out to be a layout."""

    is_presentation: bool
    is_bordered: bool
    is_layout: bool = False
    has_headings: bool = False
    rows: list[list[Cell]] = field(default_factory=list)

    def add_cell(self, cell: Cell, columns: int = 1) -> None:
        """Add a cell to the row at hand, and empty ones for the other columns it covers."""
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(_trimmed(cell))
        missing = min(columns, MAX_COLUMNS) - 1
        if missing > 0 and len(self.rows[-1]) < MAX_COLUMNS:
            self.rows[-1] += [[] for _ in range(missing)]


def write_table(table: Table, out: LineBuilder) -> None:
    """Write what waits in a table."""
    rows = [row for row in table.rows if any(row)]
    if _holds_data(table, rows):
        _write_data(_full_columns(rows), out, has_headings=table.has_headings)
    else:
        _write_layout(rows, out)
    table.rows.clear()


def _holds_data(table: Table, rows: Sequence[Sequence[Cell]]) -> bool:
    columns = max(map(len, rows), default=0)
    if table.is_layout or table.is_presentation or not 2 <= columns <= MAX_COLUMNS:
        return False
    if len(rows) < 2:
        return False
    if table.has_headings or table.is_bordered:
        return True
    cells = [cell for row in rows for cell in row]
    return all(BREAK not in cell and _length(cell) <= _LONGEST_DATUM for cell in cells)


def _write_data(rows: Sequence[Sequence[Cell]], out: LineBuilder, *, has_headings: bool) -> None:
    out.end_block(gap=True)
    flat = [[_on_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip_longest(*flat, fillvalue=[])]
    is_aligned = sum(widths) + 3 * (len(widths) - 1) <= MAX_ALIGNED_CELLS
    body = flat[1:] if has_headings else flat
    is_number = [_is_number_column(body, n) for n in range(len(widths))]
    for index, row in enumerate(flat):
        pieces: list[Span] = []
        for n, width in enumerate(widths):
            cell = row[n] if n < len(row) else []
            is_last = n == len(widths) - 1
            missing = width - _width(cell) if is_aligned and (is_number[n] or not is_last) else 0
            pad = Span(Safe(" " * missing), "table")
            pieces += [pad, *cell] if is_number[n] else [*cell, pad]
            if not is_last:
                pieces.append(Span(Safe(" │ "), "table"))
        out.fixed(pieces)
        if index == 0 and has_headings and is_aligned:
            out.fixed([Span(Safe("─┼─".join("─" * width for width in widths)), "table")])
    out.end_block(gap=True)


def _write_layout(rows: Sequence[Sequence[Cell]], out: LineBuilder) -> None:
    for row in rows:
        cells = [cell for cell in row if cell]
        is_short = all(BREAK not in cell for cell in cells)
        if is_short and sum(map(_length, cells)) <= _ROW_ON_ONE_LINE:
            pieces: list[Span] = []
            for cell in cells:
                pieces += [Span(Safe("  ")), *cell] if pieces else cell
            out.pieces += pieces
            out.end_block()
            continue
        for cell in cells:
            _write_cell(cell, out)


def _write_cell(cell: Cell, out: LineBuilder) -> None:
    """Write a cell as lines of its own; one of several lines stands apart from what is around."""
    gap = BREAK in cell
    out.end_block(gap=gap)
    flow(cell, out)
    out.end_block(gap=gap)


def flow(cell: Iterable[Span], out: LineBuilder) -> None:
    """Add a cell's pieces; a break ends the line, two are an empty line, the last stays open."""
    breaks = 0
    for piece in cell:
        if piece is BREAK:
            breaks += 1
            continue
        if breaks:
            out.end_block(gap=breaks > 1)
            breaks = 0
        out.pieces.append(piece)
    if breaks:
        out.end_block(gap=breaks > 1)


def _trimmed(cell: Cell) -> Cell:
    """Drop blanks and breaks at both ends."""
    start, end = 0, len(cell)
    while start < end and not cell[start].text.strip():
        start += 1
    while end > start and not cell[end - 1].text.strip():
        end -= 1
    return cell[start:end]


def _on_one_line(cell: Cell) -> Cell:
    pieces = [Span(Safe(" ")) if piece is BREAK else piece for piece in cell]
    if pieces:
        pieces[-1] = Span(Safe(pieces[-1].text.rstrip()), pieces[-1].role)
    return pieces


def _full_columns(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Leave out columns in which every cell is empty."""
    columns = zip_longest(*rows, fillvalue=[])
    kept = [column for column in columns if any(column)]
    return [list(row) for row in zip(*kept, strict=True)]


def _is_number_column(rows: Sequence[Sequence[Cell]], n: int) -> bool:
    texts = ["".join(piece.text for piece in row[n]) for row in rows if n < len(row) and row[n]]
    return bool(texts) and all(len(t) < 40 and _NUMBER.fullmatch(t.strip()) for t in texts)


def _length(cell: Cell) -> int:
    return sum(len(piece.text) for piece in cell)


def _width(cell: Cell) -> int:
    """Return the cells of the screen that pieces take."""
    text = "".join(piece.text for piece in cell)
    return width_of(text) if len(text) <= _LONGEST_MEASURED else len(text)
