"""A conversation in the reader: what stands above each of its mails.

The mark at the left edge is ours alone: rows of a mail's text begin with a blank, so that no mail
can draw the head of another one.
"""

from typing import Final

from tuimail.model.cells import cut, width_of
from tuimail.model.message import MessageRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .dates import long_date
from .head import head_of
from .rows import Piece, label_words
from .wrap import Row

EDGE: Final[Piece] = (Safe("┃"), StyleRole.RULE)
_FOLDED, _OPEN = Safe("▸ "), Safe("▾ ")
_NAME_CELLS: Final = 40
_GAPS: Final = 4
"""Cells before and after a date, as in the head of a mail."""


def folded_mail(row: MessageRow, width: int) -> Row:
    """Return a mail of which only one row is shown: who, what it begins with, when."""
    return _one_row(row, _FOLDED, Safe(safe_line(row.snippet, 400).strip()), width)


def mail_head(row: MessageRow, mail: RenderedMail | None, width: int, more: Safe) -> list[Row]:
    """Return the head of a mail that is shown, without its subject: the conversation has one.

    `more` says where warnings are shown for which there is no room.
    """
    if mail is None:
        return [_one_row(row, _OPEN, Safe(""), width)]
    inner = max(1, width - 1)
    return [
        [EDGE, *one] for one in head_of(mail, inner, 1, label_words(row.flags, inner), more)[1:]
    ]


def place_of(row: MessageRow, number: int, total: int, width: int) -> Row:
    """Return which mail of the conversation keys are about: its number and its sender."""
    who = safe_line(row.sender_address or row.sender_name, 200)
    words = Safe(f" {number} of {total}  {who}  {long_date(row.date)}")
    return [(cut(words, width), StyleRole.DIM)]


def _one_row(row: MessageRow, mark: Safe, words: Safe, width: int) -> Row:
    role = StyleRole.UNREAD if row.is_unread else StyleRole.SENDER
    name, address = safe_line(row.sender_name, 100).strip(), safe_line(row.sender_address, 200)
    who = cut(
        Safe(f"{name} <{address}>" if name else address), min(_NAME_CELLS, max(1, width // 2))
    )
    when = long_date(row.date)
    room = width - len("┃▸ ") - width_of(who) - width_of(when) - _GAPS
    beside = cut(Safe(f"  {words}"), room) if words and room > 0 else Safe("")
    gap = Safe(" " * max(0, room - width_of(beside) + _GAPS - 2))
    tail: list[Piece] = [(gap, StyleRole.TEXT), (when, StyleRole.DIM)] if room >= 0 else []
    return [EDGE, (mark, StyleRole.DIM), (who, role), (beside, StyleRole.DIM), *tail]
