"""Takes the steps of an account's agenda, one at a time, on one connection."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, UserError
from tuimail.events import Connection, MailboxesChanged, Progress, RoleAsked, Task
from tuimail.model.account import Account
from tuimail.model.mailbox import INBOX, ListedMailbox, Role, canonical_name
from tuimail.model.uid_set import UidSet
from tuimail.store.mailboxes import mailbox_rows, note_synced, put_mailboxes
from tuimail.store.renames import settle_rename, unsettled_rename

from .agenda import Agenda, Standing
from .asking import ask
from .body_work import BodyWork
from .manage import change_mailboxes
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
from .push import Pusher
from .remote import Remote, RemoteState
from .roles import missing_roles, with_roles
from .steps import (
    AskServer,
    AskStatus,
    Backlog,
    FetchBodies,
    FetchBody,
    FindBodies,
    ListMailboxes,
    Manage,
    Push,
    Refresh,
    Step,
    is_ahead,
)
from .surroundings import Surroundings
from .survey import FLAGS_A_STEP
from .threads import to_its_end

POLL_S: Final = 300.0
"""How often mailboxes that are not watched are asked for their counters."""
POLL_WATCHED_S: Final = 1_800.0
"""How often those are that are watched: a server may lose count."""
POLL_INBOX_S: Final = 60.0
"""How often INBOX is looked into where it cannot be watched."""
MAX_RENUMBERED: Final = 3
"""Times one connection sees another UIDVALIDITY of a mailbox, which changes once in years."""
COMPARE_EVERY_S: Final = 3_600.0
"""How often all flags are compared where the server keeps no modseqs; those of the newest messages
are each time a mailbox is looked into."""


class Worker:
    """The first working connection of one account."""

    def __init__(
        self,
        account: Account,
        agenda: Agenda,
        surroundings: Surroundings,
        becomes: Callable[[Connection], None],
    ) -> None:
        self._account = account
        self._agenda = agenda
        self._around = surroundings
        self._becomes = becomes
        store, on_event = surroundings.store, surroundings.on_event
        self._puller = Puller(store, account.name, on_event, self._batch_size)
        self._pulls = Pulls()
        self._pusher = Pusher(store, account.name, on_event, self._pulls)
        self.bodies = BodyWork(account, agenda, surroundings)
        """Fetches bodies on any line of the account."""
        self._opened: tuple[str, RemoteState] | None = None
        self._has_listed = False
        self._asked_roles: set[Role] = set()
        self._generations: dict[str, int] = {}
        """UIDVALIDITY of each mailbox, as this connection saw it last."""
        self._renumbered: Counter[str] = Counter()
        self._has_pulled = False
        self._compared_at: dict[str, float] = {}
        self._polled_at = self._inbox_polled_at = 0.0

    async def work(self, remote: Remote) -> None:
        """Take step after step until cancelled or the line is cut.

        Raises:
            NetworkError, StoreError: the line was cut, the store cannot be used.
            ProtocolError: the connection or the account cannot go on.
        """
        self._opened, self._has_listed = None, False
        self._generations.clear()
        self._renumbered.clear()
        self._pulls.connected()
        self._polled_at = self._inbox_polled_at = self._around.monotonic()
        if await asyncio.to_thread(unsettled_rename, self._around.store, self._account.name):
            await self._list(remote)  # operations name mailboxes: what are they called now?
        while True:
            self._agenda.changed.clear()
            step = self._agenda.take_step()
            if step is None:
                if not self._agenda.has_helper:
                    self.bodies.progress.rest()
                await self._note_in_step()
                await self._idle(remote)
                continue
            if is_ahead(step):
                await self._note_in_step()
                if self._quiet_s() <= 0:
                    self._look_around()
                    continue
            if isinstance(step, (ListMailboxes, Refresh, Backlog)):
                self._becomes(Connection.SYNCING)
                self._has_pulled = True
            self._around.on_step()
            await self._take(remote, step)

    async def _note_in_step(self) -> None:
        """Say that nothing is left to do, and write down since when."""
        if self._has_pulled:
            store, now = self._around.store, int(self._around.clock())
            await asyncio.to_thread(note_synced, store, self._account.name, now)
            self._has_pulled = False
        self._becomes(Connection.IN_STEP)

    async def _take(self, remote: Remote, step: Step) -> None:
        match step:
            case Push():
                opened, self._opened = self._opened, None
                pushed = await self._pusher.push(remote)
                if pushed.had_nothing:
                    self._opened = opened
                self._agenda.pushed(pushed.touched, pushed.parked, has_more=pushed.has_more)
                if remote.is_gmail and not pushed.had_nothing:
                    self._agenda.wish_counters()  # one mail lies in several mailboxes, all changed
            case ListMailboxes():
                await self._list(remote)
            case Refresh() | AskStatus():
                await self._look(remote, step, step.target)
            case Backlog():
                await self._look(remote, step, step.pulled.target)
            case FetchBody() | FetchBodies() | FindBodies():
                await self.bodies.take(remote, partial(self._open, remote), step)
            case Manage():
                await self._manage(remote, step)
            case AskServer():
                await self._ask_server(remote, step)

    async def _look(
        self, remote: Remote, step: Refresh | AskStatus | Backlog, target: Target
    ) -> None:
        """Take a step in one mailbox; if the server refuses it, go on with the others."""
        try:
            match step:
                case Refresh():
                    await self._refresh(remote, step)
                case AskStatus():
                    has_moved = await self._has_moved(remote, target)
                    self._agenda.has_status(target.name, has_moved=has_moved)
                case Backlog():
                    await self._work_off(remote, step)
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise
            self._opened = None
            self._agenda.refused(target.name, error)

    async def _list(self, remote: Remote) -> None:
        number = self._pulls.begin()
        store, name = self._around.store, self._account.name
        told = await remote.mailboxes()
        known = await asyncio.to_thread(mailbox_rows, store, name)
        if known and not told:
            # There is always an INBOX (RFC 9051 section 5.1): a mishap, not a deletion of them all.
            raise ProtocolError("The mail server lists no mailboxes.", Scope.CONNECTION)
        listed = with_roles(self._account, told)
        names = {one.name for one in told if one.is_selectable}
        renamed = await asyncio.to_thread(settle_rename, store, name, names)
        if await asyncio.to_thread(put_mailboxes, store, name, listed) or renamed:
            self._around.on_event(MailboxesChanged(name))
        self._ask_roles(listed)
        rows = await asyncio.to_thread(mailbox_rows, store, name)
        targets = [Target(row.id, row.name.raw) for row in rows if row.is_selectable]
        targets.sort(key=lambda target: target.name != INBOX)
        states = {canonical_name(one.name): one.state for one in told if one.state is not None}
        self._agenda.has_counters = bool(states)
        counted = await asyncio.to_thread(self._standings, targets, states)
        equal = self._agenda.listed(targets, counted, is_first=not self._has_listed)
        self._agenda.wish_refresh(renamed)  # to go on where it was, under its new name
        self._has_listed = True
        for target in equal:
            await self._in_step(target, number)

    def _ask_roles(self, listed: list[ListedMailbox]) -> None:
        for role in missing_roles(listed):
            if role not in self._asked_roles:
                self._asked_roles.add(role)
                self._around.on_event(RoleAsked(self._account.name, role))

    def _standings(
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
        return is_long_ago and not self._agenda.is_comparing(name)

    async def _refresh(self, remote: Remote, step: Refresh) -> None:
        target, number = step.target, self._pulls.begin()
        self._opened = None
        is_due = step.is_by_hand or self._is_due(target.name)
        pulled = await self._puller.refresh(remote, target, is_due=is_due)
        self._opened = (target.name, pulled.state)
        self._require_a_generation(target.name, pulled.state.uid_validity)
        self._agenda.pulled(pulled)
        if pulled.is_from_nothing:
            self._compared_at[target.name] = self._around.monotonic()
        if pulled.is_whole and not self._agenda.has_left(target.name):
            await self._in_step(target, number)

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
        state = await self._open(remote, target.name)
        if state.uid_validity != pulled.state.uid_validity:
            self._agenda.wish_refresh([target.name])
            return
        if backlog.unsure:
            await self._compare_flags(remote, backlog)
        else:
            await self._fetch_headers(remote, backlog)
        if backlog.is_done:
            await self._puller.complete(pulled)
            await self._in_step(target, self._pulls.last)

    async def _compare_flags(self, remote: Remote, backlog: Backlog) -> None:
        target = backlog.pulled.target
        uids = backlog.take_unsure(FLAGS_A_STEP)
        changed = await self._puller.compare(remote, target, uids)
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
            await self._puller.fetch(remote, target, batches(), stored)
        finally:
            self._around.fetching.discard(self._account.name)
        if left > backlog.headers_left:  # some vanished meanwhile
            self._tell(backlog, backlog.headers_left)

    def _tell(self, backlog: Backlog, left: int) -> None:
        account, target = self._account.name, backlog.pulled.target
        done = backlog.total - left
        self._around.on_event(Progress(account, Task.HEADERS, target.name, done, backlog.total))
        self._around.on_event(MailboxesChanged(account))

    async def _in_step(self, target: Target, number: int) -> None:
        self._pulls.whole(target.name, number)
        lacking = None
        if not self._agenda.bodies.is_surveyed(target.name):
            lacking = await to_its_end(self.bodies.survey, target)
        self._agenda.in_step(target.name, lacking)

    async def _manage(self, remote: Remote, step: Manage) -> None:
        self._opened = None
        try:
            await change_mailboxes(remote, self._around.store, self._account.name, step.change)
            await self._list(remote)
        except (NetworkError, ProtocolError, UserError) as error:
            # Also where the line went with it: else it would be first on each new one.
            self._agenda.managed(step, error)
            is_refusal = isinstance(error, ProtocolError) and error.scope is Scope.COMMAND
            if not (is_refusal or isinstance(error, UserError)):
                raise
        else:
            self._agenda.managed(step)

    async def _ask_server(self, remote: Remote, step: AskServer) -> None:
        """Have one mailbox searched; if the server refuses, go on with the others."""
        asking, target = step.asking, step.target
        asking.tell(target.name)
        problem: ProtocolError | None = None
        try:
            opened = target, await self._open(remote, target.name)
            await ask(remote, self._around.store, self._puller, asking, opened)
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise
            self._opened, problem = None, error
        asking.answered(target, problem)

    async def _open(self, remote: Remote, name: str) -> RemoteState:
        """Select a mailbox unless it is."""
        if self._opened is None or self._opened[0] != name:
            self._opened = None
            self._opened = (name, await remote.open(name))
        return self._opened[1]

    async def _idle(self, remote: Remote) -> None:
        """Wait for something to do, or until it is time to look around."""
        try:
            async with asyncio.timeout(max(0.0, self._quiet_s())):
                await self._agenda.changed.wait()
        except TimeoutError:
            await remote.keep_alive()
            self._look_around()

    def _quiet_s(self) -> float:
        """Return in how many seconds it is time to look around; less than 0 where it is over."""
        due = self._polled_at + (POLL_WATCHED_S if self._agenda.is_all_watched else POLL_S)
        if not self._agenda.is_watched:
            due = min(due, self._inbox_polled_at + POLL_INBOX_S)
        return due - self._around.monotonic()

    def _look_around(self) -> None:
        now = self._around.monotonic()
        if now >= self._polled_at + POLL_S:
            self._agenda.wish_counters()
            self._polled_at = now
        self._agenda.wish_refresh([INBOX])
        self._inbox_polled_at = now

    def _step_size(self) -> int:
        """Return how many headers are asked for at once: few where somebody may open a mail."""
        return BATCH_WATCHED if self._around.has_screen() else BATCH_ALONE * BATCHES_ALONE

    def _batch_size(self) -> int:
        if self._around.has_screen():
            return BATCH_WATCHED
        return max(BATCH_LEAST, BATCH_ALONE // max(1, len(self._around.fetching)))
