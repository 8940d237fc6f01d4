"""Mails and parts put together from words, for tests."""

import base64
from typing import Final

BOUNDARY: Final = "=_b"

_USUAL: Final = {
    "From": "Ann Lee <ann@lee.example>",
    "To": "Bob <bob@north.example>, cee@x.example",
    "Subject": "a seed",
    "Date": "Tue, 10 Mar 2026 10:11:12 +0100",
    "MIME-Version": "1.0",
}


def head(number: int, **fields: str) -> str:
    """Return the header of a mail: the usual fields and others (an underscore is a hyphen).

    A field of the same name takes the place of a usual one.
    """
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    every = _USUAL | {"Message-ID": f"<{number}@seeds.example>"} | named
    return "".join(f"{name}: {value}\r\n" for name, value in every.items())


def mail(number: int, content: str | bytes, **fields: str) -> bytes:
    """Return a mail with more header fields."""
    body = content if isinstance(content, bytes) else content.encode()
    return head(number, **fields).encode() + b"\r\n" + body


def mail_of(number: int, content_type: str, content: str | bytes, encoding: str = "8bit") -> bytes:
    """Return a mail of one part."""
    fields = {"Content_Type": content_type, "Content_Transfer_Encoding": encoding}
    return mail(number, content, **fields)


def multipart(number: int, subtype: str, *parts: str | bytes, more: str = "") -> bytes:
    """Return a multipart; each part is its own header and content."""
    pieces = [part if isinstance(part, bytes) else part.encode() for part in parts]
    body = b"".join(f"--{BOUNDARY}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    content_type = f'multipart/{subtype}; boundary="{BOUNDARY}"{more}'
    return mail(number, body + f"--{BOUNDARY}--\r\n".encode(), Content_Type=content_type)


def part(content_type: str, content: str, **fields: str) -> str:
    """Return a part with its own header."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"Content-Type: {content_type}\r\n{extra}\r\n{content}"


def attached(content_type: str, name: str, content: bytes) -> str:
    """Return a part that is a file."""
    return part(
        content_type,
        base64.encodebytes(content).decode().replace("\n", "\r\n"),
        Content_Disposition=f'attachment; filename="{name}"',
        Content_Transfer_Encoding="base64",
    )
