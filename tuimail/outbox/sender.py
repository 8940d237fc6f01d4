"""Send what is due: claim, submit, record, wait for the next; one task per account.

What is durable decides. The phase is written before each step is taken, so that a process that dies
leaves behind whether the server may have the mail: past the final dot it is `uncertain` and only
the person sends it again. Where nothing can be written, nothing is sent, and the person is told.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from tuimail.errors import SecretUnavailable, StoreError
from tuimail.events import (
    MessagesChanged,
    OperationsChanged,
    OutgoingChanged,
    RoleAsked,
    SendingChanged,
)
from tuimail.model.account import Account, Program, Server
from tuimail.model.ids import OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.outgoing import CopyStep, OutgoingState
from tuimail.store.database import Store
from tuimail.store.expiry import expire_overdue, heed_clock, release_held
from tuimail.store.outgoing import outgoing_row
from tuimail.store.outgoing_attempts import (
    Claim,
    ClaimLost,
    claim_due,
    claim_later,
    due_now,
    next_due,
    next_hand_over,
    recover,
    waits_for_later,
)

from .carrier import Carrier
from .filing import file_accepted, unfiled
from .line import Line
from .observer import PhaseKeeper
from .pauses import LONGEST_S, offline_s
from .recording import given_up, write_verdict
from .self_filing import why_no_copy
from .surroundings import Outbox
from .verdict import Hindrance, Verdict, verdict_of_interruption

__all__ = ["Outbox", "recover_outbox", "run_account_outbox"]

MOST_AT_ONCE: Final = 100
"""Recipients in one transaction (RFC 5321 section 4.5.3.1.8); the rest goes in the next."""
LONGEST_SLEEP_S: Final = 60
"""Clocks jump and hints are lost: the store is looked at so often anyway."""

_T = TypeVar("_T")

log = logging.getLogger(__name__)


def recover_outbox(store: Store, now: float) -> list[OutgoingId]:
    """Mend what a process that died was sending; return the mails that are uncertain now.

    For the one process that holds the profile's lock, before any sender runs: then no attempt is
    alive, whatever time the clock says it began.
    """
    mended = recover(store, int(now))
    return [outgoing_id for outgoing_id, state in mended if state is OutgoingState.UNCERTAIN]


async def run_account_outbox(outbox: Outbox) -> None:
    """Send this account's mail until cancelled.

    Waits for `wake` or the next due time. Expected failures are recorded with the mail, or told
    where nothing can be recorded, and never leave this function; a send cancelled before the final
    dot is never delivered.
    """
    sender = _Sender(outbox)
    is_woken = False
    try:
        while True:
            outbox.wake.clear()
            outbox.rested.clear()
            seconds = await sender.make_round(is_woken=is_woken)
            is_woken = sender.was_woken()
            outbox.rested.set()
            if is_woken:
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    is_woken = await outbox.wake.wait()
    finally:
        sender.leave()


@dataclass(frozen=True, slots=True)
class _Made:
    """An attempt that was made and is to be written down."""

    claim: Claim
    verdict: Verdict
    due: int


class _Sender:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._store = outbox.store
        self._line = Line(outbox.random)
        self._carrier = Carrier(outbox, self._line)
        self._made: _Made | None = None
        self._stumbles = 0
        """Rounds in a row in which the store could not be used."""
        self._told = ""
        """Why mail cannot go, as it was told last."""

    async def make_round(self, *, is_woken: bool) -> float:
        """Send everything that is due; return after how many seconds to look again."""
        self._line.in_vain.look(self._now())
        try:
            if is_woken:
                await self._open_if_wanted()
            await self._send_due()
            await self._heed_time()
            due, hand_over = await asyncio.to_thread(self._next_times)
        except StoreError as error:
            self._stumbles += 1
            self._tell_trouble(error.hint)
            return offline_s(self._stumbles, self._outbox.random.random())
        self._stumbles = 0
        if due is not None and self._outbox.account().way_out is None:
            self._tell_trouble("There is no server to send through: name one in config.toml.")
            return LONGEST_SLEEP_S
        is_telling = due is not None and self._line.hindrance not in (None, Hindrance.LINE)
        self._tell_trouble(self._line.hint if is_telling else "")
        until = self._now() + LONGEST_SLEEP_S if due is None else max(due, self._line.shut_until)
        until = min(until, hand_over or until)
        return min(max(until - self._outbox.clock(), 1.0), LONGEST_SLEEP_S)

    def _next_times(self) -> tuple[int | None, int | None]:
        """Return when a mail is due next, and when one may be given to a server that holds it."""
        store, name = self._store, self._outbox.account().name
        return next_due(store, name), next_hand_over(store, name, self._now())

    def was_woken(self) -> bool:
        """Tell, once, whether a hint came while a mail was on the wire."""
        was_woken, self._carrier.was_woken = self._carrier.was_woken, False
        return was_woken

    def leave(self) -> None:
        """Close the line; write down what was made and could not be written yet."""
        self._carrier.close()
        if self._made is not None:
            with suppress(StoreError):
                self._write(self._made)

    async def _send_due(self) -> None:
        """Send everything that is due, unless the line is shut; file what was accepted.

        An attempt that was stopped while it began is mended first: none of the account is made now.
        """
        if self._made is not None:
            await self._record(self._made)
        name = self._outbox.account().name
        for outgoing_id, state in await asyncio.to_thread(recover, self._store, self._now(), name):
            self._tell(outgoing_id, state)
        await self._file_accepted()
        while (way_out := self._outbox.account().way_out) is not None:
            if self._line.is_shut(self._now()):
                return
            claim = await self._next(way_out)
            if claim is None:
                return
            await self._send(claim, way_out)
            await self._file_accepted()

    async def _next(self, way_out: Server | Program) -> Claim | None:
        """Take what is due, then what the server holds until it is."""
        name, now = self._outbox.account().name, self._now()
        claim = await _to_its_end(partial(claim_due, self._store, name, now, MOST_AT_ONCE))
        is_shut = self._line.hindrance is not None
        if claim is not None or is_shut or isinstance(way_out, Program):  # that keeps nothing back
            return claim
        if not await asyncio.to_thread(waits_for_later, self._store, name, now):
            return None
        latest = await self._carrier.holds_until(way_out)
        take = partial(claim_later, self._store, name, now, MOST_AT_ONCE, latest)
        return await _to_its_end(take) if latest else None

    async def _heed_time(self) -> None:
        """Take note of what servers held until now; give up what has waited longer than it may."""
        account, now = self._outbox.account(), self._now()
        await _to_its_end(partial(heed_clock, self._store, account.name, now, LONGEST_S))
        changed = await _to_its_end(partial(release_held, self._store, account.name, now))
        if self._line.in_vain.is_hopeless(now):
            words = f"Given up: it could not be sent in the time it has. {self._line.hint}".strip()
            changed += await _to_its_end(
                partial(expire_overdue, self._store, account.name, now, account.give_up_s, words)
            )
        for outgoing_id, state in changed:
            self._tell(outgoing_id, state)

    async def _open_if_wanted(self) -> None:
        """Open a shut line; where sign-in failed, only for what can change that.

        That is the person's own word, or a password that was not tried: a hint that the network is
        back must not become one wrong password after another.
        """
        line, news = self._line, self._outbox.news
        is_given, has_person = news.is_given, news.has_person
        news.is_given = news.has_person = False
        is_wanted = (
            line.hindrance is not Hindrance.ACCOUNT
            or is_given
            or line.is_new(self._outbox.known_secret())
            or await asyncio.to_thread(self._has_new_wish)
        )
        if is_wanted or (has_person and await self._has_new_secret()):
            line.open()

    def _has_new_wish(self) -> bool:
        name, now = self._outbox.account().name, self._now()
        return self._line.is_asked_for(due_now(self._store, name, now))

    async def _has_new_secret(self) -> bool:
        """Ask for the password without going to the server, now that somebody is there."""
        with suppress(SecretUnavailable):
            return self._line.is_new(await self._outbox.secret())
        return False

    async def _send(self, claim: Claim, way_out: Server | Program) -> None:
        self._tell(claim.outgoing_id, OutgoingState.SENDING)
        keeper = PhaseKeeper(self._store, claim, self._outbox.on_event)
        try:
            verdict = await self._carrier.carry(claim, way_out, keeper)
        except ClaimLost:
            await self._tell_lost(claim)
            return
        except asyncio.CancelledError:
            # Written at once by `leave`: nothing is awaited any more, and it takes a millisecond.
            made = self._carrier.verdict
            stopped = made or verdict_of_interruption(keeper.reached, claim.recipients)
            self._made = _Made(claim, stopped, self._now())
            raise
        finally:
            keeper.end()
        due = self._line.heed(claim.outgoing_id, claim.attempt, verdict, self._now())
        if verdict.due is not None:
            due = max(verdict.due, self._now())
        self._made = _Made(claim, verdict, due)
        await self._record(self._made)

    async def _record(self, made: _Made) -> None:
        """Write an attempt down and tell it; where that fails, it is kept for the next round."""
        try:
            state = await _to_its_end(partial(self._write, made))
        except ClaimLost:
            self._made = None
            await self._tell_lost(made.claim)
            return
        self._tell(made.claim.outgoing_id, state)

    def _write(self, made: _Made) -> OutgoingState:
        now = self._now()
        verdict = given_up(made.verdict, made.claim, now, self._outbox.account().give_up_s)
        state = write_verdict(self._store, made.claim, verdict, now, made.due)
        self._made = None
        return state

    async def _tell_lost(self, claim: Claim) -> None:
        """Somebody else has ended the attempt: what became of it is what is written."""
        row = await asyncio.to_thread(outgoing_row, self._store, claim.outgoing_id)
        if row.state is not OutgoingState.CANCELLED:
            log.error("an attempt to send was ended by somebody else")
        self._tell(claim.outgoing_id, row.state)

    async def _file_accepted(self) -> None:
        """Take the copies of accepted mails further."""
        account, now = self._outbox.account(), self._now()
        for outgoing_id in await asyncio.to_thread(unfiled, self._store, account, now):
            await self._file(account, outgoing_id)

    async def _file(self, account: Account, outgoing_id: OutgoingId) -> None:
        file = partial(file_accepted, self._store, account, outgoing_id, self._now())
        no_copy = why_no_copy(account, self._outbox.is_gmail())
        filing = await _to_its_end(partial(file, no_copy=no_copy))
        if filing.step is None:
            return
        self._outbox.on_event(OperationsChanged(account.name, ""))
        if filing.step is CopyStep.NO_MAILBOX:
            self._outbox.on_event(RoleAsked(account.name, Role.SENT))
        for mailbox_id in filing.marked:
            self._outbox.on_event(MessagesChanged(account.name, mailbox_id))

    def _tell(self, outgoing_id: OutgoingId, state: OutgoingState) -> None:
        self._outbox.on_event(OutgoingChanged(outgoing_id, state))

    def _tell_trouble(self, hint: str) -> None:
        if hint != self._told:
            self._told = hint
            self._outbox.on_event(SendingChanged(self._outbox.account().name, hint))

    def _now(self) -> int:
        return int(self._outbox.clock())


async def _to_its_end(write: Callable[[], _T]) -> _T:
    """Write in a thread; a cancellation waits until that is done, or the next sender came first."""
    writing = asyncio.get_running_loop().run_in_executor(None, write)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        with suppress(StoreError):
            await writing
        raise
