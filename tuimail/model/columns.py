"""How a list of mails is drawn, as a person sets it: columns, density, dates."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple


class Column(StrEnum):
    """What a row can show."""

    FLAGS = "flags"
    FROM = "from"
    SUBJECT = "subject"
    LABELS = "labels"
    """Behind the subject, unless a width is given: then in a column of their own."""
    SIZE = "size"
    ACCOUNT = "account"
    """In lists over several accounts."""
    DATE = "date"


class Density(StrEnum):
    """How many lines a row takes."""

    COMPACT = "compact"
    TWO_LINE = "two-line"
    """Subject and first words stand on a line of their own."""


class DateFormat(StrEnum):
    """How dates are written in a list."""

    SHORT = "short"
    """14:32, Tue 17, 17 Nov, Nov '24."""
    ISO = "iso"
    """2026-11-17 14:32."""
    RELATIVE = "relative"
    """5 min, 3 h, 2 d."""


class ShownColumn(NamedTuple):
    """A column of a list."""

    column: Column
    cells: int = 0
    """Its width; 0 where it has its own."""


Columns = tuple[ShownColumn, ...]

MAX_CELLS: Final = 80
DEFAULT_COLUMNS: Final[Columns] = tuple(
    ShownColumn(column) for column in Column if column is not Column.SIZE
)
_ELASTIC: Final = (Column.FLAGS, Column.SUBJECT)
"""They have the width they need, or all there is."""


def columns_of(words: Iterable[str]) -> Columns:
    """Return the columns that words name, each as `date` or, with its width, as `from:30`.

    Raises:
        ValueError: says what is wrong with them.
    """
    shown: list[ShownColumn] = []
    for word in words:
        name, colon, cells = word.partition(":")
        if name not in tuple(Column):
            raise ValueError(f"there is no column {name!r}; there are: {', '.join(Column)}")
        column = Column(name)
        if any(column is other.column for other in shown):
            raise ValueError(f"names {name!r} twice")
        if colon and column in _ELASTIC:
            raise ValueError(f"{name!r} takes no width")
        if colon and not (cells.isascii() and cells.isdigit() and 1 <= int(cells) <= MAX_CELLS):
            raise ValueError(f"the width of {name!r} must be a number from 1 to {MAX_CELLS}")
        shown.append(ShownColumn(column, int(cells) if colon else 0))
    if not any(one.column is Column.SUBJECT for one in shown):
        raise ValueError("must name 'subject'")
    return tuple(shown)
