"""Where everything lies: the size of the terminal and what is shown in, boxes out.

Three layouts: three panes side by side from 150 columns on, mailboxes beside the list over the
reader from 100 on, one pane at a time below.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

WIDE_COLUMNS = 150
MEDIUM_COLUMNS = 100
BOTTOM_ROWS = 2
"""Status line and hint line."""
_TREE_WIDE = 24
_TREE_MEDIUM = 22
_READER_CELLS = 85
"""What text wrapped at 80 columns asks for; the list has the rest, at 40 to 55 per cent of it."""
_TREE_OVERLAY = 30


class Part(StrEnum):
    """A part of the screen."""

    MAILBOXES = "mailboxes"
    LIST = "list"
    TITLE = "title"
    """The first line of plain mode."""
    TABS = "tabs"
    """One row over the list, or over everything."""
    READER = "reader"
    COMPOSE = "compose"
    TREE_RULE = "tree_rule"
    """The rule right of the mailboxes."""
    READER_RULE = "reader_rule"
    """The rule between list and reader, or between list and compose."""
    STATUS = "status"
    HINT = "hint"
    SEARCH = "search"
    """Over the two bottom lines."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Showing:
    """What is to be seen."""

    active: Part = Part.LIST
    """The pane that has the keys."""
    has_mail: bool = False
    """A mail is open in the reader."""
    has_compose: bool = False
    has_search: bool = False
    is_welcome: bool = False
    """There is no account: one page, in the reader's place, says what to type."""
    has_tabs: bool = False
    """The list shows inboxes in parts."""
    has_open: bool = False
    """Mails or drafts are left open: their tabs are over everything."""
    is_plain: bool = False
    """One pane under a title, and nothing beside it."""


def arrange(columns: int, rows: int, showing: Showing) -> dict[Part, Box]:
    """Return the box of each part that is seen; what is missing is hidden."""
    height = max(1, rows - BOTTOM_ROWS)
    if showing.has_open and not showing.is_plain and height > 1:
        return _below_tabs(columns, rows, showing)
    if showing.is_welcome:
        boxes = {Part.READER: Box(0, 0, columns, height)}
    elif showing.is_plain:
        boxes = _plain(columns, height, showing)
    elif columns >= WIDE_COLUMNS:
        boxes = _wide(columns, height, showing)
    elif columns >= MEDIUM_COLUMNS:
        boxes = _medium(columns, height, showing)
    else:
        boxes = _narrow(columns, height, showing)
    listed = boxes.get(Part.LIST)
    if showing.has_tabs and not showing.is_plain and listed is not None and listed.height > 1:
        boxes[Part.TABS] = Box(listed.x, listed.y, listed.width, 1)
        boxes[Part.LIST] = Box(listed.x, listed.y + 1, listed.width, listed.height - 1)
    if showing.has_search:
        boxes[Part.SEARCH] = Box(0, height, columns, min(BOTTOM_ROWS, rows))
    else:
        boxes[Part.STATUS] = Box(0, height, columns, 1)
        boxes[Part.HINT] = Box(0, height + 1, columns, 1)
    return boxes


def _below_tabs(columns: int, rows: int, showing: Showing) -> dict[Part, Box]:
    """Return the boxes one row lower than they would be, and the tabs over all of them."""
    without = replace(showing, has_open=False, has_tabs=False)
    boxes = {
        part: replace(box, y=box.y + 1) for part, box in arrange(columns, rows - 1, without).items()
    }
    return boxes | {Part.TABS: Box(0, 0, columns, 1)}


def is_one_pane(columns: int) -> bool:
    """Whether only one pane is seen at a time."""
    return columns < MEDIUM_COLUMNS


def _tree(width: int, height: int) -> tuple[dict[Part, Box], int]:
    """Return boxes of mailboxes and their rule, and the column where the rest begins."""
    boxes = {
        Part.MAILBOXES: Box(0, 0, width, height),
        Part.TREE_RULE: Box(width, 0, 1, height),
    }
    return boxes, width + 1


def _wide(columns: int, height: int, showing: Showing) -> dict[Part, Box]:
    boxes, left = _tree(_TREE_WIDE, height)
    room = columns - left
    share = min(max(room - _READER_CELLS, room * 40 // 100), room * 55 // 100)
    list_width = max(60, share)
    right = left + list_width + 1
    reader = Box(right, 0, columns - right, height)
    boxes[Part.LIST] = Box(left, 0, list_width, height)
    boxes[Part.READER_RULE] = Box(right - 1, 0, 1, height)
    boxes[Part.COMPOSE if showing.has_compose else Part.READER] = reader
    return boxes


def _medium(columns: int, height: int, showing: Showing) -> dict[Part, Box]:
    boxes, left = _tree(_TREE_MEDIUM, height)
    width = columns - left
    if showing.has_compose:
        boxes[Part.COMPOSE] = Box(left, 0, width, height)
        return boxes
    if not showing.has_mail:
        boxes[Part.LIST] = Box(left, 0, width, height)
        return boxes
    list_height = max(4, height * 38 // 100)
    boxes[Part.LIST] = Box(left, 0, width, list_height)
    boxes[Part.READER_RULE] = Box(left, list_height, width, 1)
    below = list_height + 1
    boxes[Part.READER] = Box(left, below, width, max(1, height - below))
    return boxes


def _plain(columns: int, height: int, showing: Showing) -> dict[Part, Box]:
    pane = Box(0, min(1, height - 1), columns, max(1, height - 1))
    title = {Part.TITLE: Box(0, 0, columns, 1)} if height > 1 else {}
    if showing.has_compose:
        return title | {Part.COMPOSE: pane}
    if showing.active is Part.READER and showing.has_mail:
        return title | {Part.READER: pane}
    return title | {Part.MAILBOXES if showing.active is Part.MAILBOXES else Part.LIST: pane}


def _narrow(columns: int, height: int, showing: Showing) -> dict[Part, Box]:
    if showing.has_compose:
        return {Part.COMPOSE: Box(0, 0, columns, height)}
    if showing.active is Part.READER and showing.has_mail:
        return {Part.READER: Box(0, 0, columns, height)}
    if showing.active is not Part.MAILBOXES:
        return {Part.LIST: Box(0, 0, columns, height)}
    width = min(_TREE_OVERLAY, max(1, columns - 2))
    return {
        Part.MAILBOXES: Box(0, 0, width, height),
        Part.TREE_RULE: Box(width, 0, 1, height),
        Part.LIST: Box(width + 1, 0, columns - width - 1, height),
    }
