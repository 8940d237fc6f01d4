"""The way between the screen and the background process: events in, wishes out.

Events come in bursts while mail is fetched; the screen takes them a few times a second. They are
hints: `reading.version` is asked as well, so a lost one only comes late.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable
from tuimail.events import Event
from tuimail.model.ids import AccountName, MessageKey
from tuimail.services import reading
from tuimail.services.mail import Mail

if TYPE_CHECKING:
    from tuimail.services.engine_link import AccountPass, Ask, EngineLink

FLUSH_S = 0.15
"""Seven times a second at most: faster than people read, slow enough for the keys."""
REST_S = 0.3
"""Without a key, before news are drawn: a list that is walked through should not change under
the fingers, and a key is answered sooner when nothing else is drawn."""
PATIENCE_S = 2.0
"""So long news wait for keys to end, and no longer."""
POLL_S = 1.0
"""How often the store is asked whether somebody wrote to it."""


class Bridge:
    """Owns the line to the background process."""

    def __init__(
        self,
        mail: Mail,
        on_events: Callable[[Sequence[Event]], None],
        on_store: Callable[[], None],
    ) -> None:
        self._mail = mail
        self._on_events, self._on_store = on_events, on_store
        self._link: EngineLink | None = None
        self._events: dict[Event, None] = {}
        self._version: tuple[int, ...] = ()
        self._is_up = asyncio.Event()

    async def run(self, profile: Profile, ask: "Ask", key_at: Callable[[], float]) -> None:
        """Keep the line up until cancelled; the background process is started if there is none.

        `ask` asks the person for a password; `key_at` says when a key was pressed last, by the
        steady clock in seconds.
        """
        # late: nothing of this is needed for the first frame
        from tuimail.services.engine_link import EngineLink

        async with EngineLink(profile, self._take, ask) as link:
            self._link = link
            self._is_up.set()
            try:
                await self._pass_on(key_at)
            finally:
                self._link = None
                self._is_up.clear()

    def push(self) -> None:
        """Say that operations wait."""
        if self._link:
            self._link.push()

    def send(self) -> None:
        """Say that mail waits to be sent."""
        if self._link:
            self._link.send()

    def reload(self) -> None:
        """Say that the configuration changed."""
        if self._link:
            self._link.reload()

    def want_bodies(self, keys: Iterable[MessageKey]) -> None:
        """Say which mails are in sight."""
        if self._link:
            self._link.want_bodies(keys)

    async def link(self) -> "EngineLink":
        """Return the line once the background process is there.

        Raises:
            EngineUnavailable: it cannot be started.
        """
        await self._is_up.wait()
        link = self._link
        if link is None:
            raise EngineUnavailable("The background process has ended; it is being started again.")
        await link.ready()
        return link

    async def body(self, key: MessageKey) -> None:
        """Have a body fetched before all others; see `EngineLink.body` for what it raises."""
        await (await self.link()).body(key)

    async def sync(
        self, account: AccountName | None = None, mailbox: str | None = None
    ) -> "list[AccountPass]":
        """Fetch what is new; see `EngineLink.sync` for what it raises."""
        return await (await self.link()).sync(account, mailbox)

    def cancel(self) -> None:
        """Stop fetching until the next check for mail."""
        if self._link:
            self._link.cancel()

    def _take(self, event: Event) -> None:
        self._events.pop(event, None)
        self._events[event] = None

    async def _pass_on(self, key_at: Callable[[], float]) -> None:
        """Pass on what came, a few times a second; seldom while keys are being pressed."""
        self._version = reading.version(self._mail)
        flushed_at = looked_at = time.monotonic()
        while True:
            await asyncio.sleep(FLUSH_S)
            now = time.monotonic()
            if now - key_at() < REST_S and now - flushed_at < PATIENCE_S:
                continue
            flushed_at = now
            if self._events:
                events, self._events = list(self._events), {}
                self._on_events(events)
            if now - looked_at >= POLL_S:
                looked_at = now
                self._look_at_store()

    def _look_at_store(self) -> None:
        version = reading.version(self._mail)
        if version != self._version:
            self._version = version
            self._on_store()
