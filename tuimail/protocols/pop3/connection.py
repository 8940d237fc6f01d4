"""One line to a POP3 server: commands and their answers, every wait and every size bounded.

After a timeout, a cancellation in the middle of an answer, or an answer nobody can read, the line
is cut and never used again: what would come next could be taken for the answer to something else.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, TlsError
from tuimail.model.account import Server
from tuimail.protocols.dial import DIAL_S, dial
from tuimail.protocols.tls import tls_error, tls_state
from tuimail.protocols.wirelog import WireLog

from .faults import lost, said, silent, unreadable
from .lines import CRLF, BlockReader, Line

MAX_LINE_BYTES: Final = 8_192
"""RFC 2449 section 4 allows 512 for an answer; some servers say more."""
STEADY_BYTES: Final = 1_024
"""A long answer may take long, as long as this much comes in each of its waits."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each kind of wait lasts, in seconds."""

    connect_s: float = DIAL_S
    greeting_s: float = 30.0
    sign_in_s: float = 90.0
    """Servers lock and read the whole maildrop before they answer PASS."""
    command_s: float = 60.0
    """Until the first line of an answer."""
    quiet_s: float = 30.0
    """Within a long answer: at least STEADY_BYTES come within this."""
    goodbye_s: float = 60.0
    """QUIT is when a server removes mail, and it may take as long as that takes."""


DEFAULT_TIMEOUTS: Final = Timeouts()


@dataclass(frozen=True, slots=True)
class Reply:
    """The first line of an answer."""

    is_ok: bool
    text: str
    """What follows +OK or -ERR: a stranger's words."""
    is_continued: bool = False
    """The server waits for more (`+ `, RFC 5034 section 4)."""


class _Pace:
    """How long a long answer may still take, unless enough comes."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._came = 0
        self.until = asyncio.get_running_loop().time() + quiet_s
        """By the loop's clock."""

    def note(self, size_bytes: int) -> None:
        """Bytes came; enough of them give it time anew."""
        self._came += size_bytes
        if self._came >= STEADY_BYTES:
            self._came = 0
            self.until = asyncio.get_running_loop().time() + self._quiet_s


