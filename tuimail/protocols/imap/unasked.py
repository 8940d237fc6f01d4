"""What a server says of the open mailbox without being asked, kept until somebody looks."""

import asyncio
from dataclasses import dataclass
from typing import Final

from .fetch import FetchRow
from .grammar import Exists, Expunged, Untagged, Vanished

MAX_KEPT_FLAGS: Final = 1_000
"""Beyond this many flag changes one is as good as all: the whole mailbox is asked again."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Messages are gone; the UIDs must be asked again to see which."""


News = Exists | Gone | FetchRow


class Unasked:
    """Collapses a flood to what matters: the last count, whether any went, flags by message."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        """Set while there is something to look at, or the line is gone."""
        self._exists: int | None = None
        self._is_any_gone = False
        self._rows: dict[tuple[int, int], FetchRow] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return self._exists is None and not self._is_any_gone and not self._rows

    def note(self, response: Untagged) -> None:
        """Keep a response if it tells of a change in the mailbox."""
        match response:
            case Exists(count):
                self._exists = count
            case Expunged() | Vanished(is_earlier=False):
                self._is_any_gone = True
            case FetchRow() if response.flags is not None:
                if len(self._rows) >= MAX_KEPT_FLAGS:
                    self._rows.popitem()
                self._rows[response.uid, 0 if response.uid else response.seq] = response
            case _:
                return
        self.arrived.set()

    def take(self) -> list[News]:
        """Return what was kept, and forget it."""
        news: list[News] = []
        if self._is_any_gone:
            news.append(Gone())
        if self._exists is not None:
            news.append(Exists(self._exists))
        news += self._rows.values()
        self.forget()
        return news

    def forget(self) -> None:
        """Start again: another mailbox is open."""
        self._exists, self._is_any_gone = None, False
        self._rows.clear()
        self.arrived.clear()
