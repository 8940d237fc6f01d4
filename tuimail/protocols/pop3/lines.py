"""The wire, and blocks of lines with their dots taken off (RFC 1939 section 3).

A block is what follows the first line of a long answer: lines up to one that is a dot alone.
"""

import asyncio
import ssl
from collections.abc import Iterator
from typing import Final

CRLF: Final = b"\r\n"
PAUSE_BYTES: Final = 1 << 20
"""So much lies unread before the server is made to wait."""
_END: Final = b"\r\n.\r\n"


class BlockReader:
    r"""Takes a block apart as it comes, in pieces of whole lines where lines are not endless.

    Only CRLF ends a line: a mail with `\n.\n` in it does not end there.
    """

    def __init__(self) -> None:
        self._is_line_start = True
        self.is_done = False

    def take(self, buffer: bytearray) -> Iterator[bytes]:
        """Yield what is certain by now, dots taken off, and remove it from the buffer.

        Once `is_done`, the buffer holds what follows the block.
        """
        while not self.is_done and buffer:
            if self._is_line_start and b".\r\n".startswith(bytes(buffer[:3])):
                if len(buffer) < len(b".\r\n"):
                    return
                del buffer[:3]
                self.is_done = True
                return
            end = buffer.find(_END)
            if end >= 0:
                yield self._unstuffed(bytes(buffer[: end + 2]))
                del buffer[: end + len(_END)]
                self.is_done = True
                return
            cut = _certain(buffer)
            if not cut:
                return
            yield self._unstuffed(bytes(buffer[:cut]))
            del buffer[:cut]

    def _unstuffed(self, piece: bytes) -> bytes:
        start = 1 if self._is_line_start and piece.startswith(b".") else 0
        self._is_line_start = piece.endswith(CRLF)
        return piece[start:].replace(b"\r\n.", CRLF)


def _certain(buffer: bytearray) -> int:
    """Return how much cannot be part of the block's end: up to a line's end where there is one."""
    cut = len(buffer) - len(_END) + 1
    if cut <= 0:
        return 0
    last = buffer.rfind(CRLF, 0, cut)
    if last >= 0:
        return last + len(CRLF)
    return cut - 1 if buffer[cut - 1 : cut] == b"\r" else cut


class Line(asyncio.Protocol):
    """The wire: what has come and was not read yet, and whether more can come."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.is_lost = False
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._is_paused = False

    @property
    def transport(self) -> asyncio.Transport:
        """The line to the server, there since it was dialled."""
        assert self._transport is not None, "a line is used once it is dialled"
        return self._transport

    @property
    def tls(self) -> ssl.SSLObject | None:
        """What TLS there is on the line."""
        channel: ssl.SSLObject | None = self.transport.get_extra_info("ssl_object")
        return channel

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport), "TCP and TLS both read and write"
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take bytes; make the server wait where nobody reads them."""
        self.buffer += data
        if len(self.buffer) > PAUSE_BYTES and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's name)
        """Nothing comes any more; what is here can still be read."""
        self.is_lost = True
        self._wake()

    async def more(self) -> bool:
        """Wait for bytes that were not there; False where none will come."""
        if self.is_lost:
            return False
        before = len(self.buffer)
        self._waiter = asyncio.get_running_loop().create_future()
        if self._is_paused:
            self._is_paused = False
            self.transport.resume_reading()
        try:
            await self._waiter
        finally:
            self._waiter = None
        return len(self.buffer) > before

    async def encrypt(self, context: ssl.SSLContext, host: str, timeout_s: float) -> None:
        """Go on in TLS.

        Raises:
            OSError, ssl.SSLError, TimeoutError: as asyncio does.
        """
        async with asyncio.timeout(timeout_s):
            encrypted = await asyncio.get_running_loop().start_tls(
                self.transport,
                self,
                context,
                server_hostname=host,
                ssl_handshake_timeout=timeout_s,
            )
        if encrypted is None:
            raise ConnectionResetError
        self._transport = encrypted

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
