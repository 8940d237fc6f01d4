"""One line to a submission server. The only file that imports aiosmtplib.

Its protocol class is driven step by step, never `send()`, which signs in in clear to a server
without STARTTLS and hides which recipients were taken. Added here: unasked-for bytes end the line
(they would be taken for the answer to the next command), the mail is handed over in pieces with a
timeout on each, and a cancelled or failed hand-over cuts the line so that nothing more is sent.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from aiosmtplib.errors import (
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)
from aiosmtplib.esmtp import parse_esmtp_extensions
from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.response import SMTPResponse

from tuimail.errors import NetworkError, ProtocolError, Scope, TlsError
from tuimail.model.account import Server
from tuimail.protocols.dial import DIAL_S, dial
from tuimail.protocols.tls import tls_error, tls_state
from tuimail.protocols.wirelog import WireLog

from .replies import Reply, reply_of

EHLO_NAME: Final = b"[127.0.0.1]"
"""The name of the person's machine is nobody's business, and servers do not need it."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for each step (RFC 5321 section 4.5.3.2)."""

    connect: float = DIAL_S
    """Name, TCP and TLS; the handshake after STARTTLS too."""
    greeting: float = 60
    command: float = 60
    envelope: float = 300
    """MAIL and RCPT: servers look recipients up before they answer."""
    data: float = 120
    block: float = 180
    """Without a byte taken by the line while the mail is handed over."""
    final: float = 600
    """After the dot: given up too early, a mail that was taken counts as uncertain."""


class Line(SMTPProtocol):
    """The wire, with unasked-for bytes noticed instead of dropped or kept for later."""

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.is_out_of_step = False

    def data_received(self, data: bytes) -> None:
        """Take bytes; note those that answer nothing."""
        waiter = self._response_waiter
        if waiter is None or waiter.done() or not self._response_pending:
            self.is_out_of_step = True
            return
        super().data_received(data)
        if waiter.done() and self._buffer:
            self.is_out_of_step = True

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:  # noqa: ASYNC109
        """Wait for the answer.

        In place of the library's: its `wait_for` swallows a cancellation that comes together with
        the answer (Python before 3.12), and a mail whose sending was stopped would go out.
        """
        if self._response_waiter is None:
            raise SMTPServerDisconnected("Connection lost")
        self._response_pending = True
        try:
            async with asyncio.timeout(timeout):
                return await self._response_waiter
        finally:
            self._response_pending = False
            lost = self.transport is None
            self._response_waiter = None if lost else self._loop.create_future()

    @property
    def has_answered(self) -> bool:
        """Whether an answer lies ready, or the line is gone."""
        return self._response_waiter is None or self._response_waiter.done()

    def expect_answer(self) -> None:
        """Let an answer in that comes before the command is complete."""
        self._response_pending = True

    async def drained(self, timeout_s: float) -> None:
        """Wait until the line takes more; everybody else has a turn in any case."""
        await asyncio.sleep(0)
        async with asyncio.timeout(timeout_s):
            await self._drain_helper()


