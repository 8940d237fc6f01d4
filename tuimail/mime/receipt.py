"""Receipts that a mail asks for (RFC 8098): who is to be told, and what is sent."""

import secrets
from email.utils import formatdate
from typing import Final, NamedTuple

from tuimail.errors import UserError
from tuimail.model.address import Address

from .address_fields import parse_addresses
from .addresses import envelope_address
from .compose import is_message_id
from .fields import Fields, header_span, parse_fields
from .headers import parse_envelope
from .write import Field, address_value, encoded_text, ids_value, text_value

ASKED: Final = "disposition-notification-to"
_MAX_CHARS: Final = 10_000


class Asked(NamedTuple):
    """That a mail asks for a receipt."""

    to: Address
    is_elsewhere: bool
    """It is to go to another address than the one the mail came from: its return path, where the
    server wrote one down (section 2.1)."""


def receipt_asked(raw: bytes) -> Asked | None:
    """Return whom a mail asks to be told that it was opened, or None. Never raises.

    Two such fields, or several addresses in one, are a trap rather than a wish; what a machine
    reports is never answered.
    """
    fields = parse_fields(raw[: header_span(raw, 0, len(raw))[0]])
    found = parse_addresses(fields.first(ASKED, _MAX_CHARS)) if fields.count(ASKED) == 1 else []
    if len(found) != 1 or not _is_usable(found[0].addr_spec) or _is_report(fields):
        return None
    path = fields.first("return-path", _MAX_CHARS).strip().strip("<>").lower()
    author = parse_envelope(raw).author.addr_spec.lower()
    return Asked(found[0], found[0].addr_spec.lower() != (path or author))


def build_receipt(raw: bytes, reader: Address, message_id: str, date: int) -> bytes:
    """Return the receipt for a mail that asks for one, sent by hand (section 3).

    `reader` is the person's own address; `message_id` without brackets; `date` in seconds UTC.

    Raises:
        UserError: it asks for none.
    """
    asked = receipt_asked(raw)
    if asked is None:
        raise UserError("This mail asks for no receipt.")
    original = parse_envelope(raw)
    answered = [one for one in (original.message_id,) if is_message_id(one)]
    boundary = f"=_{secrets.token_hex(15)}"
    fields: list[Field] = [
        ("Date", formatdate(date, localtime=False).replace("-0000", "+0000")),
        ("From", address_value([reader])),
        ("To", address_value([asked.to])),
        ("Subject", text_value(f"Read: {original.subject}")),
        ("Message-ID", f"<{message_id}>"),
        ("In-Reply-To", ids_value(answered)),
        ("References", ids_value(answered)),
        ("Auto-Submitted", "auto-replied"),
        ("MIME-Version", "1.0"),
        (
            "Content-Type",
            f'multipart/report; report-type=disposition-notification;\r\n boundary="{boundary}"',
        ),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    opening = f"--{boundary}\r\n".encode("ascii")
    parts = (_words(original.subject), _notification(reader, answered))
    body = b"".join(opening + part for part in parts) + f"--{boundary}--\r\n".encode("ascii")
    return head.encode() + b"\r\n" + body


def _words(subject: str) -> bytes:
    about = f' "{subject}"' if subject else ""
    text = f"The mail{about} was opened. That does not mean that it was read or understood.\r\n"
    charset, encoding, content = encoded_text(text)
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}"
    return f"{head}\r\n\r\n".encode("ascii") + content + b"\r\n"


def _notification(reader: Address, answered: list[str]) -> bytes:
    """Return the part for programs; what program this is, is nobody's business."""
    fields = [
        f"Final-Recipient: rfc822;{envelope_address(reader.addr_spec)}",
        *(f"Original-Message-ID: <{one}>" for one in answered),
        "Disposition: manual-action/MDN-sent-manually; displayed",
    ]
    head = "Content-Type: message/disposition-notification\r\n\r\n"
    return (head + "".join(f"{field}\r\n" for field in fields)).encode() + b"\r\n"


def _is_usable(addr_spec: str) -> bool:
    try:
        envelope_address(addr_spec)
    except UserError:
        return False
    return True


def _is_report(fields: Fields) -> bool:
    return fields.first("content-type", 100).strip().lower().startswith("multipart/report")
