"""The exchange of a domain (its MX): takes mail for its people from other servers."""

from collections.abc import Callable

from aiosmtpd.smtp import Envelope, Session

from tuimail.demo.faults import FaultScript
from tuimail.demo.mailstore import MailboxFull, MailStore
from tuimail.demo.people import Domain

from .conversation import GOES_ON, Conversation, Hooks
from .trace import Mail, delivery_fields, new_queue_id, received


class Exchange(Hooks):
    """One domain's receiving server; delivers to its people's INBOX."""

    def __init__(
        self,
        domain: Domain,
        store_of: Callable[[str], MailStore | None],
        clock: Callable[[], int],
        faults: FaultScript,
    ) -> None:
        super().__init__(faults)
        self._domain = domain
        self._store_of = store_of
        """By address, tags ignored; None for people who do not live here."""
        self._clock = clock

    def refuse_sender(self, _server: Conversation, _session: Session, _address: str) -> str:
        """Take mail from anybody."""
        return GOES_ON

    def refuse_recipient(self, address: str) -> str:
        """Take no mail for others, for strangers, or for who has no room."""
        if address.rpartition("@")[2].lower() != self._domain.name:
            return f"554 5.7.1 <{address}>: Relay access denied"
        store = self._store_of(address)
        if store is None:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if store.is_full:
            return f"552 5.2.2 <{address}>: Quota exceeded (mailbox is full)"
        return GOES_ON

    def take(self, server: Conversation, session: Session, envelope: Envelope) -> str:
        """Put the mail into each recipient's INBOX."""
        sender = (envelope.mail_from or "").removeprefix("<>")
        content = envelope.original_content or b""
        queue_id = new_queue_id()
        now = self._clock()
        for recipient in dict.fromkeys(envelope.rcpt_tos):
            mail = Mail(sender, (recipient,), content, queue_id, now)
            hop = received(
                mail,
                client=session.host_name or "unknown",
                server=self._domain.exchange,
                protocol="ESMTPS" if server.is_encrypted else "ESMTP",
            )
            top = delivery_fields(sender, recipient, self._domain.exchange)
            store = self._store_of(recipient)
            assert store is not None, "refused at RCPT TO otherwise"
            try:
                store.receive(top + hop + content, now)
            except MailboxFull:
                return f"552 5.2.2 <{recipient}>: Quota exceeded (mailbox is full)"
        return f"250 2.0.0 Ok: delivered as {queue_id}"
