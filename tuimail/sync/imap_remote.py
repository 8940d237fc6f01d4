"""An IMAP server as sync sees it: fulfils `sync.remote.Remote`."""

from collections.abc import (
    AsyncGenerator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from functools import reduce
from typing import Final

from tuimail.errors import ProtocolError, Scope
from tuimail.model.account import Server
from tuimail.model.flags import ANY_KEYWORD, ANY_LABEL, NO_FLAGS, Flag, Flags, label_flags
from tuimail.model.mailbox import Role
from tuimail.model.query import Node
from tuimail.model.secret import Secret
from tuimail.model.uid_set import UidSet
from tuimail.protocols.imap import (
    appending,
    flags,
    gmail,
    listing,
    mailboxes,
    messages,
    object_ids,
    searching,
    watch,
)
from tuimail.protocols.imap.connection import connect
from tuimail.protocols.imap.fetch import FetchRow
from tuimail.protocols.imap.grammar import Listed
from tuimail.protocols.imap.namespaces import namespaces, placed
from tuimail.protocols.imap.roles import is_selectable, roles_of
from tuimail.protocols.imap.session import DEFAULT_TIMEOUTS, Session, Timeouts
from tuimail.protocols.imap.settle import settle
from tuimail.protocols.imap.small_bodies import fetch_bodies

from .imap_search import criterion_of
from .remote import (
    Known,
    Moved,
    Remote,
    RemoteArrival,
    RemoteBody,
    RemoteFlags,
    RemoteHeader,
    RemoteMailbox,
    RemotePiece,
    RemoteState,
    Since,
)

MAX_IDS_AT_ONCE: Final = 20
MAX_ID_CHARS_AT_ONCE: Final = 4_000
"""In one SEARCH: servers take lines of 8,192 octets (RFC 7162 section 4)."""
EVERY_FLAG: Final[Flags] = frozenset(
    {ANY_KEYWORD, Flag.SEEN, Flag.ANSWERED, Flag.FLAGGED, Flag.DELETED, Flag.DRAFT}
)


async def connect_imap(
    server: Server, secret: Secret, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> Remote:
    """Connect, make the line safe and sign in.

    Raises:
        NetworkError: the server cannot be reached.
        TlsError: the line cannot be made safe; nothing secret was sent.
        SignInRefused: the server refused the name or password; `reply` holds its words.
        ProtocolError: the server answered what cannot be used.
    """
    session = await connect(server, secret, timeouts)
    remote = ImapRemote(session)
    try:
        await settle(session)
    except BaseException:
        await remote.close()
        raise
    return remote


class ImapRemote:
    """One signed-in session, with the names sync uses."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._mailbox = ""
        """The open one."""

    @property
    def can_move(self) -> bool:
        """Whether a move is one step (RFC 6851)."""
        return self._session.offers("MOVE")

    @property
    def can_expunge(self) -> bool:
        """Whether single messages can be removed for ever (UIDPLUS, RFC 4315)."""
        return self._session.offers("UIDPLUS")

    @property
    def can_append_several(self) -> bool:
        """Whether several messages go by one APPEND, all or none (MULTIAPPEND, RFC 3502)."""
        return self._session.offers("MULTIAPPEND")

    @property
    def can_watch(self) -> bool:
        """Whether the server tells news by itself (IDLE, RFC 2177)."""
        return self._session.offers("IDLE")

    @property
    def lists_counters(self) -> bool:
        """Whether the list of mailboxes tells their counters (LIST-STATUS, RFC 5819)."""
        return self._session.offers("LIST-STATUS")

    @property
    def is_gmail(self) -> bool:
        """Whether it is Gmail, by an extension of its own."""
        return self._session.offers("X-GM-EXT-1")

    async def mailboxes(self) -> Sequence[RemoteMailbox]:
        """Return every mailbox with its role: the server's word, else by well-known names."""
        listed = await listing.list_mailboxes(self._session, with_counts=True)
        roles = roles_of(listed)
        return [_mailbox(one, roles) for one in listed]

    async def open(
        self, mailbox: str, *, read_only: bool = False, known: Known | None = None
    ) -> RemoteState:
        """Select a mailbox; what follows acts on it."""
        asked = mailboxes.Known(known.uid_validity, known.modseq) if known else None
        selected = await mailboxes.select(self._session, mailbox, read_only=read_only, known=asked)
        self._mailbox = mailbox
        permanent = selected.permanent_flags
        if permanent is None:  # RFC 9051 section 6.3.2: then all can be changed for good
            permanent = selected.flags | EVERY_FLAG
        if self.is_gmail:
            permanent |= {ANY_LABEL}
        since = None
        if selected.is_resynced:
            since = Since([_flags(row) for row in selected.changed], selected.vanished)
        return RemoteState(
            uid_validity=selected.uid_validity,
            uid_next=selected.uid_next,
            exists=selected.exists,
            highest_modseq=selected.highest_modseq,
            permanent_flags=permanent,
            is_read_only=selected.is_read_only,
            since=since,
        )

    async def status(self, mailbox: str) -> RemoteState:
        """Ask for counters without selecting; flags and read-only are left empty."""
        return _counters(await mailboxes.mailbox_counts(self._session, mailbox))

    async def uids(self) -> UidSet:
        """Return the UIDs of all messages in the open mailbox."""
        return await searching.search(self._session, searching.EVERY_MESSAGE)

    async def flags(
        self, uids: UidSet, changed_since: int = 0
    ) -> AsyncGenerator[Sequence[RemoteFlags], None]:
        """Yield UID and flags; without modseqs on the server, `changed_since` gives them all."""
        async with aclosing(flags.fetch_flags(self._session, uids, changed_since)) as batches:
            async for batch in batches:
                yield [_flags(row, self._labels(row)) for row in batch]

    async def headers(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteHeader], None]:
        """Yield headers of a UID set in batches as they arrive."""
        async with aclosing(messages.fetch_headers(self._session, uids)) as batches:
            async for batch in batches:
                yield [_header(row, self._labels(row)) for row in batch]

    async def body(self, uid: int, on_bytes: Callable[[int, int], None] | None = None) -> bytes:
        r"""Return a message's exact bytes without setting \Seen."""
        return await messages.fetch_body(self._session, uid, on_bytes)

    async def bodies(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteBody], None]:
        r"""Yield small messages whole, in batches as they arrive, without setting \Seen."""
        async with aclosing(fetch_bodies(self._session, uids)) as batches:
            async for batch in batches:
                yield [RemoteBody(row.uid, row.content or b"") for row in batch]

    async def piece(self, uid: int, start: int, size: int) -> RemotePiece:
        r"""Return a part of a message without setting \Seen."""
        row = await messages.fetch_chunk(self._session, uid, start, size)
        return RemotePiece(row.content or b"", max(row.size_bytes, 0), "<" not in row.section)

    async def change_flags(self, uids: UidSet, add: Flags, remove: Flags) -> None:
        """Add and remove flags, labels too (UID STORE, silent)."""
        labels, others = label_flags(add), label_flags(remove)
        await flags.change_flags(self._session, uids, add - labels, remove - others)
        await gmail.change_labels(self._session, uids, labels, others)

    async def move(self, uids: UidSet, destination: str) -> Moved:
        """Move messages (RFC 6851); by COPY, check and UID EXPUNGE where the server cannot."""
        copied = await messages.move_messages(self._session, uids, destination)
        return Moved(copied.uid_validity, copied.pairs)

    async def copy(self, uids: UidSet, destination: str) -> Moved:
        """Copy messages."""
        copied = await messages.copy_messages(self._session, uids, destination)
        return Moved(copied.uid_validity, copied.pairs)

    async def expunge(self, uids: UidSet) -> None:
        """Remove these messages for ever; refused where only a plain EXPUNGE exists."""
        await messages.expunge_messages(self._session, uids)

    async def append(self, mailbox: str, raw: bytes, flags: Flags, date: int) -> int:
        """Put a message into a mailbox; return its UID, or 0 where the server does not say."""
        plain = flags - label_flags(flags)
        _, uid = await appending.append_message(self._session, mailbox, raw, plain, date)
        return uid

    async def append_several(
        self, mailbox: str, arrivals: Sequence[RemoteArrival]
    ) -> Sequence[int]:
        """Put messages into a mailbox; return the UID of each, 0 where the server does not say."""
        letters = [
            appending.Arrival(raw, flags - label_flags(flags), date)
            for raw, flags, date in arrivals
        ]
        return await appending.append_messages(self._session, mailbox, letters)

    async def find_message_id(self, message_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is this (without angle brackets)."""
        wanted = searching.header("Message-ID", message_id)
        return list(await searching.search(self._session, wanted))

    async def find_message_ids(self, message_ids: Sequence[str]) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is one of these, by few commands."""
        found: set[int] = set()
        for line in _lines(message_ids):
            wanted = (searching.header("Message-ID", message_id) for message_id in line)
            found.update(await searching.search(self._session, reduce(searching.either, wanted)))
        return sorted(found)

    async def find_email_id(self, email_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox of what has this id (RFC 8474, X-GM-EXT-1)."""
        return await object_ids.find_email_id(self._session, email_id)

    async def search(self, query: Node) -> UidSet:
        """Return messages of the open mailbox that hold a search's words."""
        wanted = criterion_of(query, is_gmail=self.is_gmail)
        if wanted is None:
            raise ProtocolError("The mail server cannot search for that.", Scope.COMMAND)
        return await searching.search(self._session, wanted)

    async def create(self, mailbox: str) -> None:
        """Create a mailbox, below INBOX where all lie there, and subscribe to it."""
        name = placed(await namespaces(self._session), mailbox)
        await mailboxes.create_mailbox(self._session, name)

    async def rename(self, mailbox: str, new_name: str) -> None:
        """Rename a mailbox and those below it; messages keep their UIDs."""
        await mailboxes.rename_mailbox(self._session, mailbox, new_name)

    async def delete(self, mailbox: str) -> None:
        """Delete a mailbox with what lies in it, not those below it."""
        await mailboxes.delete_mailbox(self._session, mailbox)

    async def subscribe(self, mailbox: str, *, is_wanted: bool) -> None:
        """Have a mailbox listed as one of interest to the person, or not."""
        await mailboxes.subscribe_mailbox(self._session, mailbox, is_wanted=is_wanted)

    async def notify(self) -> bool:
        """Have `watch` tell of every mailbox from now on; False where the server cannot."""
        return await watch.watch_all(self._session)

    async def watch(self, timeout_s: float) -> Collection[str]:
        """Wait until something changed or the time is over; news known already are told at once."""
        news = await watch.wait_for_news(self._session, timeout_s)
        return news.elsewhere | {self._mailbox} if news.is_here else news.elsewhere

    def _labels(self, row: FetchRow) -> Flags | None:
        return gmail.labels_of_row(self._session, row)

    async def keep_alive(self) -> None:
        """Ask for news without IDLE; `watch` tells them."""
        await watch.ask_for_news(self._session)

    async def close(self) -> None:
        """Say goodbye, or just close when that does not work. Never raises."""
        await self._session.close()


def _lines(message_ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield Message-IDs in pieces that a line of a command carries."""
    line: list[str] = []
    for message_id in message_ids:
        chars = sum(map(len, line)) + len(message_id)
        if line and (len(line) >= MAX_IDS_AT_ONCE or chars > MAX_ID_CHARS_AT_ONCE):
            yield line
            line = []
        line.append(message_id)
    if line:
        yield line


def _mailbox(listed: Listed, roles: Mapping[str, Role]) -> RemoteMailbox:
    return RemoteMailbox(
        listed.name,
        listed.delimiter,
        roles.get(listed.name),
        is_selectable(listed),
        listed.is_subscribed is not False,
        _counters(listed.counts) if listed.counts is not None else None,
    )


def _counters(counts: Mapping[str, int]) -> RemoteState:
    return RemoteState(
        uid_validity=counts.get("UIDVALIDITY", 0),
        uid_next=counts.get("UIDNEXT", 0),
        exists=counts.get("MESSAGES", 0),
        highest_modseq=counts.get("HIGHESTMODSEQ", 0),
        permanent_flags=NO_FLAGS,
        is_read_only=False,
    )


def _flags(row: FetchRow, labels: Flags | None = None) -> RemoteFlags:
    return RemoteFlags(row.uid, row.flags or NO_FLAGS, row.modseq, labels)


def _header(row: FetchRow, labels: Flags | None) -> RemoteHeader:
    return RemoteHeader(
        row.uid,
        row.flags or NO_FLAGS,
        row.internal_date,
        max(row.size_bytes, 0),
        row.modseq,
        row.content or b"",
        labels,
        row.email_id,
        row.thread_id,
    )
