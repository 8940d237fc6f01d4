"""Keeps one account: its retrieval, its sending, and its passwords."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from tuimail.credentials.provider import Passwords, Purpose
from tuimail.errors import (
    EngineUnavailable,
    SecretUnavailable,
    SignInRefused,
    TuimailError,
    UserError,
)
from tuimail.events import (
    AccountChanged,
    Connection,
    Event,
    OperationsChanged,
    OutgoingChanged,
    Progress,
    SendingChanged,
    SyncFinished,
)
from tuimail.mime.apart.process import Apart
from tuimail.model.account import Account, Program, Server
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.mailbox import MailboxChange
from tuimail.model.outgoing import OutgoingState
from tuimail.model.secret import Secret
from tuimail.outbox.line import SignInNews
from tuimail.outbox.sender import Outbox, run_account_outbox
from tuimail.protocols.pop3.connection import Connection as Pop3Connection
from tuimail.services.engine_passes import AccountPass, MailboxPass
from tuimail.services.engine_wire import CancelWish, PushWish, SendWish, SyncWish
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.operations import pending
from tuimail.store.outgoing import ON_THE_WAY, count_outgoing
from tuimail.sync.account import AccountSync
from tuimail.sync.asking import Asking
from tuimail.sync.joined_remote import JoinedRemote
from tuimail.sync.local_remote import LocalRemote
from tuimail.sync.passes import Counted, PassEnd
from tuimail.sync.pop3_account import Pop3Sync
from tuimail.sync.reckon_process import ReckonProcess
from tuimail.sync.remote import Remote
from tuimail.sync.surroundings import Surroundings

from .caretaker import care_for
from .connecting import connect_by_imap, connect_by_pop3
from .patience import Patience
from .way_in import WayIn

READING_LINGERS_S: Final = 10.0
"""The process that reads large mails stays so long after the last: its memory counts as ours."""


@dataclass(frozen=True, slots=True)
class Household:
    """What the keepers of all accounts share; clocks, chance and servers are injected."""

    store: Store
    passwords: Passwords
    publish: Callable[[Event], None]
    has_screen: Callable[[], bool]
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    random: Random = field(default_factory=Random)
    fetching: set[AccountName] = field(default_factory=set)
    """Accounts that fetch many headers just now: they share what memory that takes."""
    reckoning: ReckonProcess = field(default_factory=ReckonProcess)
    """Parses what they fetch."""
    reading: Apart = field(default_factory=lambda: Apart(linger_s=READING_LINGERS_S))
    """Reads large mails for the search index."""
    connect: Callable[[Account, Secret], Awaitable[Remote]] = connect_by_imap
    connect_pop3: Callable[[Account, Secret], Awaitable[Pop3Connection]] = connect_by_pop3


class AccountKeeper:
    """One account, from its first task to its last."""

    def __init__(self, account: Account, household: Household) -> None:
        self.account = account
        self._household = household
        self._wake_outbox = asyncio.Event()
        self._news = SignInNews()
        self._takes_mail = True
        self._line_is_free = asyncio.Event()
        """Unset while a mail is on the wire."""
        self._line_is_free.set()
        self._is_gmail: bool | None = None
        """Whether the server of retrieval is Gmail's; None while it was not reached."""
        self._way_in = WayIn(lambda: self.account, household.passwords, self._wake_outbox.set)
        self._patience = Patience()
        self._sync: AccountSync | Pop3Sync | None = self._new_sync()
        self._retrieval: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None

    def start(self, group: asyncio.TaskGroup) -> None:
        """Run the account's loops in `group`."""
        name, random = self.account.name, self._household.random
        care = care_for(f"outbox of {name}", self._run_outbox, self._outbox_broke, random)
        self._sending = group.create_task(care)
        self._start_retrieval(group)

    async def change(self, account: Account, group: asyncio.TaskGroup) -> bool:
        """Take over what the person has set anew; return whether retrieval was started again.

        Sending never is: the next mail goes as the account is then.
        """
        before, self.account = self.account, account
        is_new_to_smtp = _signs_in(before, before.way_out) != _signs_in(account, account.way_out)
        is_new_to_retrieval = _signs_in(before, before.retrieval) != _signs_in(
            account, account.retrieval
        )
        if is_new_to_smtp or is_new_to_retrieval:
            self.sign_in_again()
        if _kept(before) == _kept(account) and not is_new_to_retrieval:
            return False
        self._is_gmail = None
        await _ended(self._retrieval)
        self._give_up(EngineUnavailable("The account was changed. Try again."))
        self._sync = self._new_sync()
        self._start_retrieval(group)
        return True

    async def stop_sending(self, grace_s: float) -> None:
        """Take no further mail, and give one on the wire so many seconds for its last reply.

        That reply decides whose the mail is: without it, nobody knows.
        """
        self._takes_mail = False
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self._line_is_free.wait()

    async def end(self) -> None:
        """Stop the loops; whoever waits is told."""
        await _ended(self._retrieval, self._sending)
        self._give_up(EngineUnavailable("The account was changed. Try again."))

    def heed(self, wish: PushWish | SendWish | CancelWish) -> None:
        """Take a hint: operations or mail wait, or fetching is to stop."""
        match wish:
            case SendWish():
                self._wake_outbox.set()
            case PushWish() if self._sync is not None:
                self._sync.agenda.wish_push()
            case CancelWish() if self._sync is not None:
                self._sync.cancel()
            case _:
                pass  # retrieval is being started again and will look for itself

    def see(self, keys: list[MessageKey]) -> None:
        """These messages of the account are on the screen."""
        if self._sync is not None:
            self._sync.agenda.wish_bodies(keys)

    def look_into(self, names: Iterable[str]) -> None:
        """See whether anything came into these mailboxes."""
        if self._sync is not None:
            self._sync.agenda.wish_refresh(names)

    def can_ask(self) -> None:
        """Somebody is there who can type a password: see whether there is another one by now."""
        problem = self._sync.problem if self._sync is not None else None
        if self._sync is not None and isinstance(problem, SecretUnavailable | SignInRefused):
            self._sync.retry()
        self._news.has_person = True
        self._wake_outbox.set()

    def sign_in_again(self) -> None:
        """The person has given another password, or other servers: try at once, both ways."""
        self._way_in.begin_anew()
        if self._sync is not None and self._sync.problem is not None:
            self._sync.retry()
        self._news.is_given = True
        self._wake_outbox.set()

    async def sync(self, wish: SyncWish) -> AccountPass:
        """Make a pass and return what it did; a failure is part of that."""
        began = self._household.monotonic()
        self._way_in.is_by_hand = True
        end = await self._pass(wish)
        name = self.account.name
        self._household.publish(SyncFinished(name, wish.request, end.hint, end.exit_status))
        seconds = round(self._household.monotonic() - began, 3)
        mailboxes = await asyncio.to_thread(self._mailbox_passes, end.counts, wish.mailbox)
        return AccountPass(name, mailboxes, seconds, end.hint, end.exit_status)

    async def body(self, key: MessageKey) -> None:
        """Fetch a body before all else. Raises what `AccountSync.body` does."""
        await self._there().body(key)

    async def search(self, asking: Asking) -> None:
        """Have the server search mailboxes. Raises what `AccountSync.search` does."""
        await self._there().search(asking)

    async def change_mailbox(self, change: MailboxChange) -> None:
        """Change the account's mailboxes. Raises what `AccountSync.change_mailbox` does."""
        await self._there().change_mailbox(change)

    def waits(self) -> bool:
        """Tell whether something of this account must still reach a server. Reads the store.

        Operations do not count while only the person can mend the account: the next screen tries
        again. Outgoing mail always counts.
        """
        store, name = self._household.store, self.account.name
        if self.account.way_out and count_outgoing(store, ON_THE_WAY, name):
            return True
        is_trying = self._sync is None or not self._sync.is_stopped
        return bool(self.account.retrieval and is_trying and pending(store, name))

    async def _pass(self, wish: SyncWish) -> PassEnd:
        if self.account.retrieval is None:
            return PassEnd({})
        try:
            walk = self._there().sync(wish.mailbox, headers_only=wish.headers_only)
            return await self._patience.wait(walk)
        except TuimailError as error:
            return PassEnd({}, error.hint, error.exit_status)

    def _mailbox_passes(self, counts: dict[str, Counted], only: str) -> tuple[MailboxPass, ...]:
        rows = mailbox_rows(self._household.store, self.account.name)
        nothing = Counted()
        return tuple(
            MailboxPass(row.name, row.total, row.unread, did.new, did.changed, did.vanished)
            for row in rows
            if row.is_selectable and only in ("", row.name.raw)
            for did in [counts.get(row.name.raw, nothing)]
        )

    def _there(self) -> AccountSync | Pop3Sync:
        if self.account.retrieval is None:
            raise UserError(f"The account {self.account.name} has no server to retrieve from.")
        if self._sync is None:
            raise EngineUnavailable(
                f"Retrieval of {self.account.name} failed by a fault of this program "
                "and is being started again. The log says where."
            )
        return self._sync

    def _new_sync(self) -> AccountSync | Pop3Sync:
        household = self._household
        surroundings = Surroundings(
            store=household.store,
            connect=self._connect,
            on_event=self._from_sync,
            clock=household.clock,
            monotonic=household.monotonic,
            random=household.random,
            has_screen=household.has_screen,
            on_step=self._patience.step,
            fetching=household.fetching,
            reckoning=household.reckoning,
            reading=household.reading,
        )
        if self.account.pop3 is not None:
            return Pop3Sync(self.account, self.account.pop3, surroundings, self._sign_in_pop3)
        return AccountSync(self.account, surroundings)

    def _start_retrieval(self, group: asyncio.TaskGroup) -> None:
        if self.account.retrieval is not None:
            what, random = f"sync of {self.account.name}", self._household.random
            care = care_for(what, self._run_sync, self._sync_broke, random)
            self._retrieval = group.create_task(care)

    async def _run_sync(self) -> None:
        if self._sync is None:
            self._sync = self._new_sync()
        await self._sync.run()

    def _sync_broke(self) -> None:
        hint = "Retrieval failed by a fault of this program and is started again; see the log."
        self._give_up(EngineUnavailable(hint))
        self._sync = None
        at = int(self._household.clock())
        self._household.publish(AccountChanged(self.account.name, Connection.OFFLINE, hint, at))

    def _give_up(self, error: EngineUnavailable) -> None:
        if self._sync is not None:
            self._sync.give_up(error)

    async def _run_outbox(self) -> None:
        household = self._household
        await run_account_outbox(
            Outbox(
                store=household.store,
                account=self._sending_account,
                secret=self._way_in.smtp_secret,
                on_event=self._from_outbox,
                wake=self._wake_outbox,
                known_secret=self._way_in.known_smtp_secret,
                forget_secret=self._way_in.forget,
                another_secret=self._way_in.another_smtp_token,
                news=self._news,
                is_gmail=lambda: self._is_gmail,
                clock=household.clock,
                random=household.random,
            )
        )

    def _outbox_broke(self) -> None:
        """Nothing to tell: what was being sent is recorded, and mended at the next start."""
        self._line_is_free.set()

    def _sending_account(self) -> Account:
        return self.account if self._takes_mail else replace(self.account, smtp=None, sendmail=())

    def _from_sync(self, event: Event) -> None:
        self._household.publish(event)
        if not isinstance(event, AccountChanged):
            self._patience.moved()
        elif event.connection is Connection.OFFLINE:
            self._patience.stumbled()
        is_back = isinstance(event, AccountChanged) and event.connection is Connection.IN_STEP
        is_refused = isinstance(event, OperationsChanged) and event.hint
        if is_back or is_refused:  # what was refused may be the copy of a sent mail
            self.heed(SendWish())

    def _from_outbox(self, event: Event) -> None:
        if isinstance(event, SendingChanged) and not self._takes_mail:
            return  # no way out is there since this ends, and not for want of one
        if isinstance(event, OutgoingChanged):
            is_going = event.state is OutgoingState.SENDING
            self._line_is_free.clear() if is_going else self._line_is_free.set()
        self._household.publish(event)
        if not isinstance(event, Progress):
            self.heed(PushWish())  # an accepted mail leaves a copy to file and a flag to set

    async def _connect(self) -> Remote:
        remote = await self._way_in.signed_in(Purpose.IMAP, self._household.connect)
        self._is_gmail = remote.is_gmail
        household = self._household
        return JoinedRemote(
            remote, LocalRemote(household.store, self.account.name, household.clock)
        )

    async def _sign_in_pop3(self) -> Pop3Connection:
        return await self._way_in.signed_in(Purpose.POP3, self._household.connect_pop3)


def _signs_in(account: Account, server: Server | Program | None) -> tuple[object, ...]:
    """Return what decides how, where and as whom the account signs in to one of its servers."""
    return (server, account.password_source, account.password_command)


def _kept(account: Account) -> tuple[object, ...]:
    """Return what decides, beside the way in, what is retrieved and where it goes."""
    return (account.mailboxes, account.pop3, account.offline, account.offline_mailboxes)


async def _ended(*tasks: asyncio.Task[None] | None) -> None:
    """End tasks, whatever they are at."""
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)
