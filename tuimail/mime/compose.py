"""From a draft to the bytes that are sent: made once, 7-bit clean, CRLF, no Bcc."""

import mimetypes
import os
import re
import secrets
import stat
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path
from typing import Final

from tuimail.errors import UserError
from tuimail.model.draft import Attachment, Draft
from tuimail.model.safe import safe_line

from .addresses import envelope_address, parse_address_list, plain_name
from .write import (
    Field,
    address_value,
    base64_lines,
    encoded_text,
    filename_parameter,
    flowed_text,
    ids_value,
    text_value,
)

MAX_ATTACHED_BYTES: Final = 100 * 1024 * 1024
"""All attachments of one mail together; few servers take a quarter of it."""
MAX_BODY_CHARS: Final = 10_000_000
MAX_REFERENCES: Final = 30
MAX_MESSAGE_ID_CHARS: Final = 250
MAX_FILENAME_CHARS: Final = 120
RANDOM_BYTES: Final = 15
"""120 bits: a Message-ID nobody can guess is the proof that a report speaks of this mail."""

_MESSAGE_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_NOT_ATTACHED: Final = ("multipart/", "message/")
"""Types whose encoding RFC 2046 forbids; such a file travels as plain bytes."""
_ADDRESS_FIELDS: Final = ("From", "To", "Cc")
_FIELD_LINE = re.compile(rb"([!-9;-~]+): ")


def build_mail(draft: Draft, message_id: str, date: int) -> bytes:
    """Return the mail as it is sent.

    `message_id` without angle brackets; `date` in seconds UTC. Reads the attachments.

    Raises:
        UserError: an address or attachment cannot be used, or the mail is too large.
    """
    if len(draft.body) > MAX_BODY_CHARS:
        raise UserError("The text is too long for a mail; attach it as a file.")
    fields = [*_header(draft, message_id, date), ("MIME-Version", "1.0")]
    text_fields, text = _text_part(draft.body)
    if not draft.attachments:
        return _checked([*fields, *text_fields], text)
    boundary = "=_" + blake2b(message_id.encode(), digest_size=15).hexdigest()
    mixed = ("Content-Type", f'multipart/mixed;\r\n boundary="{boundary}"')
    parts = [(text_fields, text), *_attached_parts(draft.attachments)]
    body = b"".join(
        b"".join((b"--", boundary.encode(), b"\r\n", _block(part_fields), b"\r\n", content))
        for part_fields, content in parts
    )
    return _checked([*fields, mixed], body + f"--{boundary}--\r\n".encode())


def new_message_id(addr_spec: str) -> str:
    """Return a new Message-ID without brackets: 120 random bits at the sender's mail domain."""
    domain = envelope_address(addr_spec).rpartition("@")[2]
    return f"{secrets.token_hex(RANDOM_BYTES)}@{domain}"


def attachment_of(path: Path, filename: str = "", content_type: str = "") -> Attachment:
    """Return the attachment a file makes.

    Raises:
        UserError: no such file, not a regular file, not readable, or too large.
    """
    size_bytes = _size_of(path)
    name = plain_name(os.fsencode(filename or path.name).decode("utf-8", "replace"))
    shown_name = name[-MAX_FILENAME_CHARS:] or "attachment"
    guessed = content_type.lower() or mimetypes.guess_type(shown_name)[0] or ""
    is_usable = _TYPE.fullmatch(guessed) and not guessed.startswith(_NOT_ATTACHED)
    return Attachment(
        path, shown_name, guessed if is_usable else "application/octet-stream", size_bytes
    )


def is_message_id(text: str) -> bool:
    """Whether a text, without angle brackets, can stand as a Message-ID in a header."""
    return len(text) <= MAX_MESSAGE_ID_CHARS and bool(_MESSAGE_ID.fullmatch(text))


def capped_references(references: list[str]) -> list[str]:
    """Keep the first, which names the thread, and the newest: at most MAX_REFERENCES."""
    if len(references) <= MAX_REFERENCES:
        return references
    return [references[0], *references[-(MAX_REFERENCES - 1) :]]


