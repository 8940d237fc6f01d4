"""The seconds after sending in which a mail can be taken back."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from textual.timer import Timer

from tuimail.errors import UserError
from tuimail.model.draft import Draft
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Safe
from tuimail.services import delivery, undo
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.dates import long_date

OpenDraft = Callable[[Draft], Awaitable[None]]
"""Begins to write, or goes on with a draft."""


class UndoWindow:
    """Counts down in the status line; `u` takes the mail back while it lasts."""

    def __init__(self, screen: MainScreen, open_draft: OpenDraft) -> None:
        self._screen, self._open_draft = screen, open_draft
        self._sent: OutgoingId | None = None
        self._until = 0.0
        self._is_later = False
        """Whether the mail goes at a time of its own, not when the window ends."""
        self._newest_then = 0
        """What `undo` would have taken back when the mail was sent."""
        self._timer: Timer | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a mail to take back."""
        return self._sent is not None and time.monotonic() < self._until

    async def restore(self) -> None:
        """Go on counting down for a mail that was sent before the screen was opened."""
        row = await asyncio.to_thread(delivery.undoable, self._screen.session.mail)
        if row is not None and not self.is_open:
            await self.begin(row.id, row.undo_until - int(time.time()), row.send_at or None)

    async def begin(self, sent: OutgoingId, window_s: int, at: int | None = None) -> None:
        """Begin to count down; `at`, in seconds UTC, is when a mail is to go that is sent later."""
        self._newest_then = await self._newest_now()
        self._sent, self._until = sent, time.monotonic() + window_s
        self._is_later = at is not None
        if at is not None:
            self._screen.say(Safe(f"It is to go {long_date(at)}."))
        if window_s <= 0:
            if at is None:
                self._screen.say(Safe("On its way."))
            return
        self._stop()
        self._timer = self._screen.set_interval(1.0, lambda: self._screen.spawn(self.show))
        await self.show()

    def take_state(self, sent: OutgoingId, state: OutgoingState) -> None:
        """Stop counting once the mail has gone, or was cancelled elsewhere."""
        if sent == self._sent and state is not OutgoingState.QUEUED:
            self._sent = None
            self._stop()

    async def is_newest(self) -> bool:
        """Whether nothing was done since the mail was sent that can be undone."""
        return await self._newest_now() <= self._newest_then

    async def take_back(self) -> None:
        """Stop the mail and open it again."""
        sent, self._sent = self._sent, None
        self._stop()
        if sent is None:
            raise UserError("There is no mail to take back.")
        draft = await asyncio.to_thread(delivery.take_back, self._screen.session.mail, sent)
        self._screen.bridge.send()
        await self._open_draft(draft)
        self._screen.say(Safe("Taken back; nothing was sent."))

    async def show(self) -> None:
        """Say how much time is left, and the key where it would take the mail back."""
        if self._sent is None:
            return
        if not self.is_open:
            self._sent = None
            self._stop()
            return
        key = self._screen.key("undo")
        offer = f" · {key} takes back" if await self.is_newest() else ""
        left = max(1, round(self._until - time.monotonic()))
        if self._sent is not None:
            begun = "kept for later, " if self._is_later else "sends in "
            self._screen.countdown = Safe(f"{begun}{left} s{offer}")
            self._screen.refresh_status()

    async def _newest_now(self) -> int:
        return await asyncio.to_thread(undo.newest, self._screen.session.mail)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._screen.countdown = Safe("")
        self._screen.refresh_status()
