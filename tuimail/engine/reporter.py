"""Reads what comes in for reports about mail that was sent, also what came while nothing ran.

What is surely true is then put away: it is shown at the mail it is about.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Final

from tuimail.errors import StoreError, TuimailError
from tuimail.events import Event, MessagesChanged, OutgoingChanged
from tuimail.model.account import Account, MatchedReports
from tuimail.model.ids import AccountName, MailboxId, MessageKey, OutgoingId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.outgoing import OutgoingState
from tuimail.outbox.marking import mark_sent
from tuimail.outbox.reporting import take_report
from tuimail.services.mail import Mail
from tuimail.services.path import OwnServers, how_it_arrived, own_servers
from tuimail.services.putting_away import put_away
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows, sync_state
from tuimail.store.reports import (
    MAX_CANDIDATES,
    candidates_since,
    highest_uid,
    put_report_mark,
    report_mark,
)

from .hands import Hands, body_here
from .stirred import Stirred

REPORTS_S: Final = 30 * 86_400
"""Older ones are about nothing that still moves."""
_WHERE: Final = (Role.INBOX, Role.JUNK)

log = logging.getLogger(__name__)


class Reporter:
    """Keeps a durable mark in INBOX and Junk of each account; what lies beyond it is read."""

    def __init__(self, store: Store, hands: Hands, clock: Callable[[], float]) -> None:
        """`clock` gives seconds UTC."""
        self._store = store
        self._hands = hands
        self._clock = clock
        self._mail: Mail | None = None
        self._stirred = Stirred()
        self._early: set[AccountName] = set()
        """Accounts in which a report may have come before its mail was known to be taken."""

    def configure(self, mail: Mail) -> None:
        """Look at the accounts of this profile from now on."""
        self._mail = mail

    def overhear(self, event: Event) -> None:
        """Take note of what may be a report, and of what may have come too early."""
        self._stirred.overhear(event)
        if isinstance(event, OutgoingChanged) and event.state is not OutgoingState.SENDING:
            while self._early:
                self._stirred.add(self._early.pop())

    async def run(self) -> None:
        """Read reports until cancelled."""
        while True:
            stirred = await self._stirred.take()
            mail = self._mail
            if mail is None:
                continue
            for account in mail.config.accounts:
                if account.name in stirred:
                    await self._look(mail, account)

    async def _look(self, mail: Mail, account: Account) -> None:
        rows = await asyncio.to_thread(mailbox_rows, self._store, account.name)
        for row in rows:
            if row.role in _WHERE and row.is_selectable:
                try:
                    await self._read(mail, account, row)
                except TuimailError as error:  # no line, or no room: what is left comes next time
                    log.info("reports of %s wait: %s", account.name, type(error).__name__)
        self._show(account.name, await asyncio.to_thread(self._mark, account))

    async def _read(self, mail: Mail, account: Account, row: MailboxRow) -> None:
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
        found = await asyncio.to_thread(candidates_since, self._store, row, mark, since)
        put_mark = partial(put_report_mark, self._store, name, mailbox, validity)
        if found and not await self._heed(mail, row, found, put_mark):
            return
        if len(found) >= MAX_CANDIDATES:
            self._stirred.add(name)  # there may be more
        else:  # what lies between is none, and is not looked at again
            await asyncio.to_thread(put_mark, max([highest, *(uid for uid, _ in found)]))

    async def _heed(
        self,
        mail: Mail,
        row: MailboxRow,
        found: Sequence[tuple[int, MessageKey]],
        put_mark: Callable[[int], None],
    ) -> bool:
        """Read what may be reports; False where one came too early: it is left for later."""
        account = mail.config.account(row.account)
        is_put_away = row.role is Role.INBOX and account.reports is MatchedReports.ARCHIVE
        own = await asyncio.to_thread(own_servers, self._store, account)
        for uid, key in found:
            raw = await body_here(self._store, self._hands, account.name, key)
            if raw is not None:
                self._early.add(account.name)  # its mail may be taken while the report is read
                changed = await asyncio.to_thread(self._take, account, raw, key, own)
                if changed is None:
                    return False
                self._early.discard(account.name)
                for outgoing_id, state in changed:
                    self._hands.publish(OutgoingChanged(outgoing_id, state))
            if raw is not None and is_put_away:  # also what was read before a kill
                self._show(account.name, await asyncio.to_thread(put_away, mail, row.id, key))
            await asyncio.to_thread(put_mark, uid)
        return True

    def _take(
        self, account: Account, raw: bytes, key: MessageKey, own: OwnServers
    ) -> list[tuple[OutgoingId, OutgoingState]] | None:
        now = int(self._clock())
        return take_report(self._store, raw, key, how_it_arrived(account, raw, now, own), now)

    def _mark(self, account: Account) -> Collection[MailboxId]:
        """Tell other programs on the copies in Sent, where those have come by now."""
        try:
            return mark_sent(self._store, account.name, int(self._clock()))
        except StoreError as error:
            log.info("marks of %s wait: %s", account.name, type(error).__name__)
            return ()

    def _show(self, name: AccountName, changed: Collection[MailboxId]) -> None:
        """Have screens show what was recorded, and the server told."""
        for mailbox_id in changed:
            self._hands.publish(MessagesChanged(name, mailbox_id))
        if changed:
            self._hands.push(name)
