"""The way from a screen or a command to the background process: wishes out, events in.

Every wish is a hint on top of the durable store: if the background process is down, nothing is
lost, it looks into the store when it starts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Final, Self

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable, NetworkError, ProtocolError, SecretUnavailable
from tuimail.events import EngineFound, EngineLost, Event, SecretAsked
from tuimail.model.ids import AccountName, MailboxId, MessageKey
from tuimail.model.mailbox import MailboxChange
from tuimail.model.query import Node
from tuimail.model.secret import Secret

from .engine_passes import AccountPass, MailboxPass
from .engine_socket import socket_path
from .engine_start import EngineStart
from .engine_waiting import Awaited, Waiting, fail
from .engine_wire import (
    MAX_LINE_BYTES,
    MAX_VISIBLE,
    WIRE_VERSION,
    Answer,
    Answered,
    BodiesWish,
    BodyWish,
    CancelWish,
    Done,
    Failed,
    ForgetWish,
    Hello,
    Leaving,
    MailboxWish,
    Message,
    PushWish,
    ReloadWish,
    Reply,
    Said,
    SearchWish,
    SendWish,
    StopWish,
    SyncWish,
    decode,
    encode,
    error_of,
    hello,
    is_newer,
)

READY_TIMEOUT_S: Final = 15.0
"""A background process that has not said hello after this long is reported as unavailable."""
BODY_TIMEOUT_S: Final = 120.0
"""How long a reader waits for one body."""
HELLO_TIMEOUT_S: Final = 5.0
CONNECT_EVERY_S: Final = 0.03
"""A socket that is not there yet costs nothing to look for."""
MAX_RESENDS: Final = 3
"""A wish at which the background process crashes this often is given up."""

Ask = Callable[[AccountName, str], Awaitable[Secret]]
"""(account, prompt) -> the secret; cancelled when another screen has answered first."""


class EngineLink:
    """A line to the background process; starts it when needed and again after a crash.

    `on_event` is called in the event loop for each event, `EngineLost` and `EngineFound` among
    them; a fault of it is reported by the loop and costs nothing but this event. With `ask` given,
    this screen answers questions for a password.
    """

    def __init__(
        self,
        profile: Profile,
        on_event: Callable[[Event], None] | None = None,
        ask: Ask | None = None,
    ) -> None:
        self._profile = profile
        self._on_event = on_event or _unheard
        self._ask = ask
        self._start = EngineStart(profile)
        self._group = asyncio.TaskGroup()
        self._keeper: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._found = asyncio.Event()
        self._numbers = count(1)
        self._waiting: dict[str, Waiting] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._visible: tuple[int, ...] = ()
        self._is_stopping = False
        self._given_up: EngineUnavailable | None = None

    async def __aenter__(self) -> Self:
        """Begin to connect; returns at once, `ready` waits for the hello."""
        await self._group.__aenter__()
        self._keeper = self._group.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in (self._keeper, *self._asking.values()):
            if task is not None:
                task.cancel()
        # The caller's own exception goes on as it is, not wrapped in a group.
        await self._group.__aexit__(None, None, None)
        self._fail_all(EngineUnavailable("The line to the background process was closed."))
        self._start.let_go()

    @property
    def is_connected(self) -> bool:
        """Whether the background process has said hello and is still there."""
        return self._found.is_set()

    async def ready(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Wait until the background process is there.

        Raises:
            EngineUnavailable: it could not be started or did not answer within `timeout_s`.
        """
        if self._given_up:
            raise self._given_up
        try:
            async with asyncio.timeout(timeout_s):
                await self._found.wait()
        except TimeoutError as error:
            raise self._given_up or self._start.unavailable() from error

    async def sync(
        self,
        account: AccountName | None = None,
        mailbox: str | None = None,
        *,
        headers_only: bool = False,
    ) -> list[AccountPass]:
        """Make one pass over one account or all, and return what it did.

        Pending operations are carried out first. Returns when every named account is done; one
        that failed has a `hint` and an `exit_status`.

        Raises:
            EngineUnavailable: the background process cannot be reached.
            UserError: no such account or mailbox.
        """
        request = self._number()
        wish = SyncWish(request, account or "", mailbox or "", headers_only)
        return list(await self._wish(wish))

    def push(self) -> None:
        """Say that operations wait in the store. Never waits, never fails."""
        self._say(PushWish())

    def send(self) -> None:
        """Say that outgoing mail waits in the store. Never waits, never fails."""
        self._say(SendWish())

    def reload(self) -> None:
        """Say that the configuration changed. Never waits, never fails."""
        self._say(ReloadWish())

    async def body(self, key: MessageKey, timeout_s: float = BODY_TIMEOUT_S) -> None:
        """Have one body fetched before all others; returns when it is in the store.

        Raises:
            NotFound: the message is on no server any more.
            NetworkError: the server cannot be reached, or not within `timeout_s`.
            ProtocolError: the server refused.
            EngineUnavailable: the background process cannot be reached.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._wish(BodyWish(self._number(), key))
        except TimeoutError as error:
            raise NetworkError(
                "The message has not arrived yet. It is still being fetched; "
                "it shows as soon as it is here."
            ) from error

    def want_bodies(self, keys: Iterable[MessageKey]) -> None:
        """Say which messages are visible: their bodies come ahead of the others."""
        self._visible = tuple(keys)[:MAX_VISIBLE]
        self._say(BodiesWish(self._visible))

    def cancel(self) -> None:
        """Stop fetching until the next `sync`; new mail still comes.

        A pass that goes on ends with a hint, and who waits for a body gets a NetworkError.
        """
        self._say(CancelWish())

    def answer(self, question: str, secret: Secret) -> None:
        """Answer a `SecretAsked`, where no `ask` was given."""
        self._say(Answer(question, secret.reveal()))

    async def change_mailbox(self, account: AccountName, change: MailboxChange) -> None:
        """Create, rename or delete a mailbox, or change its subscription, on the server.

        What is here follows: see `sync.manage`.

        Raises:
            UserError: it cannot be done to this mailbox, or to this account.
            ProtocolError: the server refused.
            NetworkError: the server cannot be reached.
            EngineUnavailable: the background process cannot be reached.
        """
        await self._wish(MailboxWish(self._number(), account, change))

    async def search(self, search: str, query: Node, mailboxes: Iterable[MailboxId]) -> None:
        """Have the servers asked for a search; what they find comes as `ServerFound` events.

        Returns when all were asked. When cancelled, no further mailbox is asked.

        Raises:
            ProtocolError, NetworkError: a server refused or cannot be reached; others were asked.
            EngineUnavailable: the background process cannot be reached.
        """
        request = self._number()
        try:
            await self._wish(SearchWish(request, search, query, tuple(mailboxes)))
        except asyncio.CancelledError:
            self._say(ForgetWish(request))
            raise

    async def stop(self) -> None:
        """Ask the background process to finish what it is at and end; it is not started again."""
        await self.ready()
        self._is_stopping = True
        self._say(StopWish())
        if self._keeper is not None:
            await asyncio.wait([self._keeper], timeout=READY_TIMEOUT_S)

    def _number(self) -> str:
        return str(next(self._numbers))

    async def _wish(self, wish: Awaited) -> tuple[AccountPass, ...]:
        await self.ready()
        waiting = Waiting(wish)
        self._waiting[wish.request] = waiting
        try:
            self._say(wish)
            return await waiting.answer
        finally:
            del self._waiting[wish.request]

    def _say(self, message: Message) -> None:
        """Send a line if there is one to send it on; whoever waits is repeated on the next."""
        if self._writer is not None and self._found.is_set():
            self._writer.write(encode(message))

    async def _keep(self) -> None:
        """Connect, listen, and connect again, until the link is closed."""
        while not (self._is_stopping or self._given_up):
            reader, writer = await self._reach()
            try:
                was_there = await self._converse(reader, writer)
            finally:
                self._found.clear()
                self._writer = None
                writer.close()
                self._take_back_questions()
            if was_there and not self._is_stopping:
                self._tell(EngineLost("The background process ended; it is started again."))

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop, is_told = asyncio.get_running_loop(), False
        while True:
            with suppress(OSError):
                path = socket_path(self._profile)
                return await asyncio.open_unix_connection(path, limit=MAX_LINE_BYTES)
            self._start.attempt(loop.time())
            if self._start.is_in_vain and not is_told:
                is_told = True
                self._tell(EngineLost(self._start.unavailable().hint))
            await asyncio.sleep(CONNECT_EVERY_S)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Say hello and listen until the line ends; tell whether there ever was a hello."""
        first: Message | None = None
        writer.write(encode(hello(can_ask=self._ask is not None)))
        with suppress(TimeoutError):
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                first = await _next(reader)
        if not isinstance(first, Hello):
            await asyncio.sleep(CONNECT_EVERY_S)  # one that leaves: wait for its place to be free
            return False
        if first.wire != WIRE_VERSION:  # newer by its age: an older one has left
            self._given_up = EngineUnavailable(is_newer(first))
            return False
        self._writer = writer
        self._start.succeeded()
        self._found.set()
        self._tell(EngineFound())
        self._repeat()
        while isinstance(said := await _next(reader), Reply):
            self._hear(said)
        return True

    def _repeat(self) -> None:
        """Say again what is still wished for, to an engine that may be a new one.

        Also that operations and mail may wait: who said so before the hello was not heard.
        """
        self.push()
        self.send()
        if self._visible:
            self._say(BodiesWish(self._visible))
        for waiting in list(self._waiting.values()):
            waiting.resends += 1
            if waiting.resends > MAX_RESENDS:
                fail(
                    waiting,
                    EngineUnavailable("The background process ends at this again and again."),
                )
            else:
                self._say(waiting.wish)

    def _hear(self, said: Reply) -> None:
        match said:
            case Said(event):
                self._tell(event)
                if isinstance(event, SecretAsked):
                    self._put(event)
            case Done(request, passes):
                waiting = self._waiting.get(request)
                if waiting is not None and not waiting.answer.done():
                    waiting.answer.set_result(passes)
            case Failed(request, _, _):
                waiting = self._waiting.get(request)
                if waiting is not None:
                    fail(waiting, error_of(said))
            case Answered(question):
                asking = self._asking.get(question)
                if asking is not None:
                    asking.cancel()
            case Leaving():
                pass  # the end of the line follows

    def _tell(self, event: Event) -> None:
        """Give the event away in a call of its own: a fault of who hears it is none of the line."""
        asyncio.get_running_loop().call_soon(self._on_event, event)

    def _put(self, asked: SecretAsked) -> None:
        if self._ask is None or asked.question in self._asking:
            return
        task = self._group.create_task(self._question(asked, self._ask))
        self._asking[asked.question] = task
        task.add_done_callback(lambda _: self._forget(asked.question, task))

    def _forget(self, question: str, task: asyncio.Task[None]) -> None:
        if self._asking.get(question) is task:
            del self._asking[question]

    def _take_back_questions(self) -> None:
        """Ask no more for an engine that is gone: the next one may mean another password by it."""
        for task in self._asking.values():
            task.cancel()
        self._asking.clear()

    async def _question(self, event: SecretAsked, ask: Ask) -> None:
        try:
            secret = await ask(AccountName(event.account), event.prompt)
        except SecretUnavailable:
            secret = Secret("")
        self.answer(event.question, secret)

    def _fail_all(self, error: EngineUnavailable) -> None:
        for waiting in self._waiting.values():
            fail(waiting, error)


async def _next(reader: asyncio.StreamReader) -> Message | None:
    """Return the next message; None where the line ends or cannot be understood any more."""
    with suppress(OSError, ProtocolError, ValueError):  # ValueError: longer than a line may be
        line = await reader.readline()
        return decode(line) if line else None
    return None


def _unheard(event: Event) -> None:
    """Take an event nobody listens to: hints may be missed."""


__all__ = ["AccountPass", "Ask", "EngineLink", "MailboxPass"]
