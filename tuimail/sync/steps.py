"""The steps of an account's agenda: what a connection does before it looks what comes next."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from tuimail.model.ids import MessageKey
from tuimail.model.mailbox import MailboxChange
from tuimail.model.uid_set import UidSet

from .asking import Asking
from .pull import Pulled, Target


class Standing(StrEnum):
    """What the counters of a mailbox, told with the list, say of it."""

    EQUAL = "equal"
    """Nothing changed: it is not even opened."""
    COMING = "coming"
    """Nothing changed since it was pulled; what that left for later is being fetched."""
    MOVED = "moved"
    UNSURE = "unsure"
    """The counts are equal, but without modseqs flags may have changed."""


@dataclass(frozen=True, slots=True)
class Manage:
    """A change of the mailboxes somebody wants."""

    change: MailboxChange
    end: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class Push:
    """Carry out operations."""


@dataclass(frozen=True, slots=True)
class ListMailboxes:
    """Ask which mailboxes there are."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Pull a mailbox: newest, flags, what vanished."""

    target: Target
    is_by_hand: bool = False
    """Somebody waits for it: what is else compared now and then is compared now."""


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Ask for a mailbox's counters, and pull it if they moved."""

    target: Target


@dataclass(frozen=True, slots=True)
class FetchBody:
    """Fetch one body."""

    key: MessageKey
    ahead_of: str = ""
    """The mailbox it is fetched ahead of time for."""


@dataclass(frozen=True, slots=True)
class FetchBodies:
    """Fetch small bodies together, as many as can be until something else comes first."""

    keys: tuple[MessageKey, ...]
    """The first one first."""
    ahead_of: str = ""
    """The mailbox they are fetched ahead of time for; empty for what is on the screen."""


@dataclass(frozen=True, slots=True)
class CountBodies:
    """Count in the store what a mailbox lacks."""

    mailbox: str


@dataclass(frozen=True, slots=True)
class FindBodies:
    """Look into the store for what a mailbox lacks next."""

    mailbox: str
    since: int
    below: int
    """Row id."""


@dataclass(frozen=True, slots=True)
class AskServer:
    """Have the server search one mailbox."""

    asking: Asking
    target: Target


class Backlog:
    """What a pull left for later: flags to be compared, then headers; newest first."""

    def __init__(self, pulled: Pulled, unsure: UidSet) -> None:
        self.pulled = pulled
        self.total = pulled.backlog.count
        """Headers it began with."""
        self.headers_left = self.total
        self._unsure = list(unsure.ranges)
        self._missing = list(pulled.backlog.ranges)

    @property
    def unsure(self) -> UidSet:
        """UIDs whose flags are left to be compared."""
        return UidSet(tuple(self._unsure))

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not (self._unsure or self._missing)

    def take_unsure(self, size: int) -> UidSet:
        """Remove and return so many UIDs whose flags are to be compared."""
        return _take_from(self._unsure, size)

    def take_missing(self, size: int) -> UidSet:
        """Remove and return so many UIDs whose headers are to be fetched."""
        taken = _take_from(self._missing, size)
        self.headers_left -= taken.count
        return taken


BodyStep = FetchBody | FetchBodies | CountBodies | FindBodies
Step = Manage | Push | ListMailboxes | Refresh | AskStatus | AskServer | Backlog | BodyStep
"""One thing to do on a connection; other work may come before the next."""


def is_ahead(step: Step) -> bool:
    """Whether a step is about bodies nobody waits for: an account that has no other is in step."""
    return isinstance(step, CountBodies | FindBodies) or (
        isinstance(step, FetchBody | FetchBodies) and bool(step.ahead_of)
    )


def _take_from(ranges: list[tuple[int, int]], size: int) -> UidSet:
    """Remove and return the highest so many UIDs."""
    taken: list[tuple[int, int]] = []
    while ranges and size > 0:
        first, last = ranges.pop()
        start = max(first, last - size + 1)
        if start > first:
            ranges.append((first, start - 1))
        taken.append((start, last))
        size -= last - start + 1
    return UidSet(tuple(reversed(taken)))
