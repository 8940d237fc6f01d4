"""Messages made for tests of the screen."""

from dataclasses import replace

from tuimail.model.address import Address
from tuimail.model.ids import AccountName, MailboxId, MessageKey, RowId, ThreadId
from tuimail.model.message import Envelope, MessageRow
from tuimail.model.part import Disposition, Line, Part, RenderedMail, Span
from tuimail.model.safe import Safe, Untrusted

NOON = 1_763_380_800  # Monday 17 November 2025, 12:00 UTC
DAY = 86_400

_ROW = MessageRow(
    row_id=RowId(1),
    key=MessageKey(1),
    account=AccountName("north"),
    mailbox_id=MailboxId(1),
    date=NOON,
    sender_name=Untrusted("Bob South"),
    sender_address=Untrusted("bob@south.example"),
    recipients=Untrusted("Alice North"),
    subject=Untrusted("Lunch on Tuesday"),
    flags=frozenset({"\\Seen"}),
    size_bytes=1200,
    has_attachments=False,
    thread_id=ThreadId(1),
    thread_count=1,
    thread_unread=0,
    snippet=Untrusted("Shall we meet at noon?"),
    message_id=Untrusted("m1@south.example"),
    list_id=Untrusted(""),
)


def row(**changes: object) -> MessageRow:
    """Return a message as a list shows it; texts may be given as str."""
    texts = {"sender_name", "sender_address", "recipients", "subject", "snippet"}
    given = {k: Untrusted(v) if k in texts else v for k, v in changes.items()}
    return replace(_ROW, **given)


def envelope(**changes: object) -> Envelope:
    """Return the header of a mail."""
    made = Envelope(
        message_id="m1@south.example",
        date=NOON,
        subject="Lunch on Tuesday",
        from_=(Address("Bob South", "bob@south.example"),),
        sender=None,
        reply_to=(),
        to=(Address("Alice North", "alice@north.example"),),
        cc=(),
        bcc=(),
        in_reply_to=(),
        references=(),
        list_id="",
        content_type="text/plain",
        identity=(b"", b"", b"", b""),
    )
    return made._replace(**changes)


def mail(*lines: str, **changes: object) -> RenderedMail:
    """Return a mail as the reader gets it."""
    made = RenderedMail(
        envelope=envelope(),
        lines=tuple(Line((Span(Safe(line)),)) for line in lines),
        links=(),
        attachments=(),
        parts=(),
        remote_hosts=(),
        warnings=(),
        plain_text=Safe("\n".join(lines)),
        snippet=Safe(""),
    )
    return replace(made, **changes)


def attachment(name: str, size_bytes: int = 1000) -> Part:
    """Return a file that hangs on a mail."""
    return Part("2", "application/pdf", "", Untrusted(name), Disposition.ATTACHMENT, "", size_bytes)


def text_of(pieces) -> str:
    """Return the text of a line made of pieces."""
    return "".join(text for text, _ in pieces)


def role_of(pieces, words: str):
    """Return the role of the piece that holds some words."""
    return next(role for text, role in pieces if words in text)
