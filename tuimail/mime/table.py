"""Values separated by commas, semicolons or tabs (RFC 4180) as aligned lines."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tuimail.model.cells import fit_cut, width_of
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line

MAX_ROWS: Final = 1_000
MAX_COLUMNS: Final = 40
MAX_COLUMN_CELLS: Final = 40
_SEPARATORS: Final = ",;\t|"
_LOOKED_AT_CHARS: Final = 4_096
_MAX_ROW_CHARS: Final = 20_000
_GAP: Final = "  "


def table_lines(text: str) -> tuple[Line, ...]:
    """Return a table's rows, its first as a heading. Never raises."""
    rows = [[safe_line(cell, 200) for cell in row[:MAX_COLUMNS]] for row in _rows(text)]
    shown = rows[:MAX_ROWS]
    widths = [_width(shown, column) for column in range(max(map(len, shown), default=0))]
    lines = [_line(row, widths, "heading" if not n else "table") for n, row in enumerate(shown)]
    if len(rows) > MAX_ROWS:
        lines.append(Line((Span(Safe("(There are more rows.)"), "dim"),)))
    return tuple(lines)


def _rows(text: str) -> Iterator[Sequence[str]]:
    """Yield rows, one more than is shown; a quote that is never closed ends the table."""
    start = text[:_LOOKED_AT_CHARS]
    separator = max(_SEPARATORS, key=start.count)
    lines = (line[:_MAX_ROW_CHARS] for line in text.splitlines(keepends=True)[: 4 * MAX_ROWS])
    reader = csv.reader(lines, delimiter=separator)
    try:
        yield from islice(filter(None, reader), MAX_ROWS + 1)
    except csv.Error:
        return


def _width(rows: Sequence[Sequence[Safe]], column: int) -> int:
    cells = (width_of(row[column]) for row in rows if column < len(row))
    return min(MAX_COLUMN_CELLS, max(cells, default=0))


def _line(row: Sequence[Safe], widths: Sequence[int], role: str) -> Line:
    cells = (fit_cut(cell, width) for cell, width in zip(row, widths, strict=False))
    return Line((Span(Safe(_GAP.join(cells)), role),), is_fixed=True)
