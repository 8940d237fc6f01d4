"""A mail on its way: states per mail and per recipient (the command line's words)."""

from dataclasses import dataclass
from enum import StrEnum

from .ids import AccountName, OutgoingId
from .safe import Safe, Untrusted


class OutgoingState(StrEnum):
    """States of an outgoing mail and of each recipient."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    HELD = "held"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """How far one attempt has come, written before the step is taken."""

    CONNECT = "connect"
    SIGN_IN = "sign-in"
    """Where an attempt ended for want of the right password; it is never begun anew from here."""
    ENVELOPE = "envelope"
    DATA = "data"
    FINAL_DOT = "final-dot"
    """The server may own the mail from here on: a failure now is `uncertain`."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient and what became of the mail to it."""

    address: str
    state: OutgoingState
    code: int | None
    enhanced_code: str
    reply: Untrusted
    queue_id: Untrusted
    explanation: Safe
    """Our words: who refused, what, what to do next."""


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """An outgoing mail as the outbox lists it."""

    id: OutgoingId
    message_id: str
    account: AccountName
    subject: Untrusted
    state: OutgoingState
    attempts: int
    created: int
    """Seconds UTC, as are all times here."""
    not_before: int
    next_attempt: int | None
    last_error: Safe
    recipients: tuple[RecipientRow, ...]

    @property
    def due(self) -> int | None:
        """When it is tried next; None unless it waits."""
        if self.state is not OutgoingState.QUEUED:
            return None
        return max(self.not_before, self.next_attempt or 0)


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """One line of a sent mail's history."""

    time: int
    what: str
    who: Untrusted
    detail: Untrusted
