"""Writes the phase of an attempt down before each step, and tells how far the mail has come."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from tuimail.events import Event, Progress, Task
from tuimail.model.outgoing import Phase
from tuimail.store.database import Store
from tuimail.store.outgoing_attempts import Claim, set_phase

PROGRESS_EVERY_S: Final = 0.2
SHOWN_FROM_BYTES: Final = 256 * 1024
"""A smaller mail is gone before anybody could look."""


class PhaseKeeper:
    """The observer of one attempt."""

    def __init__(self, store: Store, claim: Claim, on_event: Callable[[Event], None]) -> None:
        self._store = store
        self._claim = claim
        self._on_event = on_event
        self._told = 0.0
        self._is_shown = False
        self.reached = Phase.CONNECT
        """The last phase whose step may have been taken."""

    async def phase(self, phase: Phase) -> None:
        """Write the phase down, durable, before the step is taken.

        Raises:
            ClaimLost: the attempt was ended by somebody else.
            StoreError: it cannot be written.
        """
        await asyncio.to_thread(set_phase, self._store, self._claim, phase)
        self.reached = phase

    def progress(self, sent: int, total: int) -> None:
        """Tell how much of a large mail has gone, a few times a second."""
        now = monotonic()
        if total < SHOWN_FROM_BYTES or (now - self._told < PROGRESS_EVERY_S and sent < total):
            return
        self._told = now
        self._tell(sent, total)

    def end(self) -> None:
        """Say that it is over, whatever became of it."""
        if self._is_shown:
            self._tell(1, 1)

    def _tell(self, sent: int, total: int) -> None:
        self._is_shown = sent < total
        self._on_event(Progress(self._claim.account, Task.SENDING, "", sent, total))
