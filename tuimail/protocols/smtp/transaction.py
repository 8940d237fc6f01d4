"""One mail on a signed-in line: its envelope, its content, and the server's last word."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from tuimail.errors import NetworkError, ProtocolError
from tuimail.model.outgoing import Phase

from .connection import Connection, Timeouts
from .envelope import CannotHold, Envelope, envelope_of
from .facts import ServerFacts
from .mail import MailObject
from .outcome import Observer, RecipientReply, SubmissionResult
from .replies import Reply, queue_id_of
from .wire import bdat_bounds, data_chunks, normalised, pieces_of

MOST_TOGETHER: Final = 25
"""Commands in one piece (RFC 2920): their answers fit any buffer on the way."""
CHUNKS_FROM_BYTES: Final = 1_000_000
"""A smaller mail gains nothing by BDAT."""


class Transaction:
    """How far a mail has come, step by step."""

    def __init__(
        self,
        connection: Connection,
        facts: ServerFacts,
        mail: MailObject,
        observer: Observer,
        timeouts: Timeouts,
    ) -> None:
        self.phase = Phase.CONNECT
        """The last step that may have been taken."""
        self.replies: list[RecipientReply] = []
        self.refusal: Reply | None = None
        """The reply that refused the mail as a whole."""
        self.barred: Mapping[str, str] = {}
        """Recipients who cannot be asked for, each with a sentence that says why."""
        self.is_begun = False
        """Whether the server is at this mail: it must be told to forget it before the next."""
        self.is_mid_content = False
        """Whether part of the mail lies on the line: nothing else may follow."""
        self._connection = connection
        self._facts = facts
        self._mail = mail
        self._observer = observer
        self._timeouts = timeouts

    async def run(self) -> SubmissionResult:
        """Hand the mail over.

        Raises:
            NetworkError, ProtocolError: it was not taken, or nobody knows; see the fields.
        """
        content = self._mail.content
        is_large = len(content) >= CHUNKS_FROM_BYTES
        clean = await asyncio.to_thread(normalised, content) if is_large else normalised(content)
        await self._enter(Phase.ENVELOPE)
        envelope = envelope_of(self._mail, clean, self._facts, time.time())
        self.barred = envelope.barred
        if not envelope.recipients:
            raise ProtocolError(next(iter(envelope.barred.values())))
        await self._ask_for(envelope)
        await self._enter(Phase.DATA)
        is_in_chunks = len(clean) >= CHUNKS_FROM_BYTES and self._facts.offers("CHUNKING")
        final = await (self._by_chunks(clean) if is_in_chunks else self._by_data(clean))
        self._settle(final)
        return SubmissionResult(
            tuple(self.replies),
            final,
            queue_id_of(final),
            self._facts,
            self._connection.take_heard(),
            self.barred,
            envelope.is_held,
        )

    async def _enter(self, phase: Phase) -> None:
        await self._observer.phase(phase)
        self.phase = phase

    async def _ask_for(self, envelope: Envelope) -> None:
        """Say MAIL and every RCPT, together where the server takes that, and hear each answer."""
        addresses = ["", *envelope.recipients]
        commands = [envelope.sender, *envelope.recipients.values()]
        size = MOST_TOGETHER if self._facts.offers("PIPELINING") else 1
        for start in range(0, len(commands), size):
            self._connection.ask(commands[start : start + size])
            for address in addresses[start : start + size]:
                reply = await self._connection.answer(self._timeouts.envelope)
                self._hear(address, reply)
            if self.refusal is not None:
                self._give_up(envelope, self.refusal)
        if not any(reply.accepted for reply in self.replies):
            raise ProtocolError(
                f"{self._facts.host} refused every recipient.", reply=self.replies[-1].reply.line
            )

    def _hear(self, address: str, reply: Reply) -> None:
        if reply.code == 421:  # closing the line: it says nothing of this recipient
            self._expect(reply, False, f"{self._facts.host} is not available now.")
        if not address and reply.is_positive:
            self.is_begun = True
        elif not address:
            self.refusal = reply
        elif self.is_begun:
            self.replies.append(RecipientReply(address, reply))

    def _give_up(self, envelope: Envelope, refusal: Reply) -> None:
        if envelope.is_held and not refusal.is_temporary:
            self.refusal = None
            raise CannotHold(f"{self._facts.host} does not keep mail back until then.")
        self._expect(refusal, False, f"{self._facts.host} refused the sender address.")

    async def _by_data(self, clean: bytes) -> Reply:
        host, total = self._facts.host, len(clean)
        reply = await self._connection.command(b"DATA", timeout_s=self._timeouts.data)
        self._expect(reply, reply.code == 354, f"{host} refused the mail.")
        self.is_mid_content = True
        early = await self._connection.send_mail(
            data_chunks(clean), lambda sent: self._observer.progress(min(sent, total), total)
        )
        if early is None:
            await self._enter(Phase.FINAL_DOT)
            if not self._connection.has_answered:
                return await self._connection.final_dot()
            self.phase = Phase.DATA  # the end was never sent: the mail is not taken, for sure
            early = await self._connection.early_answer()
        raise self._refused(early, f"{host} refused the mail while taking it.")

    async def _by_chunks(self, clean: bytes) -> Reply:
        """Hand the mail over by BDAT (RFC 3030), one chunk ahead of the answers where allowed."""
        connection, total = self._connection, len(clean)
        *bounds, last = bdat_bounds(total)
        ahead = 1 if self._facts.offers("PIPELINING") else 0
        sent = owed = 0

        def note(size: int) -> None:
            nonlocal sent
            sent += size
            self._observer.progress(sent, total)

        self.is_mid_content = True
        for start, end in bounds:
            pieces = pieces_of(clean, start, end)
            await connection.send_chunk(b"BDAT %d" % (end - start), pieces, note)
            owed += 1
            while owed > ahead:
                owed -= 1
                await self._hear_chunk()
        while owed:
            owed -= 1
            await self._hear_chunk()
        await self._enter(Phase.FINAL_DOT)
        if not connection.is_quiet:
            self.phase = Phase.DATA  # the last chunk was never sent
            raise NetworkError(f"The line to {self._facts.host} was cut.")
        start, end = last
        pieces = pieces_of(clean, start, end)
        await connection.send_chunk(b"BDAT %d LAST" % (end - start), pieces, note)
        return await connection.answer(self._timeouts.final)

    async def _hear_chunk(self) -> None:
        """Hear the answer to a chunk; after a refusal the line is of no use.

        Nobody can tell whether the server has read the chunk it refuses to its end.
        """
        reply = await self._connection.answer(self._timeouts.block)
        self._expect(reply, reply.is_positive, f"{self._facts.host} refused the mail.")

    def _settle(self, final: Reply) -> None:
        """Take the last word, with which the server has forgotten the mail or owns it."""
        self.is_mid_content = self.is_begun = False
        if final.code == 421 or 300 <= final.code < 400:
            # Closing the line is no answer to the mail: it may have been taken.
            raise NetworkError(f"{self._facts.host} closed the line without a last word.")
        self._expect(final, final.is_positive, f"{self._facts.host} refused the mail.")
        self.phase = Phase.DONE

    def _expect(self, reply: Reply, is_met: bool, hint: str) -> None:
        """Go on, or fail with the reply that refused the mail as a whole."""
        if not is_met:
            raise self._refused(reply, hint)

    def _refused(self, reply: Reply, hint: str) -> ProtocolError:
        self.refusal = reply
        return ProtocolError(hint, reply=reply.line)
