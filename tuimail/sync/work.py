"""Takes the steps of an account's agenda, one at a time, on one connection."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, UserError
from tuimail.events import Connection, MailboxesChanged, RoleAsked
from tuimail.model.account import Account
from tuimail.model.mailbox import INBOX, ListedMailbox, Role, canonical_name
from tuimail.store.mailboxes import mailbox_named, mailbox_rows, note_synced, put_mailboxes
from tuimail.store.renames import settle_rename, unsettled_rename
from tuimail.store.sources import reset_mailboxes, take_source

from .agenda import Agenda
from .asking import ask
from .body_work import BodyWork
from .mailbox_work import MailboxWork
from .manage import change_mailboxes, make_wanted
from .pull import Target
from .push import Pusher
from .remote import Remote
from .roles import missing_roles, with_roles
from .steps import (
    AskServer,
    AskStatus,
    Backlog,
    CountBodies,
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

POLL_S: Final = 300.0
"""How often mailboxes that are not watched are asked for their counters."""
POLL_WATCHED_S: Final = 1_800.0
"""How often those are that are watched: a server may lose count."""
POLL_INBOX_S: Final = 60.0
"""How often INBOX is looked into where it cannot be watched."""


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
        self.bodies = BodyWork(account, agenda, surroundings)
        """Fetches bodies on any line of the account."""
        self._mailboxes = MailboxWork(account, agenda, surroundings)
        store, on_event = surroundings.store, surroundings.on_event
        self._pusher = Pusher(store, account.name, on_event, self._mailboxes.pulls)
        self._has_listed = False
        self._asked_roles: set[Role] = set()
        self._has_pulled = False
        self._polled_at = self._inbox_polled_at = 0.0

    @property
    def inbox_seen(self) -> asyncio.Event:
        """Set once the connection has looked at INBOX."""
        return self._mailboxes.inbox_seen

    async def work(self, remote: Remote) -> None:
        """Take step after step until cancelled or the line is cut.

        Raises:
            NetworkError, StoreError: the line was cut, the store cannot be used.
            ProtocolError: the connection or the account cannot go on.
        """
        self._has_listed = False
        self._mailboxes.connected()
        self._polled_at = self._inbox_polled_at = self._around.monotonic()
        await asyncio.to_thread(self._take_source)
        if await asyncio.to_thread(unsettled_rename, self._around.store, self._account.name):
            await self._list(remote)  # operations name mailboxes: what are they called now?
        elif remote.lists_counters:
            await self._begin_with_inbox()
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

    async def _begin_with_inbox(self) -> None:
        """Look into INBOX before the list, which may have a server read all its mailboxes.

        Of an account that was never seen INBOX is all that is known: there always is one (RFC 9051
        section 5.1).
        """
        store, name = self._around.store, self._account.name
        if not await asyncio.to_thread(mailbox_rows, store, name):
            inbox = ListedMailbox(INBOX, "", Role.INBOX, is_selectable=True)
            await asyncio.to_thread(put_mailboxes, store, name, [inbox])
            self._around.on_event(MailboxesChanged(name))
        row = await asyncio.to_thread(mailbox_named, store, name, INBOX)
        if row is not None and row.is_selectable:
            self._agenda.pulls.begin_with(Target(row.id, INBOX))

    def _take_source(self) -> None:
        """Believe no number of another server, or of another user there."""
        imap, store, name = self._account.imap, self._around.store, self._account.name
        if imap is not None:
            source = f"imap {imap.username} {imap.host}"
            take_source(store, name, source, partial(reset_mailboxes, store, name))

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
                await self._push(remote)
            case ListMailboxes():
                await self._list(remote)
            case Refresh() | AskStatus():
                await self._mailboxes.look(remote, step, step.target)
            case Backlog():
                await self._mailboxes.look(remote, step, step.pulled.target)
            case FetchBody() | FetchBodies() | CountBodies() | FindBodies():
                await self.bodies.take(remote, partial(self._mailboxes.open, remote), step)
            case Manage():
                await self._manage(remote, step)
            case AskServer():
                await self._ask_server(remote, step)

    async def _push(self, remote: Remote) -> None:
        opened, self._mailboxes.opened = self._mailboxes.opened, None
        if await make_wanted(remote, self._around.store, self._account.name):
            await self._list(remote)
        pushed = await self._pusher.push(remote)
        if pushed.had_nothing:
            self._mailboxes.opened = opened
        self._agenda.pushed(pushed.touched, pushed.parked, has_more=pushed.has_more)
        if remote.is_gmail and not pushed.had_nothing:
            self._agenda.wish_counters()  # one mail lies in several mailboxes, all changed

    async def _list(self, remote: Remote) -> None:
        number = self._mailboxes.pulls.begin()
        store, name = self._around.store, self._account.name
        await make_wanted(remote, store, name)
        told = await remote.mailboxes()
        known = await asyncio.to_thread(mailbox_rows, store, name)
        if known and not told:
            # There is always an INBOX (RFC 9051 section 5.1): a mishap, not a deletion of them all.
            raise ProtocolError("The mail server lists no mailboxes.", Scope.CONNECTION)
        listed = with_roles(self._account, told)
        names = {one.name: one.is_selectable for one in told}
        renamed = await asyncio.to_thread(settle_rename, store, name, names)
        if await asyncio.to_thread(put_mailboxes, store, name, listed) or renamed:
            self._around.on_event(MailboxesChanged(name))
        self._ask_roles(listed)
        rows = await asyncio.to_thread(mailbox_rows, store, name)
        targets = [Target(row.id, row.name.raw) for row in rows if row.is_selectable]
        targets.sort(key=lambda target: target.name != INBOX)
        states = {canonical_name(one.name): one.state for one in told if one.state is not None}
        self._agenda.has_counters = bool(states)
        counted = await asyncio.to_thread(self._mailboxes.standings, targets, states)
        equal = self._agenda.listed(targets, counted, is_first=not self._has_listed)
        self._agenda.wish_refresh(renamed)  # to go on where it was, under its new name
        self._has_listed = True
        for target in equal:
            self._mailboxes.in_step(target, number)

    def _ask_roles(self, listed: list[ListedMailbox]) -> None:
        for role in missing_roles(listed):
            if role not in self._asked_roles:
                self._asked_roles.add(role)
                self._around.on_event(RoleAsked(self._account.name, role))

    async def _manage(self, remote: Remote, step: Manage) -> None:
        self._mailboxes.opened = None
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
            opened = target, await self._mailboxes.open(remote, target.name)
            await ask(remote, self._around.store, self._mailboxes.puller, asking, opened)
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise
            self._mailboxes.opened, problem = None, error
        asking.answered(target, problem)

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
