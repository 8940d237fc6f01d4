"""What may become of a mail to one recipient: a table, and nothing else.

A mail's own state is made from its recipients' (`mail_state`). Who writes states, the sender and
the store's statements alike, goes by this table.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from .outgoing import OutgoingState


class Happening(StrEnum):
    """What can happen to a mail to one recipient."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    HELD = "held"
    RELEASED = "released"
    """The time has come until which the server kept it."""
    DEFERRED = "deferred"
    """A temporary refusal, or the line failed before the final dot."""
    REFUSED = "refused"
    LOST = "lost"
    """The line failed after the final dot: nobody knows."""
    GIVEN_UP = "given up"
    CANCELLED = "cancelled"
    ASKED_AGAIN = "asked again"
    """The person wants it sent again."""
    VOUCHED = "vouched for"
    """The person knows that it arrived."""
    FOUND = "found"
    """The mail was seen where only an accepted one can be."""
    DELAY_REPORTED = "delay reported"
    DELIVERY_REPORTED = "delivery reported"
    BOUNCE_REPORTED = "bounce reported"


_S = OutgoingState
_H = Happening

TRANSITIONS: Final[Mapping[OutgoingState, Mapping[Happening, OutgoingState]]] = {
    _S.DRAFT: {},
    _S.QUEUED: {
        _H.CLAIMED: _S.SENDING,
        _H.GIVEN_UP: _S.EXPIRED,
        _H.CANCELLED: _S.CANCELLED,
        _H.ASKED_AGAIN: _S.QUEUED,
    },
    _S.SENDING: {
        _H.ACCEPTED: _S.ACCEPTED,
        _H.HELD: _S.HELD,
        _H.DEFERRED: _S.QUEUED,
        _H.REFUSED: _S.REFUSED,
        _H.LOST: _S.UNCERTAIN,
        _H.GIVEN_UP: _S.EXPIRED,
        # before the final dot alone: the server has nothing whole yet
        _H.CANCELLED: _S.CANCELLED,
    },
    _S.ACCEPTED: {
        _H.DELAY_REPORTED: _S.DELAYED,
        _H.DELIVERY_REPORTED: _S.DELIVERED,
        _H.BOUNCE_REPORTED: _S.BOUNCED,
    },
    _S.HELD: {
        _H.RELEASED: _S.ACCEPTED,
        _H.DELAY_REPORTED: _S.DELAYED,
        _H.DELIVERY_REPORTED: _S.DELIVERED,
        _H.BOUNCE_REPORTED: _S.BOUNCED,
    },
    _S.DELAYED: {
        _H.DELAY_REPORTED: _S.DELAYED,
        _H.DELIVERY_REPORTED: _S.DELIVERED,
        _H.BOUNCE_REPORTED: _S.BOUNCED,
    },
    _S.DELIVERED: {},
    _S.BOUNCED: {_H.ASKED_AGAIN: _S.QUEUED},
    _S.REFUSED: {_H.ASKED_AGAIN: _S.QUEUED},
    _S.EXPIRED: {_H.ASKED_AGAIN: _S.QUEUED},
    _S.UNCERTAIN: {
        _H.ASKED_AGAIN: _S.QUEUED,
        _H.VOUCHED: _S.ACCEPTED,
        _H.FOUND: _S.ACCEPTED,
        _H.DELAY_REPORTED: _S.DELAYED,
        _H.DELIVERY_REPORTED: _S.DELIVERED,
        _H.BOUNCE_REPORTED: _S.BOUNCED,
    },
    _S.CANCELLED: {_H.ASKED_AGAIN: _S.QUEUED},
}
"""Nothing leads from `uncertain` back to `queued` but the person."""

TAKEN: Final = (_S.ACCEPTED, _S.HELD, _S.DELAYED, _S.DELIVERED, _S.BOUNCED)
"""States in which some server has taken the mail."""

_WHAT_COUNTS: Final = (
    _S.SENDING,
    _S.QUEUED,
    _S.UNCERTAIN,
    _S.BOUNCED,
    _S.REFUSED,
    _S.EXPIRED,
    _S.DELAYED,
    _S.HELD,
    _S.ACCEPTED,
    _S.DELIVERED,
    _S.CANCELLED,
    _S.DRAFT,
)
"""What still moves first, then what a person must know, then what went well."""


def after(state: OutgoingState, happening: Happening) -> OutgoingState:
    """Return the state that follows.

    Raises:
        ValueError: this cannot happen in that state; the caller has a bug.
    """
    following = TRANSITIONS[state].get(happening)
    if following is None:
        raise ValueError(f"a mail that is {state} cannot be {happening}")
    return following


def mail_state(recipients: Iterable[OutgoingState]) -> OutgoingState:
    """Return the state of a mail with recipients in these states; it has at least one."""
    present = set(recipients)
    return next(state for state in _WHAT_COUNTS if state in present)


def states_before(happening: Happening) -> tuple[OutgoingState, ...]:
    """Return the states in which this can happen."""
    return tuple(state for state, steps in TRANSITIONS.items() if happening in steps)
