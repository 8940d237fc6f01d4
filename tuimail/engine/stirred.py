"""Accounts in which something changed since somebody last looked."""

import asyncio
from typing import Final

from tuimail.events import AccountChanged, Connection, Event, MessagesChanged
from tuimail.model.ids import AccountName

BREATH_S: Final = 0.5
"""Between two looks, as while thousands of old mails are fetched."""


class Stirred:
    """Gathers what events tell, until it is taken."""

    def __init__(self) -> None:
        self._names: set[AccountName] = set()
        self._wake = asyncio.Event()

    def overhear(self, event: Event) -> None:
        """Take note of messages that may have come."""
        match event:
            case MessagesChanged(account) | AccountChanged(account, Connection.IN_STEP):
                self.add(AccountName(account))
            case _:
                pass

    def add(self, name: AccountName) -> None:
        """Have an account looked at."""
        self._names.add(name)
        self._wake.set()

    async def take(self) -> set[AccountName]:
        """Wait for accounts to look at, a moment after those before; return them."""
        await asyncio.sleep(BREATH_S)
        await self._wake.wait()
        self._wake.clear()
        names, self._names = self._names, set()
        return names