class Connection:
    """A line with the greeting read; every method raises our errors alone."""

    def __init__(self, line: Line, host: str, timeouts: Timeouts) -> None:
        self._line = line
        self._host = host
        self._timeouts = timeouts
        self._log = WireLog(f"smtp {host}")
        self.extensions: dict[str, str] = {}
        """EHLO keywords in lower case with their parameters, from the last EHLO."""
        self.auth_methods: frozenset[str] = frozenset()
        self.greeting = ""

    @classmethod
    async def open(
        cls, server: Server, context: ssl.SSLContext | None, timeouts: Timeouts
    ) -> "Connection":
        """Connect, in TLS if a context is given, and read the greeting.

        Raises:
            NetworkError, TlsError: no line could be made.
            ProtocolError: the server does not greet as one that takes mail.
        """
        line = await dial(Line, server, context, timeouts.connect)
        _limit_buffer(line)
        connection = cls(line, server.host, timeouts)
        try:
            await connection._read_greeting()
        except BaseException:
            connection.abort()
            raise
        return connection

    async def ehlo(self) -> Reply:
        """Say hello and learn what the server offers; what was known before is forgotten."""
        reply = await self.command(b"EHLO", EHLO_NAME)
        if reply.code != 250:
            raise ProtocolError(
                f"{self._host} does not speak extended SMTP.", Scope.CONNECTION, reply.line
            )
        text = f"{reply.enhanced_code} {reply.text}".strip()
        self.extensions, methods = parse_esmtp_extensions(text)
        self.auth_methods = frozenset(methods)
        self.greeting = text.split("\n")[0].split(" ")[0]
        return reply

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Make the line safe (RFC 3207), or raise TlsError; nothing follows a refused STARTTLS."""
        if "starttls" not in self.extensions:
            raise self._no_starttls("does not offer STARTTLS")
        self.extensions, self.auth_methods = {}, frozenset()
        reply = await self.command(b"STARTTLS")
        if reply.code != 220:
            raise self._no_starttls("refused STARTTLS")
        try:
            await self._upgrade(context)
        except (OSError, ssl.SSLError, TimeoutError) as error:
            raise tls_error(error, self._host) from error
        if self._line.is_out_of_step:
            raise self._no_starttls("sent something after STARTTLS that does not belong there")

    async def command(self, *words: bytes, timeout_s: float | None = None) -> Reply:
        """Send a command and return the answer.

        Raises:
            NetworkError: the line was cut or nothing came in time.
            ProtocolError: the answer cannot be understood, or the server spoke unasked.
        """
        self._log.sent(b" ".join(words))
        return await self._asked(words, timeout_s)

    def hide(self, secret: str, *forms: bytes) -> None:
        """Never log or return this text, nor these forms of it, should the server repeat it."""
        self._log.hide(secret, *forms)

    async def secret_command(self, what: str, *words: bytes) -> Reply:
        """Send a command that holds a secret; only `what` is logged."""
        self._log.sent_secret(what)
        return await self._asked(words, None)

    async def send_mail(
        self, chunks: Iterable[bytes], on_sent: Callable[[int], None]
    ) -> Reply | None:
        """Hand the mail to the line after a 354; return an early refusal, None if all was taken.

        An answer before the end can only be a refusal (RFC 5321 section 4.2.1).
        """
        line, sent = self._line, 0
        line.expect_answer()
        with self._translated():
            for chunk in chunks:
                if line.has_answered:
                    break
                line.write(chunk)
                await line.drained(self._timeouts.block)
                sent += len(chunk)
                on_sent(sent)
        self._log.bulk(">", sent)
        return await self._early_answer() if line.has_answered else None

    async def final_dot(self) -> Reply:
        """End the mail; return the server's last word.

        Raises:
            NetworkError, ProtocolError: nothing that can be relied on came back. Nobody knows.
        """
        self._line.expect_answer()
        with self._translated():
            self._line.write(b".\r\n")
        return await self._answer(self._line.read_response, self._timeouts.final)

    def tls(self) -> str:
        """Return version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
        transport = self._line.transport
        state = tls_state(transport.get_extra_info("ssl_object") if transport else None)
        return f"{state.version} {state.cipher}".strip()

    @property
    def is_safe(self) -> bool:
        """Whether the line is in TLS."""
        return bool(self.tls())

    def say_goodbye(self) -> None:
        """Send QUIT and close without waiting for the answer: it changes nothing."""
        with suppress(NetworkError, ProtocolError), self._translated():
            self._line.write(b"QUIT\r\n")
        if self._line.transport is not None:
            self._line.transport.close()

    def abort(self) -> None:
        """Cut the line at once; what was not handed to the system is never sent."""
        transport = self._line.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    async def _read_greeting(self) -> None:
        reply = await self._answer(self._line.read_response, self._timeouts.greeting)
        if reply.code != 220:
            raise ProtocolError(
                f"{self._host} does not take mail now.", Scope.CONNECTION, reply.line
            )

    async def _asked(self, words: tuple[bytes, ...], timeout_s: float | None) -> Reply:
        self._refuse_unasked()

        def ask(timeout: float) -> Awaitable[tuple[int, str]]:
            return self._line.execute_command(*words, timeout=timeout)

        return await self._answer(ask, timeout_s or self._timeouts.command)

    async def _answer(
        self, read: Callable[[float], Awaitable[tuple[int, str]]], timeout_s: float
    ) -> Reply:
        with self._translated():
            code, text = await read(timeout_s)
        # A challenge is for the mechanism alone, which could not read it with pieces left out.
        reply = reply_of(code, text if code == 334 else self._log.masked(text))
        self._log.received(reply.line.encode("utf-8", "replace"))
        if not 200 <= code < 600:
            raise self._nonsense(reply.line)
        return reply

    async def _early_answer(self) -> Reply:
        reply = await self._answer(self._line.read_response, self._timeouts.command)
        if reply.code < 400:
            raise self._nonsense(reply.line)
        return reply

    async def _upgrade(self, context: ssl.SSLContext) -> None:
        line, loop = self._line, asyncio.get_running_loop()
        if line.is_out_of_step or line.transport is None:
            raise self._no_starttls("sent something after STARTTLS that does not belong there")
        async with asyncio.timeout(self._timeouts.connect + 1):
            line.transport = await loop.start_tls(
                line.transport,  # type: ignore[arg-type]
                line,
                context,
                server_hostname=self._host,
                ssl_handshake_timeout=self._timeouts.connect,
            )
        _limit_buffer(line)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SMTPResponseException as error:
            raise self._nonsense(error.message) from error
        except (SMTPTimeoutError, TimeoutError) as error:
            raise NetworkError(f"{self._host} did not answer in time.") from error
        except (SMTPException, OSError) as error:
            raise NetworkError(f"The line to {self._host} was cut.") from error

    def _refuse_unasked(self) -> None:
        if self._line.is_out_of_step:
            raise self._nonsense("")

    def _nonsense(self, text: str) -> ProtocolError:
        return ProtocolError(
            f"{self._host} answers what was not asked, or not as a mail server does.",
            Scope.CONNECTION,
            text,
        )

    def _no_starttls(self, what: str) -> TlsError:
        return TlsError(
            f"{self._host} {what}, so the line cannot be made safe. Nothing secret was sent. "
            "Try security tls on port 465."
        )


def _limit_buffer(line: Line) -> None:
    """Let little lie between us and the system, so that a cut line has sent what was counted."""
    if isinstance(line.transport, asyncio.WriteTransport):
        line.transport.set_write_buffer_limits(high=64 * 1024)
