"""Finds out whether a mail whose last answer was lost was taken: some servers file what they do."""

import asyncio
from collections.abc import Callable
from typing import Final

from tuimail.events import Event, OutgoingChanged
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.outgoing import outgoing_row
from tuimail.store.seen_in_sent import WHERE_SENT, filed_by_server, put_found, uncertain_mails

from .hands import Hands
from .stirred import Stirred

LOOKS_S: Final = (2.0, 8.0, 20.0)
"""From one look to the next: a server needs a moment to file."""


class Finder:
    """Looks whenever such a mail appears, and whenever sent mail may have come in."""

    def __init__(self, store: Store, hands: Hands, clock: Callable[[], float]) -> None:
        """`clock` gives seconds UTC."""
        self._store = store
        self._hands = hands
        self._clock = clock
        self._stirred = Stirred()
        self._lost: asyncio.Queue[OutgoingId] = asyncio.Queue()

    def overhear(self, event: Event) -> None:
        """Take note of a lost answer, and of what may be the mail itself."""
        if isinstance(event, OutgoingChanged) and event.state is OutgoingState.UNCERTAIN:
            self._lost.put_nowait(OutgoingId(event.outgoing_id))
        self._stirred.overhear(event)

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read())
            while True:
                outgoing_id = await self._lost.get()
                group.create_task(self._look_again(outgoing_id))

    async def _look_again(self, outgoing_id: OutgoingId) -> None:
        for pause_s in LOOKS_S:
            await asyncio.sleep(pause_s)
            row = await asyncio.to_thread(outgoing_row, self._store, outgoing_id)
            if row.state is not OutgoingState.UNCERTAIN:
                return
            boxes = await asyncio.to_thread(mailbox_rows, self._store, row.account)
            self._hands.look(row.account, [one.name.raw for one in boxes if one.role in WHERE_SENT])

    async def _read(self) -> None:
        while True:
            for name in await self._stirred.take():
                for found in await asyncio.to_thread(self._find, name):
                    self._hands.publish(found)

    def _find(self, account: AccountName) -> list[OutgoingChanged]:
        """Write down which mails were taken after all; return what is to be told of it."""
        found = []
        for lost in uncertain_mails(self._store, account):
            mailbox = filed_by_server(self._store, account, lost)
            at = int(self._clock())
            state = put_found(self._store, lost.id, mailbox, at) if mailbox else None
            if state is not None:
                found.append(OutgoingChanged(lost.id, state))
        return found
