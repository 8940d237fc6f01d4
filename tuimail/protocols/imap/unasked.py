"""Whether a server said anything of the open mailbox without being asked."""

import asyncio

from .fetch import FetchRow
from .grammar import Exists, Expunged, Untagged, Vanished


class Unasked:
    """Collapses all it says, a flood too, to one bit: there is news, so look at the mailbox."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        """Set while there is news, or the line is gone."""
        self.has_news = False

    def note(self, response: Untagged) -> None:
        """Take note of a response if it tells of a change in the mailbox."""
        match response:
            case Exists() | Expunged() | Vanished(is_earlier=False):
                pass
            case FetchRow() if response.flags is not None:
                pass
            case _:
                return
        self.has_news = True
        self.arrived.set()

    def take(self) -> bool:
        """Return whether there was news, and forget it."""
        had_news = self.has_news
        self.forget()
        return had_news

    def forget(self) -> None:
        """Start again: the mailbox was looked at, or another one is open."""
        self.has_news = False
        self.arrived.clear()
