"""The one file that knows aioimaplib: its connection, with a receive path of our own under it.

Kept from aioimaplib 2.0: tags, `Command` and its result, the table of commands with the states
they are valid in, the state itself. Replaced: everything from bytes to responses. The stock path
recurses once per line, has no limits, drops what nobody asked for and lets waiters sleep when the
line goes. Here a loop hands every untagged response to one consumer and every waiter learns of a
failure at once; a long segment is worked on in turns, so that the event loop is never held.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from aioimaplib import aioimaplib as stock

from tuimail.errors import NetworkError, ProtocolError, TlsError
from tuimail.protocols.tls import TlsState, tls_error, tls_state
from tuimail.protocols.wirelog import WireLog

from .codes import Kind, Status, parse_greeting, parse_status
from .deflate import Deflate
from .faults import injected, lost, unreadable
from .framing import SMALL_LITERAL_BYTES, Framer, Parts

TURN_BYTES: Final = 128 * 1024
"""Worked on before others on the loop get their turn: about 3 ms of FETCH rows."""
MAX_RESPONSES: Final = 2_000_000
"""Untagged responses to one command: four flag sweeps of the largest mailbox measured."""

MAX_CHALLENGES: Final = 16
MAX_CHALLENGE_BYTES: Final = 64 * 1024
"""Of a challenge that are kept: one that is longer cannot be answered."""

_TAGGED = re.compile(rb"([A-P]{1,8}\d{1,10}) (.*)", re.DOTALL)

# It would write every byte received, and passwords in their quoted form.
_stock_log = logging.getLogger(stock.__name__)
_stock_log.disabled = True
_stock_log.propagate = False

Failure = NetworkError | ProtocolError


class Spoken(stock.Command):  # type: ignore[misc]
    """One command on its way: its pieces, and how far the server has come with it."""

    def __init__(
        self, name: str, tag: str, pieces: Sequence[bytes], literal_limit: int = SMALL_LITERAL_BYTES
    ) -> None:
        super().__init__(name, tag)
        self.pieces = pieces
        """What is sent; before each piece but the first the server says `+`."""
        self.literal_limit = literal_limit
        self.news = asyncio.Event()
        """Set when there is anything to look at: `+`, a row, the end."""
        self.go_aheads = 0
        self.challenges: list[bytes] = []
        """What the server asked while signing in, in base64 (RFC 9051 section 6.2.2)."""
        self.status: Status | None = None
        """The tagged response, once it is there."""
        self._failure: Failure | None = None

    @property
    def is_done(self) -> bool:
        """Whether the tagged response came, or the line went."""
        return bool(self._event.is_set())

    def finish(self, status: Status) -> None:
        """The server has answered."""
        self.status = status
        self.close(status.text.encode(), status.kind.value)
        self.news.set()

    def break_off(self, failure: Failure) -> None:
        """The line is gone."""
        self._failure = failure
        self._timer.cancel()
        self._event.set()
        self.news.set()

    def outcome(self) -> Status:
        """Return the tagged response.

        Raises:
            NetworkError, ProtocolError: the line went before it came.
        """
        if self.status is None:
            raise self._failure or unreadable("no answer")
        return self.status


class Receiver(stock.IMAP4ClientProtocol):  # type: ignore[misc]
    """Bytes to and from one server."""

    transport: asyncio.Transport | None
    pending_sync_command: Spoken | None
    state: str

    def __init__(
        self,
        host: str,
        wire: WireLog,
        on_untagged: Callable[[Parts], None],
        on_failure: Callable[[Failure], None],
    ) -> None:
        super().__init__(asyncio.get_running_loop())
        self.failure: Failure | None = None
        """Why this connection cannot be used; None while it can."""
        self.farewell = ""
        """What the server said in BYE."""
        self.moved_bytes = 0
        """Bytes that went either way: tells a slow line from a dead one."""
        self.greeting: asyncio.Future[Status] = self.loop.create_future()
        self.tls = TlsState("", "")
        self._host = host
        self._wire = wire
        self._on_untagged = on_untagged
        self._on_failure = on_failure
        self._framer = Framer()
        self._deflate: Deflate | None = None
        self._responses = 0
        self._is_greeted = False
        self._is_logged = False
        self._is_sealed = False
        self._is_held = False
        self._is_turn_due = False
        self._writable = asyncio.Event()
        self._writable.set()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line stands: plain, or after the TLS handshake."""
        super().connection_made(transport)
        self._take_tls()

    def data_received(self, d: bytes) -> None:
        """Work on what arrived."""
        if self.failure is not None:
            return
        if self._is_sealed:
            self.fail(injected(self._host))
            return
        self.moved_bytes += len(d)
        (self._deflate or self._framer).feed(d)
        if not self._is_turn_due:
            self._work()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone: tell every waiter."""
        if isinstance(exc, ssl.SSLError) and not self.tls.version:
            self.fail(tls_error(exc, self._host))
        else:
            self.fail(lost(self._host, self.farewell))

    def pause_writing(self) -> None:
        """The socket takes no more for now."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._writable.set()

    # What the connection calls.

    def begin(self, command: Spoken) -> None:
        """Send the first piece of a command.

        Raises:
            NetworkError, ProtocolError: the connection cannot be used, or not for this now.
        """
        if self.failure is not None or self.transport is None:
            raise self.failure or lost(self._host)
        if self.state not in _STATES[command.name]:
            raise ProtocolError(f"{command.name} is not possible now: no mailbox is open.")
        self._responses = 0
        self._framer.literal_limit = command.literal_limit
        self.pending_sync_command = command
        self._send(command.pieces[0])

    async def write(self, block: bytes) -> None:
        """Send more of a command, no faster than the line takes it.

        Raises:
            NetworkError, ProtocolError: the line is gone.
        """
        if self.failure is None and self.transport is not None:
            self._send(block)
            await self._writable.wait()
        if self.failure is not None:
            raise self.failure

    def hold(self, is_held: bool) -> None:
        """Stop reading while the reader of rows is behind, or go on."""
        if self._is_held == is_held:
            return
        self._is_held = is_held
        self._steer()
        if not is_held and not self._is_turn_due:
            self._put_off()  # a reader that never waits would hold up all others

    def fail(self, failure: Failure) -> None:
        """Give this connection up for good and tell every waiter."""
        if self.failure is not None:
            return
        self.failure = failure
        self._framer = Framer()  # megabytes of a line that never ended outlive this in a traceback
        self.state = stock.LOGOUT
        if self.transport is not None:
            self.transport.abort()
        command = self.pending_sync_command
        self.pending_sync_command = None
        if command is not None:
            command.break_off(failure)
        if not self.greeting.done():
            self.greeting.set_exception(failure)
            self.greeting.exception()  # seen: nobody may be waiting any more
        self._writable.set()
        self._on_failure(failure)

    async def start_tls(self, context: ssl.SSLContext, timeout_s: float) -> None:
        """Do the handshake on the line as it is.

        Raises:
            TlsError: bytes came before it, or the certificate cannot be trusted.
        """
        if self.failure is not None or self.transport is None:
            raise self.failure or lost(self._host)
        try:
            self.transport = await self.loop.start_tls(
                self.transport,
                self,
                context,
                server_hostname=self._host,
                ssl_handshake_timeout=timeout_s,
            )
        except (ssl.SSLError, OSError, TimeoutError) as error:
            # A cut too: bytes that somebody put on the line before the handshake end it like this.
            failure = TlsError(tls_error(error, self._host).hint)
            self.fail(failure)
            raise failure from error
        self._framer = Framer()
        self._is_sealed = False
        self._take_tls()

    @property
    def is_compressed(self) -> bool:
        """Whether both directions are."""
        return self._deflate is not None

    @property
    def peer_address(self) -> str:
        """The server's address; empty where it has none."""
        name = self.transport.get_extra_info("peername") if self.transport is not None else None
        return str(name[0]) if isinstance(name, tuple) else ""

    def mark(self, state: str) -> None:
        """Record the state the connection is in: a constant of this file."""
        self.state = state

    # From bytes to responses.

    def _work(self) -> None:
        framer = self._framer
        self._is_logged = self._wire.is_on
        stop = framer.taken_bytes + TURN_BYTES
        try:
            while not self._is_held and self.failure is None:
                parts = framer.next_response()
                if parts is not None:
                    self._deliver(parts)
                elif not self._inflate():
                    return
                if self._is_sealed:
                    self._check_seal()
                    return
                if framer.taken_bytes >= stop and not self._is_worked_off:
                    self._put_off()
                    return
        except (NetworkError, ProtocolError) as failure:
            self.fail(failure)

    @property
    def _is_worked_off(self) -> bool:
        return self._framer.is_empty and (self._deflate is None or self._deflate.is_empty)

    def _inflate(self) -> bool:
        if self._deflate is None or self._deflate.is_empty:
            return False
        self._framer.feed(self._deflate.next_piece())
        return True

    def _send(self, block: bytes) -> None:
        if self.transport is None:
            return
        wire = block if self._deflate is None else self._deflate.deflated(block)
        self.transport.write(wire)
        self.moved_bytes += len(wire)

    def _put_off(self) -> None:
        self._is_turn_due = True
        self._steer()
        self.loop.call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._is_turn_due = False
        if self.failure is not None:
            return
        self._work()
        self._steer()

    def _steer(self) -> None:
        if self.failure is not None or self.transport is None:
            return
        if self._is_held or self._is_turn_due or self._is_sealed:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _deliver(self, parts: Parts) -> None:
        line = parts[0]
        if self._is_logged:
            self._log(parts)
        self._responses += 1
        if self._responses > MAX_RESPONSES:
            raise unreadable("responses without end")
        if not self._is_greeted:
            self._is_greeted = True
            self.greeting.set_result(parse_greeting(line))
        elif line.startswith(b"* "):
            self._on_untagged(parts)
        elif line.startswith(b"+"):
            self._go_ahead(line)
        elif line:
            self._tagged(line)

    def _tagged(self, line: bytes) -> None:
        found = _TAGGED.fullmatch(line)
        command = self.pending_sync_command
        if found is None or command is None or found[1].decode("ascii") != command.tag:
            raise unreadable("an answer to nothing that was asked")
        status = parse_status(found[2])
        if status.kind not in (Kind.OK, Kind.NO, Kind.BAD):
            raise unreadable("an answer that is neither yes nor no")
        self.pending_sync_command = None
        if command.name == "STARTTLS" and status.kind is Kind.OK:
            self._is_sealed = True
        if command.name == "COMPRESS" and status.kind is Kind.OK:
            self._deflate = Deflate()
            self._deflate.feed(self._framer.take_rest())
        command.finish(status)

    def _go_ahead(self, line: bytes) -> None:
        command = self.pending_sync_command
        if command is None:
            raise unreadable("an invitation to go on with nothing")
        command.go_aheads += 1
        is_dialogue = command.name == "AUTHENTICATE"
        expected = len(command.pieces) - 1 + (command.name == "IDLE")
        if command.go_aheads > (MAX_CHALLENGES if is_dialogue else expected):
            raise unreadable("an invitation to go on where nothing is left")
        if is_dialogue:
            command.challenges.append(line[1:MAX_CHALLENGE_BYTES].strip())
        command.news.set()

    def _check_seal(self) -> None:
        self._steer()
        if not self._framer.is_empty:
            raise injected(self._host)

    def _take_tls(self) -> None:
        if self.transport is not None:
            self.tls = tls_state(self.transport.get_extra_info("ssl_object"))

    def _log(self, parts: Parts) -> None:
        command = self.pending_sync_command
        if command is not None and command.name == "AUTHENTICATE" and parts[0][:1] == b"+":
            self._wire.received(b"+ ***")  # from what SCRAM asks and proves one could guess
            return
        self._wire.received(parts[0])
        for literal in parts[1::2]:
            self._wire.bulk("<", len(literal))


NONAUTH: Final[str] = stock.NONAUTH
AUTH: Final[str] = stock.AUTH
SELECTED: Final[str] = stock.SELECTED

_STATES: Final[Mapping[str, Collection[str]]] = {
    **{name: command.valid_states for name, command in stock.Commands.items()},
    "COMPRESS": (AUTH, SELECTED),
    "IDLE": (AUTH, SELECTED),
    "NOTIFY": (AUTH, SELECTED),
}
"""When each command may be given: the stock table, and what it lacks or narrows (RFC 2177, 4978,
5465)."""
