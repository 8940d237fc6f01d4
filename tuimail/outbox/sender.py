"""Send what is due: claim, submit, record, wait for the next; one task per account.

What is durable decides. The phase is written before each step is taken, so that a process that dies
leaves behind whether the server may have the mail: past the final dot it is `uncertain` and only
the person sends it again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from time import time
from typing import Final, TypeVar

from tuimail.errors import SecretUnavailable, SignInRefused
from tuimail.events import Event, MessagesChanged, OperationsChanged, OutgoingChanged, RoleAsked
from tuimail.model.account import Account
from tuimail.model.ids import OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.outgoing import OutgoingState
from tuimail.protocols.sasl import Revealing
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.submission import (
    DEFAULT_TIMEOUTS,
    MailObject,
    SubmissionFailed,
    submit,
)
from tuimail.store.database import Store
from tuimail.store.outgoing import bytes_of, outgoing_row
from tuimail.store.outgoing_attempts import (
    Claim,
    ClaimLost,
    claim_due,
    due_now,
    next_due,
    recover,
)

from .filing import Filed, file_accepted, unfiled
from .observer import PhaseKeeper
from .pauses import deferral_s, offline_s
from .recording import write_verdict
from .verdict import (
    Hindrance,
    Verdict,
    verdict_of_failure,
    verdict_of_interruption,
    verdict_of_no_attempt,
    verdict_of_result,
)

MOST_AT_ONCE: Final = 100
"""Recipients in one transaction (RFC 5321 section 4.5.3.1.8); the rest goes in the next."""
LONGEST_SLEEP_S: Final = 60
"""Clocks jump and hints are lost: the store is looked at so often anyway."""

_T = TypeVar("_T")

log = logging.getLogger(__name__)


def _keep_nothing() -> None:
    """Forget no password, where there is none to forget."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the sender of one account works with; all of it injected."""

    store: Store
    account: Account
    secret: Callable[[], Awaitable[Revealing]]
    """Gives the SMTP password; raises SecretUnavailable."""
    on_event: Callable[[Event], None]
    wake: asyncio.Event
    """Set when something was queued, retried, or the network came back."""
    forget_secret: Callable[[], None] = _keep_nothing
    """Called when the server refused the password, so that the next attempt asks again."""
    clock: Callable[[], float] = time
    random: Random = field(default_factory=Random)
    timeouts: Timeouts = DEFAULT_TIMEOUTS


def recover_outbox(store: Store, now: float) -> list[OutgoingId]:
    """Mend what a process that died was sending; return the mails that are uncertain now.

    For the one process that holds the profile's lock, before any sender runs: then no attempt is
    alive, whatever time the clock says it began.
    """
    mended = recover(store, int(now))
    return [outgoing_id for outgoing_id, state in mended if state is OutgoingState.UNCERTAIN]


async def run_account_outbox(outbox: Outbox) -> None:
    """Send this account's mail until cancelled.

    Waits for `wake` or the next due time. Expected failures are recorded with the mail and never
    leave this function; a send cancelled before the final dot is never delivered.

    Raises:
        StoreError: nothing can be written down, so nothing is sent.
    """
    sender = _Sender(outbox)
    await sender.catch_up()
    while True:
        outbox.wake.clear()
        await sender.send_due()
        await sender.wait()


