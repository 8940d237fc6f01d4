"""Puts messages together fast: header fields, encodings, multiparts. All lines end in CRLF."""

from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from textwrap import wrap
from time import gmtime
from typing import Final

from tuimail.demo.people import DOMAINS

from .personas import Persona

WRAP_COLUMNS: Final = 72
_ENCODED_WORD_BYTES: Final = 39
"""Bytes of text in one encoded-word, so that it stays within 75 characters (RFC 2047 section 2)."""
_LONGEST_LINE: Final = 900
"""Octets; RFC 5322 section 2.1.1 allows 998."""
_ASCII: Final = bytes(range(128))
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_EXCHANGES: Final = {domain.name: domain.exchange for domain in DOMAINS}


def encoded(text: str, charset: str = "utf-8") -> str:
    """Return text for a header field: as it is, or as encoded-words on folded lines."""
    if text.isascii():
        return text
    words, chunk = [], b""
    for character in text:
        octets = character.encode("utf-8")
        if len(chunk) + len(octets) > _ENCODED_WORD_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += octets
    words.append(chunk)
    shown = charset if charset in {"iso-8859-1", "koi8-r", "gb18030"} else "utf-8"
    return "\r\n ".join(
        f"=?{shown}?B?{b64encode(word.decode('utf-8').encode(shown, 'replace')).decode()}?="
        for word in words
    )


def mailbox(writer: Persona) -> str:
    """Return `Name <address>` for a header field."""
    name = encoded(writer.name, writer.charset)
    return f"{name} <{writer.email}>"


def written_date(seconds: int, offset_h: int = 0) -> str:
    """Return a time as Date has it, in a zone `offset_h` hours east of UTC."""
    when = gmtime(seconds + offset_h * 3600)
    month = _MONTHS[3 * when.tm_mon - 3 : 3 * when.tm_mon]
    day = f"{_DAYS[when.tm_wday]}, {when.tm_mday} {month} {when.tm_year}"
    time = f"{when.tm_hour:02d}:{when.tm_min:02d}:{when.tm_sec:02d}"
    return f"{day} {time} {offset_h:+03d}00"


def header(fields: Sequence[tuple[str, str]]) -> bytes:
    """Return a header without the empty line after it."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("ascii", "replace")


def path(sender: str, recipient: str, seconds: int, token: str, verdict: str = "pass") -> bytes:
    """Return what the servers between wrote on top of a mail that was received.

    `verdict` is what SPF, DKIM and DMARC say of the sender (RFC 8601).
    """
    domain = sender.rpartition("@")[2]
    exchange = _EXCHANGES[recipient.rpartition("@")[2]]
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Authentication-Results: {exchange}; spf={verdict} smtp.mailfrom={domain};\r\n"
        f"\tdkim={verdict} header.d={domain}; dmarc={verdict} header.from={domain}\r\n"
        f"Received: from out.{domain} (out.{domain} [192.0.2.{1 + seconds % 250}])\r\n"
        f"\tby {exchange} with ESMTPS id {token}\r\n"
        f"\tfor <{recipient}>; {written_date(seconds)}\r\n"
        f"Received: from [198.51.100.{1 + seconds % 200}] by out.{domain} with ESMTPSA;\r\n"
        f"\t{written_date(seconds - 2 - seconds % 9)}\r\n"
    ).encode("ascii")


def text_part(text: str, charset: str = "utf-8", subtype: str = "plain") -> bytes:
    """Return the header fields and content of a text part, encoded as its characters need it."""
    octets = text.replace("\n", "\r\n").encode(charset, "replace")
    lines_are_short = max(map(len, octets.split(b"\r\n"))) < _LONGEST_LINE
    if charset == "iso-2022-jp" or (octets.isascii() and lines_are_short):
        encoding, content = "7bit", octets
    elif len(octets[:400].translate(None, _ASCII)) * 5 > len(octets[:400]):
        encoding, content = "base64", encodebytes(octets).replace(b"\n", b"\r\n")
    else:
        quoted = b2a_qp(octets, istext=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        encoding, content = "quoted-printable", quoted
    shown = "us-ascii" if octets.isascii() and charset == "utf-8" else charset
    fields = (
        f"Content-Type: text/{subtype}; charset={shown}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n"
    )
    return fields.encode("ascii") + b"\r\n" + content


def binary_part(content_type: str, filename: str, content: bytes, *, inline: str = "") -> bytes:
    """Return an attachment; `inline` is a Content-ID for pictures inside HTML."""
    place = f"inline; filename={filename}" if inline else disposition(filename)
    fields = f"Content-Type: {content_type}\r\nContent-Disposition: {place}\r\n"
    if inline:
        fields += f"Content-ID: <{inline}>\r\n"
    return (
        fields.encode("ascii")
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + encodebytes(content).replace(b"\n", b"\r\n")
    )


def disposition(filename: str) -> str:
    """Return Content-Disposition with a name of any script (RFC 2231)."""
    if filename.isascii():
        return f'attachment; filename="{filename}"'
    octets = "".join(
        chr(octet) if (chr(octet).isalnum() and octet < 128) or octet in b".-_" else f"%{octet:02X}"
        for octet in filename.encode("utf-8")
    )
    return f"attachment;\r\n\tfilename*=utf-8''{octets}"


def multipart(subtype: str, parts: Sequence[bytes], token: str, parameters: str = "") -> bytes:
    """Return the header fields and content of a multipart; `token` makes its boundary unique."""
    boundary = f"----=_{subtype[:3]}_{token}"
    fields = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{parameters}\r\n\r\n'
    opening = f"--{boundary}\r\n".encode("ascii")
    joined = b"".join(opening + part.removesuffix(b"\r\n") + b"\r\n" for part in parts)
    return fields.encode("ascii") + joined + f"--{boundary}--\r\n".encode("ascii")


def paragraphs(texts: Sequence[str]) -> str:
    """Return paragraphs wrapped as people's programs do, empty lines between."""
    return "\n\n".join(_wrapped(text) for text in texts)


@lru_cache(4096)
def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, WRAP_COLUMNS))


def quoted(text: str) -> str:
    """Return text with quote marks, deeper levels without a blank between them."""
    return "\n".join(
        (">" if line.startswith(">") else "> ") + line if line else ">" for line in text.split("\n")
    )


def utc_stamp(seconds: int) -> str:
    """Return a time as iCalendar has it (RFC 5545 section 3.3.5)."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y%m%dT%H%M%SZ}"
