"""Hand one mail to a submission server (RFC 6409), step by step, every reply kept."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final, Protocol

from tuimail.errors import NetworkError, ProtocolError, TuimailError, UserError
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase
from tuimail.model.safe import safe_line
from tuimail.protocols.sasl import Revealing

from .connection import Connection, Timeouts
from .replies import Reply, queue_id_of
from .signin import sign_in
from .wire import data_chunks, is_seven_bit, normalised

DEFAULT_TIMEOUTS: Final = Timeouts()
MAX_ADDR_SPEC_CHARS: Final = 254
_ADDR_SPEC = re.compile(
    r"""(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}|"(?:[ !#-\[\]-~]|\\[ -~]){1,62}")"""
    r"""@(?:[A-Za-z0-9.-]+|\[[A-Za-z0-9.:]+\])"""
)


class Observer(Protocol):
    """Is told how far an attempt has come."""

    async def phase(self, phase: Phase) -> None:
        """Write the phase down, durable, before the step is taken."""
        ...

    def progress(self, sent: int, total: int) -> None:
        """Take note of how many bytes of the mail have been handed to the line."""
        ...


@dataclass(frozen=True, slots=True)
class MailObject:
    """What is transported (RFC 5321 section 2.3.1): envelope and content.

    The envelope's addresses are plain addr-specs, their domains A-labels.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    envelope_id: str = ""
    """Letters and digits that come back with reports (ENVID, RFC 3461 section 4.4); empty: none."""


@dataclass(frozen=True, slots=True)
class RecipientReply:
    """What the server said to one RCPT."""

    address: str
    reply: Reply

    @property
    def accepted(self) -> bool:
        """Whether the server takes the mail for this recipient."""
        return self.reply.is_positive


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What is known of the server once signed in."""

    host: str
    """As configured."""
    greeting: str
    """The name in its EHLO reply; a stranger's words."""
    tls: str
    """Version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
    extensions: tuple[str, ...]
    """EHLO keywords with their parameters, upper case, as offered after sign-in or TLS."""
    max_size: int
    """Bytes the server takes at most (RFC 1870); 0 where it does not say."""

    @property
    def reports_delivery(self) -> bool:
        """Whether it takes a wish to be told what becomes of the mail (DSN, RFC 3461)."""
        return "DSN" in self.extensions


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The server took the mail for at least one recipient."""

    recipients: tuple[RecipientReply, ...]
    final: Reply
    """To the final dot."""
    queue_id: str
    server: ServerFacts


class SubmissionFailed(TuimailError):
    """The mail was not taken, or nobody knows: `is_uncertain`."""

    def __init__(
        self,
        cause: TuimailError,
        phase: Phase,
        recipients: tuple[RecipientReply, ...] = (),
        reply: Reply | None = None,
    ) -> None:
        """Keep what was learnt before the failure.

        `cause` is a NetworkError, TlsError, SignInRefused or ProtocolError; `reply` is the reply
        that refused the mail as a whole, where there was one.
        """
        super().__init__(cause.hint)
        self.cause = cause
        self.phase = phase
        self.recipients = recipients
        self.reply = reply

    @property
    def is_uncertain(self) -> bool:
        """Whether the server may have taken the mail: the dot was sent and no reply came."""
        return self.phase is Phase.FINAL_DOT and self.reply is None


async def submit(
    server: Server,
    secret: Revealing,
    mail: MailObject,
    observer: Observer,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
) -> SubmissionResult:
    """Submit one mail.

    Cancelled before the final dot, the mail is never delivered: the line is cut.

    Raises:
        SubmissionFailed: with the phase, the replies so far and the cause. Also when no recipient
            was accepted (phase ENVELOPE): then nothing of the mail was sent.
    """
    attempt = _Attempt(server, secret, mail, observer, timeouts)
    try:
        return await attempt.run()
    except (NetworkError, ProtocolError, UserError) as error:
        raise SubmissionFailed(
            error, attempt.phase, tuple(attempt.replies), attempt.refusal
        ) from error
    finally:
        attempt.abort()


