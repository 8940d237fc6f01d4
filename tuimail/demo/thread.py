"""A mail host in a thread of its own, so that blocking code and other event loops can use it."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Self, TypeVar

from .host import MailHost

START_TIMEOUT_S: Final = 30.0
CALL_TIMEOUT_S: Final = 10.0

_Value = TypeVar("_Value")


class HostThread:
    """Runs a host between `with` and its end."""

    def __init__(self, host: MailHost) -> None:
        self.host = host
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._run, name="mail host", daemon=True)
        self._ended: asyncio.Event | None = None

    def __enter__(self) -> Self:
        """Start, and return once it listens."""
        self._thread.start()
        self._loop = self._ready.result(START_TIMEOUT_S)
        return self

    def __exit__(self, *_: object) -> None:
        """End the host and its thread."""
        if self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(CALL_TIMEOUT_S)

    def call(self, function: Callable[[], _Value]) -> _Value:
        """Run a function in the host's thread, where its mailboxes may be touched."""
        done: Future[_Value] = Future()

        def run() -> None:
            try:
                done.set_result(function())
            except Exception as error:  # noqa: BLE001 (handed to the caller's thread)
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(CALL_TIMEOUT_S)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        try:
            async with self.host:
                self._ready.set_result(asyncio.get_running_loop())
                await self._ended.wait()
        except OSError as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)
