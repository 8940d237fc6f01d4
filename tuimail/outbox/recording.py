"""Writes what an attempt meant into the store: replies, recipients, and the mail's own state."""

from dataclasses import replace
from typing import Final

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import mail_state
from tuimail.store.database import Store
from tuimail.store.outgoing import (
    Claim,
    RecipientState,
    outgoing_row,
    record_reply,
    recover,
    release,
    set_recipient,
    set_state,
)

from .pauses import is_given_up
from .verdict import Verdict

_GIVEN_UP: Final = "Given up after five days of trying. "


def write_verdict(
    store: Store, claim: Claim, verdict: Verdict, now: int, next_attempt: int
) -> OutgoingState:
    """Write an attempt's verdict down and end its claim; return the mail's state.

    `next_attempt` (seconds UTC) counts if somebody still has to get it.
    """
    for reply in verdict.replies:
        record_reply(store, claim, reply, now)
    row = outgoing_row(store, claim.outgoing_id)
    is_over = verdict.is_answered and is_given_up(now - row.created, claim.attempt)
    for address, state in verdict.recipients.items():
        set_recipient(store, claim.outgoing_id, address, _expired(state) if is_over else state)
    return _release(store, claim, verdict, now, next_attempt)


def mend(store: Store, now: int) -> list[tuple[OutgoingId, OutgoingState]]:
    """End claims whose lease ran out by `now` (seconds UTC); return their mails with their states.

    An attempt may have died between writing down its recipients and ending: they decide.
    """
    mended = []
    for outgoing_id in recover(store, now):
        row = outgoing_row(store, outgoing_id)
        state = mail_state(one.state for one in row.recipients)
        if state is not row.state:
            set_state(store, outgoing_id, state, None, row.last_error)
        mended.append((outgoing_id, state))
    return mended


def _release(
    store: Store, claim: Claim, verdict: Verdict, now: int, next_attempt: int
) -> OutgoingState:
    """End the claim. Recipients too many for one transaction are due at once."""
    row = outgoing_row(store, claim.outgoing_id)
    queued, sending = OutgoingState.QUEUED, OutgoingState.SENDING
    state = mail_state(queued if one.state is sending else one.state for one in row.recipients)
    is_put_off = any(one.state is queued for one in verdict.recipients.values())
    due = next_attempt if is_put_off else now
    release(store, claim, state, due if state is queued else None, verdict.last_error)
    return state


def _expired(state: RecipientState) -> RecipientState:
    if state.state is not OutgoingState.QUEUED:
        return state
    words = _GIVEN_UP + state.explanation
    return replace(state, state=OutgoingState.EXPIRED, explanation=words)
