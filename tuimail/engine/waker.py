"""Wakes mail that was put off, and minds conversations that are muted or done."""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from tuimail.errors import TuimailError
from tuimail.events import Event, MailboxesChanged
from tuimail.model.ids import AccountName
from tuimail.services import waking
from tuimail.services.mail import Mail

from .hands import Hands
from .stirred import Stirred

LOOK_EVERY_S: Final = 30.0
"""At the latest, for the computer may have slept; sooner where a mail is to wake sooner."""
_SOONEST_S: Final = 0.2

log = logging.getLogger(__name__)


class Waker:
    """Looks at the clock and at what comes in, as long as the engine runs; missed times too."""

    def __init__(self, hands: Hands, clock: Callable[[], float]) -> None:
        """`clock` gives seconds UTC."""
        self._hands = hands
        self._clock = clock
        self._mail: Mail | None = None
        self._stirred = Stirred()

    def configure(self, mail: Mail) -> None:
        """Look after these accounts from now on."""
        self._mail = mail
        for account in mail.config.accounts:
            self._stirred.add(account.name)

    def overhear(self, event: Event) -> None:
        """Take note of mail that may have come."""
        self._stirred.overhear(event)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            names: set[AccountName] = set()
            with suppress(TimeoutError):
                async with asyncio.timeout(await self._pause_s()):
                    names = await self._stirred.take()
            try:
                await self._look(names)
            except TuimailError as error:  # no room, as a rule: the next look is another
                log.info("waking waits: %s", type(error).__name__)

    async def _pause_s(self) -> float:
        """Return in how many seconds to look at the clock again."""
        mail = self._mail
        due = None if mail is None else await asyncio.to_thread(waking.next_waking, mail)
        if due is None or due <= self._clock():  # what is overdue waits for its mail to be here
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(_SOONEST_S, due - self._clock()))

    async def _look(self, names: Collection[AccountName]) -> None:
        mail = self._mail
        if mail is None:
            return
        done = await asyncio.to_thread(waking.wake_due, mail, self._clock())
        if names:
            done |= await asyncio.to_thread(waking.heed, mail, names)
        for name in sorted(done):
            self._hands.push(name)
            self._hands.publish(MailboxesChanged(name))
