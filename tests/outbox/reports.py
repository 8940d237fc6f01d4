"""Reports as servers write them, 12 kinds in 5 forms each, made from descriptions with a seed.

The words are our own; what matters is where the facts stand.
"""

from base64 import encodebytes
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from quopri import encodestring
from random import Random

from tuimail.model.report import Arrived, Grade, ReportAction, SentMail

ACCEPTED = 1_795_000_000
HOST = "submit.provider.example"
FORMS = ("one", "one of three", "forwarded", "hard", "thin")


@dataclass(frozen=True)
class Sample:
    """A report, the mail it is about, and what is to come of it."""

    kind: str
    form: str
    raw: bytes
    sent: SentMail
    arrived: Arrived
    address: str
    action: ReportAction
    grade: Grade


@dataclass
class Draft:
    """What a kind is made of."""

    chance: Random
    form: str
    sent: SentMail
    address: str
    foreign: str

    @property
    def final(self) -> str:
        """Where the mail ended: another address where it was forwarded."""
        return self.foreign if self.form == "forwarded" else self.address

    @property
    def is_thin(self) -> bool:
        return self.form == "thin"


def sent_mail(chance: Random, count: int = 1) -> SentMail:
    """Return a mail sent to so many people."""
    names = chance.sample(["ada", "grace", "Emmy.Noether", "mary", "joan", "sofia"], count)
    return SentMail(
        message_id=f"{chance.getrandbits(96):024x}@here.example",
        envelope_id="".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=28)),
        accepted=ACCEPTED,
        servers=(HOST, "mail4.provider.example"),
        queue_ids={f"4{chance.getrandbits(40):010X}"},
        recipients=tuple(f"{name}@{chance.choice(['far', 'away'])}.example" for name in names),
    )


def _fields(draft: Draft, sender: str, subject: str, *more: str) -> str:
    date = formatdate(ACCEPTED + draft.chance.randrange(10, 9_000))
    return "".join(
        f"{line}\r\n"
        for line in (
            "Return-Path: <>",
            f"From: {sender}",
            "To: me@here.example",
            f"Subject: {subject}",
            f"Date: {date}",
            f"Message-ID: <{draft.chance.getrandbits(64):x}@{sender.rpartition('@')[2].strip('<> ')}>",
            *more,
        )
    )


def _returned(draft: Draft, *, cut: bool = False) -> str:
    id_line = f"Message-ID: <{draft.sent.message_id}>\r\n"
    head = f"From: me@here.example\r\nTo: {draft.sent.recipients[0]}\r\nSubject: Plans\r\n"
    return (id_line + head)[:1_024] if cut else head + id_line + "Date: today\r\n"


def _encoded(text: str, encoding: str) -> str:
    raw = text.replace("\r\n", "\n").encode("utf-8")
    if encoding == "base64":
        return encodebytes(raw).decode().replace("\n", "\r\n")
    if encoding == "quoted-printable":
        return encodestring(raw).decode().replace("\n", "\r\n")
    return text


def _multipart(draft: Draft, head: str, text: str, status: str, *, is_utf8: bool = False) -> bytes:
    """Put text, status and returned copy together; hard forms encode and reorder them."""
    is_hard = draft.form == "hard"
    status_type = "message/global-delivery-status" if is_utf8 else "message/delivery-status"
    encoding = draft.chance.choice(["base64", "quoted-printable"]) if is_hard else "8bit"
    parts = [
        (
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
            f"{_encoded(text, encoding)}"
        ),
        (
            f"Content-Type: {status_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
            f"{_encoded(status, encoding)}"
        ),
    ]
    if not draft.is_thin:
        parts.append(f"Content-Type: text/rfc822-headers\r\n\r\n{_returned(draft)}")
    if is_hard:
        parts[1:] = parts[:0:-1]
    kind = "" if is_hard else " report-type=delivery-status;"
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    whole = f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/report;{kind} boundary="b"\r\n\r\n{body}'
    return whole.encode()


def _status(
    draft: Draft,
    mta: str,
    action: str,
    code: str,
    *,
    envid: str = "",
    more: str = "",
    diagnostic: str = "",
) -> str:
    final, gap = draft.final, "\r\n\r\n\r\n" if draft.form == "hard" else "\r\n"
    typed = "RFC822" if draft.form == "hard" else "rfc822"
    fold = "\r\n  " if draft.form == "hard" else " "
    original = (
        f"Original-Recipient: rfc822;{fold}{draft.address}\r\n"
        if draft.final != draft.address
        else ""
    )
    return (
        f"Reporting-MTA: dns; {mta}\r\n"
        + (f"Original-Envelope-Id:{fold}{envid}\r\n" if envid else "")
        + more
        + gap
        + original
        + f"Final-Recipient: {typed};{fold}{final}\r\nAction: {action}\r\nStatus: {code} (as told)\r\n"
        + (f"Diagnostic-Code: smtp; {diagnostic}\r\n" if diagnostic else "")
    )


