"""Mailboxes that live here, as sync sees them: fulfils `sync.remote.Remote` without any server.

What people do with local mail is recorded, shown and carried out as with a server's; only that this
server is local.db, which is always there.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from typing import Final, TypeVar

from tuimail.errors import NotFound, ProtocolError, Scope, UserError
from tuimail.mime.fields import MAX_HEADER_BYTES, header_span
from tuimail.mime.headers import parse_envelope
from tuimail.model.flags import ANY_KEYWORD, NO_FLAGS, Flag, Flags
from tuimail.model.ids import AccountName, message_key
from tuimail.model.query import Node
from tuimail.model.uid_set import UidSet
from tuimail.store import local_mail
from tuimail.store.blobs import put_blob, read_blob, read_blob_head
from tuimail.store.database import Store
from tuimail.store.local_mail import LocalMail, LocalMailbox, NewMail

from .remote import (
    Known,
    Moved,
    RemoteArrival,
    RemoteBody,
    RemoteFlags,
    RemoteHeader,
    RemoteMailbox,
    RemotePiece,
    RemoteState,
)

FIRST_UID_VALIDITY: Final = 0xFE00_0000
"""Far from what servers give, which count seconds or from 1: an account may change its kind."""
HEADERS_A_BATCH: Final = 200
BODIES_A_BATCH: Final = 20
SMALL_BYTES: Final = 256 << 10
"""Larger mails come one at a time."""
_ALL_FLAGS: Final[Flags] = frozenset(
    {ANY_KEYWORD, Flag.SEEN, Flag.ANSWERED, Flag.FLAGGED, Flag.DELETED, Flag.DRAFT}
)
_T = TypeVar("_T")


def new_mail(account: AccountName, head: bytes, size: int, digest: str, date: int) -> NewMail:
    """Return what a local mailbox is to hold of a mail whose bytes are flushed already.

    `head` are its first bytes, MAX_HEADER_BYTES at most are looked at.
    """
    envelope = parse_envelope(head)
    key = message_key(account, *envelope.identity, b"%d" % size)
    return NewMail(digest, key, NO_FLAGS, date, size, envelope.message_id)


class LocalRemote:
    """The local mailboxes of one account."""

    can_move = True
    can_expunge = True
    can_append_several = False
    can_watch = False
    lists_counters = True
    is_gmail = False

    def __init__(self, store: Store, account: AccountName, clock: Callable[[], float]) -> None:
        self._store = store
        self._account = account
        self._clock = clock
        self._open: LocalMailbox | None = None

    async def mailboxes(self) -> Sequence[RemoteMailbox]:
        """Return every mailbox."""
        found = await asyncio.to_thread(local_mail.local_mailboxes, self._store, self._account)
        return [_listed(box) for box in found]

    async def keep_below(self, top: str) -> None:
        """Have every mailbox below `top`, beside those of a server."""
        await asyncio.to_thread(local_mail.bring_below, self._store, self._account, top)

    async def open(
        self,
        mailbox: str,
        *,
        read_only: bool = False,  # noqa: ARG002
        known: Known | None = None,  # noqa: ARG002
    ) -> RemoteState:
        """Select a mailbox; what follows acts on it. Counters tell what changed."""
        self._open = await self._box(mailbox)
        return _state(self._open)

    async def status(self, mailbox: str) -> RemoteState:
        """Return counters."""
        return _state(await self._box(mailbox))

    async def uids(self) -> UidSet:
        """Return the UIDs of all messages in the open mailbox."""
        box = self._opened.id
        return UidSet.of(await self._ask(lambda: local_mail.local_uids(self._store, box)))

    async def flags(
        self, uids: UidSet, changed_since: int = 0
    ) -> AsyncGenerator[Sequence[RemoteFlags], None]:
        """Yield UID and flags of messages, or only of those changed since a modseq."""
        found = await self._mails(uids, changed_since)
        yield [RemoteFlags(mail.uid, mail.flags, mail.modseq) for mail in found]

    async def headers(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteHeader], None]:
        """Yield headers in batches, newest first."""
        found = (await self._mails(uids))[::-1]
        for start in range(0, len(found), HEADERS_A_BATCH):
            batch = found[start : start + HEADERS_A_BATCH]
            yield await asyncio.to_thread(self._headers, batch)

    async def body(self, uid: int, on_bytes: Callable[[int, int], None] | None = None) -> bytes:
        """Return a message's exact bytes.

        Raises:
            NotFound: it is not there any more, or its file is gone or damaged.
        """
        found = await self._mails(UidSet.of([uid]))
        if not found:
            raise NotFound("The message is no longer in this mailbox.")
        raw = await asyncio.to_thread(read_blob, self._store, found[0].digest)
        if on_bytes is not None:
            on_bytes(len(raw), len(raw))
        return raw

    async def bodies(self, uids: UidSet) -> AsyncGenerator[Sequence[RemoteBody], None]:
        """Yield small messages whole; those that are gone or large are left out."""
        found = [mail for mail in await self._mails(uids) if mail.size_bytes <= SMALL_BYTES]
        for start in range(0, len(found), BODIES_A_BATCH):
            batch = found[start : start + BODIES_A_BATCH]
            yield await asyncio.to_thread(self._bodies, batch)

    async def piece(self, uid: int, start: int, size: int) -> RemotePiece:  # noqa: ARG002
        """Return the rest of the message whatever its size: there is no line that could be cut."""
        raw = await self.body(uid)
        return RemotePiece(raw[start:], len(raw), is_whole=not start)

    async def change_flags(self, uids: UidSet, add: Flags, remove: Flags) -> None:
        """Add and remove flags."""
        box = self._opened.id
        await self._ask(lambda: local_mail.change_local_flags(self._store, box, uids, add, remove))

    async def move(self, uids: UidSet, destination: str) -> Moved:
        """Move messages to another local mailbox, in one transaction."""
        return await self._copy(uids, destination, keep=False)

    async def copy(self, uids: UidSet, destination: str) -> Moved:
        """Copy messages to another local mailbox."""
        return await self._copy(uids, destination, keep=True)

    async def expunge(self, uids: UidSet) -> None:
        """Remove these messages for ever."""
        box = self._opened.id
        await self._ask(lambda: local_mail.expunge_local(self._store, box, uids))

    async def append(
        self, mailbox: str, raw: bytes, flags: Flags, date: int, origin: str = ""
    ) -> int:
        """Put a message into a mailbox, durable; return its UID.

        From the same `origin` it is put in once, however often it is asked for.
        """
        box = await self._box(mailbox)

        def put() -> int:
            at = date or int(self._clock())
            mail = new_mail(self._account, raw, len(raw), put_blob(self._store, raw), at)
            mail = mail._replace(flags=flags, origin=origin)
            return local_mail.put_local(self._store, box.id, [mail])[0]

        return await self._ask(put)

    async def append_several(
        self, mailbox: str, arrivals: Sequence[RemoteArrival]
    ) -> Sequence[int]:
        """Put messages into a mailbox, durable one by one; return their UIDs."""
        return [await self.append(mailbox, *one) for one in arrivals]

    async def uid_from(self, mailbox: str, origin: str) -> int:
        """Return the UID under which what came from an origin lies in a mailbox, or 0."""
        box = await self._box(mailbox)
        return await self._ask(lambda: local_mail.local_uid_of_origin(self._store, box.id, origin))

    async def search(self, query: Node) -> UidSet:  # noqa: ARG002  the store answers it
        """Return nothing: all there is was found here already."""
        return UidSet()

    async def find_message_id(self, message_id: str) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is this (without angle brackets)."""
        box = self._opened.id
        find = local_mail.local_uids_with_message_id
        return await self._ask(lambda: find(self._store, box, message_id))

    async def find_message_ids(self, message_ids: Sequence[str]) -> Sequence[int]:
        """Return UIDs in the open mailbox whose Message-ID is one of these."""
        found = [await self.find_message_id(message_id) for message_id in message_ids]
        return sorted({uid for uids in found for uid in uids})

    async def find_email_id(self, email_id: str) -> Sequence[int]:  # noqa: ARG002
        """Return nothing: what lives here has no such ids."""
        return ()

    async def create(self, mailbox: str) -> None:
        """Create a mailbox."""
        await self._ask(lambda: local_mail.create_local(self._store, self._account, mailbox))

    async def rename(self, mailbox: str, new_name: str) -> None:
        """Rename a mailbox and those below it."""
        rename, name = local_mail.rename_local, self._account
        await self._ask(lambda: rename(self._store, name, mailbox, new_name))

    async def delete(self, mailbox: str) -> None:
        """Delete a mailbox with what lies in it, not those below it."""
        await self._ask(lambda: local_mail.delete_local(self._store, self._account, mailbox))

    async def subscribe(self, mailbox: str, *, is_wanted: bool) -> None:
        """Every mailbox that lives here is of interest."""

    async def notify(self) -> bool:
        """Nothing changes here but by this program, which knows."""
        return False

    async def watch(self, timeout_s: float) -> Collection[str]:
        """Wait: nothing changes here but by this program, which knows."""
        await asyncio.sleep(timeout_s)
        return ()

    async def keep_alive(self) -> None:
        """Nothing can be cut."""

    async def close(self) -> None:
        """Nothing is held."""

    @property
    def _opened(self) -> LocalMailbox:
        assert self._open is not None, "a mailbox is opened before it is used"
        return self._open

    async def _box(self, name: str) -> LocalMailbox:
        return await self._ask(lambda: local_mail.local_mailbox(self._store, self._account, name))

    async def _mails(self, uids: UidSet, changed_since: int = 0) -> list[LocalMail]:
        box = self._opened.id
        return await self._ask(
            lambda: local_mail.local_mails(self._store, box, uids, changed_since)
        )

    async def _copy(self, uids: UidSet, destination: str, *, keep: bool) -> Moved:
        source, target = self._opened.id, await self._box(destination)
        copy, wanted = local_mail.copy_local, list(uids)
        pairs = await self._ask(lambda: copy(self._store, source, wanted, target.id, keep=keep))
        return Moved(_uid_validity(target), tuple(pairs))

    async def _ask(self, act: Callable[[], _T]) -> _T:
        """Use the store; what it refuses is told as a server would."""
        try:
            return await asyncio.to_thread(act)
        except (NotFound, UserError) as error:
            raise ProtocolError(error.hint, Scope.COMMAND) from error

    def _headers(self, mails: Sequence[LocalMail]) -> list[RemoteHeader]:
        return [self._header(mail) for mail in mails]

    def _header(self, mail: LocalMail) -> RemoteHeader:
        head = read_blob_head(self._store, mail.digest, MAX_HEADER_BYTES)
        raw = head[: header_span(head, 0, len(head))[0]]
        return RemoteHeader(mail.uid, mail.flags, mail.date, mail.size_bytes, mail.modseq, raw)

    def _bodies(self, mails: Sequence[LocalMail]) -> list[RemoteBody]:
        found = []
        for mail in mails:
            try:
                found.append(RemoteBody(mail.uid, read_blob(self._store, mail.digest)))
            except NotFound:
                continue  # `body` says why
        return found


def _listed(box: LocalMailbox) -> RemoteMailbox:
    return RemoteMailbox(
        box.name, local_mail.DELIMITER, box.role, is_selectable=True, state=_state(box)
    )


def _uid_validity(box: LocalMailbox) -> int:
    return FIRST_UID_VALIDITY + box.id


def _state(box: LocalMailbox) -> RemoteState:
    return RemoteState(
        uid_validity=_uid_validity(box),
        uid_next=box.uid_next,
        exists=box.exists,
        highest_modseq=box.modseq,
        permanent_flags=_ALL_FLAGS,
        is_read_only=False,
    )
