"""Submission (RFC 6409): takes mail from the people of the host, who must sign in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tuimail.demo.faults import FaultScript
from tuimail.demo.people import Domain, Person

from .conversation import GOES_ON, Conversation, Hooks
from .trace import Mail, new_queue_id, received

REFUSED: Final = "refused"
"""Mail to this local part is refused at RCPT TO, for good."""
LATER: Final = "later"
"""Mail to this local part is put off at RCPT TO, always."""

SignIn = Callable[[str, str], Person | None]


class Submission(Hooks):
    """One domain's submission server."""

    def __init__(
        self,
        domain: Domain,
        sign_in: SignIn,
        queue: Callable[[Mail], None],
        clock: Callable[[], int],
        faults: FaultScript,
    ) -> None:
        super().__init__(faults, reports_delivery=True)
        self._domain = domain
        self._sign_in = sign_in
        self._queue = queue
        self._clock = clock

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, said: object
    ) -> AuthResult:
        """Check a name and password for aiosmtpd."""
        if not isinstance(said, LoginPassword):
            return AuthResult(success=False, handled=False)
        username = said.login.decode("utf-8", "replace")
        person = self._sign_in(username, said.password.decode("utf-8", "replace"))
        return AuthResult(success=person is not None, handled=False, auth_data=person)

    def refuse_sender(self, server: Conversation, session: Session, address: str) -> str:
        """Refuse strangers, and people who write in another's name."""
        person: object = session.auth_data
        if not server.is_encrypted:
            return "530 5.7.0 Must issue a STARTTLS command first"
        if not isinstance(person, Person):
            return "530 5.7.0 Authentication required"
        if address != "<>" and _without_tag(address) != person.email:
            return f"553 5.7.1 <{address}>: Sender address rejected: not owned by {person.email}"
        return GOES_ON

    def refuse_recipient(self, address: str) -> str:
        """Refuse what cannot be an address, and the two that tests ask for."""
        local, at, domain = address.rpartition("@")
        if not (local and at and domain):
            return f"501 5.1.3 <{address}>: Bad recipient address syntax"
        if local == REFUSED:
            return f"550 5.1.1 <{address}>: Recipient address rejected: no such person here"
        if local == LATER:
            return f"450 4.2.1 <{address}>: Recipient address rejected: come back later"
        return GOES_ON

    def take(self, server: Conversation, session: Session, envelope: Envelope) -> str:
        """Queue the mail under a new id."""
        queue_id = new_queue_id()
        content = envelope.original_content or b""
        recipients = tuple(dict.fromkeys(envelope.rcpt_tos))
        mail = Mail(
            (envelope.mail_from or "").removeprefix("<>"),
            recipients,
            content,
            queue_id,
            self._clock(),
        )
        stamp = received(
            mail,
            client=session.host_name or "unknown",
            server=self._domain.submission,
            protocol="ESMTPSA",
        )
        self._queue(replace(mail, raw=stamp + content, wishes=server.wishes))
        return f"250 2.0.0 Ok: queued as {queue_id}"


def _without_tag(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain.lower()}"
