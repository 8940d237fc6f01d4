"""One connection and its conversation: a command at a time, every wait bounded.

After a timeout or a cancellation in mid-command the connection is closed and never used again: what
would come next could be taken for the answer to something else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope
from tuimail.model.account import Server
from tuimail.protocols.dial import DIAL_S
from tuimail.protocols.wirelog import WireLog

from .about import Namespaces
from .arguments import LITERAL_MINUS_BYTES, LITERAL_PLUS_BYTES, Argument, pieces_of
from .arguments import mailbox as mailbox_argument
from .codes import Kind, Status, capabilities_of
from .faults import MailboxMissing, Refused, silent, unreadable
from .framing import SMALL_LITERAL_BYTES, Parts
from .grammar import Capability, Untagged, parse_untagged
from .names import decode_mailbox, decode_utf8_mailbox
from .receive import MAX_CHALLENGES, Failure, Receiver, Spoken
from .unasked import Unasked

WRITE_BLOCK_BYTES: Final = 64 * 1024
STEADY_BYTES: Final = 1_024
"""A command that carries mail may take long, as long as this much moves in each of its waits."""
MAX_ALERTS: Final = 10
ARRIVED_MEANWHILE: Final = 10_000
"""So many more messages than SELECT counted are believed before it is asked again."""

_MISSING: Final = frozenset({"TRYCREATE", "NONEXISTENT"})
_TEMPORARY: Final = frozenset({"UNAVAILABLE", "INUSE"})
"""RFC 5530: worth trying again later, so nothing is undone."""
_FULL: Final = (
    "there is no room left for it in your account. Empty Trash, or delete mail or move it to a "
    "mailbox below local/, then do it again."
)
"""What OVERQUOTA (RFC 5530) means, and what helps."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each kind of wait lasts, in seconds."""

    connect_s: float = DIAL_S
    greeting_s: float = 20.0
    sign_in_s: float = 30.0
    """Servers delay refusals by some seconds."""
    command_s: float = 50.0
    """Where an answer is short and soon."""
    work_s: float = 180.0
    """COPY, MOVE, SEARCH and EXPUNGE over many messages keep a server busy."""
    quiet_s: float = 30.0
    """While mail is coming or going: at least STEADY_BYTES move within this."""
    goodbye_s: float = 2.0


DEFAULT_TIMEOUTS: Final = Timeouts()


@dataclass(frozen=True, slots=True)
class Command:
    """What to say, and how long to wait."""

    name: str
    words: tuple[Argument, ...]
    purpose: str
    """Completes the sentence `The server refused ...`."""
    timeout_s: float
    is_uid: bool = False
    is_steady: bool = False
    """The wait is renewed while STEADY_BYTES move within it."""
    is_secret: bool = False
    answer: Callable[[str], Awaitable[bytes]] | None = None
    """Answers what the server asks after `+`, by a line without line end."""
    literal_limit: int = field(default=SMALL_LITERAL_BYTES)


Take = Callable[[Untagged], bool]
"""Takes a response that belongs to the command; False leaves it to the session."""


