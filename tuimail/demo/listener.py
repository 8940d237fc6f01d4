"""Listens for clients that talk in lines, with TLS from the start or later."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from typing import Final

from .imap.stream import MAX_LINE_BYTES, LineStream

HANDSHAKE_TIMEOUT_S: Final = 10.0


class LineServer:
    """All sessions of one service."""

    def __init__(self, tls: ssl.SSLContext, serve: Callable[[LineStream], Awaitable[None]]) -> None:
        """`serve` talks with one client until it leaves."""
        self._tls = tls
        self._serve = serve
        self._listeners: list[asyncio.Server] = []
        self._sessions: set[asyncio.Task[None]] = set()

    async def listen(self, host: str, port: int, *, implicit_tls: bool) -> int:
        """Listen on a port (0 means any) and return which."""
        listener = await asyncio.start_server(
            self._meet,
            host,
            port,
            limit=MAX_LINE_BYTES,
            ssl=self._tls if implicit_tls else None,
            ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S if implicit_tls else None,
        )
        self._listeners.append(listener)
        return int(listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the listeners and cut every session."""
        for listener in self._listeners:
            listener.close()
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions)
        for listener in self._listeners:
            await listener.wait_closed()

    async def _meet(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "asyncio.start_server runs this in a task"
        self._sessions.add(task)
        stream = LineStream(reader, writer)
        try:
            await self._serve(stream)
        except asyncio.CancelledError:  # stop() asked for it, and start_server logs what it sees
            stream.cut()
        finally:
            self._sessions.discard(task)
