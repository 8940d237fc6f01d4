"""What is to be done for one account, and what comes first. No input or output.

Everything here can be lost: after a crash it is made anew from the store and the server.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NetworkError, TuimailError
from tuimail.model.ids import MessageKey
from tuimail.model.mailbox import INBOX, MailboxChange

from .passes import Counted, PassEnd, Passes
from .pull import Pulled, Target

MAX_VISIBLE: Final = 200
"""Bodies wanted at once for what is on the screen."""


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


@dataclass(slots=True)
class Backlog:
    """Headers of one mailbox still to be fetched, newest first."""

    pulled: Pulled
    left: list[int]
    """UIDs, ascending: taken from the end."""

    @property
    def total(self) -> int:
        """How many there were."""
        return len(self.pulled.backlog)

    def take(self, size: int) -> tuple[int, ...]:
        """Remove and return the next batch, ascending."""
        batch = tuple(self.left[-size:])
        del self.left[-size:]
        return batch


Step = Manage | Push | ListMailboxes | Refresh | AskStatus | FetchBody | Backlog


class Agenda:
    """What one account still has to do; `changed` is set whenever something was added."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.targets: dict[str, Target] = {}
        """Mailboxes that can be opened, by name, INBOX first."""
        self.is_watched = False
        """INBOX is watched by a connection of its own."""
        self.passes = Passes()
        self._is_push_due = True
        self._is_pushing = False
        self._is_list_due = True
        self._wished: dict[MessageKey, list[asyncio.Future[None]]] = {}
        self._changes: list[Manage] = []
        self._refresh: dict[str, None] = {}
        self._parked: set[str] = set()
        self._visible: list[MessageKey] = []
        self._status: dict[str, None] = {}
        self._backlogs: dict[str, Backlog] = {}
        self._ahead: dict[str, list[MessageKey]] = {}
        self._taken: Step | None = None
        self._is_resting = False

    def wish_push(self) -> None:
        """Operations wait."""
        self._is_push_due = True
        self.changed.set()

    def wish_body(self, key: MessageKey) -> asyncio.Future[None]:
        """Want a body before all others."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wished.setdefault(key, []).append(end)
        self.changed.set()
        return end

    def wish_bodies(self, keys: Iterable[MessageKey]) -> None:
        """Want these bodies soon, the first one first, and no longer those wanted before."""
        self._visible = list(keys)[:MAX_VISIBLE][::-1]
        self.changed.set()

    def wish_change(self, change: MailboxChange) -> asyncio.Future[None]:
        """Want the mailboxes changed."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changes.append(Manage(change, end))
        self.changed.set()
        return end

    def wish_pass(
        self, mailbox: str = "", *, headers_only: bool = False
    ) -> asyncio.Future[PassEnd]:
        """Want a walk over the account or one mailbox."""
        self._is_list_due = self._is_push_due = True
        self._is_resting = False
        self.changed.set()
        return self.passes.add(mailbox, headers_only=headers_only)

    def wish_refresh(self, names: Iterable[str]) -> None:
        """Look into these mailboxes again."""
        self._refresh.update(dict.fromkeys(name for name in names if name in self.targets))
        self.changed.set()

    def wish_status(self) -> None:
        """Ask for the counters of every mailbox but INBOX, which is watched."""
        self._status = dict.fromkeys(name for name in self.targets if name != INBOX)
        self.changed.set()

    def take_step(self) -> Step | None:
        """Return what comes first, or None when everything is done.

        A wish for the same that comes while the step is taken is a step of its own again.
        """
        self._taken = self._next_step()
        return self._taken

    def listed(self, targets: Sequence[Target], *, is_first: bool) -> None:
        """Take in the mailboxes that are there; all are pulled the first time on a connection."""
        self._is_list_due = False
        self.targets = {target.name: target for target in targets}
        for names in (self._refresh, self._status, self._backlogs, self._ahead):
            for name in [name for name in names if name not in self.targets]:
                del names[name]
        wanted = self.passes.listed(self.targets)
        self.wish_refresh(name for name in self.targets if is_first or name in wanted)
        self.settle()

    def pushed(self, touched: Iterable[str], parked: Iterable[str]) -> None:
        """Operations were carried out as far as they can be before these mailboxes are pulled."""
        self._is_pushing = False
        self._parked = {name for name in parked if name in self.targets}
        self.wish_refresh([*touched, *self._parked])
        self.settle()

    def pulled(self, pulled: Pulled) -> None:
        """A mailbox was pulled; what is missing becomes its backlog, unless fetching rests."""
        name = pulled.target.name
        self._backlogs.pop(name, None)
        self.passes.count(name, Counted(pulled.new, pulled.changed, pulled.vanished))
        if pulled.backlog and self._is_resting:
            self._parked.discard(name)
        elif pulled.backlog:
            self._backlogs[name] = Backlog(pulled, list(pulled.backlog))

    def fetched(self, name: str, new: int) -> None:
        """A part of a mailbox's backlog was fetched."""
        self.passes.count(name, Counted(new=new))

    def has_status(self, name: str, *, has_moved: bool) -> None:
        """The counters of a mailbox were asked."""
        if has_moved:
            self.wish_refresh([name])

    def in_step(self, name: str, ahead: Sequence[MessageKey]) -> None:
        """Every header of a mailbox is here; these bodies are fetched ahead of time."""
        self._backlogs.pop(name, None)
        if name in self._parked:
            self._parked.discard(name)
            self._is_push_due = True
        self.passes.headers_done(name)
        self._ahead[name] = [] if self._is_resting else list(ahead)[::-1]
        self._check_ahead(name)
        self.settle()

    def refused(self, name: str, problem: TuimailError) -> None:
        """The server refused a mailbox: go on with the others."""
        for names in (self._refresh, self._status, self._backlogs, self._ahead):
            names.pop(name, None)
        self._parked.discard(name)
        self.passes.refused(name, problem)
        self.settle()

    def is_wished(self, key: MessageKey) -> bool:
        """Whether somebody waits for this body."""
        return key in self._wished

    def is_overtaken(self, step: FetchBody) -> bool:
        """Whether a body is to be given up: for another one, or because fetching was stopped."""
        is_late = bool(self._wished) and step.key not in self._wished
        return is_late or self._taken is not step

    def has_body(self, step: FetchBody, problem: TuimailError | None = None) -> None:
        """A body came, or cannot come."""
        for end in self._wished.pop(step.key, ()):
            _end(end, problem)
        if step.key in self._visible:
            self._visible.remove(step.key)
        for name, keys in list(self._ahead.items()):
            if step.key in keys:
                keys.remove(step.key)
                self._check_ahead(name)
        self.settle()

    def managed(self, step: Manage, problem: TuimailError | None = None) -> None:
        """The mailboxes were changed, or not."""
        self._changes.remove(step)
        self._is_list_due = True
        _end(step.end, problem)

    def cancel(self) -> None:
        """Stop fetching until somebody wishes for a pass; new mail and operations still go on."""
        self._is_resting = True
        kept = {INBOX, *self._parked}  # news of new mail, and what operations wait for
        self._refresh = {name: None for name in self._refresh if name in kept}
        for names in (self._status, self._backlogs, self._ahead, self._visible):
            names.clear()
        self._taken = None
        stopped = NetworkError("Fetching was stopped. Check for mail to go on.")
        for key in list(self._wished):
            self.has_body(FetchBody(key), stopped)
        self.passes.give_up(stopped)

    def cut(self, error: TuimailError) -> None:
        """The line was cut: what was begun begins again on the next one."""
        for names in (self._refresh, self._status, self._backlogs, self._ahead):
            names.clear()
        self._parked.clear()
        self._is_pushing = False
        self._is_push_due = self._is_list_due = True
        self.passes.cut(error)

    def unreachable(self, error: TuimailError) -> None:
        """There is no line: whoever waits is told."""
        for key in list(self._wished):
            self.has_body(FetchBody(key), error)
        for step in list(self._changes):
            self.managed(step, error)
        self.passes.give_up(error)

    def settle(self) -> None:
        """End the passes that are done, unless operations are still to be carried out."""
        if not (self._is_push_due or self._is_pushing or self._parked):
            self.passes.settle()

    def _next_step(self) -> Step | None:
        if self._wished:
            return FetchBody(next(iter(self._wished)))
        if self._is_push_due:
            self._is_push_due, self._is_pushing = False, True
            return Push()
        if self._changes:
            return self._changes[0]
        if self._is_list_due:
            return ListMailboxes()
        return self._next_pull() or self._next_later()

    def _next_pull(self) -> Step | None:
        if self._refresh:
            name = INBOX if INBOX in self._refresh else next(iter(self._refresh))
            del self._refresh[name]
            self._status.pop(name, None)
            return Refresh(self.targets[name])
        if self._visible:
            return FetchBody(self._visible[-1])
        return None

    def _next_later(self) -> Step | None:
        for name in self._status:
            del self._status[name]
            return AskStatus(self.targets[name])
        for name in self._in_order(self._backlogs):
            return self._backlogs[name]
        for name in self._in_order(self._ahead):
            return FetchBody(self._ahead[name][-1], ahead_of=name)
        return None

    def _in_order(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: name != INBOX)

    def _check_ahead(self, name: str) -> None:
        if not self._ahead[name]:
            del self._ahead[name]
            self.passes.bodies_done(name)


def _end(end: asyncio.Future[None], problem: TuimailError | None) -> None:
    if end.done():
        return
    if problem is None:
        end.set_result(None)
    else:
        end.set_exception(problem)
