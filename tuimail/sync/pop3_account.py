"""Keeps a POP3 account in step: looks into the maildrop now and then; its mailboxes are here.

A maildrop is locked while it is looked into and knows neither flags nor mailboxes, so that only
INBOX is filled from it. All else, what people do with mail included, goes on without the server.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from tuimail.errors import NetworkError, TlsError, TuimailError
from tuimail.events import AccountChanged, Connection, Event, Progress, Task
from tuimail.model.account import Account, Pop3
from tuimail.model.ids import MessageKey
from tuimail.model.mailbox import INBOX, MailboxChange, Role
from tuimail.protocols.pop3 import messages
from tuimail.protocols.pop3.connection import Connection as Pop3Connection
from tuimail.store.bodies import body_of, note_bodies
from tuimail.store.local_mail import create_local, local_keys_without_text, local_mailboxes

from .account import AccountSync, is_for_the_person
from .agenda import Agenda
from .asking import Asking
from .backoff import Backoff
from .local_remote import LocalRemote
from .passes import Counted, PassEnd
from .pop3_pass import Looked, Maildrop
from .remote import Remote
from .surroundings import Surroundings

STANDARD_MAILBOXES: Final = (
    (INBOX, Role.INBOX),
    ("Archive", Role.ARCHIVE),
    ("Drafts", Role.DRAFTS),
    ("Junk", Role.JUNK),
    ("Sent", Role.SENT),
    ("Trash", Role.TRASH),
)
TEXTS_A_LOOK: Final = 2_000
"""Mails without their text that one look into the store finds: it reads all keys."""
TEXTS_A_STEP: Final = 20
"""Mails whose text is put into the index at once."""
MAX_HINTS: Final = 2
STOPPED: Final = "Fetching was stopped. Check for mail to go on."

SignIn = Callable[[], Awaitable[Pop3Connection]]
"""Makes a signed-in connection; raises NetworkError, SignInRefused or SecretUnavailable."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LookEnd:
    """How a look into the maildrop ended."""

    looked: Looked
    problem: TuimailError | None = None
    is_stopped: bool = False
    """Somebody did not want it any more."""


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits for a look."""

    end: "asyncio.Future[LookEnd]"
    new: int = 0
    """Mails that came meanwhile, by the look before."""


class Pop3Sync:
    """One POP3 account's retrieval, with the face of `AccountSync`."""

    def __init__(
        self, account: Account, pop3: Pop3, surroundings: Surroundings, sign_in: SignIn
    ) -> None:
        self.account = account
        self.problem: TuimailError | None = None
        """Why the last look failed; None if it did not."""
        self._around = surroundings
        self._sign_in = sign_in
        self._pop3 = pop3
        self._backoff = Backoff(surroundings.random)
        self._look_now = asyncio.Event()
        self._texts_due = asyncio.Event()
        self._looking: asyncio.Task[LookEnd] | None = None
        self._waiting: list[Waiting] = []
        """Who waits for a look that has not begun."""
        self._asked: list[Waiting] = []
        """Who waits for the look that goes on."""
        self._has_seen = False
        """Whether the look that goes on knows already what mail there is."""
        self._has_opened = False
        self._ended_at: Counter[str] = Counter()
        """How many looks ended within a mail, by the server's name for it."""
        self._least_pause_s = 0
        """The server wants looks to be so far apart (LOGIN-DELAY)."""
        self._state = (Connection.OFFLINE, "")
        self._trouble_here = ""
        """Why the store cannot be used, in a sentence; empty where all is well."""
        self._told: tuple[Connection, str] | None = None
        here = replace(surroundings, connect=self._open_local, on_event=self._from_local)
        self._local = AccountSync(account, here)

    @property
    def agenda(self) -> Agenda:
        """What is to be done with the mailboxes here."""
        return self._local.agenda

    @property
    def is_stopped(self) -> bool:
        """Whether operations wait for the person: never, they need no server."""
        return False

    def retry(self) -> None:
        """Look now: somebody wished for it, or can be asked for the password."""
        self._look_now.set()
        self._local.retry()

    def cancel(self) -> None:
        """Stop fetching until somebody wishes for a look, or the next one is due."""
        self._local.cancel()
        if self._looking is not None:
            self._looking.cancel()

    def give_up(self, error: TuimailError) -> None:
        """Tell whoever waits that nothing comes of it."""
        self._local.give_up(error)
        _answer([*self._asked, *self._waiting], LookEnd(Looked(), error))

    async def sync(self, mailbox: str = "", *, headers_only: bool = False) -> PassEnd:
        """Look into the maildrop, then bring what is shown in step with what is here."""
        end, new = LookEnd(Looked()), 0
        if mailbox in ("", INBOX):
            end, new = await self._next_look()
        walk = await self._local.sync(mailbox, headers_only=headers_only)
        counted = walk.counts.setdefault(INBOX, Counted())
        counted.new = max(counted.new, new)
        if end.problem is not None:
            return PassEnd(walk.counts, end.problem.hint, end.problem.exit_status)
        return walk

    async def body(self, key: MessageKey) -> None:
        """Show a body that is here. Raises what `AccountSync.body` does."""
        await self._local.body(key)

    async def search(self, asking: Asking) -> None:
        """Return at once: a maildrop cannot be searched, and its mail is here."""

    async def change_mailbox(self, change: MailboxChange) -> None:
        """Create, rename or delete a mailbox here. Raises what `AccountSync` does."""
        await self._local.change_mailbox(change)

    async def run(self) -> None:
        """Keep the account in step until cancelled. Expected failures never leave this function."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._local.run())
            group.create_task(self._index_texts())
            while True:
                self._look_now.clear()
                self._asked, self._waiting = self._waiting, []
                end = await self._look(group)
                self.problem = end.problem
                for waiting in self._waiting:
                    waiting.new += end.looked.new
                _answer(self._asked, end)
                await self._pause(end)

    async def _next_look(self) -> tuple[LookEnd, int]:
        """Wait for a look that sees all there is by now; return its end and how many came."""
        waiting = Waiting(asyncio.get_running_loop().create_future())
        if self._looking is not None and not self._has_seen:
            self._asked.append(waiting)
        else:
            self._waiting.append(waiting)
            self._ended_at.clear()
            self._backoff.reset()
            self._look_now.set()
        end = await waiting.end
        return end, waiting.new + end.looked.new

    async def _look(self, group: asyncio.TaskGroup) -> LookEnd:
        self._becomes(Connection.CONNECTING)
        self._has_seen = False
        self._looking = group.create_task(self._looked())
        await asyncio.wait([self._looking])
        looking, self._looking = self._looking, None
        if looking.cancelled():
            return LookEnd(Looked(), NetworkError(STOPPED), is_stopped=True)
        return looking.result()

    async def _looked(self) -> LookEnd:
        """Look once; an expected failure is how it ended."""
        try:
            await asyncio.to_thread(self._make_mailboxes)
            connection = await self._sign_in()
            try:
                self._has_seen = True
                self._least_pause_s = messages.login_delay_s(connection)
                self._becomes(Connection.SYNCING)
                looked = await self._maildrop().look(connection)
            finally:
                await connection.close()
        except TuimailError as error:
            return LookEnd(Looked(), error)
        finally:
            self.agenda.wish_refresh([INBOX])  # also what came before a cut is here to stay
        return LookEnd(looked)

    async def _pause(self, end: LookEnd) -> None:
        """Say how it stands, and wait for the next look or for somebody who wishes for it."""
        problem = end.problem
        if problem is None or end.is_stopped:
            self._backoff.reset()
            hints = list(dict.fromkeys(end.looked.hints))[:MAX_HINTS]
            self._becomes(Connection.IN_STEP, " ".join(hints))
            await self._rest(float(max(self._pop3.poll_s, self._least_pause_s)))
        elif not is_for_the_person(problem):
            self._becomes(Connection.OFFLINE, problem.hint)
            await self._rest(self._backoff.next_s())
        else:
            self._becomes(Connection.STOPPED, problem.hint)
            if isinstance(problem, TlsError):
                await self._rest(self._backoff.next_s())  # it may mend itself, see AccountSync
            else:
                await self._look_now.wait()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._look_now.wait()

    def _maildrop(self) -> Maildrop:
        return Maildrop(
            store=self._around.store,
            account=self.account.name,
            pop3=self._pop3,
            clock=self._around.clock,
            on_stored=self._stored,
            ended_at=self._ended_at,
        )

    def _stored(self, done: int, total: int) -> None:
        """Mails are safe here: list them, and tell how far it has come."""
        name = self.account.name
        self._around.on_event(Progress(name, Task.HEADERS, INBOX, done, total))
        self.agenda.wish_refresh([INBOX])

    async def _open_local(self) -> Remote:
        """Open the mailboxes here: at the start, and when the computer has slept."""
        await asyncio.to_thread(self._make_mailboxes)
        if self._has_opened:
            self._look_now.set()
        self._has_opened = True
        return LocalRemote(self._around.store, self.account.name, self._around.clock)

    def _make_mailboxes(self) -> None:
        """Make the mailboxes that daily work needs, but for those the person chose others for."""
        store, name = self._around.store, self.account.name
        here = {box.role for box in local_mailboxes(store, name)}
        for standard, role in STANDARD_MAILBOXES:
            if role not in here:
                create_local(store, name, self.account.mailbox_for(role) or standard, role)

    async def _index_texts(self) -> None:
        """Put the text of mail that lives here into the index, as it comes or after it was lost."""
        tried: set[MessageKey] = set()
        while True:
            await self._texts_due.wait()
            self._texts_due.clear()
            with suppress(TuimailError):  # a full disk: tried again after the next look
                while await self._index_lacking(tried) == TEXTS_A_LOOK:
                    pass

    async def _index_lacking(self, tried: set[MessageKey]) -> int:
        """Index what one look finds that was not tried before; return how many mails."""
        keys = await asyncio.to_thread(self._lacking_texts, tried)
        for start in range(0, len(keys), TEXTS_A_STEP):
            step = keys[start : start + TEXTS_A_STEP]
            await asyncio.to_thread(self._index_some, step)
            tried.update(step)
        return len(keys)

    def _lacking_texts(self, tried: set[MessageKey]) -> list[MessageKey]:
        store, most = self._around.store, len(tried) + TEXTS_A_LOOK
        lacking = local_keys_without_text(store, self.account.name, most)
        return [key for key in lacking if key not in tried][:TEXTS_A_LOOK]

    def _index_some(self, keys: Sequence[MessageKey]) -> None:
        store = self._around.store
        raws = [(key, raw) for key in keys if (raw := body_of(store, key)) is not None]
        note_bodies(store, [(key, self._around.reading.searchable(raw)) for key, raw in raws])

    def _from_local(self, event: Event) -> None:
        """Hand on what happens here; how the account stands is told by what the server says."""
        if not isinstance(event, AccountChanged):
            self._around.on_event(event)
            return
        if event.connection is Connection.IN_STEP and self._looking is None:
            self._texts_due.set()  # not after each of the thousand steps of a first look
        self._trouble_here = event.hint
        self._tell()

    def _becomes(self, connection: Connection, hint: str = "") -> None:
        self._state = (connection, hint)
        self._tell()

    def _tell(self) -> None:
        is_well = not self._trouble_here
        state = self._state if is_well else (Connection.OFFLINE, self._trouble_here)
        if state == self._told:
            return
        self._told = state
        log.info("%s: %s", self.account.name, state[0])
        at = int(self._around.clock())
        self._around.on_event(AccountChanged(self.account.name, *state, at))


def _answer(waiting: Iterable[Waiting], end: LookEnd) -> None:
    for one in waiting:
        if not one.end.done():
            one.end.set_result(end)
