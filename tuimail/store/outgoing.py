"""Mails on their way: bytes, submissions, recipients, and every step of their history.

The sender's walk: `claim_due` -> `set_phase` before each step -> `record_reply` for each reply ->
`set_recipient` -> `release`. A claim whose lease ran out in phase FINAL_DOT becomes `uncertain`
(`recover`), never sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingEvent, OutgoingRow, OutgoingState, Phase

from .database import Store


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """A mail to be sent."""

    id: OutgoingId
    message_id: str
    account: AccountName
    subject: str
    sender: str
    """Envelope sender."""
    recipients: tuple[str, ...]
    raw: bytes
    created: int
    not_before: int
    draft: Draft | None = None
    """What it was made from, for taking it back; its id is dropped from the drafts."""
    original: MessageKey | None = None
    """The message answered or forwarded, to be marked when this one is accepted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One submission taken for sending until the lease runs out."""

    submission: int
    outgoing_id: OutgoingId
    account: AccountName
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    """Those who have not got it."""
    blob: str
    attempt: int
    """Counts from 1."""
    lease_until: int


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """One reply of a server, or our own word where the line failed."""

    phase: Phase
    address: str
    """The recipient it concerns; empty for the whole mail."""
    code: int | None
    enhanced_code: str
    text: str
    server: str


@dataclass(frozen=True, slots=True)
class RecipientState:
    """What is known of one recipient now."""

    state: OutgoingState
    code: int | None = None
    enhanced_code: str = ""
    reply: str = ""
    queue_id: str = ""
    explanation: str = ""
    """Our words."""


def put_outgoing(store: Store, new: NewOutgoing) -> OutgoingId:
    """Write a mail down, durable: bytes flushed first, then mail, submission and recipients."""
    raise NotImplementedError


def claim_due(store: Store, account: AccountName, now: int, lease_s: int) -> Claim | None:
    """Take the submission of an account that has waited longest, or None if nothing is due."""
    raise NotImplementedError


def next_due(store: Store, account: AccountName) -> int | None:
    """Return when the account's next mail is due (seconds UTC), or None if nothing waits."""
    raise NotImplementedError


def waiting(store: Store, account: AccountName | None = None) -> int:
    """Return how many mails wait to be sent or are being sent."""
    raise NotImplementedError


def renew_lease(store: Store, claim: Claim, until: int) -> None:
    """Keep a claim during a long step."""
    raise NotImplementedError


def set_phase(store: Store, claim: Claim, phase: Phase) -> None:
    """Write down, durable, how far the attempt has come: before the step is taken."""
    raise NotImplementedError


def record_reply(store: Store, claim: Claim, reply: ReplyRecord, now: int) -> None:
    """Keep a server's reply in the history."""
    raise NotImplementedError


def set_recipient(
    store: Store, outgoing_id: OutgoingId, address: str, state: RecipientState
) -> None:
    """Write down what became of the mail to one recipient."""
    raise NotImplementedError


def release(
    store: Store,
    claim: Claim,
    state: OutgoingState,
    next_attempt: int | None = None,
    last_error: str = "",
) -> None:
    """End an attempt: the mail's state, and when to try again if it waits (QUEUED)."""
    raise NotImplementedError


def set_state(
    store: Store,
    outgoing_id: OutgoingId,
    state: OutgoingState,
    next_attempt: int | None = None,
    last_error: str = "",
) -> None:
    """Set the state of a mail outside an attempt (reports, resolving `uncertain`)."""
    raise NotImplementedError


def requeue(store: Store, outgoing_id: OutgoingId, now: int) -> int:
    """Queue a mail again for the recipients who have not got it; return how many they are.

    0 also where it is being sent just now.
    """
    raise NotImplementedError


def cancel(store: Store, outgoing_id: OutgoingId) -> bool:
    """Cancel a mail that waits; False once it is being sent or the server may have it."""
    raise NotImplementedError


def recover(store: Store, now: int) -> list[OutgoingId]:
    """Mend claims whose process died: uncertain past the final dot, else queued again."""
    raise NotImplementedError


def add_event(store: Store, outgoing_id: OutgoingId, event: OutgoingEvent) -> None:
    """Add a line to a mail's history."""
    raise NotImplementedError


def history(store: Store, outgoing_id: OutgoingId) -> list[OutgoingEvent]:
    """Return what happened to a mail, oldest first."""
    raise NotImplementedError


def outgoing_rows(store: Store, *, all_mail: bool = False, now: int = 0) -> list[OutgoingRow]:
    """Return what is not final, and what became final in the last 30 days, newest first."""
    raise NotImplementedError


def outgoing_row(store: Store, outgoing_id: OutgoingId) -> OutgoingRow:
    """Return one mail. Raises NotFound."""
    raise NotImplementedError


def find_outgoing(store: Store, text: str) -> list[OutgoingId]:
    """Return mails by Message-ID, id, or the beginning of an id."""
    raise NotImplementedError


def draft_of(store: Store, outgoing_id: OutgoingId) -> Draft | None:
    """Return the draft a mail was made from."""
    raise NotImplementedError


def original_of(store: Store, outgoing_id: OutgoingId) -> MessageKey | None:
    """Return the message a mail answers or forwards."""
    raise NotImplementedError


def bytes_of(store: Store, outgoing_id: OutgoingId) -> bytes:
    """Return the exact bytes of a mail."""
    raise NotImplementedError


def final_states() -> Sequence[OutgoingState]:
    """States that no attempt of ours will change any more."""
    raise NotImplementedError
