"""A mail that lies inside of another, read as a mail of its own."""

from dataclasses import replace
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.mime.choose import MAIL_TYPES
from tuimail.mime.fields import MAX_HEADER_BYTES
from tuimail.mime.headers import parse_envelope
from tuimail.model.flags import Flag
from tuimail.model.ids import MessageKey, message_key
from tuimail.model.message import MessageRow
from tuimail.model.part import Part, RenderedMail
from tuimail.model.safe import Untrusted

from .mail import Mail
from .rendering import part_of, part_pieces

MAX_BYTES: Final = 64 << 20
"""A larger one can be saved."""
_MAX_NAME_CHARS: Final = 200


def is_mail(part: Part) -> bool:
    """Whether a part of a mail is a mail. Pure."""
    return part.content_type in MAIL_TYPES


def mails_inside(shown: RenderedMail) -> list[Part]:
    """Return the parts of a mail that are mails. Pure."""
    return [part for part in shown.parts if is_mail(part)]


def mail_inside(mail: Mail, row: MessageRow, number: str) -> MessageRow:
    """Return a mail inside of another as a row; its bytes are at hand by its key from now on.

    What is done with the row in a mailbox is done with the mail around it. It counts as read.

    Raises:
        NotFound: the bytes of the mail around it are not here, or it has no such part.
        UserError: the part is no mail, or too large.
        StoreError: they cannot be read.
    """
    part = part_of(mail, row.key, number)
    if not is_mail(part):
        raise UserError("This part is no mail.")
    if part.size_bytes > MAX_BYTES:
        raise UserError("This mail is too large to be opened here; it can be saved.")
    raw = b"".join(part_pieces(mail, row.key, number))
    if not raw.strip():
        raise NotFound("The mail in there is empty.")
    envelope = parse_envelope(raw[:MAX_HEADER_BYTES])
    key = message_key(row.account, b"inside", b"%d" % row.key, number.encode())
    mail.store.aside.put(key, raw)
    author, people = envelope.author, (*envelope.to, *envelope.cc)
    return replace(
        row,
        key=key,
        date=row.date if envelope.date is None else envelope.date,
        sender_name=Untrusted(author.name),
        sender_address=Untrusted(author.addr_spec),
        recipients=Untrusted(", ".join(one.shown_name for one in people)[:_MAX_NAME_CHARS]),
        subject=Untrusted(envelope.subject),
        flags=row.flags | {Flag.SEEN},
        size_bytes=len(raw),
        snippet=Untrusted(""),
        message_id=Untrusted(envelope.message_id),
        list_id=Untrusted(envelope.list_id),
        thread_count=1,
        became=None,
        inside_of=row.key if row.inside_of is None else row.inside_of,
    )


def key_of_bytes(row: MessageRow) -> MessageKey | None:
    """Return by which key the bytes of a mail inside of another are had; None of any other."""
    return row.key if row.inside_of is not None else None
