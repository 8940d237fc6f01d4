"""Rows of one FETCH on their way from the receiver to whoever stores them, in batches."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final

from tuimail.model.uid_set import UidSet

from .fetch import FetchRow
from .grammar import Untagged
from .session import Command, Session, judged

BATCH_ROWS: Final = 500
BATCH_BYTES: Final = 4 << 20
HOLD_ROWS: Final = 2_000
HOLD_BYTES: Final = 16 << 20
"""Where the reader is this far behind, nothing more is read from the line."""


class Rows:
    """Collects rows that carry a section of a wanted message."""

    def __init__(self, wanted: UidSet, hold: Callable[[bool], None]) -> None:
        self._wanted = wanted
        self._hold = hold
        self._news = asyncio.Event()
        self._rows: list[FetchRow] = []
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether a whole batch is there."""
        return len(self._rows) >= BATCH_ROWS or self._bytes >= BATCH_BYTES

    def take(self, response: Untagged) -> bool:
        """Keep a row of ours; let news of other messages pass."""
        if type(response) is not FetchRow or not response.section:
            return False
        if response.uid in self._wanted:
            rows = self._rows
            rows.append(response)
            self._bytes += len(response.content or b"")
            if len(rows) >= BATCH_ROWS or self._bytes >= BATCH_BYTES:
                self._news.set()
                if len(rows) >= HOLD_ROWS or self._bytes >= HOLD_BYTES:
                    self._hold(True)
        return True

    async def batches(
        self, session: Session, command: Command
    ) -> AsyncGenerator[list[FetchRow], None]:
        """Say the command and yield its rows, at most BATCH_ROWS at a time.

        Raises:
            Refused, NetworkError, ProtocolError: as `Session.say`.
        """
        async with session.exchange(command, self.take) as spoken:
            self._news = spoken.news
            while not spoken.is_done or self._rows:
                await session.until(spoken, command, lambda: spoken.is_done or self.is_full)
                batch = self._next_batch()
                if batch:
                    yield batch
        judged(spoken.outcome(), command)

    def _next_batch(self) -> list[FetchRow]:
        batch, self._rows = self._rows[:BATCH_ROWS], self._rows[BATCH_ROWS:]
        self._bytes = sum(len(row.content or b"") for row in self._rows)
        if not self.is_full:
            self._hold(False)
        return batch
