"""Hand one mail to a submission server (RFC 6409) on a line of its own; try a sign-in alone."""

from typing import Final

from tuimail.errors import UserError
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase
from tuimail.protocols.sasl import Revealing

from .connection import Timeouts
from .facts import ServerFacts, facts_of
from .mail import MailObject, Wishes, refuse_bad_envelope
from .outcome import Observer, RecipientReply, SubmissionFailed, SubmissionResult
from .session import Session, open_session
from .signin import sign_in

__all__ = [
    "DEFAULT_TIMEOUTS",
    "MailObject",
    "Observer",
    "RecipientReply",
    "ServerFacts",
    "Session",
    "SubmissionFailed",
    "SubmissionResult",
    "Wishes",
    "check_sign_in",
    "submit",
]

DEFAULT_TIMEOUTS: Final = Timeouts()


async def submit(
    server: Server,
    secret: Revealing,
    mail: MailObject,
    observer: Observer,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
) -> SubmissionResult:
    """Submit one mail on a line of its own.

    Raises:
        SubmissionFailed: see `Session.send`.
    """
    try:
        refuse_bad_envelope(mail)
    except UserError as error:
        raise SubmissionFailed(error, Phase.CONNECT) from error
    session = await open_session(server, secret, observer, timeouts)
    try:
        return await session.send(mail, observer)
    finally:
        session.close()


async def check_sign_in(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> ServerFacts:
    """Connect, make the line safe, sign in and say goodbye: for testing an account.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: what is in the way.
    """
    connection = await sign_in(server, secret, timeouts)
    facts = facts_of(connection, server.host)
    connection.say_goodbye()
    return facts
