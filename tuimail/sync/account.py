"""Keeps one account in step: connects, works, watches, and comes back after every cut."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from tuimail.errors import (
    NetworkError,
    ProtocolError,
    Scope,
    SecretUnavailable,
    StoreError,
    TlsError,
    TokenUnavailable,
    TuimailError,
)
from tuimail.events import AccountChanged, Connection
from tuimail.model.account import Account
from tuimail.model.ids import MessageKey
from tuimail.model.mailbox import MailboxChange

from .agenda import Agenda
from .asking import Asking
from .backoff import Backoff
from .passes import PassEnd
from .second import help_out
from .surroundings import Surroundings
from .watch import keep_watch
from .work import Worker

CLOCK_EVERY_S: Final = 5.0
SLEPT_S: Final = 60.0
"""A wall clock that ran this much ahead of the monotonic one: the computer slept."""
STEADY_S: Final = 60.0
"""A connection that held so long worked. One that is cut sooner counts as a failed attempt, or a
server that cuts right after the sign-in would be knocked at every other second."""

log = logging.getLogger(__name__)


class Woken(NetworkError):
    """The computer slept: every connection is taken for dead."""


class AccountSync:
    """One account's retrieval; `run` it in a task and wish through `agenda`."""

    def __init__(self, account: Account, surroundings: Surroundings) -> None:
        self.account = account
        self.agenda = Agenda()
        self.connection = Connection.OFFLINE
        self._hint = ""
        self._surroundings = surroundings
        self._backoff = Backoff(surroundings.random)
        self._retry = asyncio.Event()
        self.problem: TuimailError | None = None
        """Why there is no connection; None while there is one."""
        self._worker = Worker(account, self.agenda, surroundings, self._becomes)

    @property
    def is_stopped(self) -> bool:
        """Whether only the person can mend what is wrong."""
        return self.connection is Connection.STOPPED

    def retry(self) -> None:
        """Try again now: somebody wished for it, or can be asked for the password."""
        self._retry.set()

    def cancel(self) -> None:
        """Stop fetching until somebody wishes for a pass."""
        self.agenda.cancel()

    def give_up(self, error: TuimailError) -> None:
        """Tell whoever waits that nothing comes of it."""
        self.agenda.unreachable(error)

    async def sync(self, mailbox: str = "", *, headers_only: bool = False) -> PassEnd:
        """Make a pass over one mailbox, or all if it is empty, also where sign-in was refused."""
        end = self.agenda.wish_pass(mailbox, headers_only=headers_only)
        self._backoff.reset()  # somebody waits: old failures do not make this one wait long
        self.retry()
        return await end

    async def body(self, key: MessageKey) -> None:
        """Fetch a body before all else.

        Raises:
            NotFound: the message is on the server no more.
            NetworkError, ProtocolError, SecretUnavailable, StoreError: why it cannot be had now.
        """
        self._demand_a_way()
        end = self.agenda.wish_body(key)
        self.retry()
        await end

    async def search(self, asking: Asking) -> None:
        """Have the server search mailboxes; returns when all were asked.

        Raises:
            ProtocolError: the server refused at least one; the others were asked all the same.
            NetworkError, SecretUnavailable, StoreError: there is no connection, or no longer.
        """
        if self.problem is not None:
            raise self.problem
        self.agenda.wish_search(asking)
        await asking.end

    async def change_mailbox(self, change: MailboxChange) -> None:
        """Create, rename or delete a mailbox, or change its subscription, and list them anew.

        Raises:
            UserError: it cannot be done to this mailbox.
            ProtocolError: the server refused.
            NetworkError, SecretUnavailable: there is no connection.
        """
        self._demand_a_way()
        end = self.agenda.wish_change(change)
        self.retry()
        await end

    async def run(self) -> None:
        """Keep the account in step until cancelled. Expected failures never leave this function."""
        self._becomes(Connection.CONNECTING)
        while True:
            began = self._surroundings.monotonic()
            problem = await self._connected()
            is_woken = isinstance(problem, Woken)
            if is_woken or self._surroundings.monotonic() - began >= STEADY_S:
                self._backoff.reset()
            is_wished = is_woken or await self._pause(problem)
            if is_wished or not self.is_stopped:
                self._becomes(Connection.CONNECTING)

    async def _connected(self) -> TuimailError:
        """Work on one connection until it ends; return why it did."""
        try:
            remote = await self._surroundings.connect()
        except TuimailError as error:
            self.agenda.unreachable(error)
            return error
        self.problem = None
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._worker.work(remote))
                group.create_task(
                    keep_watch(self._surroundings, remote, self.agenda, self._worker.inbox_seen)
                )
                group.create_task(help_out(self._surroundings, self.agenda, self._worker.bodies))
                group.create_task(self._notice_sleep())
        except ExceptionGroup as group_error:
            problem = _worst(group_error)
            self.agenda.cut(problem)
            if isinstance(problem, StoreError):
                self.agenda.unreachable(problem)  # a full disk is not mended by connecting again
            return problem
        finally:
            await remote.close()
        raise AssertionError("work on a connection ends with an error only")

    async def _pause(self, problem: TuimailError) -> bool:
        """Wait before the next attempt; return whether somebody wished for it."""
        self._retry.clear()
        self.problem = problem
        if not is_for_the_person(problem):
            self._becomes(Connection.OFFLINE, problem.hint)
            return await self._rest()
        self._becomes(Connection.STOPPED, problem.hint)
        self.agenda.unreachable(problem)
        if isinstance(problem, TlsError):
            # No password was sent, so trying costs nothing, and it may mend itself: behind the
            # door page of a hotel's network every certificate is wrong.
            return await self._rest()
        return await self._retry.wait()

    async def _rest(self) -> bool:
        """Wait for the next attempt, a wish or the end of a sleep; return whether it was a wish."""
        is_wished = False
        with suppress(TimeoutError):
            async with asyncio.timeout(self._backoff.next_s()), asyncio.TaskGroup() as group:
                sleeping = group.create_task(self._retry_after_sleep())
                is_wished = await self._retry.wait()
                sleeping.cancel()
        return is_wished

    async def _retry_after_sleep(self) -> None:
        await self._slept()
        self._backoff.reset()
        self._retry.set()

    def _demand_a_way(self) -> None:
        """A wrong password is not tried again because someone opens a mail: servers lock out."""
        if self.is_stopped and self.problem is not None:
            raise self.problem

    async def _notice_sleep(self) -> None:
        await self._slept()
        raise Woken("The computer slept; connecting again.")

    async def _slept(self) -> None:
        """Return once the computer has slept."""
        clock, monotonic = self._surroundings.clock, self._surroundings.monotonic
        ahead = clock() - monotonic()
        while True:
            await asyncio.sleep(CLOCK_EVERY_S)
            now = clock() - monotonic()
            if now - ahead > SLEPT_S:
                return
            ahead = now

    def _becomes(self, connection: Connection, hint: str = "") -> None:
        if (connection, hint) == (self.connection, self._hint):
            return
        self.connection, self._hint = connection, hint
        log.info("%s: %s", self.account.name, connection)
        at = int(self._surroundings.clock())
        self._surroundings.on_event(AccountChanged(self.account.name, connection, hint, at))


def _worst(group: ExceptionGroup[Exception]) -> TuimailError:
    """Return the expected failure that decides; raise the group on if a bug is among them."""
    expected, bugs = group.split(TuimailError)
    if bugs is not None or expected is None:
        raise group
    errors = [error for error in _leaves(expected) if isinstance(error, TuimailError)]
    return next((error for error in errors if is_for_the_person(error)), errors[0])


def _leaves(group: ExceptionGroup[Exception]) -> list[Exception]:
    return [
        leaf
        for error in group.exceptions
        for leaf in (_leaves(error) if isinstance(error, ExceptionGroup) else [error])
    ]


def is_for_the_person(problem: TuimailError) -> bool:
    """Tell whether trying again does not help before the person has mended something."""
    if isinstance(problem, ProtocolError):
        return problem.scope is Scope.ACCOUNT
    if isinstance(problem, TokenUnavailable):
        return False
    return isinstance(problem, (TlsError, SecretUnavailable))