async def check_sign_in(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> ServerFacts:
    """Connect, make the line safe, sign in and say goodbye: for testing an account.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: what is in the way.
    """
    connection = await sign_in(server, secret, timeouts)
    facts = facts_of(connection, server)
    connection.say_goodbye()
    return facts


def facts_of(connection: Connection, server: Server) -> ServerFacts:
    """Return what a signed-in connection has shown of its server."""
    offered = sorted(
        f"{word.upper()} {more}".strip() for word, more in connection.extensions.items()
    )
    size = connection.extensions.get("size", "").strip()
    return ServerFacts(
        host=server.host,
        greeting=connection.greeting,
        tls=connection.tls(),
        extensions=tuple(offered),
        max_size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
    )


class _Attempt:
    """One attempt to submit one mail, and how far it came."""

    def __init__(
        self,
        server: Server,
        secret: Revealing,
        mail: MailObject,
        observer: Observer,
        timeouts: Timeouts,
    ) -> None:
        self.phase = Phase.CONNECT
        self.replies: list[RecipientReply] = []
        self.refusal: Reply | None = None
        self._server = server
        self._secret = secret
        self._mail = mail
        self._observer = observer
        self._timeouts = timeouts
        self._connection: Connection | None = None

    async def run(self) -> SubmissionResult:
        _refuse_bad_envelope(self._mail)
        await self._enter(Phase.CONNECT)
        clean = await asyncio.to_thread(normalised, self._mail.content)
        connection = await sign_in(self._server, self._secret, self._timeouts)
        self._connection = connection
        facts = facts_of(connection, self._server)
        await self._enter(Phase.ENVELOPE)
        await self._mail_from(connection, facts, clean)
        await self._rcpt_to(connection, facts)
        await self._enter(Phase.DATA)
        await self._data(connection, clean)
        await self._enter(Phase.FINAL_DOT)
        final = await self._final_dot(connection)
        self.phase = Phase.DONE
        connection.say_goodbye()
        return SubmissionResult(tuple(self.replies), final, queue_id_of(final), facts)

    def abort(self) -> None:
        """Cut the line unless the mail was taken: what is not sent yet is never sent."""
        if self._connection is not None and self.phase is not Phase.DONE:
            self._connection.abort()

    async def _enter(self, phase: Phase) -> None:
        await self._observer.phase(phase)
        self.phase = phase

    async def _mail_from(self, connection: Connection, facts: ServerFacts, clean: bytes) -> None:
        options = []
        if "size" in connection.extensions:
            _refuse_too_large(facts, len(clean))
            options.append(b"SIZE=%d" % len(clean))
        if not is_seven_bit(clean):
            if "8bitmime" not in connection.extensions:
                raise ProtocolError(f"{facts.host} takes 7-bit mail only, and this mail is not.")
            options.append(b"BODY=8BITMIME")
        if self._mail.envelope_id and facts.reports_delivery:
            options += [b"RET=HDRS", b"ENVID=%s" % self._mail.envelope_id.encode("ascii")]
        path = b"FROM:<%s>" % self._mail.sender.encode("ascii")
        reply = await connection.command(b"MAIL", path, *options, timeout_s=self._timeouts.envelope)
        self._expect(reply, reply.is_positive, f"{facts.host} refused the sender address.")

    async def _rcpt_to(self, connection: Connection, facts: ServerFacts) -> None:
        wants_reports = bool(self._mail.envelope_id) and facts.reports_delivery
        for address in self._mail.recipients:
            words = [b"TO:<%s>" % address.encode("ascii")]
            if wants_reports:
                words += [b"NOTIFY=FAILURE,DELAY", b"ORCPT=rfc822;" + xtext(address)]
            reply = await connection.command(b"RCPT", *words, timeout_s=self._timeouts.envelope)
            if reply.code == 421:  # closing the line: it says nothing of this recipient
                self._expect(reply, False, f"{self._server.host} is not available now.")
            self.replies.append(RecipientReply(address, reply))
        if not any(reply.accepted for reply in self.replies):
            connection.say_goodbye()
            raise ProtocolError(
                f"{self._server.host} refused every recipient.", reply=self.replies[-1].reply.line
            )

    async def _data(self, connection: Connection, clean: bytes) -> None:
        reply = await connection.command(b"DATA", timeout_s=self._timeouts.data)
        self._expect(reply, reply.code == 354, f"{self._server.host} refused the mail.")
        total = len(clean)
        early = await connection.send_mail(
            data_chunks(clean), lambda sent: self._observer.progress(min(sent, total), total)
        )
        if early is not None:
            self._expect(early, False, f"{self._server.host} refused the mail while taking it.")

    async def _final_dot(self, connection: Connection) -> Reply:
        final = await connection.final_dot()
        if final.code == 421 or 300 <= final.code < 400:
            # Closing the line is no answer to the mail: it may have been taken.
            raise NetworkError(f"{self._server.host} closed the line without a last word.")
        self._expect(final, final.is_positive, f"{self._server.host} refused the mail.")
        return final

    def _expect(self, reply: Reply, is_met: bool, hint: str) -> None:
        """Go on, or fail with the reply that refused the mail as a whole."""
        if not is_met:
            self.refusal = reply
            raise ProtocolError(hint, reply=reply.line)


def xtext(address: str) -> bytes:
    """Return an address as a parameter carries it (RFC 3461 section 4)."""
    return b"".join(
        b"%c" % sign if 0x21 <= sign <= 0x7E and sign not in b"+=" else b"+%02X" % sign
        for sign in address.encode("ascii")
    )


def _refuse_bad_envelope(mail: MailObject) -> None:
    """Hold the last gate: exactly one plain addr-spec each, whatever was checked before."""
    if not mail.recipients:
        raise UserError("The mail has no recipient.")
    if mail.envelope_id and not (mail.envelope_id.isascii() and mail.envelope_id.isalnum()):
        raise UserError("The mail's own mark cannot stand in an envelope.")
    for address in (mail.sender, *mail.recipients):
        if not _ADDR_SPEC.fullmatch(address) or len(address) > MAX_ADDR_SPEC_CHARS:
            raise UserError(f"{safe_line(address, 80)} cannot stand in an envelope.")


def _refuse_too_large(facts: ServerFacts, size_bytes: int) -> None:
    if 0 < facts.max_size < size_bytes:
        raise ProtocolError(
            f"The mail has {_megabytes(size_bytes)}, {facts.host} takes at most "
            f"{_megabytes(facts.max_size)}. Send it smaller, or share the file by a link."
        )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
