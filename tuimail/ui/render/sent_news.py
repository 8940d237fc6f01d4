"""What is said in one line when something became of a sent mail."""

from collections.abc import Mapping
from typing import Final

from tuimail.model.cells import cut, cut_address, width_of
from tuimail.model.explained import is_hearsay
from tuimail.model.outgoing import OutgoingRow, OutgoingState
from tuimail.model.safe import Safe, safe_line

from .causes import reason
from .dates import long_date

_GOOD: Final[Mapping[OutgoingState, str]] = {
    OutgoingState.ACCEPTED: "The server has taken your mail; delivery is not confirmed.",
    OutgoingState.DELIVERED: "Your mail was delivered",
    OutgoingState.HELD: "The server keeps your mail until its time; it cannot be taken back.",
}
_BAD: Final[Mapping[OutgoingState, str]] = {
    OutgoingState.BOUNCED: "Not delivered",
    OutgoingState.REFUSED: "Refused",
    OutgoingState.UNCERTAIN: "May or may not have been sent",
    OutgoingState.EXPIRED: "Could not be sent in time",
    OutgoingState.DELAYED: "Delayed",
}
_DOUBT: Final = " (reported, not confirmed)"
_SUBJECT_CELLS: Final = 28
_ADDRESS_CELLS: Final = 32
_LEAST_CELLS: Final = 10


def is_news(state: OutgoingState) -> bool:
    """Whether a person is told of it unasked."""
    return state in _GOOD or state in _BAD


def good_news(row: OutgoingRow) -> Safe | None:
    """Return what is said of a mail that goes its way; None if it does not."""
    words = _GOOD.get(row.state)
    if words is None:
        return None
    if row.state is not OutgoingState.DELIVERED:
        return Safe(words)
    doubt = _DOUBT if any(is_hearsay(one.explanation) for one in row.recipients) else ""
    return Safe(f"{words}: {_subject(row)}{doubt}")


def bad_news(row: OutgoingRow, cells: int = 200) -> Safe | None:
    """Return what is said of a mail that did not reach somebody: which, whom, why; else None.

    Where there is less room than `cells`, subject and address give way to the cause.
    """
    words = _BAD.get(row.state)
    if words is None:
        return None
    people = [one for one in row.recipients if one.state is row.state]
    if not people:
        return Safe(f"{words}: {_subject(row)}")
    others = f" and {len(people) - 1} more" if len(people) > 1 else ""
    why = reason(people[0])
    because = f": {why}" if why else ""
    if is_hearsay(people[0].explanation):
        because += _DOUBT
    left = cells - width_of(f"{words}:  to {others}{because}")
    subject = _subject(row, max(_LEAST_CELLS, min(_SUBJECT_CELLS, left // 3)))
    room = max(_LEAST_CELLS, min(_ADDRESS_CELLS, left - width_of(subject)))
    to = cut_address(safe_line(people[0].address, 200), room)
    return Safe(f"{words}: {subject} to {to}{others}{because}")


def silence(row: OutgoingRow) -> Safe:
    """Return what is said of a mail that nobody answered in time."""
    people = row.recipients[:1]
    to = cut(safe_line(people[0].address, 200), _ADDRESS_CELLS) if people else "nobody"
    others = f" and {len(row.recipients) - 1} more" if len(row.recipients) > 1 else ""
    return Safe(f"No answer yet: {_subject(row)} to {to}{others}, of {long_date(row.created)}")


def _subject(row: OutgoingRow, cells: int = _SUBJECT_CELLS) -> Safe:
    return cut(safe_line(row.subject, 200).strip() or "(no subject)", cells)
