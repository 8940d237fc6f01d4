"""A mail server in memory that fulfils `sync.remote.Remote`, with faults at any call.

Effects are on `FakeServer`, which outlives every connection: what a cut hides has still happened.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

from tuimail.errors import NetworkError, NotFound, ProtocolError, Scope
from tuimail.model.flags import Flags
from tuimail.model.mailbox import Role
from tuimail.model.query import And, Node, Word
from tuimail.model.uid_set import MAX_UID, UidSet
from tuimail.sync.remote import (
    Known,
    Moved,
    RemoteArrival,
    RemoteBody,
    RemoteFlags,
    RemoteHeader,
    RemoteMailbox,
    RemotePiece,
    RemoteState,
    Since,
)

SYSTEM = frozenset({"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "\\*"})
HEADERS_AT_ONCE = FLAGS_AT_ONCE = 40
BODIES_AT_ONCE = 10
SMALL_BYTES = 256 << 10


@dataclass
class FakeMessage:
    raw: bytes
    flags: Flags
    date: int
    modseq: int
    email_id: str = ""


@dataclass
class FakeMailbox:
    uid_validity: int = 1
    uid_next: int = 1
    modseq: int = 1
    role: Role | None = None
    is_read_only: bool = False
    is_selectable: bool = True
    is_subscribed: bool = True
    permanent_flags: Flags = SYSTEM
    messages: dict[int, FakeMessage] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    """UID -> modseq at which it vanished."""

    def put(
        self,
        raw: bytes,
        flags: Flags = frozenset(),
        date: int = 1_700_000_000,
        email_id: str = "",
    ) -> int:
        uid = self.uid_next
        self.uid_next += 1
        self.modseq += 1
        self.messages[uid] = FakeMessage(raw, flags, date, self.modseq, email_id)
        return uid

    def take(self, message: FakeMessage) -> int:
        return self.put(message.raw, message.flags, email_id=message.email_id)

    def flag(self, uid: int, add: Flags = frozenset(), remove: Flags = frozenset()) -> None:
        message = self.messages[uid]
        self.modseq += 1
        message.flags = (message.flags | add) - remove
        message.modseq = self.modseq

    def remove(self, uid: int) -> None:
        self.modseq += 1
        del self.messages[uid]
        self.gone[uid] = self.modseq

    def members(self, uids: UidSet) -> list[int]:
        """UIDs of a set; what goes on for ever is written with `*`, the highest there is."""
        highest = max(self.messages, default=0)
        is_open = bool(uids) and uids.ranges[-1][1] == MAX_UID
        return sorted(u for u in self.messages if u in uids or (is_open and u == highest))


def mail(number: int, subject: str = "", body: str = "Hello.") -> bytes:
    """A mail that is like no other."""
    return (
        f"Date: Tue, 14 Nov 2023 22:{number // 60 % 60:02}:{number % 60:02} +0000\r\n"
        f"From: Alice <alice@example.org>\r\nTo: bob@example.net\r\n"
        f"Subject: {subject or f'mail {number}'}\r\nMessage-ID: <m{number}@example.org>\r\n\r\n{body}\r\n"
    ).encode()


def message_id_of(raw: bytes) -> str:
    return raw.split(b"Message-ID: <", 1)[1].split(b">", 1)[0].decode()


def words_of(query: Node) -> list[Word]:
    parts = query.nodes if isinstance(query, And) else (query,)
    return [part for part in parts if isinstance(part, Word)]


class FakeServer:
    """Mailboxes, what it offers, and when it fails."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, FakeMailbox] = {"INBOX": FakeMailbox(role=Role.INBOX)}
        self.capabilities = frozenset({"IMAP4REV1", "UIDPLUS", "MOVE", "CONDSTORE"})
        self.calls: list[str] = []
        self.refuse: Callable[[str, str], str] = lambda call, mailbox: ""
        """(call, mailbox) -> why the server says no; empty lets it pass."""
        self.cut_after: int | None = None
        """The line is cut at this many more calls."""
        self.is_cut_before_effect = True
        self.connections = 0
        self.news = asyncio.Event()
        self.changed: list[str] = []
        """Mailboxes a watch with NOTIFY tells of."""
        self.flags_told = 0
        """Messages whose flags were asked."""
        self.connect_error: Exception | None = None

    async def connect(self) -> "FakeRemote":
        self.connections += 1
        if self.connect_error is not None:
            raise self.connect_error
        return FakeRemote(self)

    def everything(self) -> dict[str, dict[int, Flags]]:
        return {
            name: {uid: m.flags for uid, m in box.messages.items()}
            for name, box in self.mailboxes.items()
        }

    def copies(self) -> dict[str, list[str]]:
        """Message-ID -> names of the mailboxes that hold it, one for each copy."""
        found: dict[str, list[str]] = {}
        for name, box in self.mailboxes.items():
            for message in box.messages.values():
                found.setdefault(message_id_of(message.raw), []).append(name)
        return {message_id: sorted(names) for message_id, names in found.items()}


