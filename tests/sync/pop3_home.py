"""A POP3 account's loop between a store and the embedded host."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

from tests.demo.fixtures import RunningHost
from tuimail.errors import TuimailError
from tuimail.events import AccountChanged, Event
from tuimail.model.account import Account, KeepOnServer, PasswordSource, Pop3, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName
from tuimail.model.message import MessageRow
from tuimail.model.safe import ours
from tuimail.model.secret import Secret
from tuimail.model.view import View
from tuimail.protocols.pop3.connection import Connection
from tuimail.protocols.pop3.signin import connect
from tuimail.store.blobs import read_blob
from tuimail.store.database import Store
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.local_mail import local_mailbox, local_mails
from tuimail.store.mailboxes import mailbox_named
from tuimail.sync.pop3_account import Pop3Sync
from tuimail.sync.pop3_pass import Looked, Maildrop
from tuimail.sync.surroundings import Surroundings

OLD = AccountName("old")
NEVER_S = 10**9


def letter(number: int) -> bytes:
    """Return a mail that is told from others by its number."""
    return (
        f"From: a@north.example\r\nMessage-ID: <m{number}@north.example>\r\n"
        f"Subject: Mail {number}\r\n\r\n.\r\nwords{number} here\r\n"
    ).encode()


class Pop3Home:
    """One account of alice's, by POP3."""

    def __init__(self, store: Store, host: RunningHost) -> None:
        self.store = store
        self.host = host
        self.now = 1_700_000_000.0
        self.events: list[Event] = []
        self.sign_ins = 0
        self.password = host.person("alice").password
        email = host.person("alice").email
        self.server = Server(host.address, host.ports.pop3_tls, Security.TLS, email, host.ca_file)
        self.pop3 = Pop3(self.server, poll_s=NEVER_S)

    @property
    def account(self) -> Account:
        return Account(
            name=OLD,
            address=Address("Alice", "alice@north.example"),
            identities=(),
            signature="",
            imap=None,
            smtp=None,
            password_source=PasswordSource.ASK,
            password_command=(),
            mailboxes=(),
            pop3=self.pop3,
        )

    def keep(self, keep: KeepOnServer, days: int = 0) -> None:
        """Choose what becomes of mail on the server."""
        self.pop3 = replace(self.pop3, keep=keep, keep_days=days)

    async def sign_in(self) -> Connection:
        """Sign in, and remember how often that was."""
        self.sign_ins += 1
        return await connect(self.server, Secret(self.password))

    async def look(self, ended_at: Counter[str] | None = None) -> Looked:
        """Look into the maildrop once."""
        drop = Maildrop(
            self.store,
            OLD,
            self.pop3,
            lambda: self.now,
            lambda *_: None,
            Counter() if ended_at is None else ended_at,
        )
        connection = await self.sign_in()
        try:
            return await drop.look(connection)
        finally:
            await connection.close()

    async def failing_look(self, ended_at: Counter[str] | None = None) -> TuimailError:
        """Look, and return why that failed."""
        try:
            await self.look(ended_at)
        except TuimailError as error:
            return error
        raise AssertionError("it did not fail")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Pop3Sync]:
        """Run the account's loop; what it still does in threads is over when this returns."""
        threads = ThreadPoolExecutor()
        asyncio.get_running_loop().set_default_executor(threads)
        surroundings = Surroundings(
            store=self.store,
            connect=_nowhere,
            on_event=self.events.append,
            clock=lambda: self.now,
            monotonic=lambda: self.now,
            random=Random(1),
            has_screen=lambda: False,
        )
        sync = Pop3Sync(self.account, self.pop3, surroundings, self.sign_in)
        running = asyncio.ensure_future(sync.run())
        try:
            yield sync
        finally:
            running.cancel()
            await asyncio.wait([running])
            threads.shutdown()
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())

    def bodies_here(self, mailbox: str = "INBOX") -> list[bytes]:
        """Return the bytes in a local mailbox, by UID."""
        box = local_mailbox(self.store, OLD, mailbox)
        return [read_blob(self.store, mail.digest) for mail in local_mails(self.store, box.id)]

    def on_server(self) -> list[bytes]:
        """Return the bytes on the server."""
        inbox = self.host.store("alice").find("INBOX")
        assert inbox is not None
        return [message.raw for message in list(inbox.messages.values())]

    def shown(self, mailbox: str = "INBOX") -> list[MessageRow]:
        """Return the rows a list shows, newest first."""
        row = mailbox_named(self.store, OLD, mailbox)
        assert row is not None
        view = View(ours(""), (row.id,))
        return rows_of(self.store, view, view_ids(self.store, view))

    def told(self) -> list[tuple[str, str]]:
        """Return how the account was said to stand, with the sentences."""
        changes = [e for e in self.events if isinstance(e, AccountChanged)]
        return [(change.connection.value, change.hint) for change in changes]


async def _nowhere() -> object:
    raise AssertionError("a POP3 account connects in its own way")
