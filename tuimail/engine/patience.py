"""Whoever waits for a pass is told within a minute of silence; the server is tried further."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from tuimail.errors import ServerSilent

SILENT_S: Final = 50.0
"""As long as the server takes for any short answer, and longer than mail may stand still."""

_T = TypeVar("_T")


class Patience:
    """Waits as long as something moves."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Timeout] = set()
        self._has_stumbled = False

    def step(self) -> None:
        """A step begins: that counts until the line is cut, and then the same ones come again."""
        if not self._has_stumbled:
            self.moved()

    def stumbled(self) -> None:
        """The line was cut."""
        self._has_stumbled = True

    def moved(self) -> None:
        """Something came of it: whoever waits has all the patience again."""
        for one in self._waiting:
            if not one.expired():
                one.reschedule(asyncio.get_running_loop().time() + SILENT_S)

    async def wait(self, end: Awaitable[_T]) -> _T:
        """Return what comes in the end.

        Raises:
            ServerSilent: nothing moved for SILENT_S seconds.
        """
        self._has_stumbled = False
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
