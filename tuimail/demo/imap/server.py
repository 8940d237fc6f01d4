"""Listens for IMAP clients, with TLS from the start or by STARTTLS."""

import asyncio
from asyncio import StreamReader, StreamWriter
from typing import Final

from .commands import COMMANDS
from .session import Service, Session
from .stream import MAX_LINE_BYTES, LineStream

HANDSHAKE_TIMEOUT_S: Final = 10.0


class ImapServer:
    """All sessions of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._listeners: list[asyncio.Server] = []
        self._sessions: set[asyncio.Task[None]] = set()

    async def listen(self, host: str, port: int, *, implicit_tls: bool) -> int:
        """Listen on a port (0 means any) and return which."""
        listener = await asyncio.start_server(
            self._meet,
            host,
            port,
            limit=MAX_LINE_BYTES,
            ssl=self._service.tls if implicit_tls else None,
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
            await Session(self._service, stream, COMMANDS).run()
        except asyncio.CancelledError:  # stop() asked for it, and start_server logs what it sees
            stream.cut()
        finally:
            self._sessions.discard(task)
