"""Messages and where they lie: what a pull writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MailboxId, MessageKey, MessageRef, RowId
from tuimail.model.message import Envelope

from .database import Store


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message's header as it came from a server."""

    uid: int
    flags: Flags
    internal_date: int
    """Seconds UTC; 0 where unknown."""
    size_bytes: int
    envelope: Envelope
    has_attachments: bool = False
    """A guess from Content-Type, until the body is here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies on its server."""

    account: AccountName
    mailbox_id: MailboxId
    mailbox: str
    uid_validity: int
    uid: int
    key: MessageKey
    size_bytes: int


def put_messages(store: Store, mailbox_id: MailboxId, arrivals: Sequence[Arrival]) -> list[RowId]:
    """Put headers into a mailbox, in one transaction; return their row ids in the same order.

    Threads are joined, people remembered, header text indexed. Safe to repeat: a UID that is
    here already is only brought up to date. Best in batches of 2,000 newest first, of at most
    500 while a screen is attached.
    """
    raise NotImplementedError


def set_flags(store: Store, mailbox_id: MailboxId, changes: Sequence[tuple[int, Flags]]) -> int:
    """Set what the server says the flags of UIDs are; unknown UIDs are passed over.

    Returns how many changed.
    """
    raise NotImplementedError


def remove_uids(store: Store, mailbox_id: MailboxId, uids: Sequence[int]) -> int:
    """Forget UIDs that vanished on the server; bodies stay for a while. Returns how many."""
    raise NotImplementedError


def known_uids(store: Store, mailbox_id: MailboxId) -> Mapping[int, Flags]:
    """Return every UID of a mailbox with the flags the server gave last."""
    raise NotImplementedError


def count_uids(store: Store, mailbox_id: MailboxId) -> int:
    """Return how many UIDs of a mailbox are here."""
    raise NotImplementedError


def find_key(store: Store, key: MessageKey) -> list[MessageRef]:
    """Return where a message is shown; empty if nowhere."""
    raise NotImplementedError


def key_of(store: Store, row_id: RowId) -> MessageKey:
    """Return the key of a message. Raises NotFound."""
    raise NotImplementedError


def places_of_key(store: Store, key: MessageKey) -> list[Place]:
    """Return where a message lies on its server (to fetch its body); empty if nowhere."""
    raise NotImplementedError