class Session:
    """A connection from its first byte to its last."""

    def __init__(self, server: Server, timeouts: Timeouts = DEFAULT_TIMEOUTS) -> None:
        self.server = server
        self.timeouts = timeouts
        self.capabilities: frozenset[str] = frozenset()
        """Upper case; learned inside TLS, and again after sign-in."""
        self.distrusted: frozenset[str] = frozenset()
        """Capabilities this server is known to do harm with; see `quirks`."""
        self.greeting = ""
        """Its words in the greeting, where that came inside TLS; a stranger's."""
        self.identity: Mapping[str, str] = {}
        """What it answered to ID; a stranger's words."""
        self.namespaces: Namespaces | None = None
        """None until they are asked for."""
        self.enabled: frozenset[str] = frozenset()
        """Extensions the server has said are on (RFC 5161), in upper case."""
        self.is_utf8 = False
        """UTF8=ACCEPT is on (RFC 6855): names of mailboxes are UTF-8 both ways."""
        self.has_modseqs = False
        """Whether the open mailbox keeps them (RFC 7162)."""
        self.exists = 0
        """Messages in the open mailbox when it was opened."""
        self.unasked = Unasked()
        self.alerts: list[str] = []
        """What the server wants people to read; a stranger's words."""
        self.wire = WireLog(f"imap {server.host}")
        self.receiver = Receiver(server.host, self.wire, self._on_untagged, self._on_failure)
        self._take: Take | None = None
        self._lock = asyncio.Lock()
        self._is_trusted = False

    def trust(self) -> None:
        """The line is safe: from now on what the server says counts."""
        self._is_trusted = True

    def believe(self, count: int) -> None:
        """Check how many messages an answer speaks of, so that none fills the memory.

        Raises:
            ProtocolError: far more than the open mailbox holds.
        """
        if count > self.exists + ARRIVED_MEANWHILE:
            raise unreadable("more messages than there are")

    def offers(self, *names: str) -> bool:
        """Whether the server has all these capabilities, and can be trusted with them."""
        return all(name in self.capabilities and name not in self.distrusted for name in names)

    def named(self, mailbox: str) -> Argument:
        """Return a mailbox name as an argument of a command."""
        return mailbox_argument(mailbox, is_utf8=self.is_utf8)

    async def say(self, command: Command, take: Take | None = None) -> Status:
        """Say a command and return the tagged OK.

        Raises:
            Refused: the server said NO or BAD; the connection is fine.
            NetworkError, ProtocolError: the connection is closed.
        """
        async with self.exchange(command, take) as spoken:
            await self._send_rest(spoken, command)
            if command.answer is not None:
                await self._converse(spoken, command, command.answer)
            await self.until(spoken, command, lambda: spoken.is_done)
        return judged(spoken.outcome(), command)

    @asynccontextmanager
    async def exchange(self, command: Command, take: Take | None) -> AsyncIterator[Spoken]:
        """Begin a command; whoever leaves before its end closes the connection."""
        async with self._lock:
            spoken = self._begin(command)
            self._take = take
            try:
                yield spoken
            finally:
                self._take = None
                if not spoken.is_done:
                    self.abort(NetworkError(f"{command.name} was given up; connecting again."))

    async def until(self, spoken: Spoken, command: Command, is_ready: Callable[[], bool]) -> None:
        """Wait for something of this command.

        Raises:
            NetworkError: the server does not answer; the connection is closed.
        """
        while not is_ready():
            before = self.receiver.moved_bytes
            try:
                async with asyncio.timeout(command.timeout_s):
                    while not is_ready():
                        await spoken.news.wait()
                        spoken.news.clear()
            except TimeoutError:
                moved = self.receiver.moved_bytes - before
                if command.is_steady and moved >= STEADY_BYTES:
                    continue
                failure = silent(self.server.host, command.timeout_s, command.name)
                self.abort(failure)
                raise failure from None

    async def learn_capabilities(self, timeout_s: float) -> None:
        """Ask what the server offers; what was known before is forgotten."""
        self.capabilities = frozenset()
        await self.say(
            Command("CAPABILITY", (), "to say what it offers", timeout_s), self.take_capabilities
        )
        if not self.capabilities:
            raise self.abort(unreadable("no capabilities"))

    def take_capabilities(self, response: Untagged) -> bool:
        """Learn what the server offers from CAPABILITY."""
        if not isinstance(response, Capability):
            return False
        self.capabilities = response.names
        return True

    def learn_from(self, status: Status) -> None:
        """Learn what the server offers from a status that says so."""
        if status.code.name == "CAPABILITY":
            self.capabilities = capabilities_of(status.code.argument)

    async def close(self) -> None:
        """Say goodbye if the line is free and alive, then close. Never raises."""
        goodbye = Command("LOGOUT", (), "to say goodbye", self.timeouts.goodbye_s)
        try:
            if self.receiver.failure is None and not self._lock.locked():
                with suppress(NetworkError, ProtocolError):
                    await self.say(goodbye, lambda _: True)
        finally:
            self.abort(NetworkError("This connection is closed."))

    def abort(self, failure: Failure) -> Failure:
        """Close at once; the first failure is the one everybody gets."""
        self.receiver.fail(failure)
        return self.receiver.failure or failure

    def _begin(self, command: Command) -> Spoken:
        tag = self.receiver.new_tag()
        words = (b"UID",) if command.is_uid else ()
        line = (tag.encode("ascii"), *words, command.name.encode("ascii"), *command.words)
        pieces = pieces_of(line, self._unasked_bytes())
        if self.wire.is_on and command.is_secret:
            self.wire.sent_secret(command.name)
        elif self.wire.is_on:
            shown = (w if isinstance(w, bytes) else b"{%d}" % len(w.content) for w in line)
            self.wire.sent(b" ".join(shown))
        spoken = Spoken(command.name, tag, pieces, command.literal_limit)
        self.receiver.begin(spoken)
        return spoken

    def _unasked_bytes(self) -> int:
        if self.offers("LITERAL+"):
            return LITERAL_PLUS_BYTES
        return LITERAL_MINUS_BYTES if self.offers("LITERAL-") or self.offers("IMAP4REV2") else -1

    async def _send_rest(self, spoken: Spoken, command: Command) -> None:
        for place in range(1, len(spoken.pieces)):
            await self._go_ahead(spoken, command, place)
            if spoken.is_done:
                return
            piece = spoken.pieces[place]
            for start in range(0, len(piece), WRITE_BLOCK_BYTES):
                await self._write(piece[start : start + WRITE_BLOCK_BYTES], command)

    async def _converse(
        self, spoken: Spoken, command: Command, answer: Callable[[str], Awaitable[bytes]]
    ) -> None:
        """Answer what the server asks until it has decided."""
        for place in range(MAX_CHALLENGES):
            await self._asked(spoken, command, place)
            if spoken.is_done:
                return
            asked = spoken.challenges[place].decode("utf-8", "replace")
            await self._write(await answer(asked) + b"\r\n", command)

    async def _asked(self, spoken: Spoken, command: Command, place: int) -> None:
        await self.until(spoken, command, lambda: len(spoken.challenges) > place or spoken.is_done)

    async def _go_ahead(self, spoken: Spoken, command: Command, place: int) -> None:
        await self.until(spoken, command, lambda: spoken.go_aheads >= place or spoken.is_done)

    async def _write(self, block: bytes, command: Command) -> None:
        try:
            async with asyncio.timeout(self.timeouts.quiet_s):
                await self.receiver.write(block)
        except TimeoutError:
            raise self.abort(
                silent(self.server.host, self.timeouts.quiet_s, command.name)
            ) from None

    def _on_untagged(self, parts: Parts) -> None:
        # CVE-2021-38370 (Alpine), CVE-2021-29969 (Thunderbird): said before TLS is not said at all.
        if not self._is_trusted:
            return
        response = parse_untagged(parts, decode_utf8_mailbox if self.is_utf8 else decode_mailbox)
        if self._take is not None and self._take(response):
            return
        if isinstance(response, Status):
            self._note_status(response)
        else:
            self.unasked.note(response)

    def _note_status(self, status: Status) -> None:
        if status.kind is Kind.BYE:
            self.receiver.farewell = self.wire.masked(status.text)
        if status.code.name == "NOTIFICATIONOVERFLOW":  # RFC 5465 section 5.8: NOTIFY is off now
            raise ProtocolError(
                "The mail server cannot tell of all mailboxes any more; watching them anew.",
                Scope.CONNECTION,
            )
        if status.code.name == "ALERT" and len(self.alerts) < MAX_ALERTS:
            self.alerts.append(self.wire.masked(status.text))

    def _on_failure(self, _failure: Failure) -> None:
        self.unasked.arrived.set()


def judged(status: Status, command: Command) -> Status:
    """Return a tagged OK.

    Raises:
        Refused: the server said NO or BAD; MailboxMissing where it says why.
    """
    if status.kind is Kind.OK:
        return status
    hint = f"The mail server refused {command.purpose}."
    if status.code.name == "OVERQUOTA":
        hint = f"{hint[:-1]}: {_FULL}"
    if status.code.name in _MISSING:
        raise MailboxMissing(hint, status.text, status.code.name)
    scope = Scope.CONNECTION if status.code.name in _TEMPORARY else Scope.COMMAND
    raise Refused(hint, status.text, status.code.name, scope)
