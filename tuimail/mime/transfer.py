"""Content transfer encodings (RFC 2045 section 6), undone whatever is wrong with them."""

import re
from binascii import Error as BinasciiError
from binascii import a2b_qp, a2b_uu

from .words import loose_base64

_UU_NAMES = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decoded(content: bytes, encoding: str) -> bytes:
    """Return content with its transfer encoding undone; an unknown encoding leaves it as it is."""
    match encoding:
        case "base64":
            return loose_base64(content)
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