class Connection:
    """A line with the greeting read; every method raises our errors alone."""

    def __init__(self, line: Line, server: Server, timeouts: Timeouts) -> None:
        self.server = server
        self.timeouts = timeouts
        self.capabilities: dict[str, tuple[str, ...]] = {}
        """CAPA keywords with their arguments, upper case, learned inside TLS alone."""
        self.wire = WireLog(f"pop3 {server.host}")
        self._line = line
        self._waiting = 0
        """Answers that are still to come."""

    @classmethod
    async def open(
        cls, server: Server, context: ssl.SSLContext | None, timeouts: Timeouts
    ) -> "Connection":
        """Connect, in TLS if a context is given, and read the greeting.

        Raises:
            NetworkError, TlsError: no line could be made.
            ProtocolError: the server does not greet as one that gives mail out.
        """
        line = await dial(Line, server, context, timeouts.connect_s)
        connection = cls(line, server, timeouts)
        try:
            await connection._read_greeting()
        except BaseException:
            connection.abort()
            raise
        return connection

    def offers(self, name: str, argument: str = "") -> bool:
        """Whether the server has a capability, with this argument if one is named."""
        found = self.capabilities.get(name)
        return found is not None and (not argument or argument in found)

    @property
    def tls(self) -> str:
        """Version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`; empty in clear."""
        state = tls_state(self._line.tls)
        return f"{state.version} {state.cipher}".strip()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Make the line safe (RFC 2595 section 4), or raise TlsError.

        STLS is said without looking at what is offered in clear: nothing said there is believed.
        """
        reply = await self.command(b"STLS", timeout_s=self.timeouts.greeting_s)
        if not reply.is_ok:
            raise self._not_safe("it refuses STLS", reply.text)
        if self._line.buffer:
            # CVE-2020-14954: what is said in clear after the +OK would count as said inside TLS.
            raise self._not_safe("it sent something after STLS that does not belong there")
        try:
            await self._line.encrypt(context, self.server.host, self.timeouts.connect_s)
        except (OSError, TimeoutError) as error:
            raise tls_error(error, self.server.host) from error
        self.capabilities = {}

    async def command(
        self, line: bytes, *, shown_as: str = "", timeout_s: float | None = None
    ) -> Reply:
        """Say a command and return the first line of the answer; `shown_as` is logged in its place.

        Raises:
            NetworkError: the line was cut or nothing came in time.
            ProtocolError: the answer cannot be read, or the server spoke unasked.
        """
        self.send(line, shown_as=shown_as)
        return await self.reply(timeout_s or self.timeouts.command_s, _verb(line))

    def send(self, line: bytes, *, shown_as: str = "") -> None:
        """Say a command whose answer is read later (PIPELINING, RFC 2449 section 6.6).

        Raises:
            ProtocolError: the server spoke unasked, or the line is gone.
        """
        if self._line.is_lost:
            raise self._broken(lost(self.server.host))
        if self._line.buffer and not self._waiting:
            raise self._broken(unreadable(self.server.host, "it spoke unasked"))
        assert not set(line) & set(b"\r\n\0"), "one command is one line"
        if shown_as:
            self.wire.sent_secret(shown_as)
        else:
            self.wire.sent(line)
        self._waiting += 1
        self._line.transport.write(line + CRLF)

    async def reply(self, timeout_s: float, what: str) -> Reply:
        """Return the first line of the next answer."""
        with self._cutting(what):
            async with asyncio.timeout(timeout_s):
                text = await self._one_line()
        self._waiting -= 1
        # From what SCRAM asks and proves the password could be guessed: it is not written down.
        self.wire.received(b"+ ***" if text[:2] == b"+ " else text)
        words = self.wire.masked(text.decode("utf-8", "replace"))
        head, _, rest = words.partition(" ")
        match head.upper():
            case "+OK":
                return Reply(is_ok=True, text=rest)
            case "-ERR":
                return Reply(is_ok=False, text=rest)
            case "+" if self._waiting == 0:
                # A challenge is for the mechanism alone: with pieces left out it cannot be read.
                asked = text[2:].decode("utf-8", "replace")
                return Reply(is_ok=False, text=asked, is_continued=True)
            case _:
                raise self._broken(unreadable(self.server.host, "no +OK and no -ERR"))

    async def block(self, max_bytes: int, what: str) -> AsyncGenerator[bytes, None]:
        """Yield the lines that follow the first one of an answer, in pieces, dots taken off.

        Whoever does not read it to its end cannot use the line any more.

        Raises:
            ProtocolError: it is longer than `max_bytes`.
        """
        reader, size = BlockReader(), 0
        pace = _Pace(self.timeouts.quiet_s)
        try:
            while True:
                for piece in reader.take(self._line.buffer):
                    size += len(piece)
                    if size > max_bytes:
                        raise unreadable(self.server.host, f"{what} has no end")
                    yield piece
                if reader.is_done:
                    break
                await self._steadily(pace, what)
            self.wire.bulk("<", size)
        finally:
            if not reader.is_done or size > max_bytes:
                self.abort()

    async def quit(self) -> Reply:
        """Say QUIT and return the answer: what was marked for deletion is removed now."""
        return await self.command(b"QUIT", timeout_s=self.timeouts.goodbye_s)

    async def close(self) -> None:
        """Hang up without QUIT, which would remove what was marked. Never raises."""
        self.abort()

    def abort(self) -> None:
        """Cut the line at once."""
        self._line.is_lost = True
        self._line.transport.abort()

    async def _read_greeting(self) -> None:
        self._waiting = 1
        greeting = await self.reply(self.timeouts.greeting_s, "the call")
        if not greeting.is_ok:
            raise NetworkError(f"{self.server.host} gives no mail out now.{said(greeting.text)}")

    async def _one_line(self) -> bytes:
        buffer, seen = self._line.buffer, 0
        while (end := buffer.find(b"\n", seen)) < 0:
            seen = len(buffer)
            if seen > MAX_LINE_BYTES:
                raise unreadable(self.server.host, "a line without an end")
            if not await self._line.more():
                raise lost(self.server.host)
        text = bytes(buffer[: end + 1])
        del buffer[: end + 1]
        if len(text) > MAX_LINE_BYTES:
            raise unreadable(self.server.host, "a line without an end")
        return text.rstrip(CRLF)

    async def _steadily(self, pace: "_Pace", what: str) -> None:
        """Wait for more of a long answer."""
        before = len(self._line.buffer)
        with self._cutting(what):
            async with asyncio.timeout_at(pace.until):
                if not await self._line.more():
                    raise lost(self.server.host)
        pace.note(len(self._line.buffer) - before)

    @contextmanager
    def _cutting(self, what: str) -> Iterator[None]:
        """Cut the line when a wait ends in any way but well."""
        try:
            yield
        except TimeoutError as error:
            self.abort()
            raise silent(self.server.host, what) from error
        except BaseException:
            self.abort()
            raise

    def _broken(self, error: NetworkError | ProtocolError) -> NetworkError | ProtocolError:
        self.abort()
        return error

    def _not_safe(self, why: str, reply: str = "") -> TlsError:
        return TlsError(
            f"The line to {self.server.host} cannot be made safe: {why}. "
            f"Use port 995 with security = tls. No password was sent.{said(reply)}"
        )


def _verb(line: bytes) -> str:
    return line.partition(b" ")[0].decode("ascii", "replace")
