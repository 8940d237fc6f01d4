"""A server's mailboxes and those that live here, as one account's: fulfils `sync.remote.Remote`.

Mailboxes below `local/` live here, whatever the server has of that name. Between the two sides mail
goes by its bytes: it is durable where it arrives before it is taken away where it was, and what a
cut leaves half done can be done again without a second copy.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import replace

from tuimail.errors import NotFound, ProtocolError, Scope
from tuimail.mime.line_ends import sizes_told, with_crlf
from tuimail.model.flags import NO_FLAGS, Flag, Flags
from tuimail.model.mailbox import LOCAL, lives_here
from tuimail.model.query import Node
from tuimail.model.uid_set import UidSet

from .copies import candidates, copies, copy_of
from .local_remote import LocalRemote
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
)


class JoinedRemote:
    """One signed-in connection, and the account's mailboxes here beside it."""

    def __init__(self, server: Remote, local: LocalRemote) -> None:
        self._server = server
        self._local = local
        self._opened = ""
        """The mailbox that is open, on its side."""
        self._uid_validity = 0
        """Of the open mailbox."""

    @property
    def can_move(self) -> bool:
        """Whether a move on the server is one step; between the sides it is safe to repeat."""
        return self._server.can_move

    @property
    def can_expunge(self) -> bool:
        """Whether single messages can be removed for ever."""
        return lives_here(self._opened) or self._server.can_expunge

    @property
    def can_append_several(self) -> bool:
        """Whether several messages go into the open mailbox by one command, all or none."""
        return self._here.can_append_several

    @property
    def can_watch(self) -> bool:
        """Whether the server tells news by itself."""
        return self._server.can_watch

    @property
    def lists_counters(self) -> bool:
        """Whether the server's list of mailboxes tells their counters."""
        return self._server.lists_counters

    @property
    def is_gmail(self) -> bool:
        """Whether the server is Gmail."""
        return self._server.is_gmail

    async def mailboxes(self) -> Sequence[RemoteMailbox]:
        """Return the mailboxes of both sides."""
        there = [one for one in await self._server.mailboxes() if not lives_here(one.name)]
        await self._local.keep_below(LOCAL)
        here = list(await self._local.mailboxes())
        if there and here:
            here.insert(0, RemoteMailbox(LOCAL, "/", None, is_selectable=False))
        return [*there, *here] if there else []

    async def open(
        self, mailbox: str, *, read_only: bool = False, known: Known | None = None
    ) -> RemoteState:
        """Select a mailbox; what follows acts on it."""
        self._opened = mailbox
        state = await self._side(mailbox).open(mailbox, read_only=read_only, known=known)
        self._uid_validity = state.uid_validity
        return state

    async def status(self, mailbox: str) -> RemoteState:
        """Ask for counters without selecting."""
        return await self._side(mailbox).status(mailbox)

    async def uids(self) -> UidSet:
        """Return the UIDs of all messages in the open mailbox."""
        return await self._here.uids()

    def flags(
        self, uids: UidSet, changed_since: int = 0
    ) -> AsyncGenerator[Sequence[RemoteFlags], None]:
        """Yield UID and flags of messages, or only of those changed since a modseq."""
        return self._here.flags(uids, changed_since)

    def headers(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteHeader], None]:
        """Yield headers in batches as they arrive."""
        return self._here.headers(uids)

    async def body(self, uid: int, on_bytes: Callable[[int, int], None] | None = None) -> bytes:
        """Return a message's exact bytes."""
        return await self._here.body(uid, on_bytes)

    def bodies(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteBody], None]:
        """Yield small messages whole, in batches as they arrive."""
        return self._here.bodies(uids)

    async def piece(self, uid: int, start: int, size: int) -> RemotePiece:
        """Return so many bytes of a message from `start` on."""
        return await self._here.piece(uid, start, size)

    async def change_flags(self, uids: UidSet, add: Flags, remove: Flags) -> None:
        """Add and remove flags."""
        await self._here.change_flags(uids, add, remove)

    async def move(self, uids: UidSet, destination: str) -> Moved:
        """Move messages, also from one side to the other."""
        if lives_here(destination) == lives_here(self._opened):
            return await self._here.move(uids, destination)
        source = self._opened
        moved = await self._carry(uids, destination)
        if self._opened != source:
            await self.open(source)
        await self._take_away(UidSet.of(uid for uid, _ in moved.uids))
        return _told(moved)

    async def copy(self, uids: UidSet, destination: str) -> Moved:
        """Copy messages, also from one side to the other."""
        if lives_here(destination) == lives_here(self._opened):
            return await self._here.copy(uids, destination)
        return _told(await self._carry(uids, destination))

    async def expunge(self, uids: UidSet) -> None:
        """Remove these messages for ever."""
        await self._here.expunge(uids)

    async def append(self, mailbox: str, raw: bytes, flags: Flags, date: int) -> int:
        """Put a message into a mailbox; return its UID, or 0 where the server does not say."""
        return await self._side(mailbox).append(mailbox, raw, flags, date)

    async def append_several(
        self, mailbox: str, arrivals: Sequence[RemoteArrival]
    ) -> Sequence[int]:
        """Put messages into a mailbox; return the UID of each, 0 where the server does not say."""
        return await self._side(mailbox).append_several(mailbox, arrivals)

    async def find_message_id(self, message_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is this (without angle brackets)."""
        return await self._here.find_message_id(message_id)

    async def find_message_ids(self, message_ids: Sequence[str]) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is one of these, by few commands."""
        return await self._here.find_message_ids(message_ids)

    async def find_email_id(self, email_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox of what has this id."""
        return await self._here.find_email_id(email_id)

    async def search(self, query: Node) -> UidSet:
        """Return messages of the open mailbox that hold a search's words."""
        return await self._here.search(query)

    async def create(self, mailbox: str) -> None:
        """Create a mailbox on its side."""
        _refuse_top(mailbox)
        await self._side(mailbox).create(mailbox)

    async def rename(self, mailbox: str, new_name: str) -> None:
        """Rename a mailbox and those below it; it stays on its side."""
        _refuse_top(new_name)
        if lives_here(mailbox) != lives_here(new_name):
            raise ProtocolError(
                f"A mailbox stays where it is, here ({LOCAL}/...) or on the server: "
                "make another one and move the mails.",
                Scope.COMMAND,
            )
        await self._side(mailbox).rename(mailbox, new_name)

    async def delete(self, mailbox: str) -> None:
        """Delete a mailbox with what lies in it, not those below it."""
        await self._side(mailbox).delete(mailbox)

    async def subscribe(self, mailbox: str, *, is_wanted: bool) -> None:
        """Have a mailbox listed as one of interest to the person, or not."""
        await self._side(mailbox).subscribe(mailbox, is_wanted=is_wanted)

    async def notify(self) -> bool:
        """Have `watch` tell of every mailbox of the server from now on."""
        return await self._server.notify()

    async def watch(self, timeout_s: float) -> Collection[str]:
        """Wait until something changed on the server."""
        return await self._server.watch(timeout_s)

    async def keep_alive(self) -> None:
        """Ask the server for news without IDLE."""
        await self._server.keep_alive()

    async def close(self) -> None:
        """Say goodbye to the server."""
        await self._server.close()

    def _side(self, mailbox: str) -> Remote:
        return self._local if lives_here(mailbox) else self._server

    @property
    def _here(self) -> Remote:
        return self._side(self._opened)

    async def _carry(self, uids: UidSet, destination: str) -> Moved:
        """Put copies of messages of the open mailbox on the other side; return where they are.

        A new UID is 0 where the server does not say. Messages that are gone are left out.
        """
        if lives_here(destination):
            return await self._bring_here(uids, destination)
        return await self._take_there(uids, destination)

    async def _bring_here(self, uids: UidSet, destination: str) -> Moved:
        """Fetch messages of the server into a local mailbox, durable one by one."""
        target = await self._local.open(destination)
        told = {
            row.uid: (row.flags, row.internal_date)  # labels stay on the server
            async for rows in self._server.headers(uids)
            for row in rows
        }
        pairs = []
        for uid in uids:
            origin = f"{self._opened} {self._uid_validity} {uid}"
            new = await self._local.uid_from(destination, origin)
            if not new and uid in told:
                raw = await _whole(self._server, uid)
                new = await self._local.append(destination, raw, *told[uid], origin)
            if new:
                pairs.append((uid, new))
        if not pairs:
            raise ProtocolError("The message is no longer on the server.", Scope.COMMAND)
        return Moved(target.uid_validity, tuple(pairs))

    async def _take_there(self, uids: UidSet, destination: str) -> Moved:
        """Append local messages to a mailbox of the server, unless they lie there already."""
        source = self._opened
        rows = [row async for rows in self._local.headers(uids) for row in rows]
        for row in rows:
            await _whole(self._local, row.uid)  # one that is damaged is refused before any is sent
        there = await self._server.open(destination)
        self._opened = destination
        pairs = []
        for row in rows:
            raw = await _whole(self._local, row.uid)
            new = await self._same_there(row, raw)
            if not new:
                new = await self._server.append(
                    destination, raw, row.flags - {Flag.DELETED}, row.internal_date
                )
            pairs.append((row.uid, new))
        await self.open(source)
        return Moved(there.uid_validity, tuple(pairs))

    async def _same_there(self, row: RemoteHeader, raw: bytes) -> int:
        """Return the UID of the same message in the server's open mailbox, or 0.

        Its bytes are compared: the one here is the only one there is, and some programs write mails
        that differ in their text alone.
        """
        wanted = {replace(copy_of(row), size_bytes=size) for size in sizes_told(raw)}
        found = await candidates(self._server, copy_of(row).message_id)
        there = await copies(self._server, UidSet.of(found)) if found else {}
        alike = sorted((uid for uid, one in there.items() if one in wanted), reverse=True)
        for uid in alike:
            if with_crlf(await _whole(self._server, uid)) == with_crlf(raw):
                return uid
        return 0

    async def _take_away(self, uids: UidSet) -> None:
        """Remove the originals from the open mailbox, as far as its side can name them."""
        if self.can_expunge:
            await self._here.expunge(uids)
        else:
            await self._here.change_flags(uids, frozenset({Flag.DELETED.value}), NO_FLAGS)


def _refuse_top(name: str) -> None:
    """Raise ProtocolError for the name that holds the mailboxes here and is none itself."""
    if name == LOCAL:
        raise ProtocolError(f"Mailboxes that live here have names as {LOCAL}/...", Scope.COMMAND)


async def _whole(side: Remote, uid: int) -> bytes:
    """Return a message's bytes; one that is not to be had is refused, not waited for."""
    try:
        return await side.body(uid)
    except NotFound as error:
        raise ProtocolError(error.hint, Scope.COMMAND) from error


def _told(moved: Moved) -> Moved:
    """Leave out where the server did not say where a message went."""
    return Moved(moved.uid_validity, tuple(pair for pair in moved.uids if pair[1]))
