"""What can be done with a sent mail, as actions. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from tuimail.model.next_step import NextStep
from tuimail.model.outgoing import WANTS_A_PERSON, OutgoingRow, OutgoingState

STEPS: Final[Mapping[NextStep, str]] = {
    NextStep.CORRECT: "outbox.correct",
    NextStep.SMALLER: "outbox.smaller",
    NextStep.ARRIVED: "outbox.arrived",
    NextStep.RETRY: "outbox.retry",
    NextStep.EDIT: "outbox.edit",
    NextStep.CANCEL: "outbox.cancel",
    NextStep.KNOWN: "outbox.known",
}
_SETTLED: Final = (OutgoingState.ACCEPTED, OutgoingState.DELIVERED, OutgoingState.CANCELLED)
_AFTER: Final[Mapping[OutgoingState, Sequence[NextStep]]] = {
    OutgoingState.QUEUED: (NextStep.EDIT, NextStep.CANCEL, NextStep.RETRY),
    OutgoingState.SENDING: (NextStep.CANCEL,),
    OutgoingState.DELAYED: (NextStep.CORRECT,),
    OutgoingState.UNCERTAIN: (NextStep.ARRIVED, NextStep.RETRY),
    OutgoingState.BOUNCED: (NextStep.CORRECT, NextStep.RETRY, NextStep.KNOWN),
    OutgoingState.REFUSED: (NextStep.CORRECT, NextStep.RETRY, NextStep.KNOWN),
    OutgoingState.EXPIRED: (NextStep.RETRY, NextStep.CORRECT, NextStep.KNOWN),
}


def steps_for(row: OutgoingRow | None) -> list[str]:
    """Return the actions that can work with a mail, what helps likeliest first."""
    if row is None:
        return []
    from tuimail.services.next_steps import next_steps  # late: with all that writes a mail anew

    found = [STEPS[step] for step in next_steps(row)]
    if row.copy_problem and STEPS[NextStep.RETRY] not in found:
        found.append(STEPS[NextStep.RETRY])
    return found


def is_settled(row: OutgoingRow) -> bool:
    """Whether nothing more is to be done or to be waited for, as far as anybody can tell."""
    return not row.copy_problem and all(
        one.state in _SETTLED or (one.state in WANTS_A_PERSON and not one.needs_attention)
        for one in row.recipients
    )


def steps_after(state: OutgoingState) -> list[str]:
    """Return the actions that may work with a mail of which the state alone is known."""
    return [STEPS[step] for step in _AFTER.get(state, ())]
