"""Which-key: how an unfinished sequence can go on, in columns. Takes no keys itself."""

from collections.abc import Sequence

from tuimail.model.cells import fit_cut, width_of
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

from .modal import Line, line_of, title_line

_COLUMN_CELLS = 26
_WIDE_CELLS = 60
MAX_ROWS = 8


def which_key_pages(rows: Sequence[tuple[Safe, Safe]], width: int) -> int:
    """Return how many pages it takes to show all rows."""
    return max(1, -(-len(rows) // (max(1, width // _COLUMN_CELLS) * MAX_ROWS)))


def which_key_lines(
    pending: Safe, rows: Sequence[tuple[Safe, Safe]], width: int, page: int = 0
) -> list[Line]:
    """Return lines of exactly `width` cells for (key, what it does), read down the columns.

    `page` counts from 0 and goes round.
    """
    columns = max(1, width // _COLUMN_CELLS)
    pages = which_key_pages(rows, width)
    first = page % pages * columns * MAX_ROWS
    rows = rows[first : first + columns * MAX_ROWS]
    height = MAX_ROWS if pages > 1 else -(-len(rows) // columns)
    cells = width // columns
    key_cells = min(8, max((width_of(key) for key, _ in rows), default=1))
    more = f"{page % pages + 1}/{pages}, PgDn shows more" if pages > 1 else ""
    leaving = "Esc leaves it" if not more or width >= _WIDE_CELLS else ""
    right = "  ".join(filter(None, (more, leaving)))
    lines: list[Line] = [title_line(Safe(f"{pending} …"), Safe(f"{right} "), width)]
    for y in range(height):
        pieces = []
        for key, words in rows[y : height * columns : height]:
            pieces += [
                (Safe(" "), StyleRole.MODAL),
                (fit_cut(key, key_cells), StyleRole.MODAL_KEY),
                (Safe(" "), StyleRole.MODAL),
                (fit_cut(words, cells - key_cells - 2), StyleRole.MODAL),
            ]
        lines.append(line_of(pieces, width))
    return lines