class _Sender:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._store = outbox.store
        self._closed_until = 0.0
        """Seconds UTC; before it no mail of the account is tried."""
        self._closings = 0
        """Attempts in a row that the line or the sign-in has foiled."""
        self._hindrance: Hindrance | None = None
        """Why it is closed."""
        self._held_up: dict[OutgoingId, int] = {}
        """Mails foiled so, with the due time written then; another one now is the person's word."""
        self._unfiled: set[OutgoingId] = set()

    async def catch_up(self) -> None:
        """Find accepted mails whose copy was never recorded."""
        found = await asyncio.to_thread(unfiled, self._store, self._outbox.account, self._now())
        self._unfiled |= set(found)

    async def send_due(self) -> None:
        """Send everything that is due, unless the line is shut; file what was accepted.

        An attempt that was stopped while it began is mended first: none of the account is made now.
        """
        account = self._outbox.account
        left = await asyncio.to_thread(recover, self._store, self._now(), account.name)
        for outgoing_id, state in left:
            self._tell(outgoing_id, state)
        for outgoing_id in sorted(self._unfiled):
            await self._file(outgoing_id)
        if account.smtp is None:
            return
        while self._now() >= self._closed_until:
            now = self._now()
            claim = await _to_its_end(
                partial(claim_due, self._store, account.name, now, MOST_AT_ONCE)
            )
            if claim is None:
                return
            await self._send(claim)

    async def wait(self) -> None:
        """Sleep until something is due or somebody wakes us; waking opens a shut line."""
        due = await asyncio.to_thread(next_due, self._store, self._outbox.account.name)
        until = self._now() + LONGEST_SLEEP_S if due is None else max(due, self._closed_until)
        seconds = min(max(until - self._outbox.clock(), 1.0), LONGEST_SLEEP_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._outbox.wake.wait()
                await self._open_if_wanted()

    async def _open_if_wanted(self) -> None:
        """Open a shut line; where sign-in failed, only for what the person has just asked for.

        A hint that the network is back must not become one wrong password after another.
        """
        is_wanted = self._hindrance is not Hindrance.ACCOUNT or await asyncio.to_thread(
            self._has_new_wish
        )
        if is_wanted:
            self._closed_until = 0.0

    def _has_new_wish(self) -> bool:
        due = due_now(self._store, self._outbox.account.name, self._now())
        return any(self._held_up.get(one, -1) != next_attempt for one, next_attempt in due)

    async def _send(self, claim: Claim) -> None:
        self._tell(claim.outgoing_id, OutgoingState.SENDING)
        keeper = PhaseKeeper(self._store, claim, self._outbox.on_event)
        try:
            verdict = await self._attempt(claim, keeper)
        except ClaimLost:
            await self._tell_lost(claim)
            return
        except asyncio.CancelledError:
            # Not in a thread: nothing is awaited any more, and it takes a millisecond.
            stopped = verdict_of_interruption(keeper.reached, claim.recipients)
            write_verdict(self._store, claim, stopped, self._now(), self._now())
            raise
        await self._record(claim, verdict)

    async def _tell_lost(self, claim: Claim) -> None:
        """Somebody else has ended the attempt: what became of it is what is written."""
        log.error("an attempt to send was ended by somebody else")
        row = await asyncio.to_thread(outgoing_row, self._store, claim.outgoing_id)
        self._tell(claim.outgoing_id, row.state)

    async def _attempt(self, claim: Claim, keeper: PhaseKeeper) -> Verdict:
        server = self._outbox.account.smtp
        assert server is not None
        try:
            secret = await self._outbox.secret()
            raw = await asyncio.to_thread(bytes_of, self._store, claim.outgoing_id)
            mail = MailObject(claim.sender, claim.recipients, raw)
            done = await submit(server, secret, mail, keeper, self._outbox.timeouts)
        except SecretUnavailable as error:
            return verdict_of_no_attempt(error, claim.recipients)
        except SubmissionFailed as failure:
            if isinstance(failure.cause, SignInRefused):
                self._outbox.forget_secret()
            return verdict_of_failure(failure, claim.recipients, server.host)
        return verdict_of_result(done)

    async def _record(self, claim: Claim, verdict: Verdict) -> None:
        """Write the verdict down, tell it, and decide when the line is tried again."""
        now, due = self._now(), self._next_attempt(claim, verdict)
        try:
            state = await _to_its_end(partial(write_verdict, self._store, claim, verdict, now, due))
        except ClaimLost:
            await self._tell_lost(claim)
            return
        self._tell(claim.outgoing_id, state)
        if any(r.state is OutgoingState.ACCEPTED for r in verdict.recipients.values()):
            await self._file(claim.outgoing_id)

    def _next_attempt(self, claim: Claim, verdict: Verdict) -> int:
        """Return when the mail is due again; shut the line where it or the sign-in failed.

        A mail held up by the line stays due: it goes as soon as the line is open again.
        """
        now, chance = self._now(), self._outbox.random.random()
        self._hindrance = verdict.hindrance
        if verdict.hindrance is None:
            self._closings = 0
            self._held_up.clear()
            return now + deferral_s(claim.attempt, chance)
        self._closings += 1
        self._held_up[claim.outgoing_id] = now
        pause = offline_s if verdict.hindrance is Hindrance.LINE else deferral_s
        self._closed_until = now + pause(self._closings, chance)
        return now

    async def _file(self, outgoing_id: OutgoingId) -> None:
        account = self._outbox.account
        filing = await asyncio.to_thread(
            file_accepted, self._store, account, outgoing_id, self._now()
        )
        self._unfiled.discard(outgoing_id)
        if filing.sent is Filed.NO_SENT_MAILBOX:
            self._unfiled.add(outgoing_id)
            self._outbox.on_event(RoleAsked(account.name, Role.SENT))
        if filing.sent is Filed.DONE:
            self._outbox.on_event(OperationsChanged(account.name, ""))
        for mailbox_id in filing.marked:
            self._outbox.on_event(MessagesChanged(account.name, mailbox_id))

    def _tell(self, outgoing_id: OutgoingId, state: OutgoingState) -> None:
        self._outbox.on_event(OutgoingChanged(outgoing_id, state))

    def _now(self) -> int:
        return int(self._outbox.clock())


async def _to_its_end(write: Callable[[], _T]) -> _T:
    """Write in a thread; a cancellation waits until that is done, or the next sender came first."""
    writing = asyncio.get_running_loop().run_in_executor(None, write)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        raise
