"""Makes attempts: bytes, password, line, verdict. Stops one whose mail was cancelled meanwhile."""

import asyncio
from contextlib import suppress

from tuimail.errors import NotFound, SecretUnavailable, SignInRefused, StoreError
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase
from tuimail.protocols.smtp.mail import MailObject
from tuimail.protocols.smtp.outcome import SubmissionFailed
from tuimail.store.blobs import read_blob
from tuimail.store.outgoing_attempts import Claim, ClaimLost, is_held

from .kept_line import KeptLine
from .line import Line
from .observer import PhaseKeeper
from .surroundings import Outbox
from .verdict import Verdict, verdict_of_failure, verdict_of_no_attempt, verdict_of_result


class Carrier:
    """Carries one mail after the other to the server."""

    def __init__(self, outbox: Outbox, line: Line) -> None:
        self._outbox = outbox
        self._line = line
        self._kept = KeptLine(outbox.timeouts, outbox.clock)
        self.was_woken = False
        """Whether `wake` was set, and is not any more, while a mail was on the wire."""

    async def carry(self, claim: Claim, server: Server, keeper: PhaseKeeper) -> Verdict:
        """Make the attempt that was claimed.

        Cancelled before the mail's end was announced, it is never delivered.

        Raises:
            ClaimLost: it was ended by somebody else; the mail was not sent.
        """
        async with asyncio.TaskGroup() as group:
            attempt = group.create_task(self._attempt(claim, server, keeper))
            watch = group.create_task(self._watch(claim, keeper, attempt))
            await asyncio.wait([attempt])
            watch.cancel()
        verdict = None if attempt.cancelled() else attempt.result()
        if verdict is None:
            raise ClaimLost("This attempt to send was ended; it does not go on.")
        return verdict

    def close(self) -> None:
        """Close the line that is kept."""
        self._kept.close()

    async def _attempt(self, claim: Claim, server: Server, keeper: PhaseKeeper) -> Verdict | None:
        """Return what the attempt came to; None where somebody else has ended it."""
        try:
            raw = await asyncio.to_thread(read_blob, self._outbox.store, claim.blob)
            self._line.tried = None
            self._line.tried = secret = await self._outbox.secret()
            mail = MailObject(claim.sender, claim.recipients, raw, claim.envelope_id)
            done = await self._kept.send(server, secret, mail, keeper)
        except ClaimLost:
            return None
        except (NotFound, SecretUnavailable, StoreError) as error:
            return verdict_of_no_attempt(error, claim.recipients)
        except SubmissionFailed as failure:
            if isinstance(failure.cause, SignInRefused):
                self._outbox.forget_secret()
            return verdict_of_failure(failure, claim.recipients, server.host)
        return verdict_of_result(done, claim.recipients)

    async def _watch(
        self, claim: Claim, keeper: PhaseKeeper, attempt: "asyncio.Task[Verdict | None]"
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
