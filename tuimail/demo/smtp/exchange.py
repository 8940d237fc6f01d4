"""The exchange of a domain (its MX): takes mail for its people from other servers."""

from collections.abc import Callable
from dataclasses import replace

from aiosmtpd.smtp import Envelope, Session

from tuimail.demo.faults import FaultScript
from tuimail.demo.mailstore import MailboxFull, MailStore
from tuimail.demo.people import AWAY, SLOW, Domain

from .conversation import GOES_ON, Conversation, Hooks
from .queue import Queue
from .report import Action, Told
from .trace import Mail, delivery_fields, new_queue_id, received
from .vacation import vacation_reply


class Exchange(Hooks):
    """One domain's receiving server; delivers to its people's INBOX."""

    def __init__(
        self,
        domain: Domain,
        store_of: Callable[[str], MailStore | None],
        clock: Callable[[], int],
        faults: FaultScript,
        queue: Queue,
    ) -> None:
        """`queue` carries what this server itself has to say."""
        super().__init__(faults, reports_delivery=domain.reports_delivery)
        self._queue = queue
        self._put_off: set[str] = set()
        """Who was put off and has not been tried again."""
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
        return self._greylisted(address)

    def _greylisted(self, address: str) -> str:
        """Put each mail to `SLOW` off once."""
        if address.lower() != SLOW.email or address.lower() in self._put_off:
            self._put_off.discard(address.lower())
            return GOES_ON
        self._put_off.add(address.lower())
        return f"450 4.2.0 <{address}>: Greylisted, come back in a while"

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
            self._answer(mail, server, recipient)
        return f"250 2.0.0 Ok: delivered as {queue_id}"

    def _answer(self, mail: Mail, server: Conversation, recipient: str) -> None:
        """Report a delivery where that is wanted, and reply for who is away."""
        if self._domain.reports_delivery:
            said = "250 2.0.0 Put into the mailbox"
            told = Told(recipient, Action.DELIVERED, "2.0.0", said, "")
            asked = replace(mail, wishes=server.wishes)
            self._queue.report(asked, [told], self._domain.exchange)
        if recipient.lower() == AWAY.email:
            author = f"{AWAY.display_name} <{AWAY.email}>"
            reply = vacation_reply(mail, author, self._domain.name, self._clock())
            if reply is not None:
                self._queue.put(reply)
