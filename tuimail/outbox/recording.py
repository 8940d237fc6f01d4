"""Writes what an attempt meant into the store, all at once."""

from dataclasses import replace
from typing import Final

from tuimail.model.outgoing import OutgoingState
from tuimail.store.database import Store
from tuimail.store.outgoing import outgoing_row
from tuimail.store.outgoing_attempts import Claim, Outcome, end_claim
from tuimail.store.outgoing_history import RecipientState

from .pauses import is_given_up
from .verdict import Verdict

_GIVEN_UP: Final = "Given up after five days of trying. "


def write_verdict(
    store: Store, claim: Claim, verdict: Verdict, now: int, next_attempt: int
) -> OutgoingState:
    """Write an attempt's verdict down and end its claim; return the mail's state.

    `next_attempt` (seconds UTC) counts if somebody still has to get it.

    Raises:
        ClaimLost: the attempt was ended already; nothing is written.
    """
    row = outgoing_row(store, claim.outgoing_id)
    is_over = verdict.is_answered and is_given_up(now - row.created, claim.attempt)
    recipients = {
        address: _expired(state) if is_over else state
        for address, state in verdict.recipients.items()
    }
    outcome = Outcome(recipients, verdict.replies, verdict.last_error, verdict.line)
    return end_claim(store, claim, outcome, now, next_attempt)


def _expired(state: RecipientState) -> RecipientState:
    if state.state is not OutgoingState.QUEUED:
        return state
    words = _GIVEN_UP + state.explanation
    return replace(state, state=OutgoingState.EXPIRED, explanation=words)
