"""Tells the mails of the inboxes apart anew when the splits have changed, a little at a time."""

import asyncio
from typing import Final

from tuimail.store.database import Store
from tuimail.store.split_members import is_due, step

PAUSE_S: Final = 0.03
"""Between two steps, so that others write too: each takes some 20 ms."""


class Splitter:
    """Runs beside the accounts, also while they fetch: who changed a split looks at it now."""

    def __init__(self, store: Store, look_every_s: float) -> None:
        self._store, self._look_every_s = store, look_every_s

    async def run(self) -> None:
        """Look now and then whether mails are to be told apart, until cancelled.

        Raises:
            StoreError: the store cannot be written.
        """
        while True:
            await asyncio.sleep(self._look_every_s)
            is_left = await asyncio.to_thread(is_due, self._store)
            while is_left:
                is_left = await asyncio.to_thread(step, self._store)
                await asyncio.sleep(PAUSE_S)
