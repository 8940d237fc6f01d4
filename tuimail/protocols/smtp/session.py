"""A signed-in line to a submission server, on which one mail goes after the other."""

from tuimail.errors import NetworkError, ProtocolError, Scope, UserError
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase
from tuimail.protocols.sasl import Revealing

from .connection import DEFAULT_TIMEOUTS, Connection, Timeouts
from .facts import ServerFacts, facts_of
from .mail import MailObject, refuse_bad_envelope
from .outcome import Observer, SubmissionFailed, SubmissionResult
from .replies import Heard
from .signin import sign_in
from .transaction import Transaction


class Session:
    """One line; not for two mails at once."""

    def __init__(self, connection: Connection, facts: ServerFacts, timeouts: Timeouts) -> None:
        """Take over a signed-in connection."""
        self.facts = facts
        self.mails = 0
        """How many were begun on it."""
        self._connection = connection
        self._timeouts = timeouts
        self._must_reset = False
        self._is_over = False

    @classmethod
    async def open(
        cls,
        server: Server,
        secret: Revealing,
        timeouts: Timeouts,
        heard: list[Heard] | None = None,
    ) -> "Session":
        """Connect, make the line safe and sign in; what is heard is told with the first mail.

        It is added to `heard` too, for where this fails.

        Raises:
            NetworkError, TlsError, SignInRefused, ProtocolError: what is in the way.
        """
        connection = await sign_in(server, secret, timeouts, heard)
        return cls(connection, facts_of(connection, server.host), timeouts)

    @property
    def is_usable(self) -> bool:
        """Whether another mail may go on it: all is answered, and the server takes more of them."""
        most = self.facts.limits.mails
        return not self._is_over and self._connection.is_quiet and not 0 < most <= self.mails

    async def send(self, mail: MailObject, observer: Observer) -> SubmissionResult:
        """Hand one mail over.

        Cancelled before its end was sent, the mail is never delivered: the line is cut.

        Raises:
            SubmissionFailed: with the phase, the replies so far and the cause. Also when no
                recipient was accepted (phase ENVELOPE): then nothing of the mail was sent.
        """
        attempt = Transaction(self._connection, self.facts, mail, observer, self._timeouts)
        self.mails += 1
        is_in_step = False
        try:
            refuse_bad_envelope(mail)
            await self._reset()
            done = await attempt.run()
            is_in_step = True
            return done
        except (NetworkError, ProtocolError, UserError) as error:
            is_in_step = _is_refusal(error, attempt)
            failure = SubmissionFailed(
                error,
                attempt.phase,
                tuple(attempt.replies),
                attempt.refusal,
                self._connection.take_heard(),
            )
            failure.barred = attempt.barred
            raise failure from error
        finally:
            self._must_reset |= attempt.is_begun
            if not is_in_step:
                self.abort()

    def close(self) -> None:
        """Say goodbye and close."""
        if self._is_over:
            return
        self._is_over = True
        if self._connection.is_quiet:
            self._connection.say_goodbye()
        else:
            self._connection.abort()

    def abort(self) -> None:
        """Cut the line: what is not sent yet is never sent."""
        self._is_over = True
        self._connection.abort()

    async def _reset(self) -> None:
        """Have the server forget a mail it was at (RFC 5321 section 4.1.1.5)."""
        if not self._must_reset:
            return
        reply = await self._connection.command(b"RSET")
        if not reply.is_positive:
            raise NetworkError(f"{self.facts.host} takes no other mail on this line.")
        self._must_reset = False


async def check_sign_in(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> ServerFacts:
    """Connect, make the line safe, sign in and say goodbye: for testing an account.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: what is in the way.
    """
    session = await Session.open(server, secret, timeouts)
    session.close()
    return session.facts


async def open_session(
    server: Server, secret: Revealing, observer: Observer, timeouts: Timeouts
) -> Session:
    """Open a session for a mail whose observer is told of it.

    Raises:
        SubmissionFailed: the line could not be made, or not signed in.
    """
    await observer.phase(Phase.CONNECT)
    heard: list[Heard] = []
    try:
        return await Session.open(server, secret, timeouts, heard)
    except (NetworkError, ProtocolError) as error:
        raise SubmissionFailed(error, Phase.CONNECT, heard=tuple(heard)) from error


def _is_refusal(error: NetworkError | ProtocolError | UserError, at: Transaction) -> bool:
    """Whether the server answered in good order, so that the line can be used again."""
    if at.is_mid_content or isinstance(error, NetworkError):
        return False
    if isinstance(error, ProtocolError) and error.scope is not Scope.COMMAND:
        return False
    return at.refusal is None or at.refusal.code != 421
