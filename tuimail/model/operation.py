"""A change a person asked for, recorded before it is carried out on the server."""

from dataclasses import dataclass
from enum import StrEnum

from .flags import NO_FLAGS, Flags
from .ids import AccountName, MessageKey, OperationId
from .safe import Untrusted


class OperationKind(StrEnum):
    """What is to be done on the server."""

    FLAGS = "flags"
    MOVE = "move"
    COPY = "copy"
    APPEND = "append"
    """Put bytes into a mailbox: the Sent copy, a draft."""
    EXPUNGE = "expunge"
    """Remove for ever; never without a yes."""


class OperationState(StrEnum):
    """Where an operation stands."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    """Undone before it reached the server."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Keyed by account, mailbox, UIDVALIDITY and UID, so that it is safe to repeat."""

    id: OperationId
    batch: int
    """Operations of one key press share a batch: one undo entry."""
    account: AccountName
    kind: OperationKind
    mailbox: str
    """Source mailbox name; for APPEND the destination."""
    uid_validity: int
    uid: int
    """0 for APPEND, and where the UID is not known yet (just moved): then `key` decides."""
    key: MessageKey
    destination: str = ""
    add: Flags = NO_FLAGS
    remove: Flags = NO_FLAGS
    blob: str = ""
    """sha256 of the bytes to APPEND."""
    message_id: str = ""
    """Message-ID of the bytes to APPEND, looked for first so that a lost reply never doubles it."""
    state: OperationState = OperationState.PENDING
    created: int = 0
    reply: str = ""
    """The server's words where it refused."""
    internal_date: int = 0
    """When a mail to APPEND came, seconds UTC; 0: when it was asked for."""


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """The same change of one or many messages, asked for together."""

    first: OperationId
    """The lowest id among them, by which people name the change."""
    account: AccountName
    kind: OperationKind
    mailbox: str
    destination: str
    add: Flags
    remove: Flags
    state: OperationState
    reply: str
    """Why it was refused."""
    has_begun: bool
    count: int
    since: int
    """Seconds UTC."""
    tries: int
    subject: Untrusted
    """Of the mail, where it is one that is known here; otherwise empty."""
