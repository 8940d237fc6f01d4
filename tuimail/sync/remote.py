"""What sync asks of a server, whatever protocol it speaks.

IMAP fulfils it in `imap_remote`; POP3 and other kinds of server need one more file and no change
above. One `Remote` is one connection: it is never shared by two tasks, and after any timeout or
cancellation it is closed and never used again.

Every method raises `NetworkError` when the line fails, `ProtocolError` with its scope when the
server says no, and `TlsError` or `SignInRefused` from `connect`.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tuimail.model.flags import Flags, label_flags
from tuimail.model.mailbox import Role
from tuimail.model.query import Node
from tuimail.model.uid_set import UidSet


class RemoteFlags(NamedTuple):
    """One message's flags."""

    uid: int
    flags: Flags
    """Without labels."""
    modseq: int
    labels: Flags | None = None
    """As they are among flags; None where the server did not say: what is known stays."""

    def differ(self, known: Flags) -> bool:
        """Whether they are not those known of the message, as far as they were told."""
        if self.labels is None:
            return self.flags != known and self.flags != known - label_flags(known)
        return self.flags | self.labels != known


@dataclass(frozen=True, slots=True)
class Known:
    """How far a mailbox is in step here, so that the server tells only what came since."""

    uid_validity: int
    modseq: int


@dataclass(frozen=True, slots=True)
class Since:
    """All that changed in a mailbox since it was known here (RFC 7162 section 3.2.5)."""

    flags: Sequence[RemoteFlags]
    """Of messages that came since, too."""
    vanished: UidSet
    """Messages that were never here may be among them."""


@dataclass(frozen=True, slots=True)
class RemoteState:
    """What selecting a mailbox tells (RFC 9051 section 6.3.2)."""

    uid_validity: int
    uid_next: int
    """0 where the server does not say."""
    exists: int
    highest_modseq: int
    """0 where the server has no CONDSTORE (RFC 7162)."""
    permanent_flags: Flags
    """Flags that can be changed for good; `\\*` among them means new keywords are taken."""
    is_read_only: bool
    since: Since | None = None
    """None where the server does not tell, or was not asked."""


@dataclass(frozen=True, slots=True)
class RemoteMailbox:
    """A mailbox as the server lists it."""

    name: str
    """Decoded from modified UTF-7."""
    delimiter: str
    role: Role | None
    is_selectable: bool
    is_subscribed: bool = True
    """Also where the server does not say."""
    state: RemoteState | None = None
    """Its counters, where the server tells them with the list (RFC 5819); no flags are in it."""


class RemoteHeader(NamedTuple):
    """One message's header as fetched."""

    uid: int
    flags: Flags
    internal_date: int
    """Seconds UTC; 0 where unreadable."""
    size_bytes: int
    modseq: int
    raw: bytes
    """The header fields asked for, as the server sent them."""
    labels: Flags | None = None
    """As in `RemoteFlags`."""
    email_id: str = ""
    """The same for every copy of one mail on the server (RFC 8474); empty where not told."""
    thread_id: str = ""
    """The same for every mail of what the server takes for one conversation."""


class RemoteBody(NamedTuple):
    """One message's exact bytes."""

    uid: int
    raw: bytes


class RemoteArrival(NamedTuple):
    """A message on its way into a mailbox."""

    raw: bytes
    flags: Flags
    date: int
    """Internal date, seconds UTC."""


class RemotePiece(NamedTuple):
    """A part of one message's exact bytes."""

    content: bytes
    """Less than was asked for where the message ends, or where the server gives no more at once."""
    size_bytes: int
    """RFC822.SIZE where the server said it with this piece, otherwise 0; a guess on Exchange."""
    is_whole: bool = False
    """It is all of the message: the server gives no parts."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where messages went (RFC 4315 COPYUID); empty where the server does not say."""

    uid_validity: int
    uids: tuple[tuple[int, int], ...]
    """(old, new) pairs."""


