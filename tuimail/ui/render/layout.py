"""Which columns a row of some width has, and how wide each is. Standard library only. Pure."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from tuimail.model.cells import cut, width_of
from tuimail.model.columns import DEFAULT_COLUMNS, Column, Columns, DateFormat, Density

from .dates import SIZE_CELLS, date_cells

MARK_CELLS: Final = 5
"""Selected, unread, flagged, answered or forwarded, and a blank."""
ATTACHMENT_CELLS: Final = 3
FROM_GAP: Final = 2
_ACCOUNT_CELLS: Final = (6, 12, 16)
"""Accounts are this wide at least, this where there is room, and this where they differ late."""
_ROOM_FROM_CELLS: Final = 110
_LEAST_SUBJECT: Final = (
    (Column.SIZE, 36),
    (Column.LABELS, 34),
    (Column.ACCOUNT, 31),
    (Column.DATE, 8),
    (Column.FROM, 2),
)
"""In which order columns give way: where less than so many cells were left to the subject."""


@dataclass(frozen=True)
class RowLook:
    """What all rows of one list have in common."""

    width: int
    """Cells of a row."""
    now: int
    """Seconds UTC."""
    shows_recipients: bool = False
    """Sent mail: who it went to says more than who wrote it."""
    shows_account: bool = False
    """Lists over several accounts say which."""
    accounts: tuple[str, ...] = ()
    """Names of the accounts there are: they tell how much of each is needed."""
    columns: Columns = DEFAULT_COLUMNS
    density: Density = Density.COMPACT
    date_format: DateFormat = DateFormat.SHORT
    has_snippet: bool = True
    """Whether first words stand behind the subject."""

    @property
    def lines(self) -> int:
        """How many lines a row takes."""
        return 2 if self.density is Density.TWO_LINE else 1

    @cached_property
    def layout(self) -> "Layout":
        """The columns that the list has; narrow ones have fewer. Reckoned once for all rows."""
        return _layout(self)


class Layout(NamedTuple):
    """The columns of a row, and what is left to the subject."""

    columns: tuple[tuple[Column, int], ...]
    """With the cells of each, without the gap behind it."""
    subject_cells: int
    has_labels: bool
    """Whether labels stand behind the subject."""


def sender_width(width: int) -> int:
    """Return the cells of the sender column in a row of `width` cells."""
    return max(10, min(22, width * 22 // 100) + max(0, min(14, (width - 100) // 4)))


def account_width(names: tuple[str, ...], width: int) -> int:
    """Return how many cells of account names tell them apart in a row of `width` cells."""
    least, roomy, most = _ACCOUNT_CELLS
    longest = max(map(width_of, names), default=least)
    cells = roomy if width >= _ROOM_FROM_CELLS else least
    while cells < most and len({cut(name, cells) for name in names}) < len(names):
        cells += 1
    return min(cells, longest)


def _layout(look: RowLook) -> Layout:
    width = look.width
    own = {
        Column.FROM: sender_width(width),
        Column.SIZE: SIZE_CELLS,
        Column.ACCOUNT: account_width(look.accounts, width),
        Column.DATE: date_cells(look.date_format, width),
    }
    kept = [(one.column, one.cells or own.get(one.column, 0)) for one in look.columns]
    if not look.shows_account:
        kept = [one for one in kept if one[0] is not Column.ACCOUNT]
    for column, least in _LEAST_SUBJECT:
        is_column = (column, 0) not in kept  # labels without a width stand behind the subject
        if is_column and width - sum(map(_taken, kept)) < least:
            kept = [one for one in kept if one[0] is not column]
    subject_cells = max(0, width - sum(map(_taken, kept)))
    return Layout(tuple(kept), subject_cells, (Column.LABELS, 0) in kept)


def _taken(shown: tuple[Column, int]) -> int:
    """Return the cells of a column with the gap behind it; of the subject, what follows it."""
    column, cells = shown
    if column is Column.FLAGS:
        return MARK_CELLS
    if column is Column.SUBJECT:
        return ATTACHMENT_CELLS
    if column is Column.FROM:
        return cells + FROM_GAP
    return cells + 1 if cells else 0
