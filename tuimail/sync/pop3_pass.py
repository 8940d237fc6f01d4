"""One look into a POP3 maildrop: fetch what is new, then delete there what is not to stay.

Nothing is deleted on the server that is not flushed to disk here: a mail's bytes and its name are
durable before DELE is said, and only QUIT makes the server act on it. A look that is cut anywhere
begins again and finds what is missing by the names that are written down.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope
from tuimail.mime.fields import MAX_HEADER_BYTES
from tuimail.model.account import KeepOnServer, Pop3
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import INBOX
from tuimail.protocols.pop3 import messages
from tuimail.protocols.pop3.connection import Connection
from tuimail.protocols.pop3.faults import Refused
from tuimail.store.blobs import NewBlob, put_blobs
from tuimail.store.database import Store
from tuimail.store.local_mail import NewMail, local_mailbox
from tuimail.store.pop3_mail import (
    Fetched,
    fetched_mails,
    note_listed,
    note_renamed,
    put_fetched,
)
from tuimail.store.sources import take_source

from .local_remote import new_mail

BATCH_MAILS: Final = 50
BATCH_BYTES: Final = 4 << 20
"""So much is written down at once: what a kill loses is fetched again."""
SMALL_BYTES: Final = 4 << 20
"""Larger mails go onto the disk as they come, one by one."""
PIECE_BYTES: Final = 1 << 20
MAX_ENDED: Final = 2
"""Looks that may end within one mail: a server may hang up at one that it cannot read itself."""
DAY_S: Final = 86_400
_BY_HEADER: Final = "top "
"""Begins the names of mails on a server without UIDL; no server's own name holds a space."""
NAMELESS: Final = "A mail that has no readable name (UIDL) on the server stays there unread."
NAMESAKES: Final = "Mails that share one name (UIDL) on the server are fetched and stay there."


@dataclass(slots=True)
class Looked:
    """What a look did."""

    new: int = 0
    deleted: int = 0
    """On the server."""
    hints: list[str] = field(default_factory=list)
    """Sentences about mails that stay there unread."""


