"""Which-key: how an unfinished sequence can go on, in columns. Takes no keys itself."""

from collections.abc import Sequence

from tuimail.model.cells import fit_cut, width_of
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

from .modal import Line, line_of, title_line

_COLUMN_CELLS = 26
MAX_ROWS = 8


def which_key_lines(pending: Safe, rows: Sequence[tuple[Safe, Safe]], width: int) -> list[Line]:
    """Return lines of exactly `width` cells for (key, what it does), read down the columns."""
    columns = max(1, width // _COLUMN_CELLS)
    height = min(MAX_ROWS, -(-len(rows) // columns))
    cells = width // columns
    key_cells = min(8, max((width_of(key) for key, _ in rows), default=1))
    lines: list[Line] = [title_line(Safe(f"{pending} …"), Safe("Esc leaves it "), width)]
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
