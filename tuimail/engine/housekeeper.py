"""Keeps the store whole and small: a little at a time, while no account is being synced."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from tuimail.events import Event, MailboxesChanged, Progress, Task
from tuimail.mime.render import searchable_text
from tuimail.model.account import Account
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import Role, lives_here
from tuimail.model.part import Searchable
from tuimail.store import upkeep
from tuimail.store.database import Store
from tuimail.store.index import Behind, behind
from tuimail.store.mailboxes import drop_account, known_accounts, last_synced, mailbox_rows
from tuimail.store.sorting import make_keys
from tuimail.store.thinning import thin_out

REMOVED_AFTER_S: Final = 60.0
"""An account that is configured no more is forgotten so late: an editor may be saving the file."""
REINDEX_EVERY_S: Final = 3_600.0
"""Where the index cannot be made whole yet, because headers still lack, it is tried so often."""
SURE_FOR_S: Final = 86_400
"""An account that was in step so lately still has its mail on the server."""

_T = TypeVar("_T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What a housekeeper works with; clocks are injected."""

    store: Store
    publish: Callable[[Event], None]
    is_quiet: Callable[[], bool]
    """Whether there is nothing better to do just now."""
    accounts: Callable[[], Collection[AccountName] | None]
    """Those that are configured; None while that is not known."""
    clock: Callable[[], float]
    """Seconds UTC."""
    monotonic: Callable[[], float]
    look_every_s: float
    served: Callable[[], Collection[Account]] = tuple
    """Accounts whose mail lies on a server, of which more or less is kept here."""
    extract: Callable[[bytes], Searchable] = searchable_text
    """Reads what the search index keeps of a mail."""


class Housekeeper:
    """Runs beside the accounts; each of its steps holds up a writer for some 10 ms."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._store = house.store
        self._removed: dict[AccountName, float] = {}
        """Accounts that have mail here and are not configured, and since when that was seen."""
        self._tried: Behind | None = None
        """The index that was made as whole as it could be."""
        self._next_reindex = 0.0
        self.is_working = False
        """Whether something was begun that is better brought to its end."""

    async def run(self) -> None:
        """Look now and then whether something is to be done, until cancelled.

        Raises:
            StoreError: the store cannot be written.
        """
        while True:
            await asyncio.sleep(self._house.look_every_s)
            if self._house.is_quiet():
                try:
                    await self._do_what_is_due()
                finally:
                    self.is_working = False

    async def _do_what_is_due(self) -> None:
        for notice in await asyncio.to_thread(upkeep.mend, self._store):
            log.warning("store: %s", notice)
        await self._take(make_keys(self._store))
        lacking = await asyncio.to_thread(behind, self._store)
        if lacking is not None:
            await self._reindex(lacking)
        await self._forget_removed()
        now = int(self._house.clock())
        if await asyncio.to_thread(upkeep.is_inspection_due, self._store, now):
            await self._take(upkeep.inspect(self._store, now))
        if await asyncio.to_thread(upkeep.is_sweep_due, self._store, now):
            await self._take(await asyncio.to_thread(self._thinned, now))
            await self._take(upkeep.sweep(self._store, self._house.extract, now))
        if await asyncio.to_thread(upkeep.shrink, self._store):
            log.debug("store: a log was shrunk")

    async def _reindex(self, lacking: Behind) -> None:
        now = self._house.monotonic()
        if lacking == self._tried and now < self._next_reindex:
            return
        self._tried, self._next_reindex = lacking, now + REINDEX_EVERY_S
        log.info("search index: making it whole")
        async for done, total in self._steps(upkeep.reindex(self._store, self._house.extract)):
            self._house.publish(Progress("", Task.INDEX, "", done, total))
        log.info("search index: as whole as it can be")

    async def _forget_removed(self) -> None:
        configured = self._house.accounts()
        if configured is None:
            return
        now = self._house.monotonic()
        here = await asyncio.to_thread(known_accounts, self._store)
        self._removed = {name: self._removed.get(name, now) for name in here.difference(configured)}
        for name, since in list(self._removed.items()):
            if now - since >= REMOVED_AFTER_S:
                log.info("an account is configured no more: its mail is forgotten")
                await self._take(self._forgotten(name))
                self._house.publish(MailboxesChanged(name))

    def _forgotten(self, name: AccountName) -> Iterator[int]:
        """Forget an account in steps, unless it is configured again meanwhile."""
        steps = drop_account(self._store, name)
        while (configured := self._house.accounts()) is not None and name not in configured:
            step = next(steps, None)
            if step is None:
                return
            yield step

    def _thinned(self, now: int) -> Iterator[int]:
        """Drop what is older than is to be kept, where the server has been heard of lately."""
        kept_since: dict[MailboxId, int | None] = {}
        for account in self._house.served():
            synced = last_synced(self._store, account.name)
            if synced is None or now - synced > SURE_FOR_S:
                continue
            for row in mailbox_rows(self._store, account.name):
                is_there = row.is_selectable and not lives_here(row.name.raw)
                if is_there and row.role is not Role.DRAFTS:
                    kept_since[row.id] = account.offline_of(row.name.raw).since(now)
        return thin_out(self._store, kept_since, self._house.extract, now)

    async def _take(self, steps: Iterator[object]) -> None:
        async for _ in self._steps(steps):
            pass

    async def _steps(self, steps: Iterator[_T]) -> AsyncIterator[_T]:
        """Take steps in a thread, one after another, each when all is quiet."""
        self.is_working = True
        while True:
            if not self._house.is_quiet():
                await asyncio.sleep(self._house.look_every_s)
                continue
            step = await asyncio.to_thread(next, steps, None)
            if step is None:
                return
            yield step
