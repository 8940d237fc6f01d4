"""Whoever waits for a pass is told within a minute of silence; the server is tried further."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from tuimail.errors import ServerSilent

SILENT_S: Final = 45.0
"""Longer than mail may stand still, and well below the minute."""
MAX_STUMBLES: Final = 2
"""Where the line is cut more often, what comes in between prolongs nothing any more."""

_T = TypeVar("_T")


class Patience:
    """Waits as long as something moves."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Timeout] = set()
        self._stumbles = 0

    def step(self) -> None:
        """A step begins: that counts until the line is cut, and then the same ones come again."""
        if not self._stumbles:
            self.moved()

    def stumbled(self) -> None:
        """The line was cut."""
        self._stumbles += 1

    def moved(self) -> None:
        """Something came of it: whoever waits has all the patience again."""
        for one in self._waiting if self._stumbles <= MAX_STUMBLES else ():
            if not one.expired():
                one.reschedule(asyncio.get_running_loop().time() + SILENT_S)

    async def wait(self, end: Awaitable[_T]) -> _T:
        """Return what comes in the end.

        Raises:
            ServerSilent: nothing moved for SILENT_S seconds.
        """
        self._stumbles = 0
        try:
            async with asyncio.timeout(SILENT_S) as waiting:
                self._waiting.add(waiting)
                try:
                    return await end
                finally:
                    self._waiting.discard(waiting)
        except TimeoutError as error:
            raise ServerSilent(
                f"Nothing has come of this for {SILENT_S:.0f} seconds. "
                "The server is tried further, and what comes is kept."
            ) from error
