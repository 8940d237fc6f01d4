"""The engine's socket: 0600, one JSON object per line, several clients at once."""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from tuimail.errors import EngineUnavailable, ProtocolError, TuimailError
from tuimail.events import Event
from tuimail.services.engine_passes import AccountPass
from tuimail.services.engine_wire import (
    MAX_LINE_BYTES,
    BodyWish,
    Done,
    Failed,
    ForgetWish,
    Hello,
    Leaving,
    MailboxWish,
    Message,
    PushWish,
    Said,
    SearchWish,
    SendWish,
    SyncWish,
    Wish,
    decode,
    encode,
    failed,
    hello,
)

from .caretaker import fenced
from .client import Client, is_ours

HELLO_TIMEOUT_S: Final = 5.0
MAX_OPEN_WISHES: Final = 1_000
"""Of one client; more is not a person's doing."""
BACKLOG: Final = 64

Asked = SyncWish | BodyWish | MailboxWish | SearchWish
"""Wishes whose end is told."""

log = logging.getLogger(__name__)


class Grantor(Protocol):
    """Who makes wishes come true."""

    async def grant(self, wish: Asked) -> tuple[AccountPass, ...]:
        """Do what was wished; of a pass return what was done. Raises TuimailError."""
        ...

    def heed(self, wish: Wish) -> None:
        """Take a hint."""
        ...

    def attached(self, client: Client) -> None:
        """A client said hello."""
        ...

    def detached(self, client: Client) -> None:
        """It is gone."""
        ...

    def superseded(self) -> None:
        """A newer program wants this place."""
        ...


class Channel:
    """Serves clients until cancelled."""

    def __init__(self, path: Path, grantor: Grantor) -> None:
        self._path = path
        self._grantor = grantor
        self._clients: dict[Client, None] = {}
        """In the order in which they came."""
        self._mine = hello()

    @property
    def clients(self) -> int:
        """How many are attached."""
        return len(self._clients)

    @property
    def has_screen(self) -> bool:
        """Whether a person sits at one of them."""
        return any(client.can_ask for client in self._clients)

    def publish(self, event: Event) -> None:
        """Tell every client."""
        self.tell(Said(event))

    def tell(self, message: Message) -> None:
        """Send a line to every client."""
        for client in list(self._clients):
            client.say(message)

    def tell_screen(self, event: Event) -> None:
        """Tell the screen that was attached last, where there is one."""
        for client in reversed(self._clients):
            if client.can_ask:
                client.say(Said(event))
                return

    async def serve(self) -> None:
        """Listen until cancelled; then say goodbye and leave the place free.

        Raises:
            EngineUnavailable: the socket cannot be made.
        """
        listening = _bound(self._path)
        try:
            async with asyncio.TaskGroup() as attending:

                def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    attending.create_task(self._receive(reader, writer))

                server = await asyncio.start_unix_server(
                    accept, sock=listening, limit=MAX_LINE_BYTES
                )
                try:
                    await asyncio.Event().wait()  # serve_forever waits for clients when cancelled
                finally:
                    server.close()
                    self.tell(Leaving())
        finally:
            listening.close()
            self._path.unlink(missing_ok=True)

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TuimailError):
            await fenced("a client", lambda: self._attend(reader, writer))

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            greeting = await _greeting(reader) if is_ours(writer, os.getuid()) else None
            if greeting is None:
                return
            if greeting.age > self._mine.age:
                writer.write(encode(Leaving()))
                self._grantor.superseded()
                return
            writer.write(encode(self._mine))
            await self._converse(reader, Client(writer, greeting))
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, client: Client) -> None:
        self._clients[client] = None
        self._grantor.attached(client)
        try:
            async with asyncio.TaskGroup() as granting:
                await self._listen(reader, client, granting)
        finally:
            self._clients.pop(client, None)
            self._grantor.detached(client)

    async def _listen(
        self, reader: asyncio.StreamReader, client: Client, granting: asyncio.TaskGroup
    ) -> None:
        """Take wishes until the client leaves or says what is not understood."""
        open_wishes: dict[asyncio.Task[None], str] = {}
        try:
            while line := await reader.readline():
                message = decode(line)
                if isinstance(message, Asked):
                    if len(open_wishes) >= MAX_OPEN_WISHES:
                        break
                    task = granting.create_task(self._grant(client, message))
                    open_wishes[task] = message.request
                    task.add_done_callback(open_wishes.pop)
                elif isinstance(message, ForgetWish):
                    _forget(open_wishes, message.request)
                elif isinstance(message, Wish):
                    self._grantor.heed(message)
                else:
                    break
        except OSError:
            # A command leaves with its last word; when something is told to it at that moment, the
            # line is lost with the word still in it. What it hinted at waits in the store.
            for wish in (PushWish(), SendWish()):
                self._grantor.heed(wish)
        except (ProtocolError, ValueError):  # ValueError: longer than a line may be
            log.info("a client said what was not understood")
        for task in list(open_wishes):
            task.cancel()

    async def _grant(self, client: Client, wish: Asked) -> None:
        try:
            did = await fenced("a wish", lambda: self._grantor.grant(wish))
            answer: Done | Failed = Done(wish.request, did)
            encode(answer)
        except TuimailError as error:
            answer = failed(wish.request, error)
        client.say(answer)


def _forget(open_wishes: Mapping[asyncio.Task[None], str], request: str) -> None:
    for task, its_request in list(open_wishes.items()):
        if its_request == request:
            task.cancel()


async def _greeting(reader: asyncio.StreamReader) -> Hello | None:
    with suppress(OSError, ProtocolError, TimeoutError, ValueError):
        async with asyncio.timeout(HELLO_TIMEOUT_S):
            first = decode(await reader.readline())
        return first if isinstance(first, Hello) else None
    return None


def _bound(path: Path) -> socket.socket:
    """Return a listening socket at `path`, taking the place of one left behind by a crash.

    Only the holder of the engine's lock calls this.
    """
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            listening.bind(str(path))
        finally:
            os.umask(before)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise EngineUnavailable(f"{path}: {error.strerror}") from error
    return listening
