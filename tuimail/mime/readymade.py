"""A mail made elsewhere, made fit for sending: CRLF, no Bcc, a Message-ID and a Date."""

import re
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final

from tuimail.errors import UserError

from .compose import MAX_ATTACHED_BYTES, is_message_id
from .headers import parse_envelope

MAX_HEADER_BYTES: Final = 256 * 1024
_LINE_END = re.compile(rb"\r\n|\r|\n")
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_HIDDEN: Final = frozenset({b"bcc", b"resent-bcc", b"return-path", b"delivered-to"})
"""Who must not be seen, and what the last delivery added: servers take it for a loop."""


@dataclass(frozen=True, slots=True)
class Readymade:
    """What is sent, and what is known of it."""

    raw: bytes
    message_id: str
    subject: str


def make_ready(raw: bytes, message_id: str, date: int) -> Readymade:
    """Return the mail as it is sent; `message_id` and `date` (seconds UTC) fill what is missing.

    Raises:
        UserError: it is no mail, or too large.
    """
    if len(raw) > MAX_ATTACHED_BYTES * 4 // 3:
        raise UserError("The mail is too large.")
    text = _LINE_END.sub(b"\r\n", raw)
    header, blank, body = text.partition(b"\r\n\r\n")
    fields = fields_of(header)
    names = {name for name, _ in fields}
    if b"from" not in names:
        raise UserError("The file is no mail that can be sent: it has no From field.")
    kept = [lines for name, lines in fields if name not in _HIDDEN]
    own_id = parse_envelope(header + b"\r\n\r\n").message_id
    if not is_message_id(own_id):
        kept = [lines for name, lines in fields if name not in _HIDDEN | {b"message-id"}]
        kept.append(f"Message-ID: <{message_id}>".encode("ascii"))
        own_id = message_id
    if b"date" not in names:
        stamp = formatdate(date, localtime=False).replace("-0000", "+0000")
        kept.append(f"Date: {stamp}".encode("ascii"))
    head = b"\r\n".join(kept)
    whole = head + b"\r\n\r\n" + (body if blank else b"")
    subject = parse_envelope(head + b"\r\n\r\n").subject
    return Readymade(whole if whole.endswith(b"\r\n") else whole + b"\r\n", own_id, subject)


def fields_of(header: bytes) -> list[tuple[bytes, bytes]]:
    """Return (lower-case name, lines) of each field of a header with CRLF.

    Raises:
        UserError: it is no header of a mail.
    """
    if len(header) > MAX_HEADER_BYTES:
        raise UserError("The mail's header is too long, or the blank line after it is missing.")
    fields: list[tuple[bytes, bytes]] = []
    for number, line in enumerate(header.split(b"\r\n"), start=1):
        if number == 1 and line.startswith(b"From "):
            continue  # the separator of an mbox file
        if line[:1] in (b" ", b"\t") and fields:
            name, lines = fields[-1]
            fields[-1] = name, lines + b"\r\n" + line
            continue
        found = _NAME.match(line)
        if found is None or b"\0" in line:
            raise UserError(f"The file is no mail: line {number} is not a header field.")
        fields.append((found[1].lower(), line))
    return fields
