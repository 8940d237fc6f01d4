"""Tells the person of new mail: what came, gathered, by the ways that are configured."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tuimail.config.load import Config
from tuimail.errors import StoreError, UserError
from tuimail.events import AccountChanged, Connection, Event, MessagesChanged, NewMail, NotTold
from tuimail.model.account import Account
from tuimail.model.ids import AccountName, MailboxId, RowId
from tuimail.model.message import MessageRow
from tuimail.model.notify import Notify
from tuimail.model.places import Places, roles_by_name
from tuimail.services.announcing import NAMED
from tuimail.store.database import Store
from tuimail.store.lists import rows_of_ids
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.newcomers import Mark, mark_of, unread_since

from .outlets import Arrived, tell_by_command, tell_by_desktop

BREATH_S: Final = 0.3
"""Between two looks, as while thousands of old mails are fetched."""
GATHER_S: Final = 3.0
"""What comes within so long after the first new mail is told with it."""
REST_S: Final = 15.0
"""The next notification comes so much later at the soonest."""
POP3_NEWS_S: Final = 2 * 86_400.0
"""What comes by POP3 and bears an older date is no news."""
MAX_TOLD: Final = 20
"""Mails whose facts a command is given."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long new mail is gathered; seconds."""

    breath_s: float = BREATH_S
    gather_s: float = GATHER_S
    rest_s: float = REST_S


@dataclass(frozen=True, slots=True)
class Ears:
    """Whom a notifier speaks to."""

    publish: Callable[[Event], None]
    """Every screen."""
    tell_screen: Callable[[Event], None]
    """The one that was attached last: two of them may share a terminal."""


class Notifier:
    """Keeps a mark in each mailbox of which is told; what is beyond it and unread is news."""

    def __init__(
        self, store: Store, ears: Ears, clock: Callable[[], float], pace: Pace | None = None
    ) -> None:
        """`clock` gives seconds UTC."""
        self._store = store
        self._ears = ears
        self._clock = clock
        self._pace = pace or Pace()
        self._notify = Notify()
        self._zone = ""
        self._accounts: dict[AccountName, Account] = {}
        """Those of which is told."""
        self._marks: dict[MailboxId, Mark] = {}
        self._stirred: set[AccountName] = set()
        """Accounts in which something changed since they were looked at."""
        self._wake = asyncio.Event()
        self._failed: set[str] = set()
        """Ways that failed: said once, until they work again or are configured anew."""

    async def configure(self, config: Config) -> None:
        """Tell from now on as configured; what is here already is no news."""
        was_on, self._notify = self._notify.is_on, config.notify
        self._zone = config.settings.time_zone
        self._failed.clear()
        told = [account for account in config.accounts if account.notify and config.notify.is_on]
        fresh = [one.name for one in told if not was_on or one.name not in self._accounts]
        self._accounts = {account.name: account for account in told}
        with suppress(StoreError):  # the first look marks what could not be read now
            await asyncio.to_thread(self._newcomers, fresh)

    def overhear(self, event: Event) -> None:
        """Take note of what may be new mail."""
        match event:
            case MessagesChanged(account) | AccountChanged(account, Connection.IN_STEP):
                if account in self._accounts:
                    self._stirred.add(AccountName(account))
                    self._wake.set()
            case _:
                pass

    async def run(self) -> None:
        """Tell of new mail until cancelled."""
        while True:
            await self._wake.wait()
            newcomers = await self._look()
            if not newcomers:
                await asyncio.sleep(self._pace.breath_s)
                continue
            await asyncio.sleep(self._pace.gather_s)
            newcomers |= await self._look()
            if not self._is_quiet():
                await self._tell(await asyncio.to_thread(self._arrived, newcomers))
                await asyncio.sleep(self._pace.rest_s)

    async def _look(self) -> set[RowId]:
        self._wake.clear()
        stirred, self._stirred = self._stirred, set()
        return await asyncio.to_thread(self._newcomers, stirred)

    def _arrived(self, newcomers: Collection[RowId]) -> Arrived:
        newest = sorted(newcomers, reverse=True)[:MAX_TOLD]
        rows: dict[RowId, MessageRow] = {}
        for row in rows_of_ids(self._store, newest):
            rows.setdefault(row.row_id, row)
        return Arrived(list(rows.values()), len(newcomers))

    def _newcomers(self, accounts: Iterable[AccountName]) -> set[RowId]:
        """Move the marks of accounts to where their mailboxes are now; return what was passed."""
        found: set[RowId] = set()
        boxes = [
            (box, self._dated_since(name)) for name in accounts for box in self._mailboxes(name)
        ]
        for mailbox_id, dated_since in boxes:
            before, now = self._marks.get(mailbox_id), mark_of(self._store, mailbox_id)
            if now is None:
                continue
            self._marks[mailbox_id] = now
            is_same = before is not None and before.uid_validity == now.uid_validity
            if before is not None and is_same and before.is_filled and now.uid > before.uid:
                found.update(unread_since(self._store, mailbox_id, before, dated_since))
        return found

    def _dated_since(self, name: AccountName) -> int:
        """Return the oldest date news may bear, in seconds UTC.

        A POP3 server does not say what was read before: its first mails are years of them.
        """
        account = self._accounts.get(name)
        is_pop3 = account is not None and account.pop3 is not None
        return int(self._clock() - POP3_NEWS_S) if is_pop3 else 0

    def _mailboxes(self, name: AccountName) -> list[MailboxId]:
        """Return the mailboxes of an account of which is told."""
        account = self._accounts.get(name)
        if account is None:
            return []
        rows = mailbox_rows(self._store, name)
        roles = roles_by_name(account, [row.listed for row in rows])
        places = Places(replace(row, role=roles.get(row.name.raw)) for row in rows)
        return list({row.id for word in self._notify.mailboxes for row in places.named(word)})

    def _is_quiet(self) -> bool:
        if self._notify.quiet is None:
            return False
        zone = ZoneInfo(self._zone) if self._zone else None  # none: the system's
        now = datetime.fromtimestamp(self._clock(), UTC).astimezone(zone)
        return self._notify.quiet.holds_at(now.hour * 60 + now.minute)

    async def _tell(self, arrived: Arrived) -> None:
        notify = self._notify
        if notify.asks_screen:
            keys = tuple(int(row.key) for row in arrived.rows[:NAMED])
            self._ears.tell_screen(NewMail(keys, arrived.count, notify.terminal))
        async with asyncio.TaskGroup() as telling:
            if notify.command:
                way = tell_by_command(notify.command, arrived)
                telling.create_task(self._told("command", way))
            if notify.desktop:
                telling.create_task(self._told("desktop", tell_by_desktop(arrived)))

    async def _told(self, way: str, telling: Awaitable[None]) -> None:
        try:
            await telling
        except UserError as error:
            if way not in self._failed:
                log.warning("notification by %s failed", way)
                self._ears.publish(NotTold(error.hint))
            self._failed.add(way)
        else:
            self._failed.discard(way)
