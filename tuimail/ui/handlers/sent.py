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
from tuimail.services import delivery
from tuimail.ui.main_screen import MainScreen

OpenDraft = Callable[[Draft], Awaitable[None]]
"""Begins to write, or goes on with a draft."""


class UndoWindow:
    """Counts down in the status line; `u` takes the mail back while it lasts."""

    def __init__(self, screen: MainScreen, open_draft: OpenDraft) -> None:
        self._screen, self._open_draft = screen, open_draft
        self._sent: OutgoingId | None = None
        self._until = 0.0
        self._timer: Timer | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a mail to take back."""
        return self._sent is not None and time.monotonic() < self._until

    def begin(self, sent: OutgoingId, window_s: int) -> None:
        """Begin to count down."""
        self._sent, self._until = sent, time.monotonic() + window_s
        if window_s <= 0:
            self._screen.say(Safe("On its way."))
            return
        self._stop()
        self._timer = self._screen.set_interval(1.0, self._tick)
        self._show()

    def take_state(self, sent: OutgoingId, state: OutgoingState) -> None:
        """Stop counting once the mail has gone, or was cancelled elsewhere."""
        if sent == self._sent and state is not OutgoingState.QUEUED:
            self._sent = None
            self._stop()

    def take_back_if_open(self) -> bool:
        """Stop the mail and open it again; return False where there is none to take back."""
        if not self.is_open:
            return False
        self._screen.spawn_question(self._take_back)
        return True

    async def _take_back(self) -> None:
        sent, self._sent = self._sent, None
        self._stop()
        if sent is None:
            raise UserError("There is no mail to take back.")
        draft = await asyncio.to_thread(delivery.take_back, self._screen.session.mail, sent)
        self._screen.bridge.send()
        await self._open_draft(draft)
        self._screen.say(Safe("Taken back; nothing was sent."))

    def _tick(self) -> None:
        if self.is_open:
            self._show()
        else:
            self._sent = None
            self._stop()

    def _show(self) -> None:
        left = max(1, round(self._until - time.monotonic()))
        self._screen.countdown = Safe(f"sends in {left} s · u takes back")
        self._screen.refresh_status()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._screen.countdown = Safe("")
        self._screen.refresh_status()
