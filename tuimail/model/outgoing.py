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
    CORRECTED = "sent to a corrected address"
    IN_PLACE = "sent in place of another"
    ARRIVED = "known to have arrived"
    KNOWN = "dealt with"
    WRITTEN_ANEW = "written anew"


WANTS_A_PERSON: Final = (
    OutgoingState.UNCERTAIN,
    OutgoingState.BOUNCED,
    OutgoingState.REFUSED,
    OutgoingState.EXPIRED,
)
"""States in which nothing happens any more unless a person does something."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """What a person wishes of the sending of one mail."""

    at: int | None = None
    """Not before; seconds UTC. None means now."""
    give_up_s: int | None = None
    """How long it is tried, in seconds; None means as long as the account says."""
    wants_success: bool = False
    """Wants to be told of its delivery, not of failures alone."""


AT_ONCE: Final = SendOptions()


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
    is_known: bool = False
    """The person has dealt with it, as it is now."""
    replaced_by: OutgoingId | None = None
    """The mail that went to a corrected address instead."""

    @property
    def needs_attention(self) -> bool:
        """Whether it failed, or may have, and nobody has dealt with that."""
        return self.state in WANTS_A_PERSON and not self.is_known and self.replaced_by is None


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
    asked: int = 0
    """When a person at a screen wanted it gone; 0 where a command handed it over."""
    undo_until: int = 0
    """The end of its undo window; 0 where it had none."""
    send_at: int = 0
    """When the person wants it to go; 0 means at once."""
    give_up_s: int | None = None
    """How long it is tried; None means as long as the account says."""
    wants_success: bool = False
    replaces: str = ""
    """The address whose correction it is."""

    @property
    def due(self) -> int | None:
        """When it is tried next; None unless it waits."""
        if self.state is not OutgoingState.QUEUED:
            return None
        return max(self.not_before, self.next_attempt or 0)

    @property
    def begun(self) -> int:
        """From when it counts how long it is tried."""
        return max(self.created, self.not_before, self.asked)

    @property
    def needs_attention(self) -> bool:
        """Whether something of it failed, or may have, and nobody has dealt with that."""
        return any(recipient.needs_attention for recipient in self.recipients)


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """One line of a sent mail's history."""

    time: int
    what: str
    who: Untrusted
    detail: Untrusted
