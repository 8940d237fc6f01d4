"""Bodies that somebody waits for, and those of mails on the screen. No input or output."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Final

from tuimail.errors import TuimailError
from tuimail.model.ids import MessageKey

from .steps import FetchBodies, FetchBody

MAX_VISIBLE: Final = 200
"""Bodies wanted at once for what is on the screen."""


class BodyWishes:
    """Who waits for which body, and what is in sight."""

    def __init__(self, comes_alone: Callable[[MessageKey], bool]) -> None:
        """`comes_alone` tells of a body whether it is to be asked for by itself."""
        self._comes_alone = comes_alone
        self._wished: dict[MessageKey, list[asyncio.Future[None]]] = {}
        self._visible: list[MessageKey] = []

    @property
    def wished(self) -> list[MessageKey]:
        """Bodies that somebody waits for, the first one first."""
        return list(self._wished)

    @property
    def has_visible(self) -> bool:
        """Whether something in sight lacks its body."""
        return bool(self._visible)

    def wish(self, key: MessageKey) -> asyncio.Future[None]:
        """Want a body before all others."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wished.setdefault(key, []).append(end)
        return end

    def see(self, keys: Iterable[MessageKey]) -> None:
        """Want these soon, the first one first, and no longer those seen before."""
        self._visible = list(dict.fromkeys(keys))[:MAX_VISIBLE]

    def is_wished(self, key: MessageKey) -> bool:
        """Whether somebody waits for this body."""
        return key in self._wished

    def is_awaited(self, key: MessageKey) -> bool:
        """Whether somebody waits for this body, or has it on the screen."""
        return key in self._wished or key in self._visible

    def out_of_sight(self, keys: Collection[MessageKey]) -> None:
        """These are not fetched because they are on the screen."""
        self._visible = [key for key in self._visible if key not in keys]

    def forget_visible(self) -> None:
        """Nothing is fetched because it is on the screen."""
        self._visible.clear()

    def ended(self, keys: Collection[MessageKey], problem: TuimailError | None) -> None:
        """Bodies came, or cannot come: whoever waits is told."""
        for key in keys:
            for end in self._wished.pop(key, ()):
                settle(end, problem)
        if self._visible:
            self.out_of_sight(set(keys))

    def next_wished(self, but: MessageKey | None = None) -> FetchBody | None:
        """Return the step to what somebody waits for, leaving out one body."""
        key = next((key for key in self._wished if key != but), None)
        return FetchBody(key) if key is not None else None

    def next_visible(self) -> FetchBody | FetchBodies | None:
        """Return the step to what is in sight: many at once, then those that come alone."""
        together = tuple(key for key in self._visible if not self._comes_alone(key))
        if together:
            return FetchBodies(together)
        return FetchBody(self._visible[0]) if self._visible else None


def settle(end: asyncio.Future[None], problem: TuimailError | None) -> None:
    """Tell somebody who waits that it is done, or why it is not; nothing if he is gone."""
    if end.done():
        return
    if problem is None:
        end.set_result(None)
    else:
        end.set_exception(problem)
