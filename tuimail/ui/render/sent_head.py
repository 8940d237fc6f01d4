"""What became of a sent mail, in the head of the reader: one line per recipient in trouble."""

from collections.abc import Iterator, Sequence
from typing import Final

from tuimail.model.cells import cut, cut_address, width_of
from tuimail.model.explained import is_hearsay, server_words
from tuimail.model.outgoing import WANTS_A_PERSON, OutgoingRow, OutgoingState, RecipientRow
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .causes import our_words, reason
from .marks import role_of_state, state_words
from .outbox import HELD, NOT_CONFIRMED
from .wrap import Row, wrap

_LABEL: Final = Safe(" Sent   ")
_INDENT: Final = Safe(" " * len(_LABEL))
_CALM: Final = (
    OutgoingState.DELIVERED,
    OutgoingState.ACCEPTED,
    OutgoingState.HELD,
    OutgoingState.QUEUED,
    OutgoingState.SENDING,
    OutgoingState.CANCELLED,
)
"""Whoever is in one of these is named with all others in it, on one line."""
_REMARKS: Final = {
    OutgoingState.ACCEPTED: NOT_CONFIRMED,
    OutgoingState.HELD: HELD,
}
_REPORTED: Final = Safe("reported, not confirmed")
_MAX_NAMED: Final = 6
"""People named on one line."""


def sent_head(row: OutgoingRow, width: int, max_rows: int, more: Safe) -> list[Row]:
    """Return what became of a mail: those in trouble first, each with the cause and their words.

    `more` says in a few words where all of it stands; it ends what is longer than `max_rows`.
    """
    troubled = [one for one in row.recipients if one.state not in _CALM]
    calm = [
        _together(state, people, width)
        for state in _CALM
        if (people := [one for one in row.recipients if one.state is state])
    ]
    rows = [*(line for one in troubled for line in _trouble(one, width)), *calm]
    if len(rows) > max_rows:
        rows = [*(_named(one, width, is_whole=True) for one in troubled), *calm]
    if len(rows) > max_rows:
        rows[max_rows - 1 :] = [[(cut(Safe(f"… {more}"), width - len(_LABEL)), StyleRole.DIM)]]
    return [[(_INDENT if n else _LABEL, StyleRole.LABEL), *pieces] for n, pieces in enumerate(rows)]


def _trouble(recipient: RecipientRow, width: int) -> Iterator[Row]:
    yield _named(recipient, width, is_whole=False)
    if _is_settled(recipient):
        return
    room = max(10, width - len(_LABEL) - 1)
    if cause := our_words(recipient):
        for row in wrap(Line((Span(cause),)), room - 2):
            yield [(Safe("  "), StyleRole.TEXT), *row]
    if said := server_words(recipient):
        yield [(cut(Safe(f"  {said}"), room), StyleRole.DIM)]


def _named(recipient: RecipientRow, width: int, *, is_whole: bool) -> Row:
    """Return the line of one recipient; `is_whole` if nothing follows that names the cause."""
    room = max(10, width - len(_LABEL) - 1)
    words, is_settled = state_words(recipient.state), _is_settled(recipient)
    remark = settled_words(recipient) if is_settled else reason(recipient) if is_whole else ""
    room -= width_of(words) + 2
    address = cut_address(safe_line(recipient.address, 200), max(4, room))
    return [
        (words, StyleRole.DIM if is_settled else role_of_state(recipient.state)),
        (Safe(f"  {address}"), StyleRole.VALUE),
        (cut(f"  {remark}" if remark else "", room - width_of(address)), StyleRole.DIM),
    ]


def _is_settled(recipient: RecipientRow) -> bool:
    return recipient.state in WANTS_A_PERSON and not recipient.needs_attention


def settled_words(recipient: RecipientRow) -> Safe:
    """Say what the person did about a recipient who did not get the mail."""
    return Safe("sent to another address instead" if recipient.replaced_by else "you know of it")


def _together(state: OutgoingState, people: Sequence[RecipientRow], width: int) -> Row:
    words = state_words(state)
    names = ", ".join(safe_line(one.address, 100) for one in people[:_MAX_NAMED])
    more = f" and {len(people) - _MAX_NAMED} more" if len(people) > _MAX_NAMED else ""
    is_doubtful = any(is_hearsay(one.explanation) for one in people)
    remark = _REPORTED if is_doubtful else _REMARKS.get(state, Safe(""))
    tail = Safe(f", {remark}" if remark else "")
    room = max(4, width - len(_LABEL) - 1 - width_of(words) - 2 - width_of(tail))
    return [
        (words, role_of_state(state)),
        (tail, StyleRole.DIM),
        (Safe(f"  {cut(Safe(names + more), room)}"), StyleRole.VALUE),
    ]
