"""What may become of a mail to one recipient: a table, and nothing else.

A mail's own state is made from its recipients' (`mail_state`); when to try again is reckoned here
too, so that everything the sender decides can be read and tested without a server.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from tuimail.model.outgoing import OutgoingState, Phase

DEFER_FIRST_S: Final = 60
DEFER_MOST_S: Final = 4 * 3600
"""Greylisting wants minutes, a full mailbox hours."""
OFFLINE_FIRST_S: Final = 5
OFFLINE_MOST_S: Final = 300
"""Nobody was asked anything yet: the network may be back any moment."""
JITTER: Final = 0.2
GIVE_UP_AFTER_S: Final = 5 * 24 * 3600
GIVE_UP_ATTEMPTS: Final = 5
"""Not before so many answers: a machine switched off for a week has not tried."""


class Happening(StrEnum):
    """What can happen to a mail to one recipient."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    HELD = "held"
    DEFERRED = "deferred"
    """A temporary refusal, or the line failed before the final dot."""
    REFUSED = "refused"
    LOST = "lost"
    """The line failed after the final dot: nobody knows."""
    GIVEN_UP = "given up"
    CANCELLED = "cancelled"
    ASKED_AGAIN = "asked again"
    """The person wants it sent again."""
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
    },
    _S.ACCEPTED: {
        _H.DELAY_REPORTED: _S.DELAYED,
        _H.DELIVERY_REPORTED: _S.DELIVERED,
        _H.BOUNCE_REPORTED: _S.BOUNCED,
    },
    _S.HELD: {
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
        _H.FOUND: _S.ACCEPTED,
        _H.DELAY_REPORTED: _S.DELAYED,
        _H.DELIVERY_REPORTED: _S.DELIVERED,
        _H.BOUNCE_REPORTED: _S.BOUNCED,
    },
    _S.CANCELLED: {_H.ASKED_AGAIN: _S.QUEUED},
}
"""Nothing leads from `uncertain` back to `queued` but the person."""

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


def happening_of_code(code: int) -> Happening:
    """Return what a reply to RCPT, DATA or the final dot means for the recipient."""
    if 200 <= code < 300:
        return Happening.ACCEPTED
    return Happening.DEFERRED if 400 <= code < 500 else Happening.REFUSED


def happening_of_crash(phase: Phase) -> Happening:
    """Return what a process that died in this phase leaves behind."""
    return Happening.LOST if phase is Phase.FINAL_DOT else Happening.DEFERRED


def deferral_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after a temporary refusal.

    `attempt` counts from 1; `chance` in 0 to 1 spreads the time by JITTER either way.
    """
    return _doubled(DEFER_FIRST_S, DEFER_MOST_S, attempt, chance)


def offline_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after the server could not be reached."""
    return _doubled(OFFLINE_FIRST_S, OFFLINE_MOST_S, attempt, chance)


def is_given_up(age_s: float, attempt: int) -> bool:
    """Whether a mail refused for now, this old and tried so often, is tried no more."""
    return age_s > GIVE_UP_AFTER_S and attempt >= GIVE_UP_ATTEMPTS


def _doubled(first_s: int, most_s: int, attempt: int, chance: float) -> int:
    plain = min(first_s << min(attempt - 1, 20), most_s)
    return round(plain * (1 + JITTER * (2 * chance - 1)))
