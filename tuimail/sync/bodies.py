"""Fetches whole mails: what is opened, what is on the screen, and some ahead of time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NotFound
from tuimail.events import BodyArrived, Event, Progress
from tuimail.mime.render import searchable_text
from tuimail.model.ids import AccountName, MailboxId, MessageKey, public_id
from tuimail.store.bodies import Searchable, has_body, missing_bodies, put_body
from tuimail.store.database import Store
from tuimail.store.messages import Place, places_of_key

from .remote import Remote, RemoteState

AHEAD_PER_MAILBOX: Final = 100
"""Bodies fetched before anyone opens them: unread ones first, then the newest."""
LARGE_BYTES: Final = 256 * 1024
"""Mails from here on tell how far they have come."""
PROGRESS_STEPS: Final = 50
"""A large mail tells this often at most."""

Open = Callable[[str], Awaitable[RemoteState]]
"""Selects a mailbox unless it is open already."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """What fetching bodies of one account works with."""

    store: Store
    account: AccountName
    on_event: Callable[[Event], None]

    def ahead(self, mailbox: MailboxId) -> list[MessageKey]:
        """Return which bodies of a mailbox are worth having before anyone asks."""
        return missing_bodies(self.store, mailbox, AHEAD_PER_MAILBOX)

    async def fetch(self, remote: Remote, open_mailbox: Open, key: MessageKey) -> None:
        """Bring a body into the store.

        Raises:
            NotFound: the message is on the server no more, or its mailbox must be pulled first.
        """
        if not await asyncio.to_thread(has_body, self.store, key):
            raw = await self._raw(remote, open_mailbox, key)
            await asyncio.to_thread(self._keep, key, raw)
        self.on_event(BodyArrived(key))

    async def _raw(self, remote: Remote, open_mailbox: Open, key: MessageKey) -> bytes:
        for place in await asyncio.to_thread(places_of_key, self.store, key):
            if place.account != self.account:
                continue
            state = await open_mailbox(place.mailbox)
            if state.uid_validity != place.uid_validity:
                continue
            raw = await remote.body(place.uid, self._teller(place))
            if raw:
                return raw
        raise NotFound("The message is no longer on the server.")

    def _keep(self, key: MessageKey, raw: bytes) -> None:
        put_body(self.store, key, raw, Searchable(*searchable_text(raw)))

    def _teller(self, place: Place) -> Callable[[int, int], None] | None:
        if place.size_bytes < LARGE_BYTES:
            return None
        task = f"body:{public_id(place.key)}"
        told = -1

        def tell(done: int, total: int) -> None:
            nonlocal told
            step = done * PROGRESS_STEPS // total if total > 0 else 0
            if step > told:
                told = step
                self.on_event(Progress(self.account, task, "message", place.mailbox, done, total))

        return tell