def postfix_failed(draft: Draft) -> bytes:
    head = _fields(draft, f"MAILER-DAEMON@{HOST}", "Undelivered Mail Returned to Sender")
    text = f"Your message could not be delivered.\r\n\r\n<{draft.final}>: host said: 550 5.1.1 nobody\r\n"
    status = _status(
        draft, HOST, "failed", "5.1.1", envid=draft.sent.envelope_id, diagnostic="550 5.1.1 nobody"
    )
    return _multipart(draft, head, text, status)


def postfix_delayed(draft: Draft) -> bytes:
    head = _fields(draft, f"MAILER-DAEMON@{HOST}", "Delayed Mail (still being retried)")
    text = f"It has not been delivered yet; it is still being retried.\r\n\r\n<{draft.final}>: timed out\r\n"
    status = _status(draft, HOST, "delayed", "4.4.1", envid=draft.sent.envelope_id)
    return _multipart(draft, head, text, status + "Will-Retry-Until: later\r\n")


def postfix_relayed(draft: Draft) -> bytes:
    head = _fields(draft, f"MAILER-DAEMON@{HOST}", "Successful Mail Delivery Report")
    text = f"<{draft.final}>: delivery via mx.far.example: 250 2.0.0 taken\r\n"
    return _multipart(
        draft, head, text, _status(draft, HOST, "relayed", "2.0.0", envid=draft.sent.envelope_id)
    )


def delivered(draft: Draft) -> bytes:
    head = _fields(draft, "MAILER-DAEMON@mx.far.example", "Successful Mail Delivery Report")
    text = f"<{draft.final}>: delivered to the mailbox\r\n"
    return _multipart(
        draft,
        head,
        text,
        _status(draft, "mx.far.example", "delivered", "2.0.0", envid=draft.sent.envelope_id),
    )


def expanded(draft: Draft) -> bytes:
    head = _fields(draft, f"MAILER-DAEMON@{HOST}", "Successful Mail Delivery Report")
    text = f"<{draft.final}>: alias expanded\r\n"
    return _multipart(
        draft, head, text, _status(draft, HOST, "expanded", "2.0.0", envid=draft.sent.envelope_id)
    )


def exim(draft: Draft) -> bytes:
    more = (f"X-Failed-Recipients: {draft.address}", "Auto-Submitted: auto-replied")
    head = _fields(
        draft, f"Mail Delivery System <Mailer-Daemon@{HOST}>", "Mail delivery failed", *more
    )
    text = f"A message that you sent could not be delivered:\r\n\r\n  {draft.final}\r\n    550 no such user\r\n"
    xtext = draft.sent.envelope_id.replace("a", "+61")
    return _multipart(draft, head, text, _status(draft, HOST, "failed", "5.0.0", envid=xtext))


def exchange(draft: Draft) -> bytes:
    more = ("X-MS-Exchange-Message-Is-Ndr:", f"In-Reply-To: <{draft.sent.message_id}>")
    head = _fields(draft, "postmaster@far.example", "Undeliverable: Plans", *more)
    named = (
        f"{draft.final} (expanded from {draft.address})"
        if draft.final != draft.address
        else draft.final
    )
    text = (
        f"Delivery has failed to these recipients or groups:\r\n\r\n{named}\r\n\r\n"
        "Diagnostic information for administrators:\r\n\r\nGenerating server: EX1.far.example\r\n\r\n"
        f"{named}\r\nRemote Server returned '550 5.1.10 no such recipient'\r\n\r\n"
    )
    copy = "" if draft.is_thin else f"Original message headers:\r\n\r\n{_returned(draft)}"
    return _plain(draft, head, text + copy)


def gmail(draft: Draft) -> bytes:
    more = ("Auto-Submitted: auto-replied", f"References: <{draft.sent.message_id}>")
    head = _fields(
        draft,
        "Mail Delivery Subsystem <mailer-daemon@provider.example>",
        "Delivery Status Notification (Failure)",
        *more,
    )
    text = f"** Address not found **\r\n\r\nYour message wasn't delivered to {draft.final}.\r\n"
    extra = f"X-Original-Message-ID: <{draft.sent.message_id}>\r\n"
    return _multipart(
        draft, head, text, _status(draft, "provider.example", "failed", "5.1.1", more=extra)
    )


def qmail(draft: Draft) -> bytes:
    head = _fields(draft, "MAILER-DAEMON@far.example", "failure notice")
    if draft.is_thin:
        head = head.replace("Subject:", f"References: <{draft.sent.message_id}>\r\nSubject:")
    named = f"{draft.final} (from {draft.address})" if draft.final != draft.address else draft.final
    text = (
        "This is the mail program at far.example. I could not deliver your message.\r\n\r\n"
        f"<{named}>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        "--- Below this line is a copy of the message.\r\n\r\n"
    )
    return _plain(draft, head, text + ("" if draft.is_thin else _returned(draft)))


