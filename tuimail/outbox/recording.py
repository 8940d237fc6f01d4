"""Writes what an attempt meant into the store, all at once."""

from dataclasses import replace
from typing import Final

from tuimail.model.outgoing import OutgoingState
from tuimail.store.database import Store
from tuimail.store.outgoing_attempts import Claim, Outcome, end_claim
from tuimail.store.outgoing_history import RecipientState

from .explain import no_longer_tried
from .pauses import is_given_up
from .verdict import Verdict

_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S


def given_up(verdict: Verdict, claim: Claim, now: int, usual_s: int) -> Verdict:
    """Return the verdict with those expired who were put off once more than they have time for.

    `usual_s` is how long the account tries a mail that has no time of its own. What nobody answered
    is not given up here.
    """
    age_s = now - claim.begun
    if not verdict.is_answered or not is_given_up(age_s, claim.attempt, claim.give_up_s, usual_s):
        return verdict
    tried = f"Given up after {_words(claim.give_up_s or usual_s)} of trying. "
    recipients = {
        address: _expired(state, tried) if state.state is OutgoingState.QUEUED else state
        for address, state in verdict.recipients.items()
    }
    return replace(verdict, recipients=recipients)


def write_verdict(
    store: Store, claim: Claim, verdict: Verdict, now: int, next_attempt: int
) -> OutgoingState:
    """Write an attempt's verdict down and end its claim; return the mail's state.

    `next_attempt` (seconds UTC) counts if somebody still has to get it.

    Raises:
        ClaimLost: the attempt was ended already; nothing is written.
    """
    outcome = Outcome(
        verdict.recipients, verdict.replies, verdict.last_error, verdict.line, verdict.transcript
    )
    return end_claim(store, claim, outcome, now, next_attempt)


def _expired(state: RecipientState, tried: str) -> RecipientState:
    explanation = tried + no_longer_tried(state.explanation)
    return replace(state, state=OutgoingState.EXPIRED, explanation=explanation)


def _words(seconds: int) -> str:
    count, unit = (seconds // _DAY_S, "day") if seconds >= _DAY_S else (seconds // _HOUR_S, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"
