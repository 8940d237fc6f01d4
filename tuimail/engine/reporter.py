"""Reads what comes in for reports about mail that was sent, also what came while nothing ran."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from tuimail.errors import NotFound, ProtocolError, Scope, SignInRefused, TuimailError
from tuimail.events import Event, OutgoingChanged
from tuimail.model.account import Account
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.outbox.reporting import take_report
from tuimail.services.path import OwnServers, how_it_arrived, own_servers
from tuimail.store.bodies import body_of
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows, sync_state
from tuimail.store.reports import (
    MAX_CANDIDATES,
    candidates_since,
    highest_uid,
    put_report_mark,
    report_mark,
)

from .stirred import Stirred

REPORTS_S: Final = 30 * 86_400
"""Older ones are about nothing that still moves."""
_WHERE: Final = (Role.INBOX, Role.JUNK)

log = logging.getLogger(__name__)

Fetch = Callable[[AccountName, MessageKey], Awaitable[None]]
"""Brings a body into the store; raises what `AccountSync.body` does."""


class Reporter:
    """Keeps a durable mark in INBOX and Junk of each account; what lies beyond it is read."""

    def __init__(
        self,
        store: Store,
        publish: Callable[[Event], None],
        fetch: Fetch,
        clock: Callable[[], float],
    ) -> None:
        """`clock` gives seconds UTC."""
        self._store = store
        self._publish = publish
        self._fetch = fetch
        self._clock = clock
        self._accounts: dict[AccountName, Account] = {}
        self._stirred = Stirred()

    def configure(self, accounts: tuple[Account, ...]) -> None:
        """Look at these accounts from now on."""
        self._accounts = {account.name: account for account in accounts}

    def overhear(self, event: Event) -> None:
        """Take note of what may be a report."""
        self._stirred.overhear(event)

    async def run(self) -> None:
        """Read reports until cancelled."""
        while True:
            for name in await self._stirred.take() & self._accounts.keys():
                await self._look(self._accounts[name])

    async def _look(self, account: Account) -> None:
        rows = await asyncio.to_thread(mailbox_rows, self._store, account.name)
        for row in rows:
            if row.role in _WHERE and row.is_selectable:
                try:
                    await self._read(account, row)
                except TuimailError as error:  # no line, or no room: what is left comes next time
                    log.info("reports of %s wait: %s", account.name, type(error).__name__)

    async def _read(self, account: Account, row: MailboxRow) -> None:
        name, mailbox = account.name, row.name.raw
        state = await asyncio.to_thread(sync_state, self._store, row.id)
        validity = state.uid_validity
        if validity and not state.backlog_done:
            return  # older ones are still to come, below where the mark would be
        since = int(self._clock()) - REPORTS_S
        mark = await asyncio.to_thread(report_mark, self._store, name, mailbox, validity)
        highest = await asyncio.to_thread(highest_uid, self._store, row.id)
        if highest <= mark:
            return
        found = await asyncio.to_thread(candidates_since, self._store, row.id, mark, since)
        own = await asyncio.to_thread(own_servers, self._store, account) if found else None
        for uid, key in found:
            raw = await self._body(name, key)
            if raw is not None and own is not None:
                await asyncio.to_thread(self._take, account, raw, key, own)
            await asyncio.to_thread(put_report_mark, self._store, name, mailbox, validity, uid)
            highest = max(highest, uid)
        if len(found) >= MAX_CANDIDATES:
            self._stirred.add(name)  # there may be more
        else:  # what lies between is none, and is not looked at again
            await asyncio.to_thread(put_report_mark, self._store, name, mailbox, validity, highest)

    async def _body(self, name: AccountName, key: MessageKey) -> bytes | None:
        raw = await asyncio.to_thread(body_of, self._store, key)
        if raw is None:
            try:
                await self._fetch(name, key)
            except NotFound:
                return None  # it is gone: what it said is not to be had any more
            except ProtocolError as error:
                if isinstance(error, SignInRefused) or error.scope is not Scope.COMMAND:
                    raise
                return None  # refused: it must not hold up all that follow
            raw = await asyncio.to_thread(body_of, self._store, key)
        return raw

    def _take(self, account: Account, raw: bytes, key: MessageKey, own: OwnServers) -> None:
        now = int(self._clock())
        arrived = how_it_arrived(account, raw, now, own)
        for outgoing_id, state in take_report(self._store, raw, key, arrived, now):
            self._publish(OutgoingChanged(outgoing_id, state))
