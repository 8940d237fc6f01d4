"""A server that plays a script, over plain TCP or TLS, and remembers every byte it was sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

READ_TIMEOUT_S = 10.0
PIECE_BYTES = 1 << 16
"""Written at once: what waits here would count as the client's memory, in one process with it."""


class CutError(Exception):
    """The script has sent as much as it may."""


class Peer:
    """The server's end of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server: ScriptedServer,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.server = server
        self.tag = b""
        """Tag of the client's last command."""

    async def say(self, *lines: bytes) -> None:
        """Send lines; `%T` in them stands for the tag."""
        await self.send(b"".join(line.replace(b"%T", self.tag) + b"\r\n" for line in lines))

    async def send(self, wire: bytes) -> None:
        """Send bytes as they are, up to where the line is to be cut."""
        left = self.server.cut_after - self.server.sent_bytes
        piece = wire[: max(left, 0)]
        self.server.sent_bytes += len(piece)
        for begin in range(0, len(piece), PIECE_BYTES):
            self.writer.write(piece[begin : begin + PIECE_BYTES])
            await self.writer.drain()
        if len(piece) < len(wire):
            raise CutError

    async def line(self) -> bytes:
        """Return the client's next line without its end; empty at the end of the connection."""
        line = await asyncio.wait_for(self.reader.readline(), READ_TIMEOUT_S)
        self.server.received += line
        return line.rstrip(b"\r\n")

    async def exactly(self, size: int) -> bytes:
        """Return bytes of the client, for literals."""
        content = await asyncio.wait_for(self.reader.readexactly(size), READ_TIMEOUT_S)
        self.server.received += content
        return content

    async def command(self) -> bytes:
        """Return the client's next command without its tag, and remember the tag."""
        self.tag, _, command = (await self.line()).partition(b" ")
        return command

    async def answer(self, expected: bytes, *lines: bytes) -> bytes:
        """Read a command that begins so, send lines and a tagged OK."""
        command = await self.command()
        assert command.startswith(expected), (command, expected)
        await self.say(*lines, b"%T OK done")
        return command

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Do the server's half of the handshake."""
        await self.writer.start_tls(context)

    async def drained(self) -> None:
        """Read until the client hangs up."""
        while rest := await asyncio.wait_for(self.reader.read(65536), READ_TIMEOUT_S):
            self.server.received += rest


Script = Callable[[Peer], Awaitable[None]]


class ScriptedServer:
    """Runs one script for every connection."""

    def __init__(self, script: Script) -> None:
        self.port = 0
        self.connections = 0
        self.received = bytearray()
        """What all clients have sent, TLS taken off."""
        self.sent_bytes = 0
        self.cut_after = 1 << 62
        self.problems: list[BaseException] = []
        self._script = script

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script, then hang up."""
        self.connections += 1
        try:
            await self._script(Peer(reader, writer, self))
        except (CutError, OSError, EOFError, TimeoutError, asyncio.CancelledError):
            pass  # the client went, or the test is over
        except AssertionError as problem:
            self.problems.append(problem)
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    script: Script, context: ssl.SSLContext | None = None, cut_after: int = 1 << 62
) -> AsyncIterator[ScriptedServer]:
    """Run a scripted server on a free port of 127.0.0.1; a wrong expectation fails the test."""
    server = ScriptedServer(script)
    server.cut_after = cut_after
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=context, limit=1 << 22)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
    if server.problems:
        raise server.problems[0]
