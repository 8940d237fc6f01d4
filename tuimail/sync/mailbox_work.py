"""Takes those steps of an account's agenda that bring a mailbox in step."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from tuimail.errors import ProtocolError, Scope
from tuimail.events import MailboxesChanged, Progress, Task
from tuimail.model.account import Account
from tuimail.model.mailbox import INBOX
from tuimail.model.uid_set import UidSet

from .agenda import Agenda
from .plan import has_moved
from .pull import (
    BATCH_ALONE,
    BATCH_LEAST,
    BATCH_WATCHED,
    BATCHES_ALONE,
    Puller,
    Target,
    local_state,
)
from .pulls import Pulls
from .remote import Remote, RemoteState
from .steps import AskStatus, Backlog, Refresh, Standing
from .surroundings import Surroundings
from .survey import FLAGS_A_STEP

COMPARE_EVERY_S: Final = 3_600.0
"""How often all flags are compared where the server keeps no modseqs; those of the newest messages
are each time a mailbox is looked into."""
MAX_RENUMBERED: Final = 3
"""Times one connection sees another UIDVALIDITY of a mailbox, which changes once in years."""


class MailboxWork:
    """The part of the first working connection that pulls mailboxes."""

    def __init__(self, account: Account, agenda: Agenda, surroundings: Surroundings) -> None:
        self._account = account
        self._agenda = agenda
        self._around = surroundings
        store, on_event = surroundings.store, surroundings.on_event
        self.puller = Puller(
            store, account.name, on_event, self._batch_size, surroundings.reckoning
        )
        self.pulls = Pulls()
        self.opened: tuple[str, RemoteState] | None = None
        """The mailbox that is open, and what opening it told."""
        self.inbox_seen = asyncio.Event()
        """Set once this connection has looked at INBOX."""
        self._generations: dict[str, int] = {}
        """UIDVALIDITY of each mailbox, as this connection saw it last."""
        self._renumbered: Counter[str] = Counter()
        self._compared_at: dict[str, float] = {}

    def connected(self) -> None:
        """Begin on a new connection."""
        self.opened = None
        self.inbox_seen.clear()
        self._generations.clear()
        self._renumbered.clear()
        self.pulls.connected()

    async def look(
        self, remote: Remote, step: Refresh | AskStatus | Backlog, target: Target
    ) -> None:
        """Take a step in one mailbox; if the server refuses it, go on with the others."""
        try:
            match step:
                case Refresh():
                    await self._refresh(remote, step)
                case AskStatus():
                    if await self._has_moved(remote, target):
                        self._agenda.wish_refresh([target.name])
                case Backlog():
                    await self._work_off(remote, step)
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise
            self.opened = None
            self._agenda.refused(target.name, error)
        self._note_seen(target)

    def standings(
        self, targets: list[Target], states: Mapping[str, RemoteState]
    ) -> dict[str, Standing]:
        """Say of mailboxes whether they are in step, as far as their counters tell."""
        found: dict[str, Standing] = {}
        for target in targets:
            told = states.get(target.name)
            if told is not None:
                found[target.name] = self._standing(target, told)
        return found

    def _standing(self, target: Target, told: RemoteState) -> Standing:
        coming = self._agenda.pulls.state_coming(target.name)
        if coming is not None and not has_moved(coming, told):
            return Standing.COMING
        if not local_state(self._around.store, target.id).equals(told):
            return Standing.MOVED
        if told.highest_modseq:
            return Standing.EQUAL
        return Standing.MOVED if self._is_due(target.name) else Standing.UNSURE

    def _is_due(self, name: str) -> bool:
        """Whether all flags of a mailbox are to be compared again, where no modseq tells."""
        compared_at = self._compared_at.get(name)
        is_long_ago = (
            compared_at is None or self._around.monotonic() - compared_at >= COMPARE_EVERY_S
        )
        return is_long_ago and not self._agenda.pulls.is_comparing(name)

    async def _refresh(self, remote: Remote, step: Refresh) -> None:
        target, number = step.target, self.pulls.begin()
        self.opened = None
        is_due = step.is_by_hand or self._is_due(target.name)
        pulled = await self.puller.refresh(remote, target, is_due=is_due)
        self.opened = (target.name, pulled.state)
        self._require_a_generation(target.name, pulled.state.uid_validity)
        self._agenda.pulled(pulled)
        if pulled.is_from_nothing:
            self._compared_at[target.name] = self._around.monotonic()
        if pulled.is_whole and not self._agenda.pulls.has_left(target.name):
            self.in_step(target, number)

    def _require_a_generation(self, name: str, uid_validity: int) -> None:
        """Refuse a mailbox whose messages are numbered anew whenever it is opened.

        Its headers and bodies would be asked for without end (RFC 9051 section 2.3.1.1).
        """
        before = self._generations.setdefault(name, uid_validity)
        if before != uid_validity:
            self._generations[name] = uid_validity
            self._renumbered[name] += 1
        if self._renumbered[name] > MAX_RENUMBERED:
            raise ProtocolError(
                "The mail server numbers the messages of a mailbox anew each time it is opened; "
                "it cannot be kept in step.",
                Scope.COMMAND,
            )

    async def _has_moved(self, remote: Remote, target: Target) -> bool:
        told = await remote.status(target.name)
        standing = await asyncio.to_thread(self._standing, target, told)
        return standing is Standing.MOVED

    async def _work_off(self, remote: Remote, backlog: Backlog) -> None:
        """Take one step of what a pull left for later."""
        pulled, target = backlog.pulled, backlog.pulled.target
        state = await self.open(remote, target.name)
        if state.uid_validity != pulled.state.uid_validity:
            self._agenda.wish_refresh([target.name])
            return
        if backlog.unsure:
            await self._compare_flags(remote, backlog)
        else:
            await self._fetch_headers(remote, backlog)
        if backlog.is_done:
            await self.puller.complete(pulled)
            self.in_step(target, self.pulls.last)

    async def _compare_flags(self, remote: Remote, backlog: Backlog) -> None:
        target = backlog.pulled.target
        uids = backlog.take_unsure(FLAGS_A_STEP)
        changed = await self.puller.compare(remote, target, uids)
        self._agenda.fetched(target.name, changed=changed)
        if not backlog.unsure:
            self._compared_at[target.name] = self._around.monotonic()

    async def _fetch_headers(self, remote: Remote, backlog: Backlog) -> None:
        target = backlog.pulled.target
        left = backlog.headers_left

        def batches() -> Iterator[UidSet]:
            yield backlog.take_missing(self._step_size())
            while backlog.headers_left and self._agenda.may_go_on(backlog):
                yield backlog.take_missing(self._step_size())

        def stored(count: int) -> None:
            nonlocal left
            left -= count
            self._agenda.fetched(target.name, count)
            self._tell(backlog, left)

        self._around.fetching.add(self._account.name)
        try:
            await self.puller.fetch(remote, target, batches(), stored)
        finally:
            self._around.fetching.discard(self._account.name)
        if left > backlog.headers_left:  # some vanished meanwhile
            self._tell(backlog, backlog.headers_left)

    def _tell(self, backlog: Backlog, left: int) -> None:
        account, target = self._account.name, backlog.pulled.target
        done = backlog.total - left
        self._around.on_event(Progress(account, Task.HEADERS, target.name, done, backlog.total))
        self._around.on_event(MailboxesChanged(account))

    def in_step(self, target: Target, number: int) -> None:
        """Note that everything is here that was there when this pull began."""
        self.pulls.whole(target.name, number)
        self._agenda.in_step(target.name)
        self._note_seen(target)

    def _note_seen(self, target: Target) -> None:
        if target.name == INBOX:
            self.inbox_seen.set()

    async def open(self, remote: Remote, name: str) -> RemoteState:
        """Select a mailbox unless it is."""
        if self.opened is None or self.opened[0] != name:
            self.opened = None
            self.opened = (name, await remote.open(name))
        return self.opened[1]

    def _step_size(self) -> int:
        """Return how many headers are asked for at once: few where somebody may open a mail."""
        return BATCH_WATCHED if self._around.has_screen() else BATCH_ALONE * BATCHES_ALONE

    def _batch_size(self) -> int:
        if self._around.has_screen():
            return BATCH_WATCHED
        return max(BATCH_LEAST, BATCH_ALONE // max(1, len(self._around.fetching)))
