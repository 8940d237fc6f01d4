"""Header fields and text bodies as they go on the wire: folded, nothing to inject.

All is ASCII but what stands before the @ of an address that is not (RFC 6532).

The standard library's writer is not used: several releases of it drop quotes while folding
(CVE-2025-1795) or let a line break through (CVE-2024-6923).
"""

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterable
from typing import Final

from tuimail.model.address import Address
from tuimail.model.draft import SIGNATURE_LINE

from .addresses import envelope_address, plain_name, quoted_name

LINE_CHARS: Final = 78
"""RFC 5322 section 2.1.1 asks for no more; 998 is the limit."""
FLOWED_CHARS: Final = 72
MAX_BODY_LINE_BYTES: Final = 900
"""Longer lines are encoded; 998 is the limit of RFC 5321 section 4.5.3.1.6."""
_ENCODED_WORD_BYTES: Final = 42
"""Of UTF-8 in one encoded-word: base64 of it and the frame stay under 75 characters."""
_ATOM_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN = re.compile(r"[ -~]*")
_ATTRIBUTE = re.compile(r"[A-Za-z0-9!#$&+.^_`{|}~-]")
_QUOTE_MARKS = re.compile(r"(>+) ?")

Field = tuple[str, str]
"""Name and value as written, folded, without the last line break."""


def text_value(text: str) -> str:
    """Return an unstructured value such as Subject, folded (RFC 5322, RFC 2047)."""
    line = plain_line(text)
    words = line.split(" ")
    if _PLAIN.fullmatch(line) and "=?" not in line and max(map(len, words)) <= LINE_CHARS - 12:
        return _fold(words)
    return "\r\n ".join(_encoded_words(line))


def address_value(addresses: Iterable[Address]) -> str:
    """Return a list of addresses, one to a line (RFC 5322 section 3.4)."""
    return ",\r\n ".join(_address(address) for address in addresses)


def ids_value(message_ids: Iterable[str]) -> str:
    """Return Message-IDs in angle brackets, one to a line."""
    return "\r\n ".join(f"<{message_id}>" for message_id in message_ids)


def plain_line(text: str) -> str:
    """Return text on one line, without control characters, runs of spaces made one."""
    return plain_name(text)


def filename_parameter(name: str, filename: str) -> str:
    """Return `; name="..."`, or its extended form where the value is not ASCII (RFC 2231)."""
    if _PLAIN.fullmatch(filename) and "=?" not in filename and len(filename) <= 60:
        return f";\r\n {name}={quoted_name(filename)}"
    escaped = "".join(
        char if _ATTRIBUTE.fullmatch(char) else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in filename
    )
    pieces = re.findall(r"(?:%..|[^%]){1,18}", "utf-8''" + escaped)
    if len(pieces) == 1:
        return f";\r\n {name}*={pieces[0]}"
    return "".join(f";\r\n {name}*{n}*={piece}" for n, piece in enumerate(pieces))


def flowed_text(body: str) -> str:
    r"""Return a body as format=flowed (RFC 3676), lines ended by \r\n.

    Lines that begin with `>` are quoted text, as everywhere in mail; every other line that
    could be taken for one is stuffed with a space.
    """
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[str] = []
    for line in text.split("\n"):
        marks = _QUOTE_MARKS.match(line)
        prefix, content = (marks[1], line[marks.end() :]) if marks else ("", line)
        lines += _flow(prefix, content)
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\r\n" for line in lines)


def encoded_text(text: str) -> tuple[str, str, bytes]:
    """Return charset, transfer encoding and 7-bit bytes of text whose lines end in CRLF."""
    raw = text.encode("utf-8", "replace")
    longest = max(map(len, raw.split(b"\r\n")))
    if re.fullmatch(rb"[\t\r\n -~]*", raw) and longest <= MAX_BODY_LINE_BYTES:
        return "us-ascii", "7bit", raw
    quoted = b2a_qp(raw, quotetabs=False, istext=True) if raw.endswith(b"\r\n") else b""
    if quoted and len(quoted) <= len(raw) * 4 // 3:
        return "utf-8", "quoted-printable", quoted
    return "utf-8", "base64", base64_lines(raw)


def base64_lines(raw: bytes) -> bytes:
    """Return base64 in lines of 76 characters, ended by CRLF.

    In pieces, so that a large file does not hold the interpreter in one call.
    """
    size = 57 * 8192
    pieces = [encodebytes(raw[at : at + size]) for at in range(0, len(raw), size)]
    return b"".join(piece.replace(b"\n", b"\r\n") for piece in pieces)


def _flow(prefix: str, content: str) -> list[str]:
    if content == SIGNATURE_LINE:
        return [f"{prefix} {content}" if prefix else content]
    words = content.rstrip(" ").split(" ")
    width = FLOWED_CHARS - len(prefix) - 1
    rows, row = [], words[0]
    for word in words[1:]:
        if len(row) + 1 + len(word) > width and row.strip(" "):
            rows.append(row + " ")
            row = word
        else:
            row += " " + word
    return [_stuffed(prefix, line) for line in (*rows, row)]


def _stuffed(prefix: str, line: str) -> str:
    if prefix:
        return f"{prefix} {line}" if line else prefix
    return f" {line}" if line.startswith((" ", ">", "From ")) else line


def _address(address: Address) -> str:
    spec = f"<{envelope_address(address.addr_spec)}>"
    name = plain_name(address.name)
    if not name:
        return spec[1:-1]
    if "=?" not in name and _PLAIN.fullmatch(name) and len(name) <= LINE_CHARS - 8:
        phrase = name if _ATOM_WORDS.fullmatch(name) else quoted_name(name)
    else:
        phrase = "\r\n ".join(_encoded_words(name))
    return (
        f"{phrase}\r\n {spec}" if len(phrase) + len(spec) > LINE_CHARS - 8 else f"{phrase} {spec}"
    )


def _fold(words: list[str]) -> str:
    lines, line = [], words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) > LINE_CHARS - 12:
            lines.append(line)
            line = word
        else:
            line += " " + word
    return "\r\n ".join([*lines, line])


def _encoded_words(text: str) -> list[str]:
    """Return RFC 2047 encoded-words; none splits a character."""
    words, piece = [], b""
    for char in text:
        encoded = char.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _ENCODED_WORD_BYTES:
            words.append(piece)
            piece = b""
        piece += encoded
    return [f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, piece]]
