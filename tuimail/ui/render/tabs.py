"""The row of tabs above the list: the parts of the inboxes, and what is unread in each. Pure."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from tuimail.model.cells import cut, width_of
from tuimail.model.safe import Safe
from tuimail.services.splits import Tab
from tuimail.ui.roles import StyleRole

from .rows import Piece, cropped

_MAX_NAME: Final = 20
_NOTHING: Final = Safe("")


def tab_line(tabs: Sequence[Tab], shown: int, width: int) -> list[Piece]:
    """Return the row, exactly `width` cells: the tab shown in brackets and always in sight."""
    pieces: list[Piece] = []
    for index in _in_sight(tabs, shown, width):
        name, count = _words(tabs[index])
        left, right = ("[", "]") if index == shown else (" ", " ")
        role = StyleRole.HEADING if index == shown else StyleRole.DIM
        pieces += [(Safe(left), role), (name, role)]
        if count:
            pieces.append((count, StyleRole.UNREAD))
        pieces.append((Safe(right), role))
    used = sum(width_of(text) for text, _ in pieces)
    return cropped([*pieces, (Safe(" " * max(0, width - used)), StyleRole.ROW)], width)


def tab_at(tabs: Sequence[Tab], shown: int, width: int, x: int) -> int | None:
    """Return which tab lies at a cell of the row."""
    end = 0
    for index in _in_sight(tabs, shown, width):
        end += _cells(tabs[index])
        if x < end:
            return index
    return None


def _in_sight(tabs: Sequence[Tab], shown: int, width: int) -> range:
    """Return the tabs from the first with which the one shown is whole."""
    ends = [0, *accumulate(map(_cells, tabs))]
    last = ends[min(shown, len(tabs) - 1) + 1] if tabs else 0
    first = next((n for n, end in enumerate(ends) if last - end <= width), 0)
    return range(first, len(tabs))


def _words(tab: Tab) -> tuple[Safe, Safe]:
    name = cut(tab.name, _MAX_NAME)
    return name, Safe(f" {tab.unread:,}") if tab.unread else _NOTHING


def _cells(tab: Tab) -> int:
    return sum(map(width_of, _words(tab))) + 2
