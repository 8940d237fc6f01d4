"""An event loop whose look-ups of host names have threads of their own."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Final

LOOKUPS_AT_ONCE: Final = 16
"""With a dead name server each takes up to half a minute, however soon its caller gives up."""

Asked = tuple[Future[object], Callable[[], object]]


class PatientLoop(asyncio.SelectorEventLoop):
    """Looks hosts up beside the default executor, which is the way to the store.

    Its threads are daemons and no executor's, for whose threads a process that ends would wait.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._idle = Semaphore(0)
        """Threads that wait for a question."""
        self._threads = 0

    async def getaddrinfo(  # type: ignore[override]  # noqa: PLR0913  as asyncio has it
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002  as the loop names it
        proto: int = 0,
        flags: int = 0,
    ) -> object:
        """Return the addresses of a host: see `socket.getaddrinfo`."""
        answer: Future[object] = Future()
        question = (host, port, family, type, proto, flags)
        self._asked.put((answer, lambda: socket.getaddrinfo(*question)))
        if not self._idle.acquire(blocking=False) and self._threads < LOOKUPS_AT_ONCE:
            self._threads += 1
            Thread(target=self._look_up, name="lookup", daemon=True).start()
        return await asyncio.wrap_future(answer, loop=self)

    def close(self) -> None:
        """Close the loop; a look-up that still goes on is not waited for."""
        super().close()
        for _ in range(self._threads):
            self._asked.put(None)

    def _look_up(self) -> None:
        """Answer questions until there are no more."""
        while (question := self._asked.get()) is not None:
            answer, look_up = question
            if answer.set_running_or_notify_cancel():  # its caller may have given up meanwhile
                _settle(answer, look_up)
            self._idle.release()


def _settle(answer: Future[object], look_up: Callable[[], object]) -> None:
    try:
        addresses = look_up()
    except (OSError, ValueError, OverflowError) as error:  # no such host, no name, no port
        answer.set_exception(error)
    else:
        answer.set_result(addresses)
