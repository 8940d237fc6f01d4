"""Rows of one FETCH on their way from the receiver to whoever stores them, in batches."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final, NamedTuple

from tuimail.model.uid_set import UidSet

from .fetch import FetchRow
from .grammar import Untagged
from .session import Command, Session, judged


class Bounds(NamedTuple):
    """How much makes a batch: whichever is reached first."""

    rows: int
    bytes: int


HEADERS: Final = Bounds(250, 2 << 20)
HOLD_BATCHES: Final = 2
"""Where the reader is this far behind, nothing more is read from the line."""


class Rows:
    """Collects rows that carry a section of a wanted message."""

    def __init__(
        self, wanted: UidSet, hold: Callable[[bool], None], batch: Bounds = HEADERS
    ) -> None:
        self._wanted = wanted
        self._hold = hold
        self._batch = batch
        self._news = asyncio.Event()
        self._rows: list[FetchRow] = []
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether a whole batch is there."""
        return len(self._rows) >= self._batch.rows or self._bytes >= self._batch.bytes

    def take(self, response: Untagged) -> bool:
        """Keep a row of ours; let news of other messages pass."""
        if type(response) is not FetchRow or not response.section:
            return False
        if response.uid in self._wanted:
            self.keep(response)
        return True

    def keep(self, row: FetchRow) -> None:
        """Add a row; whoever waits for a batch is woken once it is whole."""
        rows = self._rows
        rows.append(row)
        self._bytes += len(row.content or b"")
        batch = self._batch
        if len(rows) >= batch.rows or self._bytes >= batch.bytes:
            self._news.set()
            if len(rows) >= batch.rows * HOLD_BATCHES or self._bytes >= batch.bytes * HOLD_BATCHES:
                self._hold(True)

    async def batches(
        self, session: Session, command: Command
    ) -> AsyncGenerator[list[FetchRow], None]:
        """Say the command and yield its rows, a batch at a time.

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
        limit = self._batch.rows
        batch, self._rows = self._rows[:limit], self._rows[limit:]
        self._bytes = sum(len(row.content or b"") for row in self._rows)
        if not self.is_full:
            self._hold(False)
        return batch
