"""A store with a mail in it, a scripted server, and a sender that is told what time it is."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.protocols.smtp.conftest import Tls, tls  # noqa: F401
from tests.protocols.smtp.scripted import PASSWORD, ScriptedServer
from tuimail.errors import SecretUnavailable
from tuimail.events import Event, OutgoingChanged, SendingChanged
from tuimail.model.account import Account, PasswordSource, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.secret import Secret
from tuimail.outbox.line import SignInNews
from tuimail.outbox.sender import Outbox, run_account_outbox
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.store.database import Store, open_store
from tuimail.store.mailboxes import put_mailboxes
from tuimail.store.outgoing import NewOutgoing, outgoing_row, put_outgoing

NORTH = AccountName("north")
START = 1_700_000_000
SHORT = Timeouts(connect=2, greeting=1, command=1, envelope=1, data=1, block=1, final=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    put_mailboxes(
        opened,
        NORTH,
        [
            ListedMailbox("INBOX", "/", Role.INBOX, True),
            ListedMailbox("Sent", "/", Role.SENT, True),
        ],
    )
    yield opened
    opened.close()


def queue(store: Store, outgoing_id: str = "m1", **fields) -> OutgoingId:
    """Put a mail into the outbox."""
    base = {
        "message_id": f"{outgoing_id}@north.test",
        "account": NORTH,
        "subject": "Hello",
        "sender": "alice@north.test",
        "recipients": ("bob@south.test",),
        "raw": b"From: alice@north.test\r\nMessage-ID: <%s@north.test>\r\n\r\nHi.\r\n"
        % outgoing_id.encode(),
        "created": START,
        "not_before": START,
    }
    return put_outgoing(store, NewOutgoing(id=OutgoingId(outgoing_id), **(base | fields)))


@dataclass
class Clock:
    now: float = START + 1

    def __call__(self) -> float:
        return self.now


@dataclass
class Office:
    """A running sender and what it has said."""

    store: Store
    account: Account
    clock: Clock = field(default_factory=Clock)
    events: list[Event] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    password: str = PASSWORD
    known: Secret | None = None
    """What is in memory."""
    sign_in: SignInNews = field(default_factory=SignInNews)
    timeouts: Timeouts = SHORT
    asked: int = 0
    forgotten: int = 0
    token: str = ""
    """Another one, in place of a password that was refused; empty: there is none."""

    async def secret(self) -> Secret:
        """Give the password; empty stands for nobody being there to type it."""
        self.asked += 1
        if not self.password:
            raise SecretUnavailable("Nobody gave a password.")
        self.known = Secret(self.password)
        return self.known

    async def another(self, _refused: object) -> Secret | None:
        """Give the token once."""
        token, self.token = self.token, ""
        return Secret(token) if token else None

    def forget(self) -> None:
        self.forgotten += 1
        self.known = None

    def trouble(self) -> list[str]:
        """What was told of why mail cannot go."""
        return [event.hint for event in self.events if isinstance(event, SendingChanged)]

    def outbox(self) -> Outbox:
        return Outbox(
            store=self.store,
            account=lambda: self.account,
            secret=self.secret,
            on_event=self.hear,
            wake=self.wake,
            rested=self.rested,
            known_secret=lambda: self.known,
            forget_secret=self.forget,
            another_secret=self.another,
            news=self.sign_in,
            clock=self.clock,
            random=random.Random(1),
            timeouts=self.timeouts,
        )

    def row(self, outgoing_id: str = "m1") -> OutgoingRow:
        return outgoing_row(self.store, OutgoingId(outgoing_id))

    def told(self, outgoing_id: str = "m1") -> list[str]:
        changes = [event for event in self.events if isinstance(event, OutgoingChanged)]
        return [change.state for change in changes if change.outgoing_id == outgoing_id]

    def hear(self, event: Event) -> None:
        self.events.append(event)
        self.news.set()

    async def see(self, condition: Callable[[], bool]) -> None:
        """Wait until an event has made the condition true."""
        async with asyncio.timeout(60):
            while not condition():
                self.news.clear()
                await self.news.wait()

    async def until(self, *states: str, outgoing_id: str = "m1", times: int = 1) -> OutgoingRow:
        """Wait until the mail was told to be in one of these states so often."""
        await self.see(
            lambda: sum(self.told(outgoing_id).count(state) for state in states) >= times
        )
        return self.row(outgoing_id)

    async def rest(self) -> None:
        """Wait until the sender has looked at everything and waits."""
        async with asyncio.timeout(60):
            await self.rested.wait()

    async def look(self) -> None:
        """Wake the sender once it waits, and wait until it has looked at everything again."""
        await self.rest()
        self.rested.clear()
        self.wake.set()
        await self.rest()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.rested.clear()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(run_account_outbox(self.outbox()))
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


def account_of(server: Server | None, *, imap: bool = True) -> Account:
    alice = Address("Alice", "alice@north.test")
    imap_server = replace(server, port=1) if server and imap else None
    return Account(NORTH, alice, (), "", imap_server, server, PasswordSource.ASK, (), ())


def office_of(store: Store, server: ScriptedServer, tls: Tls) -> Office:  # noqa: F811
    return Office(store, account_of(server.server(tls.ca_file)))