class Remote(Protocol):
    """One signed-in connection to a server."""

    @property
    def can_move(self) -> bool:
        """Whether a move is one step, so that no cut can leave two copies."""
        ...

    @property
    def can_expunge(self) -> bool:
        """Whether single messages can be removed for ever."""
        ...

    @property
    def can_append_several(self) -> bool:
        """Whether several messages go into the open mailbox by one command, all or none."""
        ...

    @property
    def can_watch(self) -> bool:
        """Whether the server tells news by itself."""
        ...

    @property
    def lists_counters(self) -> bool:
        """Whether the list of mailboxes tells their counters, which may take a server long."""
        ...

    @property
    def is_gmail(self) -> bool:
        """Whether it is Gmail, whatever its name: mail sent through it is filed by it."""
        ...

    async def mailboxes(self) -> Sequence[RemoteMailbox]:
        """Return every mailbox, with the role the server gives it."""
        ...

    async def open(
        self, mailbox: str, *, read_only: bool = False, known: Known | None = None
    ) -> RemoteState:
        """Select a mailbox; what follows acts on it.

        Where the server can, it tells what changed since `known`.
        """
        ...

    async def status(self, mailbox: str) -> RemoteState:
        """Ask for counters without selecting; flags and read-only are left empty."""
        ...

    async def uids(self) -> UidSet:
        """Return the UIDs of all messages in the open mailbox."""
        ...

    def flags(
        self, uids: UidSet, changed_since: int = 0
    ) -> AsyncGenerator[Sequence[RemoteFlags], None]:
        """Yield UID and flags of messages, or only of those changed since a modseq."""
        ...

    def headers(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteHeader], None]:
        """Yield headers in batches as they arrive."""
        ...

    async def body(self, uid: int, on_bytes: Callable[[int, int], None] | None = None) -> bytes:
        r"""Return a message's exact bytes without setting \Seen.

        `on_bytes(done, total)` tells how far it has come.
        """
        ...

    def bodies(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteBody], None]:
        r"""Yield small messages whole, in batches as they arrive, without setting \Seen.

        Those that are gone or large are left out: `body` tells which it is.
        """
        ...

    async def piece(self, uid: int, start: int, size: int) -> RemotePiece:
        r"""Return so many bytes of a message from `start` on, without setting \Seen.

        Empty past its end. A kind of server that has no parts gives the whole message.
        """
        ...

    async def change_flags(self, uids: UidSet, add: Flags, remove: Flags) -> None:
        """Add and remove flags (UID STORE, silent)."""
        ...

    async def move(self, uids: UidSet, destination: str) -> Moved:
        """Move messages (RFC 6851); by COPY, check and UID EXPUNGE where the server cannot."""
        ...

    async def copy(self, uids: UidSet, destination: str) -> Moved:
        """Copy messages."""
        ...

    async def expunge(self, uids: UidSet) -> None:
        """Remove these messages for ever; refused where the server cannot name single ones."""
        ...

    async def append(self, mailbox: str, raw: bytes, flags: Flags, date: int) -> int:
        """Put a message into a mailbox; return its UID, or 0 where the server does not say."""
        ...

    async def append_several(
        self, mailbox: str, arrivals: Sequence[RemoteArrival]
    ) -> Sequence[int]:
        """Put messages into a mailbox; return the UID of each, 0 where the server does not say."""
        ...

    async def find_message_id(self, message_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is this (without angle brackets)."""
        ...

    async def find_message_ids(self, message_ids: Sequence[str]) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is one of these, by few commands."""
        ...

    async def find_email_id(self, email_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox of what has this id, as headers tell it."""
        ...

    async def search(self, query: Node) -> UidSet:
        """Return messages of the open mailbox that hold a search's words; more may be among them.

        Raises ProtocolError where the server cannot tell.
        """
        ...

    async def create(self, mailbox: str) -> None:
        """Create a mailbox and subscribe to it."""
        ...

    async def rename(self, mailbox: str, new_name: str) -> None:
        """Rename a mailbox and those below it; messages keep their UIDs."""
        ...

    async def delete(self, mailbox: str) -> None:
        """Delete a mailbox with what lies in it, not those below it."""
        ...

    async def subscribe(self, mailbox: str, *, is_wanted: bool) -> None:
        """Have a mailbox listed as one of interest to the person, or not."""
        ...

    async def notify(self) -> bool:
        """Have `watch` tell of every mailbox from now on; False where the server cannot."""
        ...

    async def watch(self, timeout_s: float) -> Collection[str]:
        """Wait until something changed or the time is over; return the mailboxes that changed.

        That is the open one alone, unless `notify` said yes.
        """
        ...

    async def keep_alive(self) -> None:
        """Ask for news without IDLE (NOOP)."""
        ...

    async def close(self) -> None:
        """Say goodbye, or just close when that does not work. Never raises."""
        ...


Connect = Callable[[], Awaitable[Remote]]
"""Makes a signed-in connection; raises NetworkError, SignInRefused or SecretUnavailable."""
