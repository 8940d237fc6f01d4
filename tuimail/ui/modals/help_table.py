"""The lines of the help table: keys are never cut, the row chosen is told to its end."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from tuimail.model.cells import cut, fit_cut, width_of
from tuimail.model.safe import Safe
from tuimail.ui.hints import HelpRow
from tuimail.ui.roles import StyleRole

from .modal import Line, line_of, wrapped

_KEY_CELLS: Final = 16
_NAME_CELLS: Final = 22
_BETWEEN: Final = "  "
"""Between two keys of one action."""
_NONE: Final = Safe("")


def row_lines(row: HelpRow, width: int, *, is_chosen: bool) -> list[Line]:
    """Return the lines of one row, each exactly `width` cells."""
    if row.is_heading:
        title = (row.name, StyleRole.MODAL_TITLE)
        return [line_of([(Safe(" "), StyleRole.MODAL), title], width)]
    room = max(1, width - _KEY_CELLS - _NAME_CELLS - 5)
    keys = _keys_in(row.keys, _KEY_CELLS)
    if row.action_id and not is_chosen:
        names, sentences = [row.name], [cut(row.sentence, room)]
    else:
        names, sentences = wrapped(row.name, _NAME_CELLS), wrapped(row.sentence, room)
    columns = zip_longest(keys, names, sentences, fillvalue=_NONE)
    return [_line(cells, width, is_chosen=is_chosen) for cells in columns]


def _keys_in(keys: Safe, width: int) -> list[Safe]:
    """Return keys in as few lines as they fit into; one that is longer than a line is broken."""
    lines: list[Safe] = []
    for key in keys.split(_BETWEEN):
        longer = f"{lines[-1]}{_BETWEEN}{key}" if lines else key
        if lines and width_of(longer) <= width:
            lines[-1] = Safe(longer)
        else:
            lines += wrapped(Safe(key), width) or [_NONE]
    return lines


def _line(cells: Sequence[Safe], width: int, *, is_chosen: bool) -> Line:
    keys, name, sentence = cells
    roles = (StyleRole.MODAL_KEY, StyleRole.MODAL, StyleRole.MODAL_DIM)
    key_role, role, quiet = (StyleRole.MODAL_CURSOR,) * 3 if is_chosen else roles
    pieces = [
        (Safe("   "), role),
        (fit_cut(keys, _KEY_CELLS), key_role),
        (Safe(" "), role),
        (fit_cut(name, _NAME_CELLS), role),
        (Safe(" "), role),
        (sentence, quiet),
    ]
    return line_of(pieces, width, role)