def field_names(header: bytes) -> list[str]:
    """Return the names of a header block's fields, in order, read back from its bytes.

    Raises:
        ValueError: it is not well-formed: a line break alone, a line too long, a byte above 127
            elsewhere than among addresses (RFC 6532).
    """
    names: list[str] = []
    for line in header.split(b"\r\n"):
        if len(line) > 998 or re.search(rb"[\x00-\x08\n-\x1f\x7f]", line):
            raise ValueError("a header line holds what it must not")
        if not (line[:1] in (b" ", b"\t") and line.strip() and names):
            found = _FIELD_LINE.match(line)
            if found is None:
                raise ValueError("a header line has no field name")
            names.append(found[1].decode())
        if not line.isascii() and names[-1] not in _ADDRESS_FIELDS:
            raise ValueError("a header line holds what it must not")
    return names


def _header(draft: Draft, message_id: str, date: int) -> list[Field]:
    to, cc = parse_address_list(draft.to), parse_address_list(draft.cc)
    reply_ids = [one for one in (draft.in_reply_to,) if is_message_id(one)]
    references = [one for one in draft.references if is_message_id(one)]
    fields = [
        # UTC: the time zone of the person is nobody's business.
        ("Date", formatdate(date, localtime=False).replace("-0000", "+0000")),
        ("From", address_value([draft.from_])),
        ("To", address_value(to) if to or cc else "undisclosed-recipients:;"),
        ("Cc", address_value(cc)),
        ("Subject", text_value(draft.subject)),
        ("Message-ID", f"<{message_id}>"),
        ("In-Reply-To", ids_value(reply_ids)),
        ("References", ids_value(capped_references(references))),
    ]
    return [(name, value) for name, value in fields if value or name == "Subject"]


def _text_part(body: str) -> tuple[list[Field], bytes]:
    charset, encoding, raw = encoded_text(flowed_text(body) or "\r\n")
    return [
        ("Content-Type", f"text/plain; charset={charset}; format=flowed"),
        ("Content-Transfer-Encoding", encoding),
    ], raw


def _attached_parts(attachments: tuple[Attachment, ...]) -> list[tuple[list[Field], bytes]]:
    left, parts = MAX_ATTACHED_BYTES, []
    for attachment in attachments:
        raw = _read(attachment.path, left)
        left -= len(raw)
        fields = [
            ("Content-Type", _content_type(attachment.content_type, raw)),
            ("Content-Transfer-Encoding", "base64"),
            (
                "Content-Disposition",
                "attachment" + filename_parameter("filename", plain_name(attachment.filename)),
            ),
        ]
        parts.append((fields, base64_lines(raw)))
    return parts


def _content_type(kind: str, raw: bytes) -> str:
    if not _TYPE.fullmatch(kind):
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") and _is_utf8(raw) else kind


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _block(fields: list[Field]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode()


def _checked(fields: list[Field], body: bytes) -> bytes:
    """Join header and body, and read the names back: what was not meant must not be there."""
    header = _block(fields)
    if field_names(header.removesuffix(b"\r\n")) != [name for name, _ in fields]:
        raise ValueError("the header written is not the header meant")
    return b"".join((header, b"\r\n", body))


def _size_of(path: Path) -> int:
    try:
        status = path.stat()
    except OSError as error:
        raise UserError(f"{_shown(path)} cannot be read: {error.strerror}.") from error
    if not stat.S_ISREG(status.st_mode):
        raise UserError(f"{_shown(path)} is not a file.")
    if status.st_size > MAX_ATTACHED_BYTES:
        raise UserError(_too_large(path))
    return status.st_size


def _read(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes; never waits on a pipe or a device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UserError(f"{_shown(path)} is not a file any more.")
            raw = file.read(limit + 1)
    except OSError as error:
        raise UserError(f"{_shown(path)} cannot be read: {error.strerror}.") from error
    if len(raw) > limit:
        raise UserError(_too_large(path))
    return raw


def _too_large(path: Path) -> str:
    megabytes = MAX_ATTACHED_BYTES // (1024 * 1024)
    return f"{_shown(path)} is too large: all attachments together may have {megabytes} MB."


def _shown(path: Path) -> str:
    return safe_line(str(path), 200)
