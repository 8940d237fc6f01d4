"""Work that takes longer than a key press: one thing after the other, in the order it was asked.

A job is a coroutine function. What it raises of ours becomes a notice; anything else is a fault of
the program, which Textual's worker reports and `app` says and writes down.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from tuimail.errors import TuimailError

if TYPE_CHECKING:
    from textual.worker import WorkType

Job = Callable[[], Awaitable[None]]


class Jobs:
    """A queue and the one who works it off."""

    def __init__(self, on_error: Callable[[TuimailError], None]) -> None:
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._on_error = on_error
        self._open: set[object] = set()
        """Questions whose answer is not carried out yet."""
        self._is_closed = asyncio.Event()
        self.asked = 0
        """How many jobs were asked for so far."""

    def add(self, job: Job) -> None:
        """Have a job done after those that wait."""
        self.asked += 1
        self._queue.put_nowait(job)

    async def settled(self) -> None:
        """Wait until everything is done that was asked so far."""
        done = asyncio.Event()

        async def last() -> None:
            done.set()

        self.add(last)
        await done.wait()

    async def settle(self, patience_s: float) -> bool:
        """Wait as `settled` does, but not longer than that; return whether all is done."""
        try:
            async with asyncio.timeout(patience_s):
                await self.settled()
        except TimeoutError:
            return False
        return True

    def open(self, question: object) -> None:
        """Note that something may be asked, beside the queue, until it is closed."""
        self._open.add(question)

    def close(self, question: object) -> None:
        """Note that what was to be asked was, and carried out."""
        self._open.discard(question)
        self._is_closed.set()

    async def at_rest(self) -> None:
        """Wait until nothing that was asked for is still being done or answered."""
        asked = -1
        while self._open or self.asked != asked:
            while self._open:
                self._is_closed.clear()
                await self._is_closed.wait()
            asked = self.asked + 1  # what `settled` adds; another one makes this wait once more
            await self.settled()

    @property
    def has_more(self) -> bool:
        """Whether more waits behind the job that is being done."""
        return not self._queue.empty()

    def work(self, job: Job) -> "WorkType[None]":
        """Return one job for a worker.

        It is no coroutine yet: that would be left over where the app ends first.
        """
        return partial(self.guarded, job)

    async def run(self) -> None:
        """Work jobs off until cancelled."""
        while True:
            job = await self._queue.get()
            await self.guarded(job)

    async def guarded(self, job: Job) -> None:
        """Do one job; an expected failure becomes a notice."""
        try:
            await job()
        except TuimailError as error:
            self._on_error(error)
