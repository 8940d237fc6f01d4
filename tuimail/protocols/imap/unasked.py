"""What a server says without being asked: which mailboxes changed."""

import asyncio
from dataclasses import dataclass
from typing import Final

from .faults import unreadable
from .fetch import FetchRow
from .grammar import Exists, Expunged, Listed, MailboxStatus, Untagged, Vanished
from .names import reread_as_utf8

MAX_ELSEWHERE: Final = 100_000
"""Names kept until somebody looks."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed; false where nothing did."""

    is_here: bool
    """In the open mailbox."""
    elsewhere: frozenset[str]
    """Mailboxes that changed, came, went or have another name (RFC 5465); only after NOTIFY."""

    def __bool__(self) -> bool:
        return self.is_here or bool(self.elsewhere)


class Unasked:
    """Collapses all it says, a flood too, to one bit for each mailbox: there is news, so look."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        """Set while there is news, or the line is gone."""
        self.hears_elsewhere = False
        """NOTIFY is on: STATUS and LIST that nobody asked for tell of other mailboxes."""
        self._is_here = False
        self._elsewhere: set[str] = set()

    @property
    def has_news(self) -> bool:
        """Whether anything changed."""
        return self._is_here or bool(self._elsewhere)

    def note(self, response: Untagged) -> None:
        """Take note of a response if it tells of a change.

        Raises:
            ProtocolError: it tells of more mailboxes than there can be.
        """
        match response:
            case Exists() | Expunged() | Vanished(is_earlier=False):
                self._is_here = True
            case FetchRow() if response.flags is not None:
                self._is_here = True
            case MailboxStatus(name=name) | Listed(name=name) if self.hears_elsewhere:
                # Dovecot 2.3 tells of new mailboxes in UTF-8, and else in modified UTF-7.
                self._elsewhere.add(reread_as_utf8(name))
                if len(self._elsewhere) > MAX_ELSEWHERE:
                    raise unreadable("mailboxes without end")
            case _:
                return
        self.arrived.set()

    def take(self) -> News:
        """Return the news, and forget them."""
        news = News(self._is_here, frozenset(self._elsewhere))
        self._elsewhere.clear()
        self.forget()
        return news

    def forget(self) -> None:
        """Forget the open mailbox: it was looked at, or another one is open."""
        self._is_here = False
        if not self._elsewhere:
            self.arrived.clear()
