"""Walks over an account that someone waits for, and what they did. No input or output."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from tuimail.errors import ExitStatus, ServerSilent, TuimailError

MAX_CUTS: Final = 3
"""A pass during which the line is cut more often than this is given up."""


@dataclass(slots=True)
class Counted:
    """What a pass did to one mailbox."""

    new: int = 0
    changed: int = 0
    vanished: int = 0


@dataclass(frozen=True, slots=True)
class PassEnd:
    """How a pass ended."""

    counts: dict[str, Counted]
    """By mailbox name."""
    hint: str = ""
    exit_status: ExitStatus = ExitStatus.DONE


@dataclass(slots=True, eq=False)
class Pass:
    """One walk over the mailboxes of an account."""

    end: asyncio.Future[PassEnd]
    mailbox: str = ""
    """Empty for all."""
    headers_only: bool = False
    waits: set[str] | None = None
    """Mailboxes that are not done; None until they are listed."""
    counts: dict[str, Counted] = field(default_factory=dict)
    cuts: int = 0
    problem: TuimailError | None = None
    """The first thing that went wrong."""


class Passes:
    """The passes over one account that go on."""

    def __init__(self) -> None:
        self._open: list[Pass] = []

    def add(self, mailbox: str, *, headers_only: bool) -> asyncio.Future[PassEnd]:
        """Begin a pass over one mailbox, or all if it is empty."""
        end: asyncio.Future[PassEnd] = asyncio.get_running_loop().create_future()
        self._open.append(Pass(end, mailbox, headers_only))
        return end

    def single(self) -> set[str]:
        """Return the mailboxes that somebody waits for alone, with their bodies."""
        return {walk.mailbox for walk in self._open if walk.mailbox and not walk.headers_only}

    def listed(self, names: Collection[str]) -> set[str]:
        """Give passes that begin their mailboxes; return those to pull for them."""
        wanted: set[str] = set()
        for walk in self._open:
            if walk.waits is None:
                walk.waits = {walk.mailbox} & set(names) if walk.mailbox else set(names)
                wanted |= walk.waits
                if walk.mailbox and not walk.waits:
                    walk.problem = TuimailError("There is no such mailbox in this account.")
        return wanted

    def count(self, name: str, counted: Counted) -> None:
        """Add to what was done to a mailbox."""
        for walk in self._open:
            sum_ = walk.counts.setdefault(name, Counted())
            sum_.new += counted.new
            sum_.changed += counted.changed
            sum_.vanished += counted.vanished

    def headers_done(self, name: str) -> None:
        """Every header of a mailbox is here."""
        self._done(name, lambda walk: walk.headers_only)

    def bodies_done(self, name: str) -> None:
        """The bodies that come ahead of time are here as well."""
        self._done(name, lambda _: True)

    def refused(self, name: str, problem: TuimailError) -> None:
        """The server refused a mailbox; the others go on."""
        for walk in self._open:
            if walk.waits is not None and name in walk.waits:
                walk.problem = walk.problem or problem
        self.bodies_done(name)

    def cut(self, error: TuimailError) -> None:
        """The line was cut: begin again, some times; not where somebody has waited long."""
        for walk in self._open:
            walk.cuts += 1
            walk.waits = None
            if walk.cuts > MAX_CUTS or isinstance(error, ServerSilent):
                walk.problem, walk.waits = error, set()
        self.settle()

    def moved(self) -> None:
        """Something came: what was cut before it counts no more."""
        for walk in self._open:
            walk.cuts = 0

    def give_up(self, error: TuimailError) -> None:
        """There is no line at all, or nobody wants them any more."""
        for walk in self._open:
            walk.problem, walk.waits = error, set()
        self.settle()

    def settle(self) -> None:
        """End the passes that wait for nothing any more."""
        ended = [walk for walk in self._open if walk.waits is not None and not walk.waits]
        self._open = [walk for walk in self._open if walk not in ended]
        for walk in ended:
            if not walk.end.done():
                walk.end.set_result(_end_of(walk))

    def _done(self, name: str, is_meant: Callable[[Pass], bool]) -> None:
        for walk in self._open:
            if walk.waits is not None and is_meant(walk):
                walk.waits.discard(name)


def _end_of(walk: Pass) -> PassEnd:
    if walk.problem is None:
        return PassEnd(walk.counts)
    return PassEnd(walk.counts, walk.problem.hint, walk.problem.exit_status)
