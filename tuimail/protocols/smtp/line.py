"""The wire to a submission server. The only file that imports aiosmtplib.

Its protocol class is driven step by step, never `send()`, which signs in in clear to a server
without STARTTLS and hides which recipients were taken. Added here: unasked-for bytes end the line
(they would be taken for the answer to the next command), several commands may be asked together
(RFC 2920), and the mail is handed over in pieces.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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

from tuimail.errors import NetworkError, ProtocolError, Scope

MAX_AHEAD_BYTES: Final = 256 * 1024
"""Of answers that wait for their turn; more is no answer to what was asked."""
MAX_REPLY_LINES: Final = 500
"""Of one reply; the longest that mean something, of EHLO, have thirty."""
_BUFFER_BYTES: Final = 64 * 1024
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Line(SMTPProtocol):
    """The wire, with unasked-for bytes noticed instead of dropped or kept for later."""

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.is_out_of_step = False
        self._owed = 0
        """Answers still to be read to what was asked together."""

    def data_received(self, data: bytes) -> None:
        """Take bytes; note those that answer nothing."""
        waiter = self._response_waiter
        is_full = waiter is None or (waiter.done() and self._owed < 2)
        if waiter is None or is_full or not self._response_pending:
            self.is_out_of_step = True
        elif waiter.done():  # the answer to the next of what was asked together
            self._buffer.extend(data)
            if len(self._buffer) > MAX_AHEAD_BYTES:
                self.is_out_of_step = True
                self.cut()
        elif self._buffer.count(b"\n") > MAX_REPLY_LINES:  # each is read again with every other
            self._buffer.clear()
            self._set_response_exception(waiter, SMTPResponseException(-1, "Response too long"))
        else:
            super().data_received(data)
            self._look_for_more(waiter)

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
            self._owed = max(0, self._owed - 1)
            self._response_pending = self._owed > 0
            lost = self.transport is None
            self._response_waiter = None if lost else self._loop.create_future()
            self._take_ahead()

    def ask(self, commands: Sequence[bytes]) -> None:
        """Send commands together; each answer is read in turn."""
        if any(_CONTROL.search(command) for command in commands):
            raise ValueError("a command holds a control character")
        self.owe(len(commands))
        self.write(b"".join(command + b"\r\n" for command in commands))

    def owe(self, answers: int) -> None:
        """Let so many more answers in: to what is written now."""
        self._owed += answers
        self._response_pending = True

    @property
    def has_answered(self) -> bool:
        """Whether an answer lies ready, or the line is gone."""
        return self._response_waiter is None or self._response_waiter.done()

    @property
    def is_quiet(self) -> bool:
        """Whether the line is there, nothing is owed, and nothing came unasked."""
        return self.is_connected and not (self.is_out_of_step or self._owed or self._buffer)

    def expect_answer(self) -> None:
        """Let an answer in that comes before the command is complete."""
        self._response_pending = True

    async def drained(self, timeout_s: float) -> None:
        """Wait until the line takes more; everybody else has a turn in any case."""
        await asyncio.sleep(0)
        async with asyncio.timeout(timeout_s):
            await self._drain_helper()

    def limit_buffer(self) -> None:
        """Let little lie between us and the system, so that a cut line has sent what was told."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.set_write_buffer_limits(high=_BUFFER_BYTES)

    def cut(self) -> None:
        """Cut the line at once; what was not handed to the system is never sent."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def _take_ahead(self) -> None:
        """Give the next who waits the answer that is here already."""
        waiter = self._response_waiter
        if waiter is None or not (self._owed and self._buffer):
            return
        try:
            response = self._read_response_from_buffer()
        except SMTPException as error:
            self._set_response_exception(waiter, error)
            return
        if response is not None:
            waiter.set_result(response)
        self._look_for_more(waiter)

    def _look_for_more(self, waiter: "asyncio.Future[SMTPResponse]") -> None:
        """Note what came behind the last answer that is owed."""
        if waiter.done() and self._buffer and self._owed < 2:
            self.is_out_of_step = True


@contextmanager
def translated(host: str) -> Iterator[None]:
    """Raise our errors in place of the library's and the system's."""
    try:
        yield
    except SMTPResponseException as error:
        raise nonsense(host, error.message) from error
    except (SMTPTimeoutError, TimeoutError) as error:
        raise NetworkError(f"{host} did not answer in time.") from error
    except (SMTPException, OSError) as error:
        raise NetworkError(f"The line to {host} was cut.") from error


def nonsense(host: str, text: str) -> ProtocolError:
    """Return the error for what is no answer to what was asked."""
    return ProtocolError(
        f"{host} answers what was not asked, or not as a mail server does.",
        Scope.CONNECTION,
        text,
    )


def extensions_of(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the keywords of an EHLO reply with their parameters, and ways to sign in."""
    return parse_esmtp_extensions(text)
