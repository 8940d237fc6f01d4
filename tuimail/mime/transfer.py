"""Content transfer encodings (RFC 2045 section 6), undone whatever is wrong with them."""

import re
from binascii import Error as BinasciiError
from binascii import a2b_qp, a2b_uu

from .words import loose_base64

_UU_NAMES = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_BASE64_FOOTER = re.compile(rb"\n[ \t]*(?:-{2,}|_{3,}|\*{3,})[ \t]*\r?\n")
"""A line that programs for mailing lists put between a text and their own words."""
_PADDED = re.compile(rb"=+[\r\n]*")
_MAX_PIECES = 10_000
_BASE64_LINES = re.compile(rb"[A-Za-z0-9+/\r\n]+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decoded(content: bytes, encoding: str) -> bytes:
    """Return content with its transfer encoding undone; an unknown encoding leaves it as it is."""
    match encoding:
        case "base64":
            return _base64(content)
        case "quoted-printable":
            return a2b_qp(content)
        case name if name in _UU_NAMES:
            return _uudecoded(content)
        case _:
            return content


def decoded_size(raw: bytes, start: int, end: int, encoding: str) -> int:
    """Return how many bytes `decoded` would give, without decoding; exact where all is well."""
    size = end - start
    if encoding == "base64":
        breaks = raw.count(b"\n", start, end) + raw.count(b"\r", start, end)
        padding = raw.count(b"=", max(start, end - 8), end)
        return max(0, (size - breaks) * 3 // 4 - padding)
    if encoding == "quoted-printable":
        soft = raw.count(b"=\r\n", start, end)
        soft_lf = raw.count(b"=\n", start, end)
        octets = raw.count(b"=", start, end) - soft - soft_lf
        return max(0, size - 3 * soft - 2 * soft_lf - 2 * octets)
    if encoding in _UU_NAMES:
        return size * 45 // 62
    return size


def _base64(content: bytes) -> bytes:
    """Decode base64, also of several pieces each with its own padding; a list's footer ends it."""
    footer = _BASE64_FOOTER.search(content)
    whole = content[: footer.start()] if footer else content
    pieces = _PADDED.split(whole.rstrip(b"= \t\r\n"), _MAX_PIECES)
    if len(pieces) > 1 and all(map(_BASE64_LINES.fullmatch, pieces)):
        return b"".join(loose_base64(piece + b"==") for piece in pieces)
    return loose_base64(whole)


def _uudecoded(content: bytes) -> bytes:
    found = _UU_BEGIN.search(content)
    if found is None:
        return content
    pieces = []
    for line in content[found.end() :].splitlines():
        if line.strip() in {b"end", b"`", b""}:
            break
        pieces.append(_uu_line(line))
    return b"".join(pieces)


def _uu_line(line: bytes) -> bytes:
    """Decode one line; where its length is wrong, by the length its first character states."""
    try:
        return a2b_uu(line)
    except BinasciiError:
        stated = ((line[0] - 32) & 63) * 4 // 3 + 2
        try:
            return a2b_uu(line[:stated])
        except BinasciiError:
            return b""
