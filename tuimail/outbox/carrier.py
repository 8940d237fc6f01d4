"""Makes attempts: bytes, password, line, verdict. Stops one whose mail was cancelled meanwhile."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import Final

from tuimail.errors import NotFound, SecretUnavailable, SignInRefused, StoreError
from tuimail.model.account import DeliveryReports, Program, Server
from tuimail.model.outgoing import Phase
from tuimail.protocols.sendmail import hand_over
from tuimail.protocols.smtp.envelope import CLOCKS_DIFFER_S, CannotHold
from tuimail.protocols.smtp.facts import ServerFacts
from tuimail.protocols.smtp.mail import MailObject, Wishes
from tuimail.protocols.smtp.outcome import SubmissionFailed, SubmissionResult
from tuimail.protocols.smtp.replies import Heard
from tuimail.store.blobs import read_blob
from tuimail.store.outgoing_attempts import Claim, ClaimLost, is_held

from .kept_line import KeptLine
from .line import Line
from .observer import PhaseKeeper
from .surroundings import Outbox
from .transcript import transcript_of
from .verdict import (
    Verdict,
    verdict_of_failure,
    verdict_of_no_attempt,
    verdict_of_no_hold,
    verdict_of_result,
)

LOOK_AGAIN_S: Final = 600
"""A server that could not be asked what it offers is asked again after that."""


class Carrier:
    """Carries one mail after the other to the server."""

    def __init__(self, outbox: Outbox, line: Line) -> None:
        self._outbox = outbox
        self._line = line
        self._kept = KeptLine(outbox.timeouts, outbox.clock)
        self._look_from = 0.0
        """Not before (seconds UTC) is a server asked what it offers without a mail to carry."""
        self._verdict: Verdict | None = None
        self.was_woken = False
        """Whether `wake` was set, and is not any more, while a mail was on the wire."""

    async def carry(self, claim: Claim, way_out: Server | Program, keeper: PhaseKeeper) -> Verdict:
        """Make the attempt that was claimed.

        Cancelled before the mail's end was announced, it is never delivered.

        Raises:
            ClaimLost: it was ended by somebody else; the mail was not sent.
        """
        self._verdict = None
        async with asyncio.TaskGroup() as group:
            attempt = group.create_task(self._attempt(claim, way_out, keeper))
            watch = group.create_task(self._watch(claim, keeper, attempt))
            await asyncio.wait([attempt])
            watch.cancel()
        verdict = self.verdict
        if verdict is None:
            raise ClaimLost("This attempt to send was ended; it does not go on.")
        return verdict

    @property
    def verdict(self) -> Verdict | None:
        """What the last attempt came to; None while it is being made, or where it was ended."""
        return self._verdict

    async def holds_until(self, server: Server) -> int:
        """Return the latest time (seconds UTC) until which the server holds a mail; 0 for none.

        It is asked where it was not seen yet; while it cannot be, it counts as one that holds none.
        """
        now = self._outbox.clock()
        facts = self._kept.facts(server)
        if facts is None and now >= self._look_from:
            facts = await self._look(server)
        latest = facts.holds_until(time.time()) if facts is not None else 0
        return max(latest - CLOCKS_DIFFER_S - 1, 0)

    def close(self) -> None:
        """Close the line that is kept."""
        self._kept.close()

    async def _look(self, server: Server) -> ServerFacts | None:
        """Ask a server what it offers; one that refused the password is left to the next mail."""
        self._look_from = self._outbox.clock() + LOOK_AGAIN_S
        try:
            return await self._kept.look(server, await self._outbox.secret())
        except SecretUnavailable:
            return None
        except SubmissionFailed as failure:
            if isinstance(failure.cause, SignInRefused):
                self._look_from = inf
            return None

    async def _attempt(self, claim: Claim, way_out: Server | Program, keeper: PhaseKeeper) -> None:
        """Leave what the attempt came to in `verdict`, unless somebody else has ended it."""
        try:
            raw = await asyncio.to_thread(read_blob, self._outbox.store, claim.blob)
            done = await self._handed_over(self._mail(claim, raw), way_out, keeper)
        except ClaimLost:
            return
        except (NotFound, SecretUnavailable, StoreError) as error:
            if isinstance(error, SecretUnavailable) and self._line.tried is not None:
                self._outbox.forget_secret()  # it is there and cannot be sent: another is needed
            self._verdict = verdict_of_no_attempt(error, claim.recipients)
        except SubmissionFailed as failure:
            if isinstance(failure.cause, SignInRefused):
                self._outbox.forget_secret()
            self._settle(_verdict_of(failure, claim, way_out.host), failure.heard)
        else:
            self._settle(verdict_of_result(done, claim.recipients), done.heard)

    def _mail(self, claim: Claim, raw: bytes) -> MailObject:
        is_usual = self._outbox.account().delivery_reports is DeliveryReports.ALL
        until = claim.send_at if claim.send_at > self._outbox.clock() else 0
        wishes = Wishes(claim.wants_success or is_usual, until)
        return MailObject(claim.sender, claim.recipients, raw, claim.envelope_id, wishes)

    def _settle(self, verdict: Verdict, heard: Iterable[Heard]) -> None:
        is_kept = self._outbox.account().transcript
        self._verdict = replace(verdict, transcript=transcript_of(heard)) if is_kept else verdict

    async def _handed_over(
        self, mail: MailObject, way_out: Server | Program, keeper: PhaseKeeper
    ) -> SubmissionResult:
        """Have the way out take a mail; where it is a server, sign in first."""
        if isinstance(way_out, Program):
            return await hand_over(way_out, mail, keeper, self._outbox.timeouts)
        self._line.tried = None
        self._line.tried = secret = await self._outbox.secret()
        try:
            return await self._kept.send(way_out, secret, mail, keeper)
        except SubmissionFailed as failure:
            if not isinstance(failure.cause, SignInRefused):
                raise
            another = await self._outbox.another_secret(secret)
            if another is None:
                raise
        self._line.tried = another
        return await self._kept.send(way_out, another, mail, keeper)

    async def _watch(
        self, claim: Claim, keeper: PhaseKeeper, attempt: "asyncio.Task[None]"
    ) -> None:
        """Stop the attempt once the person has cancelled its mail; hints say when to look."""
        while True:
            await self._outbox.wake.wait()
            self._outbox.wake.clear()
            self.was_woken = True
            with suppress(StoreError):
                is_ours = await asyncio.to_thread(is_held, self._outbox.store, claim)
                if not is_ours and keeper.reached is not Phase.FINAL_DOT:
                    attempt.cancel()
                    return


def _verdict_of(failure: SubmissionFailed, claim: Claim, host: str) -> Verdict:
    if isinstance(failure.cause, CannotHold):
        return verdict_of_no_hold(failure, claim.recipients, claim.send_at)
    return verdict_of_failure(failure, claim.recipients, host)