def sendmail(draft: Draft) -> bytes:
    head = _fields(
        draft,
        f"Mail Delivery Subsystem <MAILER-DAEMON@{HOST}>",
        "Warning: could not send message for past 4 hours",
    )
    if draft.is_thin:
        head = head.replace("Subject:", f"In-Reply-To: <{draft.sent.message_id}>\r\nSubject:")
    named = (
        f"<{draft.final}> (expanded from: <{draft.address}>)"
        if draft.final != draft.address
        else f"<{draft.final}>"
    )
    text = (
        "** THIS IS A WARNING MESSAGE ONLY **\r\n\r\n   ----- The following addresses had transient errors -----\r\n"
        f"{named}\r\n\r\n   ----- Transcript of session follows -----\r\n451 4.4.1 timed out\r\n"
        "Will keep trying until message is 5 days old\r\n\r\n   ----- Original message follows -----\r\n\r\n"
    )
    return _plain(draft, head, text + ("" if draft.is_thin else _returned(draft)))


def bilingual(draft: Draft) -> bytes:
    more = (f"References: <{draft.sent.message_id}>",) if draft.is_thin else ()
    head = _fields(
        draft, "Mail Delivery System <mailer-daemon@far.example>", "Mail delivery failed", *more
    )
    named = f"{draft.final} ({draft.address})" if draft.final != draft.address else draft.final
    text = (
        "Diese Nachricht wurde automatisch erstellt. This message was created automatically.\r\n\r\n"
        f'"{named}":\r\nSMTP error from remote server after RCPT command:\r\nhost: mx.far.example\r\n'
        "550 Requested action not taken: mailbox unavailable\r\n\r\n"
        "--- The header of the original message is following. ---\r\n\r\n"
    )
    return _plain(draft, head, text + ("" if draft.is_thin else _returned(draft)))


def courier_utf8(draft: Draft) -> bytes:
    head = _fields(draft, f"Mail <MAILER-DAEMON@{HOST}>", "NOTICE: mail delivery status.")
    text = f"The message could not be delivered to {draft.final}: unbekannter Empfänger\r\n"
    status = _status(
        draft,
        HOST,
        "failed",
        "5.0.0",
        envid=draft.sent.envelope_id,
        diagnostic="550 5.1.1 unbekannter Empfänger",
    )
    return _multipart(draft, head, text, status, is_utf8=True)


def _plain(draft: Draft, head: str, text: str) -> bytes:
    encoding = "quoted-printable" if draft.form == "hard" else "8bit"
    whole = (
        f"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n{_encoded(text, encoding)}"
    ).encode()
    return whole.replace(b"\r\n", b"\n") if draft.form == "hard" else whole


KINDS: dict[str, tuple[Callable[[Draft], bytes], ReportAction, Grade]] = {
    "Postfix failed": (postfix_failed, ReportAction.FAILED, Grade.CONFIRMED),
    "Postfix delayed": (postfix_delayed, ReportAction.DELAYED, Grade.CONFIRMED),
    "Postfix relayed": (postfix_relayed, ReportAction.RELAYED, Grade.CONFIRMED),
    "delivered": (delivered, ReportAction.DELIVERED, Grade.CONFIRMED),
    "expanded": (expanded, ReportAction.EXPANDED, Grade.CONFIRMED),
    "Exim": (exim, ReportAction.FAILED, Grade.CONFIRMED),
    "Exchange": (exchange, ReportAction.FAILED, Grade.UNCONFIRMED),
    "Gmail": (gmail, ReportAction.FAILED, Grade.UNCONFIRMED),
    "qmail": (qmail, ReportAction.FAILED, Grade.UNCONFIRMED),
    "sendmail": (sendmail, ReportAction.DELAYED, Grade.UNCONFIRMED),
    "two languages": (bilingual, ReportAction.FAILED, Grade.UNCONFIRMED),
    "Courier, not ASCII": (courier_utf8, ReportAction.FAILED, Grade.CONFIRMED),
}


def sample(kind: str, form: str, seed: int = 1) -> Sample:
    """Return one report of a kind in a form."""
    chance = Random(f"{seed} {kind} {form}")
    sent = sent_mail(chance, 3 if form == "one of three" else 1)
    make, action, grade = KINDS[kind]
    address = chance.choice(sent.recipients)
    draft = Draft(chance, form, sent, address, "inner@elsewhere.example")
    raw = make(draft)
    return Sample(kind, form, raw, sent, Arrived(), address, action, grade)


def samples(seed: int = 1) -> list[Sample]:
    """Return all of them."""
    return [sample(kind, form, seed) for kind in KINDS for form in FORMS]
