"""The line to one client: whole commands in, buffered answers out, cut on request."""

import asyncio
import re
import ssl
from asyncio import StreamReader, StreamWriter
from typing import Final

MAX_LINE_BYTES: Final = 65_536
MAX_LITERAL_BYTES: Final = 64 * 1024 * 1024
MAX_UNKNOWN_LITERAL_BYTES: Final = 8_192
"""Before sign-in nobody needs more than a name and a password."""
FLUSH_BYTES: Final = 65_536
LINGER_S: Final = 0.02
"""How long bytes before a scripted cut may take to leave."""

_ENDS_IN_LITERAL: Final = re.compile(rb"\{([0-9]{1,10})(\+?)\}\r\n\Z")


class LineLost(Exception):
    """The client went away, or the line was cut on purpose."""


class TooLarge(Exception):
    """The client sends more than it may; the line cannot be used any more."""


class LineStream:
    """One connection. Answers are gathered and leave with `flush`."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._out = bytearray()
        self._budget: int | None = None
        self.is_encrypted = writer.get_extra_info("ssl_object") is not None

    async def command(self, *, signed_in: bool) -> bytes:
        """Return one command with its literals in place and without the last CRLF.

        Raises:
            LineLost, TooLarge.
        """
        limit = MAX_LITERAL_BYTES if signed_in else MAX_UNKNOWN_LITERAL_BYTES
        text = await self.line()
        while literal := _ENDS_IN_LITERAL.search(text):
            size = int(literal.group(1))
            if size > limit or len(text) > limit + MAX_LINE_BYTES:
                raise TooLarge
            if not literal.group(2):
                self.write(b"+ Ready\r\n")
                await self.flush()
            text += await self._exactly(size) + await self.line()
        return text[:-2]

    async def line(self) -> bytes:
        """Return one line with its CRLF."""
        try:
            return await self._reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError as error:
            raise TooLarge from error
        except (asyncio.IncompleteReadError, OSError) as error:
            raise LineLost from error

    async def _exactly(self, size: int) -> bytes:
        try:
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise LineLost from error

    def write(self, text: bytes) -> None:
        """Gather an answer."""
        self._out += text

    async def breathe(self) -> None:
        """Send when much is gathered, and let others have their turn."""
        if len(self._out) >= FLUSH_BYTES:
            await self.flush()
            await asyncio.sleep(0)

    async def flush(self) -> None:
        """Send what is gathered.

        Raises:
            LineLost: also when a scripted cut strikes here.
        """
        out, self._out = self._out, bytearray()
        if self._budget is not None:
            allowed = bytes(out[: self._budget])
            self._budget -= len(allowed)
            if len(allowed) < len(out) or self._budget == 0:
                await self._last_words(allowed)
        try:
            self._writer.write(bytes(out))
            await self._writer.drain()
        except OSError as error:
            raise LineLost from error

    def cut_after(self, size: int) -> None:
        """From now on let only `size` bytes out, then cut the line."""
        self._budget = size

    async def _last_words(self, allowed: bytes) -> None:
        if allowed:
            self._writer.write(allowed)
            await asyncio.sleep(LINGER_S)
        self.cut()
        raise LineLost

    def cut(self) -> None:
        """Cut the line at once, without TLS's or TCP's goodbye."""
        self._writer.transport.abort()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on encrypted; what came in clear behind the command is thrown away (RFC 9051 s 6.2.1).

        Raises:
            LineLost: the handshake failed.
        """
        self._reader._buffer.clear()  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            await self._writer.start_tls(context)
        except (OSError, ssl.SSLError) as error:
            raise LineLost from error
        self.is_encrypted = True

    async def close(self) -> None:
        """Close with a goodbye; never raises."""
        try:
            self._writer.close()
            await self._writer.wait_closed()
        except (OSError, ssl.SSLError):
            self._writer.transport.abort()
