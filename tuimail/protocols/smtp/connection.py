"""One line to a submission server: commands, answers, and the mail handed over in pieces.

There is a timeout on each step, and everything that is heard is kept, without secrets. A hand-over
that was cancelled or failed must end with `abort`, so that nothing more is sent.
"""

import asyncio
import re
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, TlsError
from tuimail.model.account import Server
from tuimail.protocols.dial import DIAL_S, dial
from tuimail.protocols.tls import tls_error, tls_state
from tuimail.protocols.wirelog import WireLog

from .line import Line, extensions_of, nonsense, translated
from .replies import END_OF_MAIL, Heard, Reply, reply_of

_ENVELOPE_ID = re.compile(rb"(ENVID=)\S+")
"""Who knows it can forge a report."""
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
    idle: float = 25
    """Between two mails on one line; servers close it after some minutes at best."""


DEFAULT_TIMEOUTS: Final = Timeouts()


class Connection:
    """A line with the greeting read; every method raises our errors alone."""

    def __init__(self, line: Line, host: str, timeouts: Timeouts, heard: list[Heard]) -> None:
        self._line = line
        self._host = host
        self._timeouts = timeouts
        self._log = WireLog(f"smtp {host}")
        self._asked: deque[str] = deque()
        """What is not answered yet, without secrets."""
        self._heard = heard
        self.extensions: dict[str, str] = {}
        """EHLO keywords in lower case with their parameters, from the last EHLO."""
        self.auth_methods: frozenset[str] = frozenset()
        self.greeting = ""

    @classmethod
    async def open(
        cls,
        server: Server,
        context: ssl.SSLContext | None,
        timeouts: Timeouts,
        heard: list[Heard] | None = None,
    ) -> "Connection":
        """Connect, in TLS if a context is given, and read the greeting.

        What is heard is added to `heard`, until it is taken.

        Raises:
            NetworkError, TlsError: no line could be made.
            ProtocolError: the server does not greet as one that takes mail.
        """
        line = await dial(Line, server, context, timeouts.connect)
        line.limit_buffer()
        connection = cls(line, server.host, timeouts, [] if heard is None else heard)
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
        self.extensions, methods = extensions_of(text)
        self.auth_methods = frozenset(methods)
        self.greeting = text.split("\n")[0].split(" ")[0]
        return reply

    async def ehlo_again(self) -> None:
        """Say hello once more; a server that refuses that offers what it did before."""
        with suppress(ProtocolError):
            await self.ehlo()

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
        self.ask([words])
        return await self.answer(timeout_s or self._timeouts.command)

    def ask(self, commands: Iterable[Iterable[bytes]]) -> None:
        """Send commands together (RFC 2920); `answer` returns the answers in turn.

        Raises:
            NetworkError, ProtocolError: the line cannot be used any more.
        """
        lines = [b" ".join(words) for words in commands]
        shown = [_ENVELOPE_ID.sub(rb"\1***", line) for line in lines]
        for line in shown:
            self._log.sent(line)
        self._write(lines, [line.decode("utf-8", "replace") for line in shown])

    async def answer(self, timeout_s: float) -> Reply:
        """Return the answer to the first of what is not answered yet.

        Raises:
            NetworkError: the line was cut or nothing came in time.
            ProtocolError: it cannot be understood.
        """
        with translated(self._host):
            code, text = await self._line.read_response(timeout_s)
        # A challenge is for the mechanism alone: with pieces left out it could not be read, and
        # from what SCRAM asks and proves the password could be guessed.
        reply = reply_of(code, "***" if code == 334 else self._log.masked(text))
        self._log.received(reply.line.encode("utf-8", "replace"))
        asked = self._asked.popleft() if self._asked else ""
        self._heard.append(Heard(int(time.time()), self._log.masked(asked), reply))
        if not 200 <= code < 600:
            raise nonsense(self._host, reply.line)
        return reply_of(code, text) if code == 334 else reply

    def hide(self, secret: str, *forms: bytes) -> None:
        """Never log, keep or return this text, nor these forms of it, should it be repeated."""
        self._log.hide(secret, *forms)

    async def secret_command(self, what: str, *words: bytes) -> Reply:
        """Send a command that holds a secret; only `what` is logged and kept."""
        self._log.sent_secret(what)
        self._write([b" ".join(words)], [what])
        return await self.answer(self._timeouts.command)

    async def send_mail(
        self, chunks: Iterable[bytes], on_sent: Callable[[int], None]
    ) -> Reply | None:
        """Hand the mail to the line after a 354; return an early refusal, None if all was taken.

        An answer before the end can only be a refusal (RFC 5321 section 4.2.1).
        """
        line, sent = self._line, 0
        line.expect_answer()
        with self._unless_answered():
            for chunk in chunks:
                if line.has_answered:
                    break
                line.write(chunk)
                await line.drained(self._timeouts.block)
                sent += len(chunk)
                on_sent(sent)
        self._log.bulk(">", sent)
        return await self.early_answer() if line.has_answered else None

    @property
    def has_answered(self) -> bool:
        """Whether the server has spoken before the mail's end, or the line is gone."""
        return self._line.has_answered

    async def early_answer(self) -> Reply:
        """Return the refusal that came before the mail's end.

        Raises:
            NetworkError: it was the end of the line.
            ProtocolError: it is no refusal.
        """
        self._asked.append("DATA")
        reply = await self.answer(self._timeouts.command)
        if reply.code < 400:
            raise nonsense(self._host, reply.line)
        return reply

    async def final_dot(self) -> Reply:
        """End the mail; return the server's last word. One that was refused meanwhile is not ended.

        Raises:
            NetworkError, ProtocolError: nothing that can be relied on came back. Nobody knows.
        """
        if self.has_answered:
            return await self.early_answer()
        self._asked.append(END_OF_MAIL)
        self._line.owe(1)
        with translated(self._host):
            self._line.write(b".\r\n")
        return await self.answer(self._timeouts.final)

    async def send_chunk(
        self, command: bytes, pieces: Iterable[bytes], on_sent: Callable[[int], None]
    ) -> None:
        """Hand a BDAT and its octets to the line (RFC 3030); `answer` returns the answer.

        `on_sent` is told the size of each piece that was taken.
        """
        self._log.sent(command)
        with self._unless_answered():
            self._write([command], [command.decode()])
            for piece in pieces:
                self._line.write(piece)
                await self._line.drained(self._timeouts.block)
                self._log.bulk(">", len(piece))
                on_sent(len(piece))

    def take_heard(self) -> tuple[Heard, ...]:
        """Return what was heard since this was asked last."""
        heard, self._heard = tuple(self._heard), []
        return heard

    @property
    def is_quiet(self) -> bool:
        """Whether the line is there, all is answered, and nothing came unasked."""
        return self._line.is_quiet

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
        with suppress(NetworkError, ProtocolError), translated(self._host):
            self._line.write(b"QUIT\r\n")
        if self._line.transport is not None:
            self._line.transport.close()

    def abort(self) -> None:
        """Cut the line at once; what was not handed to the system is never sent."""
        self._line.cut()

    async def _read_greeting(self) -> None:
        reply = await self.answer(self._timeouts.greeting)
        if reply.code != 220:
            raise ProtocolError(
                f"{self._host} does not take mail now.", Scope.CONNECTION, reply.line
            )

    def _write(self, lines: list[bytes], shown: list[str]) -> None:
        if self._line.is_out_of_step:
            raise nonsense(self._host, "")
        with translated(self._host):
            self._line.ask(lines)
        self._asked += shown

    @contextmanager
    def _unless_answered(self) -> Iterator[None]:
        """Let the line be lost once an answer is here: servers hang up behind a refusal."""
        try:
            with translated(self._host):
                yield
        except NetworkError:
            if not self._line.has_answered:
                raise

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
        line.limit_buffer()

    def _no_starttls(self, what: str) -> TlsError:
        return TlsError(
            f"{self._host} {what}, so the line cannot be made safe. Nothing secret was sent. "
            "Try security tls on port 465."
        )
