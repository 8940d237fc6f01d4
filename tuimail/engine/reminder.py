"""Tells when nobody answered a sent mail in time; an answer ends the wait."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from tuimail.errors import TuimailError
from tuimail.events import AccountChanged, Connection, Event, ReminderDue
from tuimail.model.account import Account
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.reminder import ReminderState
from tuimail.outbox.answers import is_answer
from tuimail.store.database import Store
from tuimail.store.reminders import Awaited, answers_of, awaited, end_reminder, take_due

from .hands import Hands, body_here
from .stirred import Stirred

LOOK_EVERY_S: Final = 60.0
"""Days are waited for: a minute is soon enough."""

log = logging.getLogger(__name__)


class Reminder:
    """Looks for answers as mail comes in, and for days that have come."""

    def __init__(self, store: Store, hands: Hands, clock: Callable[[], float]) -> None:
        """`clock` gives seconds UTC."""
        self._store = store
        self._hands = hands
        self._clock = clock
        self._accounts: dict[AccountName, Account] = {}
        self._in_step: set[AccountName] = set()
        """Accounts of which all that had come by the start is here."""
        self._looked: set[AccountName] = set()
        """Those that were then looked through: an answer would have been found."""
        self._no_answers: set[MessageKey] = set()
        """Read already; what they are does not change."""
        self._stirred = Stirred()

    def configure(self, accounts: Sequence[Account]) -> None:
        """Look for answers in these accounts from now on."""
        self._accounts = {account.name: account for account in accounts}

    def overhear(self, event: Event) -> None:
        """Take note of what may be an answer."""
        if isinstance(event, AccountChanged) and event.connection is Connection.IN_STEP:
            self._in_step.add(AccountName(event.account))
        self._stirred.overhear(event)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            names: set[AccountName] = set()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    names = await self._stirred.take()
            in_step = names & self._in_step
            try:
                await self._look_for_answers(names)
                self._looked |= in_step
                await self._tell()
            except TuimailError as error:  # no line, or no room: the next look is another
                log.info("reminders wait: %s", type(error).__name__)

    async def _tell(self) -> None:
        now = int(self._clock())
        without_mail = {one.name for one in self._accounts.values() if one.retrieval is None}
        for name in sorted((self._looked | without_mail) & self._accounts.keys()):
            for outgoing_id in await asyncio.to_thread(take_due, self._store, name, now):
                self._hands.publish(ReminderDue(outgoing_id))

    async def _look_for_answers(self, names: set[AccountName]) -> None:
        waiting = await asyncio.to_thread(awaited, self._store) if names else []
        for account in (self._accounts[name] for name in sorted(names & self._accounts.keys())):
            for one in waiting:
                if await self._is_answered(account, one):
                    ended = ReminderState.ANSWERED
                    await asyncio.to_thread(end_reminder, self._store, one.id, ended)

    async def _is_answered(self, account: Account, one: Awaited) -> bool:
        """Whether a person answered a mail, to this account."""
        own = {address for each in self._accounts.values() for address in each.own_addresses}
        for key in await asyncio.to_thread(answers_of, self._store, account.name, one):
            if key in self._no_answers:
                continue
            raw = await body_here(self._store, self._hands, account.name, key)
            if raw is not None and await asyncio.to_thread(is_answer, raw, own):
                return True
            self._no_answers.add(key)
        return False
