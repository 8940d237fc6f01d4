"""A mail on its way: states per mail and per recipient (the command line's words)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .ids import AccountName, OutgoingId
from .safe import Safe, Untrusted

NOTHING: Final = Safe("")


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


class CopyStep(StrEnum):
    """How far the copy of an accepted mail has come on its way into Sent, as its history says."""

    NO_MAILBOX = "no mailbox for sent mail"
    RECORDED = "copy for Sent recorded"
    REFUSED = "no copy in Sent"
    ASKED_AGAIN = "copy for Sent asked for again"
    FILED = "copy in Sent"
    """It is there, or none is made by this program."""


class Remark(StrEnum):
    """Fixed words of ours in a history, told as sentences on the screen."""

    TAKEN_BACK = "taken back"
    INTERRUPTED = "the program was interrupted"
    LEFT_TO_SERVER = "left to the server"
    """The server puts a copy into Sent by itself."""
    NO_COPY_WANTED = "no copy is wanted"


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
    copy_problem: Safe = NOTHING
    """A sentence: the mail was accepted, but there is no copy in Sent, and what to do."""

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
