"""One mail on a line of its own."""

from tuimail.errors import UserError
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase
from tuimail.protocols.sasl import Revealing
from tuimail.protocols.smtp.connection import DEFAULT_TIMEOUTS, Timeouts
from tuimail.protocols.smtp.mail import MailObject, refuse_bad_envelope
from tuimail.protocols.smtp.outcome import Observer, SubmissionFailed, SubmissionResult
from tuimail.protocols.smtp.session import open_session


async def submit(
    server: Server,
    secret: Revealing,
    mail: MailObject,
    observer: Observer,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
) -> SubmissionResult:
    """Submit one mail; nobody is asked where it cannot be sent anywhere.

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
