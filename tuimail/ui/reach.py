"""How far down the list an action reaches: it waits where so many rows are not here yet. Pure."""

import sys
from enum import Enum, auto
from typing import Final

from .actions import Call

ALL: Final = sys.maxsize
"""More rows than any list has."""


class Reach(Enum):
    """What an action needs of the list."""

    COUNT = auto()
    """As many rows as were counted, from the cursor on, and the one after them."""
    CHOSEN = auto()
    """All rows where some are selected, which may be any; else as COUNT."""
    PAGES = auto()
    """As many pages as were counted."""
    LINE = auto()
    """The row counted; without a count the first."""
    LAST = auto()
    """The row counted; without a count the last."""
    ALL = auto()
    """Every row."""


MOVES: Final = {
    "cursor.down": Reach.COUNT,
    "page.down": Reach.PAGES,
    "half.down": Reach.PAGES,
    "cursor.top": Reach.LINE,
    "cursor.bottom": Reach.LAST,
}
"""Moves in whatever has the keys; the others always concern the list."""
REACHES: Final = {
    **MOVES,
    "reader.down": Reach.COUNT,
    "message.next": Reach.COUNT,
    "search.next": Reach.COUNT,
    "thread.next": Reach.COUNT,
    "next.unread": Reach.ALL,
    "next.unread.anywhere": Reach.ALL,
    "select": Reach.COUNT,
    "select.all": Reach.ALL,
    "select.invert": Reach.ALL,
    "select.thread": Reach.ALL,
    "select.matching": Reach.ALL,
    "select.except": Reach.ALL,
    "delete.matching": Reach.ALL,
    "find": Reach.ALL,
    "find.back": Reach.ALL,
    "find.next": Reach.ALL,
    "find.previous": Reach.ALL,
    "archive": Reach.CHOSEN,
    "archive.dated": Reach.CHOSEN,
    "snooze": Reach.CHOSEN,
    "unsnooze": Reach.CHOSEN,
    "mute": Reach.CHOSEN,
    "done": Reach.CHOSEN,
    "delete": Reach.CHOSEN,
    "spam": Reach.CHOSEN,
    "move": Reach.CHOSEN,
    "copy": Reach.CHOSEN,
    "label": Reach.CHOSEN,
    "expunge": Reach.CHOSEN,
    "toggle.read": Reach.CHOSEN,
    "toggle.flag": Reach.CHOSEN,
    "mark.all.read": Reach.ALL,
    "export": Reach.CHOSEN,
    "save": Reach.CHOSEN,
    "print": Reach.CHOSEN,
    "pipe": Reach.CHOSEN,
    "clip.sender": Reach.CHOSEN,
    "clip.id": Reach.CHOSEN,
}
"""Actions not named here concern the row under the cursor, or read the store themselves."""


SELECTS_FROM_CURSOR: Final = frozenset({"select", "select.thread"})
"""They begin at the cursor whatever is selected already: what is typed next acts on it."""


def rows_needed(call: Call, cursor: int, height: int, *, has_selection: bool) -> int:
    """Return how many rows the list must have for an action, `ALL` where it must have all.

    `cursor` is its index, `height` the rows in sight. One row more than is acted on: the cursor
    goes there.
    """
    reach = REACHES.get(call.action.id)
    if reach is None:
        return 0
    needed = ALL
    match reach:
        case Reach.COUNT:
            needed = cursor + call.count + 1
        case Reach.CHOSEN:
            needed = ALL if has_selection else cursor + call.count + 1
        case Reach.PAGES:
            needed = cursor + (call.count + 1) * height
        case Reach.LINE:
            needed = call.count
        case Reach.LAST if call.has_count:
            needed = call.count
        case Reach.LAST | Reach.ALL:
            pass
    return needed
