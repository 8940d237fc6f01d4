"""Fetches whole mails: what is opened, what is on the screen, and some ahead of time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NotFound, ProtocolError, Scope, TuimailError
from tuimail.events import BodyArrived, Event, Progress, Task
from tuimail.mime.render import searchable_text
from tuimail.model.ids import AccountName, MailboxId, MessageKey
from tuimail.model.safe import ours
from tuimail.model.view import View
from tuimail.store.bodies import has_body, missing_bodies, put_body
from tuimail.store.database import Store
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.messages import Place, places_of_key

from .remote import Remote, RemoteState

NEWEST_AHEAD: Final = 100
"""Bodies of a mailbox's newest messages are fetched before anyone opens them."""
UNREAD_AHEAD: Final = 300
"""So are those of unread messages, if they are among so many newest."""
MISSING_AHEAD: Final = 2_000
"""More than are missing among those."""
LARGE_BYTES: Final = 256 * 1024
"""Mails from here on tell how far they have come."""
PROGRESS_STEPS: Final = 50
"""A large mail tells this often at most."""

Open = Callable[[str], Awaitable[RemoteState]]
"""Selects a mailbox unless it is open already."""


class Overtaken(Exception):
    """A body that somebody waits for comes first."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """What fetching bodies of one account works with."""

    store: Store
    account: AccountName
    on_event: Callable[[Event], None]

    def ahead(self, mailbox: MailboxId) -> list[MessageKey]:
        """Return which bodies to have before anyone asks: unread first, newest first."""
        missing = missing_bodies(self.store, mailbox, MISSING_AHEAD)
        if not missing:
            return []
        view = View(ours(""), (mailbox,))
        rows = rows_of(self.store, view, view_ids(self.store, view, UNREAD_AHEAD))
        worth = {row.key for place, row in enumerate(rows) if place < NEWEST_AHEAD or row.is_unread}
        return [key for key in missing if key in worth]

    async def fetch(
        self,
        remote: Remote,
        open_mailbox: Open,
        key: MessageKey,
        is_overtaken: Callable[[], bool] = lambda: False,
    ) -> None:
        """Bring a body into the store.

        `is_overtaken` is asked now and then while a large one comes.

        Raises:
            NotFound: the message is on the server no more, or its mailbox must be pulled first.
            Overtaken: it was given up for another; the connection is fine.
        """
        if not await asyncio.to_thread(has_body, self.store, key):
            raw = await self._raw(remote, open_mailbox, key, is_overtaken)
            await asyncio.to_thread(self._keep, key, raw)
        self.on_event(BodyArrived(key))

    async def _raw(
        self,
        remote: Remote,
        open_mailbox: Open,
        key: MessageKey,
        is_overtaken: Callable[[], bool],
    ) -> bytes:
        problem: TuimailError = NotFound("The message is no longer on the server.")
        for place in await asyncio.to_thread(places_of_key, self.store, key):
            if place.account != self.account:
                continue
            try:
                state = await open_mailbox(place.mailbox)
                if state.uid_validity == place.uid_validity:
                    teller = _Teller(place, self.on_event, is_overtaken)
                    try:
                        return await remote.body(place.uid, teller)
                    finally:
                        teller.end()
            except NotFound:
                continue  # moved or deleted by another program: perhaps it lies elsewhere too
            except ProtocolError as error:
                if error.scope is not Scope.COMMAND:
                    raise
                problem = error
        raise problem

    def _keep(self, key: MessageKey, raw: bytes) -> None:
        put_body(self.store, key, raw, searchable_text(raw))


class _Teller:
    """Tells how far a large body has come, and gives one that is not whole yet up for another."""

    def __init__(
        self, place: Place, on_event: Callable[[Event], None], is_overtaken: Callable[[], bool]
    ) -> None:
        self._place = place
        self._on_event = on_event
        self._is_overtaken = is_overtaken
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        if done < total and self._is_overtaken():
            raise Overtaken
        step = done * PROGRESS_STEPS // total if total > 0 else 0
        if self._place.size_bytes >= LARGE_BYTES and step > self._told:
            self._told = step
            self._tell(done, total)

    def end(self) -> None:
        """Say that it is over, whatever became of it."""
        if 0 <= self._told < PROGRESS_STEPS:
            self._tell(self._place.size_bytes, self._place.size_bytes)

    def _tell(self, done: int, total: int) -> None:
        place = self._place
        self._on_event(Progress(place.account, Task.MESSAGE, place.mailbox, done, total))
