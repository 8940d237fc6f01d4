"""Small frozen events that say what changed; they carry ids, never rows, and are only hints.

A missed event is harmless: the next read of the store shows the truth. They travel from the engine
to screens and commands over its socket.
"""

from dataclasses import dataclass
from enum import StrEnum

from tuimail.errors import ExitStatus
from tuimail.model.mailbox import Role
from tuimail.model.notify import TerminalNotice
from tuimail.model.outgoing import OutgoingState


class Connection(StrEnum):
    """How an account stands with its server."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    SYNCING = "syncing"
    IN_STEP = "in step"
    STOPPED = "stopped"
    """Something only the person can mend: a wrong password, a bad certificate."""


@dataclass(frozen=True, slots=True)
class MailboxesChanged:
    """An account's mailboxes came, went or changed their counters."""

    account: str


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """Messages in a mailbox came, went or changed."""

    account: str
    mailbox_id: int


@dataclass(frozen=True, slots=True)
class BodyArrived:
    """A body that was wished for is in the store."""

    key: int


@dataclass(frozen=True, slots=True)
class BodyFailed:
    """A body that was wished for cannot be had; `hint` says why and what to do."""

    key: int
    hint: str


@dataclass(frozen=True, slots=True)
class OutgoingChanged:
    """A mail on its way changed its state."""

    outgoing_id: str
    state: OutgoingState


@dataclass(frozen=True, slots=True)
class ReminderDue:
    """Nobody answered a sent mail by the day the person wished to be told."""

    outgoing_id: str


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account's connection changed. `hint` is a sentence, empty when all is well."""

    account: str
    connection: Connection
    hint: str
    at: int
    """Seconds UTC."""


@dataclass(frozen=True, slots=True)
class SendingChanged:
    """Whether an account's waiting mail can go. `hint` is a sentence, empty when all is well."""

    account: str
    hint: str


class Task(StrEnum):
    """What takes long."""

    HEADERS = "headers"
    """Counted in messages."""
    BODIES = "bodies"
    """Whole mails that are kept here before anyone opens them, counted in messages."""
    MESSAGE = "message"
    """One large mail, in bytes."""
    SENDING = "sending"
    """One large mail, in bytes."""
    CHANGES = "changes"
    """Asked for by people and carried out, counted in messages."""
    INDEX = "search index"
    """Made again after it was lost, counted in messages; it is of no account."""
    SEARCH = "asking the server"
    """Counted in mailboxes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long task has come; `done == total` ends it."""

    account: str
    task: Task
    mailbox: str
    done: int
    total: int
    seconds_left: int = 0
    """An estimate; 0 while that is not known."""

    @property
    def words(self) -> str:
        """Our words for it, such as `bodies 431/2,000, about 3 min` or `sending 37 %`."""
        if self.task in (Task.HEADERS, Task.CHANGES, Task.BODIES, Task.INDEX):
            counted = f"{self.task} {self.done:,}/{self.total:,}"
            return f"{counted}, {_span(self.seconds_left)}" if self.seconds_left else counted
        if self.task is Task.SEARCH:
            return f"{self.task}: {self.done:,} of {self.total:,} mailboxes"
        return f"{self.task} {100 * self.done // max(self.total, 1)} %"


def _span(seconds: int) -> str:
    """Return about how long that is; coarse, so that it seldom changes."""
    if seconds < 60:
        return "under 1 min"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 60 else f"about {round(minutes / 60):,} h"


@dataclass(frozen=True, slots=True)
class OperationsChanged:
    """Operations were carried out; `hint` is a sentence when one was refused and undone."""

    account: str
    hint: str


@dataclass(frozen=True, slots=True)
class SecretAsked:
    """The engine needs a password; answer with the same `question`."""

    question: str
    account: str
    prompt: str


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """No mailbox is known for a role; the person chooses one or has it created, once."""

    account: str
    role: Role


@dataclass(frozen=True, slots=True)
class NewMail:
    """The terminal is to tell of new mail; `keys` are the newest, newest first."""

    keys: tuple[int, ...]
    count: int
    notice: TerminalNotice


@dataclass(frozen=True, slots=True)
class NotTold:
    """A way to tell of new mail failed; said once. `hint` says why and what to do."""

    hint: str


@dataclass(frozen=True, slots=True)
class SyncFinished:
    """One wished-for pass over an account ended; `hint` is empty when it went well."""

    account: str
    request: str
    hint: str
    exit_status: ExitStatus


@dataclass(frozen=True, slots=True)
class ServerFound:
    """A server found messages for a search somebody wished for; their headers are here."""

    search: str
    """The wish's own name for it."""
    mailbox_id: int
    rows: tuple[int, ...]
    """Row ids, newest first."""


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The background process ended unasked, or does not begin; it is being started again."""

    hint: str


@dataclass(frozen=True, slots=True)
class EngineFound:
    """The background process is there."""


Event = (
    MailboxesChanged
    | MessagesChanged
    | BodyArrived
    | BodyFailed
    | OutgoingChanged
    | ReminderDue
    | AccountChanged
    | SendingChanged
    | Progress
    | OperationsChanged
    | SecretAsked
    | RoleAsked
    | NewMail
    | NotTold
    | SyncFinished
    | ServerFound
    | EngineLost
    | EngineFound
)