class FakeRemote:
    """One connection."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.selected = ""
        self.is_dead = False

    @property
    def can_move(self) -> bool:
        return "MOVE" in self.server.capabilities

    @property
    def can_expunge(self) -> bool:
        return "UIDPLUS" in self.server.capabilities

    @property
    def can_append_several(self) -> bool:
        return "MULTIAPPEND" in self.server.capabilities

    @property
    def can_watch(self) -> bool:
        return "IDLE" in self.server.capabilities

    @property
    def lists_counters(self) -> bool:
        return "LIST-STATUS" in self.server.capabilities

    @property
    def is_gmail(self) -> bool:
        return "X-GM-EXT-1" in self.server.capabilities

    async def mailboxes(self) -> Sequence[RemoteMailbox]:
        with self._call("mailboxes"):
            has_counters = "LIST-STATUS" in self.server.capabilities
            return [
                RemoteMailbox(
                    name,
                    "/",
                    box.role,
                    box.is_selectable,
                    box.is_subscribed,
                    self._counters(name) if has_counters and box.is_selectable else None,
                )
                for name, box in self.server.mailboxes.items()
            ]

    async def open(
        self, mailbox: str, *, read_only: bool = False, known: Known | None = None
    ) -> RemoteState:
        with self._call("open", mailbox):
            box = self._box(mailbox)
            self.selected = mailbox
            state = self._state(mailbox)
            can = known is not None and "QRESYNC" in self.server.capabilities
            if not can or known.uid_validity != box.uid_validity or known.modseq > box.modseq:
                return state
            flags = [
                RemoteFlags(uid, one.flags, one.modseq)
                for uid, one in box.messages.items()
                if one.modseq > known.modseq
            ]
            gone = UidSet.of(uid for uid, at in box.gone.items() if at > known.modseq)
            return replace(state, since=Since(flags, gone))

    async def status(self, mailbox: str) -> RemoteState:
        with self._call("status", mailbox):
            return self._counters(mailbox)

    async def flags(
        self, uids: UidSet, changed_since: int = 0
    ) -> AsyncIterator[Sequence[RemoteFlags]]:
        with self._call("flags", self.selected):
            box = self._box()
            since = changed_since if "CONDSTORE" in self.server.capabilities else 0
            rows = [
                RemoteFlags(uid, box.messages[uid].flags, box.messages[uid].modseq)
                for uid in box.members(uids)
                if box.messages[uid].modseq > since
            ]
            self.server.flags_told += len(rows)
        for start in range(0, len(rows), FLAGS_AT_ONCE):
            yield rows[start : start + FLAGS_AT_ONCE]

    async def headers(self, uids: UidSet) -> AsyncIterator[Sequence[RemoteHeader]]:
        box = self._box()
        wanted = box.members(uids)
        for start in range(0, max(1, len(wanted)), HEADERS_AT_ONCE):
            with self._call("headers", self.selected):
                rows = [
                    self._header(uid, box)
                    for uid in wanted[start : start + HEADERS_AT_ONCE]
                    if uid in box.messages
                ]
            yield rows

    async def body(self, uid: int, on_bytes: Callable[[int, int], None] | None = None) -> bytes:
        with self._call("body", self.selected):
            message = self._box().messages.get(uid)
            if message is None:
                raise NotFound("The message is no longer on the server.")
            if on_bytes:
                on_bytes(len(message.raw), len(message.raw))
            return message.raw

    async def bodies(self, uids: UidSet) -> AsyncIterator[Sequence[RemoteBody]]:
        box = self._box()
        wanted = box.members(uids)
        for start in range(0, max(1, len(wanted)), BODIES_AT_ONCE):
            with self._call("bodies", self.selected):
                rows = [
                    RemoteBody(uid, box.messages[uid].raw)
                    for uid in wanted[start : start + BODIES_AT_ONCE]
                    if uid in box.messages and len(box.messages[uid].raw) < SMALL_BYTES
                ]
            if rows:
                yield rows

    async def piece(self, uid: int, start: int, size: int) -> RemotePiece:
        with self._call("piece", self.selected):
            message = self._box().messages.get(uid)
            if message is None:
                raise NotFound("The message is no longer on the server.")
            stated = 0 if start else len(message.raw)
            return RemotePiece(message.raw[start : start + size], stated)

    async def change_flags(self, uids: UidSet, add: Flags, remove: Flags) -> None:
        with self._call("change_flags", self.selected):
            for uid in self._box().members(uids):
                self._box().flag(uid, add, remove)

    async def move(self, uids: UidSet, destination: str) -> Moved:
        if not self.can_move:
            copied = await self.copy(uids, destination)
            await self.expunge(uids)
            return copied
        with self._call("move", self.selected):
            box, target = self._box(), self._box(destination)
            pairs = []
            for uid in box.members(uids):
                pairs.append((uid, target.take(box.messages[uid])))
                box.remove(uid)
            return self._moved(target, pairs)

    async def copy(self, uids: UidSet, destination: str) -> Moved:
        with self._call("copy", self.selected):
            box, target = self._box(), self._box(destination)
            pairs = [(uid, target.take(box.messages[uid])) for uid in box.members(uids)]
            return self._moved(target, pairs)

    async def expunge(self, uids: UidSet) -> None:
        with self._call("expunge", self.selected):
            for uid in self._box().members(uids):
                self._box().remove(uid)

    async def append(self, mailbox: str, raw: bytes, flags: Flags, date: int) -> int:
        with self._call("append", mailbox):
            return self._box(mailbox).put(raw, flags, date)

    async def append_several(
        self, mailbox: str, arrivals: Sequence[RemoteArrival]
    ) -> Sequence[int]:
        with self._call("append_several", mailbox):
            return [self._box(mailbox).put(*one) for one in arrivals]

    async def uids(self) -> UidSet:
        with self._call("uids", self.selected):
            return UidSet.of(self._box().messages)

    async def find_message_id(self, message_id: str) -> Sequence[int]:
        with self._call("find_message_id", self.selected):
            return [
                uid
                for uid, message in self._box().messages.items()
                if message_id_of(message.raw) == message_id
            ]

    async def find_message_ids(self, message_ids: Sequence[str]) -> Sequence[int]:
        with self._call("find_message_ids", self.selected):
            return [
                uid
                for uid, message in self._box().messages.items()
                if message_id_of(message.raw) in message_ids
            ]

    async def find_email_id(self, email_id: str) -> Sequence[int]:
        with self._call("find_email_id", self.selected):
            messages = self._box().messages
            return [uid for uid, one in messages.items() if one.email_id == email_id]

    async def search(self, query: Node) -> UidSet:
        with self._call("search", self.selected):
            texts = [word.text.lower().encode() for word in words_of(query)]
            return UidSet.of(
                uid
                for uid, message in self._box().messages.items()
                if all(text in message.raw.lower() for text in texts)
            )

    async def create(self, mailbox: str) -> None:
        with self._call("create", mailbox):
            if mailbox in self.server.mailboxes:
                raise ProtocolError("There is such a mailbox already.", Scope.COMMAND, "NO exists")
            self.server.mailboxes[mailbox] = FakeMailbox()

    async def rename(self, mailbox: str, new_name: str) -> None:
        with self._call("rename", mailbox):
            self._box(mailbox)
            boxes = self.server.mailboxes
            if new_name in boxes:
                raise ProtocolError("There is such a mailbox already.", Scope.COMMAND, "NO exists")
            for name in list(boxes):
                if name == mailbox or name.startswith(mailbox + "/"):
                    boxes[new_name + name.removeprefix(mailbox)] = boxes.pop(name)

    async def delete(self, mailbox: str) -> None:
        with self._call("delete", mailbox):
            self._box(mailbox)
            del self.server.mailboxes[mailbox]

    async def subscribe(self, mailbox: str, *, is_wanted: bool) -> None:
        with self._call("subscribe", mailbox):
            self._box(mailbox).is_subscribed = is_wanted

    async def notify(self) -> bool:
        with self._call("notify"):
            return "NOTIFY" in self.server.capabilities

    async def watch(self, timeout_s: float) -> Sequence[str]:
        with self._call("watch", self.selected):
            await self.server.news.wait()
            self.server.news.clear()
            changed, self.server.changed = self.server.changed, []
            return changed if "NOTIFY" in self.server.capabilities else [self.selected]

    async def keep_alive(self) -> None:
        with self._call("keep_alive"):
            pass

    async def close(self) -> None:
        self.is_dead = True

    def _call(self, name: str, mailbox: str = "") -> "_Call":
        return _Call(self, name, mailbox)

    def _box(self, name: str = "") -> FakeMailbox:
        found = self.server.mailboxes.get(name or self.selected)
        if found is None:
            raise ProtocolError("There is no such mailbox.", Scope.COMMAND, "NO nonexistent")
        return found

    def _state(self, name: str) -> RemoteState:
        box = self._box(name)
        modseq = box.modseq if "CONDSTORE" in self.server.capabilities else 0
        return RemoteState(
            box.uid_validity,
            box.uid_next,
            len(box.messages),
            modseq,
            box.permanent_flags,
            box.is_read_only,
        )

    def _counters(self, name: str) -> RemoteState:
        return replace(self._state(name), permanent_flags=frozenset(), is_read_only=False)

    def _header(self, uid: int, box: FakeMailbox) -> RemoteHeader:
        message = box.messages[uid]
        head = message.raw.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n"
        told = (uid, message.flags, message.date, len(message.raw), message.modseq, head)
        return RemoteHeader(*told, email_id=message.email_id)

    def _moved(self, target: FakeMailbox, pairs: list[tuple[int, int]]) -> Moved:
        if not self.can_expunge:
            return Moved(0, ())
        return Moved(target.uid_validity, tuple(pairs))


class _Call:
    """One command: refused, cut before or after its effect, or carried out."""

    def __init__(self, remote: FakeRemote, name: str, mailbox: str) -> None:
        self.remote, self.name, self.mailbox = remote, name, mailbox
        self.is_last = False

    def __enter__(self) -> None:
        server = self.remote.server
        server.calls.append(f"{self.name} {self.mailbox}".strip())
        if self.remote.is_dead:
            self._cut()
        if server.cut_after is not None:
            server.cut_after -= 1
            if server.cut_after < 0:
                server.cut_after = None
                if server.is_cut_before_effect:
                    self._cut()
                self.is_last = True
        reason = server.refuse(self.name, self.mailbox)
        if reason:
            raise ProtocolError(reason, Scope.COMMAND, f"NO {reason}")

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if self.is_last:
            self._cut()

    def _cut(self) -> None:
        self.remote.is_dead = True
        raise NetworkError("The line was cut.")