@dataclass(frozen=True, slots=True)
class Maildrop:
    """What looks into one account's maildrop work with."""

    store: Store
    account: AccountName
    pop3: Pop3
    clock: Callable[[], float]
    """Seconds UTC."""
    on_stored: Callable[[int, int], None]
    """Told (done, total) as often as mails are safe here."""
    ended_at: Counter[str] = field(default_factory=Counter)
    """How many looks ended within a mail, by its name: such a mail comes after all others."""

    async def look(self, connection: Connection) -> Looked:
        """Fetch and delete on a signed-in connection, and end it in good order.

        Raises:
            NetworkError: the line was cut; what came is kept.
            ProtocolError: the server's answers cannot be used, or it names no mail for good.
            StoreError: what came cannot be kept; nothing was deleted.
        """
        exists = await messages.count(connection)
        names = await self._names(connection, exists)
        await asyncio.to_thread(self._take_source)
        known = await asyncio.to_thread(fetched_mails, self.store, self.account)
        looked = await self._fetch(connection, exists, names, known)
        looked.hints += self._remarks(exists, names)
        removed = await self._delete(connection, names)
        if removed:
            # Before QUIT, whose answer may be lost: a name that is free by then may come again for
            # another mail, so what is listed under it counts once its bytes were seen.
            left = {name for number, name in names.items() if number not in removed}
            await asyncio.to_thread(self._note_listed, left)
        try:
            await messages.leave(connection)
        except Refused as refusal:
            looked.hints.append(refusal.hint)
            return looked
        looked.deleted = len(removed)
        return looked

    def _take_source(self) -> None:
        """Believe no name of another server, or of another user there."""
        server = self.pop3.server
        forget = partial(note_listed, self.store, self.account, set[str](), int(self.clock()))
        take_source(self.store, self.account, f"pop3 {server.username} {server.host}", forget)

    async def _names(self, connection: Connection, exists: int) -> dict[int, str]:
        """Return a name for each mail that is the same next time."""
        if not exists:
            return {}
        try:
            return _told_apart(await messages.unique_ids(connection, exists))
        except Refused as refusal:
            if self.pop3.keep is not KeepOnServer.LEAVE:
                raise ProtocolError(
                    f"{self.pop3.server.host} gives mails no lasting names (UIDL), so none can be "
                    'deleted there without danger: set keep = "leave" for this account.',
                    Scope.ACCOUNT,
                ) from refusal
        return await self._names_by_header(connection, exists)

    async def _names_by_header(self, connection: Connection, exists: int) -> dict[int, str]:
        """Name mails by what their headers are; of equal ones by which of them it is."""
        digests: dict[int, str] = {}
        for number in range(1, exists + 1):
            try:
                header = await messages.header(connection, number)
            except Refused as refusal:
                raise ProtocolError(
                    f"{self.pop3.server.host} gives mails no lasting names (neither UIDL nor TOP), "
                    "so what is new cannot be told: use IMAP for this account.",
                    Scope.ACCOUNT,
                ) from refusal
            digests[number] = _BY_HEADER + sha256(header).hexdigest()
        return _numbered(digests, set(digests.values()))

    def _remarks(self, exists: int, names: Mapping[int, str]) -> list[str]:
        """Say which mails are not as they should be on the server."""
        is_deleting = self.pop3.keep is not KeepOnServer.LEAVE
        has_namesakes = is_deleting and not all(map(_is_of_server, names.values()))
        remarks = ((len(names) < exists, NAMELESS), (has_namesakes, NAMESAKES))
        return [remark for is_so, remark in remarks if is_so]

    async def _fetch(
        self,
        connection: Connection,
        exists: int,
        names: Mapping[int, str],
        known: Mapping[str, Fetched],
    ) -> Looked:
        """Bring what is new here, newest first, durable batch by batch."""
        looked = Looked()
        new = [n for n, name in names.items() if name not in known or known[name].gone]
        if not new:
            return looked
        sizes = await messages.sizes(connection, exists)
        new.sort(key=lambda number: (self.ended_at[names[number]], -number))
        taken = self._without_hopeless([(n, sizes.get(n, 0)) for n in new], names, looked)
        arriving = _Arriving(looked, names, known, _vanished_by_digest(known, set(names.values())))
        longer = await self._fetch_small(connection, arriving, taken)
        for number in [*(n for n, size in taken if size > SMALL_BYTES), *longer]:
            try:
                await self._fetch_large(connection, arriving, number)
            except (NetworkError, ProtocolError):
                self.ended_at[names[number]] += 1
                raise
        self.on_stored(len(taken), len(taken))
        return looked

    def _without_hopeless(
        self, wanted: Sequence[tuple[int, int]], names: Mapping[int, str], looked: Looked
    ) -> list[tuple[int, int]]:
        """Leave out mails, (number, size), for which no other is to wait."""
        fitting = [(n, size) for n, size in wanted if size <= messages.MAX_MAIL_BYTES]
        if len(fitting) < len(wanted):
            looked.hints.append("A mail that is too large to be fetched stays on the server.")
        taken = [(n, size) for n, size in fitting if self.ended_at[names[n]] < MAX_ENDED]
        if len(taken) < len(fitting):
            looked.hints.append(
                "A mail stays on the server, for fetching it failed twice: check for mail to try"
                " it again."
            )
        return taken

    async def _fetch_small(
        self, connection: Connection, arriving: "_Arriving", taken: Sequence[tuple[int, int]]
    ) -> list[int]:
        """Fetch mails that come whole, with further ones on their way where the server lets.

        Returns the numbers of those that are far longer than the server said.
        """
        small = [(n, size) for n, size in taken if size <= SMALL_BYTES]
        batch: list[tuple[str, bytes]] = []
        longer: list[int] = []
        async with aclosing(self._retrieved(connection, arriving, small)) as mails:
            async for done, (number, mail) in mails:
                if isinstance(mail, Refused):
                    arriving.looked.hints.append(mail.hint)
                    continue
                if mail is None:
                    longer.append(number)
                    continue
                batch.append((arriving.names[number], mail))
                if len(batch) >= BATCH_MAILS or sum(len(m) for _, m in batch) >= BATCH_BYTES:
                    await asyncio.to_thread(self._keep, arriving, batch)
                    batch = []
                    self.on_stored(done, len(taken))
        if batch:
            await asyncio.to_thread(self._keep, arriving, batch)
        return longer

    async def _retrieved(
        self, connection: Connection, arriving: "_Arriving", small: Sequence[tuple[int, int]]
    ) -> AsyncGenerator[tuple[int, tuple[int, bytes | Refused | None]], None]:
        """Yield each mail with how many there were by now; remember where it ended before."""
        done = 0
        try:
            async with aclosing(messages.retrieve(connection, small)) as mails:
                async for mail in mails:
                    done += 1
                    yield done, mail
        except (NetworkError, ProtocolError):
            self.ended_at[arriving.names[small[done][0]]] += 1
            raise

    async def _fetch_large(
        self, connection: Connection, arriving: "_Arriving", number: int
    ) -> None:
        """Fetch one mail onto the disk as it comes."""
        blob = await asyncio.to_thread(NewBlob, self.store)
        head, piece = b"", bytearray()
        try:
            async with aclosing(messages.retrieve_pieces(connection, number)) as pieces:
                async for some in pieces:
                    head += some[: max(0, MAX_HEADER_BYTES - len(head))]
                    piece += some
                    if len(piece) >= PIECE_BYTES:
                        await asyncio.to_thread(blob.write, bytes(piece))
                        piece.clear()
            await asyncio.to_thread(blob.write, bytes(piece))
            digest = await asyncio.to_thread(blob.finish)
        except Refused as refusal:
            arriving.looked.hints.append(refusal.hint)
            return
        finally:
            blob.drop()
        mail = new_mail(self.account, head, blob.size_bytes, digest, int(self.clock()))
        await asyncio.to_thread(self._write_down, arriving, [(arriving.names[number], mail)])

    def _keep(self, arriving: "_Arriving", batch: Sequence[tuple[str, bytes]]) -> None:
        """Flush mails to disk and write them down."""
        now = int(self.clock())
        digests = put_blobs(self.store, [raw for _, raw in batch])
        mails = [
            (name, new_mail(self.account, raw, len(raw), digest, now))
            for (name, raw), digest in zip(batch, digests, strict=True)
        ]
        self._write_down(arriving, mails)

    def _write_down(self, arriving: "_Arriving", mails: Sequence[tuple[str, NewMail]]) -> None:
        """Put mails whose bytes are on the disk into INBOX, unless they came here before.

        A server that was moved or mended may call every mail by another name, or list one again
        that it did not for a while; or it calls another mail by a name that was free.
        """
        arrived = []
        for name, mail in mails:
            known = arriving.known.get(name)
            is_back = known is not None and known.digest == mail.digest
            before = [name] if is_back else arriving.vanished.get(mail.digest)
            if before:
                note_renamed(self.store, self.account, before.pop(), name)
            else:
                arrived.append((name, mail))
        if arrived:
            inbox = local_mailbox(self.store, self.account, INBOX)
            put_fetched(self.store, self.account, inbox.id, arrived, int(self.clock()))
        arriving.looked.new += len(arrived)

    async def _delete(self, connection: Connection, names: Mapping[int, str]) -> set[int]:
        """Mark for deletion what is safe here and not to stay, as read back from the disk."""
        await asyncio.to_thread(self._note_listed, set(names.values()))
        if self.pop3.keep is KeepOnServer.LEAVE:
            return set()
        now = int(self.clock())
        days = self.pop3.keep_days if self.pop3.keep is KeepOnServer.DAYS else 0
        kept = await asyncio.to_thread(fetched_mails, self.store, self.account)
        due = [
            number
            for number, name in names.items()
            if _is_of_server(name)
            and name in kept
            and kept[name].is_on_server
            and kept[name].fetched + days * DAY_S <= now
        ]
        return set(await messages.delete(connection, due))

    def _note_listed(self, listed: set[str]) -> None:
        note_listed(self.store, self.account, listed, int(self.clock()))


@dataclass(frozen=True, slots=True)
class _Arriving:
    """What fetching goes by."""

    looked: Looked
    names: Mapping[int, str]
    known: Mapping[str, Fetched]
    vanished: dict[str, list[str]]
    """Names the server listed last time and lists no more, by what bytes they meant."""


def _told_apart(names: Mapping[int, str]) -> dict[int, str]:
    """Number the mails that share a name: one of them may be another than when last looked."""
    times = Counter(names.values())
    return _numbered(names, {name for name, count in times.items() if count > 1})


def _numbered(names: Mapping[int, str], shared: set[str]) -> dict[int, str]:
    """Add to each of the shared names which of them it is."""
    told: dict[int, str] = {}
    times: Counter[str] = Counter()
    for number, name in sorted(names.items()):
        times[name] += 1
        told[number] = f"{name} {times[name]}" if name in shared else name
    return told


def _is_of_server(name: str) -> bool:
    """Whether the server itself gave a mail this name, and gave it to no other."""
    return " " not in name


def _vanished_by_digest(known: Mapping[str, Fetched], listed: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, one in known.items():
        if one.is_on_server and name not in listed:
            found.setdefault(one.digest, []).append(name)
    return found
