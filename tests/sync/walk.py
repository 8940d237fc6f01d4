"""Drives one account's worker against a server in memory until everything is done."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tuimail.errors import NetworkError, TuimailError
from tuimail.events import Connection, Event
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MailboxId, MessageKey, OperationId
from tuimail.model.operation import Operation, OperationKind
from tuimail.store.database import Database, Store, open_store
from tuimail.store.mailboxes import mailbox_named, mailbox_rows, sync_state
from tuimail.store.messages import find_key, key_of, known_flags
from tuimail.store.operations import pending, record
from tuimail.store.projection import project_new
from tuimail.sync.agenda import Agenda
from tuimail.sync.surroundings import Surroundings
from tuimail.sync.work import Worker

from .fake_remote import FakeServer

NAME = AccountName("work")
ACCOUNT = Account(
    name=NAME,
    address=Address("Bob", "bob@example.net"),
    identities=(),
    signature="",
    imap=Server("imap.example.net", 993, Security.TLS, "bob"),
    smtp=None,
    password_source=PasswordSource.ASK,
    password_command=(),
    mailboxes=(),
)
PATIENCE_S = 60.0


class Walk:
    """A store, a server, and the worker between them."""

    def __init__(self, store: Store, server: FakeServer | None = None) -> None:
        self.store = store
        self.server = server or FakeServer()
        self.events: list[Event] = []
        self.now = 1_700_000_000.0
        self.in_step = asyncio.Event()
        self.account = ACCOUNT
        self.begin()

    def begin(self) -> None:
        """Begin as a program does: nothing but the store is known."""
        self.agenda = Agenda()
        self.surroundings = Surroundings(
            store=self.store,
            connect=self.server.connect,
            on_event=self.events.append,
            clock=lambda: self.now,
            monotonic=lambda: self.now,
            random=Random(1),
            has_screen=lambda: False,
        )
        self.worker = Worker(self.account, self.agenda, self.surroundings, self._becomes)

    def _becomes(self, connection: Connection) -> None:
        if connection is Connection.IN_STEP and self.agenda.bodies.next_step() is None:
            self.in_step.set()

    async def connection(self) -> TuimailError | None:
        """Work on one connection until there is nothing to do or it is cut."""
        self.in_step.clear()
        remote = await self.server.connect()
        work = asyncio.ensure_future(self.worker.work(remote))
        done = asyncio.ensure_future(self.in_step.wait())
        try:
            await asyncio.wait([work, done], timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
            if work.done():
                work.result()
            assert self.in_step.is_set(), "the worker never came to an end"
        except NetworkError as error:
            self.agenda.cut(error)
            return error
        finally:
            work.cancel()
            done.cancel()
            await asyncio.wait([work, done])
            await remote.close()
            self.surroundings.reckoning.end()
        return None

    async def sync(self) -> None:
        """Work until everything is done, on as many connections as it takes."""
        self.agenda.wish_push()
        for _ in range(10):
            if await self.connection() is None:
                return
        raise AssertionError("never in step")

    def id_of(self, mailbox: str = "INBOX") -> MailboxId:
        row = mailbox_named(self.store, NAME, mailbox)
        assert row is not None
        return row.id

    def here(self) -> dict[str, dict[int, Flags]]:
        """What the store says the server holds."""
        return {
            row.name.raw: dict(known_flags(self.store, row.id))
            for row in mailbox_rows(self.store, NAME)
        }

    def shown(self, mailbox: str) -> int:
        row = mailbox_named(self.store, NAME, mailbox)
        assert row is not None
        return row.total

    def key(self, uid: int, mailbox: str = "INBOX") -> MessageKey:
        rows = self.store.rows(
            Database.CACHE,
            "select message from placement where smailbox = ? and ref = ?",
            (self.id_of(mailbox), uid),
        )
        return key_of(self.store, rows[0][0])

    def message_id(self, uid: int, mailbox: str = "INBOX") -> str:
        found = self.store.rows(
            Database.CACHE,
            "select m.msgid from placement p join message m on m.id = p.message"
            " where p.smailbox = ? and p.ref = ?",
            (self.id_of(mailbox), uid),
        )
        return str(found[0][0])

    def ask(
        self,
        kind: OperationKind,
        uid: int,
        mailbox: str = "INBOX",
        destination: str = "",
        add: Flags = frozenset(),
        remove: Flags = frozenset(),
        key: MessageKey | None = None,
    ) -> OperationId:
        """Record an operation as triage does: durable, then shown."""
        state = sync_state(self.store, self.id_of(mailbox))
        operation = Operation(
            id=OperationId(0),
            batch=1,
            account=NAME,
            kind=kind,
            mailbox=mailbox,
            uid_validity=state.uid_validity if uid else 0,
            uid=uid,
            key=key if key is not None else self.key(uid, mailbox),
            destination=destination,
            add=add,
            remove=remove,
        )
        [operation_id] = record(self.store, [operation])
        project_new(self.store)
        return operation_id

    def pending(self) -> list[Operation]:
        return pending(self.store, NAME)

    def is_shown(self, key: MessageKey, mailbox: str) -> bool:
        return any(ref.mailbox_id == self.id_of(mailbox) for ref in find_key(self.store, key))

    def hints(self) -> list[str]:
        return [e.hint for e in self.events if getattr(e, "hint", "")]


@contextmanager
def walk_in(folder: Path, server: FakeServer | None = None) -> Iterator[Walk]:
    store = open_store(folder)
    try:
        yield Walk(store, server)
    finally:
        store.close()
