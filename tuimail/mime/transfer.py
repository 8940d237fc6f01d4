"""Content transfer encodings (RFC 2045 section 6), undone whatever is wrong with them."""

import re
import string
from binascii import Error as BinasciiError
from binascii import a2b_qp, a2b_uu
from collections.abc import Iterator
from typing import Final

from .octets import PIECE_BYTES, Octets
from .words import loose_base64

WHOLE_BYTES: Final = 256 * 1024
"""Content up to this size is decoded at once, with every repair there is."""

UU_NAMES: Final = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_BASE64_FOOTER = re.compile(rb"\n[ \t]*(?:-{2,}|_{3,}|\*{3,})[ \t]*\r?\n")
"""A line that programs for mailing lists put between a text and their own words."""
_PADDED = re.compile(rb"=+[\r\n]*")
_MAX_PIECES = 10_000
_PADDING = re.compile(rb"=+")
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + b"0123456789+/="))
_BASE64_LINES = re.compile(rb"[A-Za-z0-9+/\r\n]+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decoded(content: bytes, encoding: str) -> bytes:
    """Return content with its transfer encoding undone; an unknown encoding leaves it as it is."""
    match encoding:
        case "base64":
            return _base64(content)
        case "quoted-printable":
            return a2b_qp(content)
        case name if name in UU_NAMES:
            return _uudecoded(content)
        case _:
            return content


def pieces(
    raw: Octets, start: int, end: int, encoding: str, piece_bytes: int = PIECE_BYTES
) -> Iterator[bytes]:
    """Yield what `decoded` would give of raw[start:end], in pieces that need little memory.

    The same but where a large content is badly broken: it is then decoded as far as it goes.
    """
    if end - start <= min(WHOLE_BYTES, piece_bytes):
        yield decoded(raw[start:end], encoding)
        return
    match encoding:
        case "base64":
            yield from _base64_pieces(raw, start, end, piece_bytes)
        case "quoted-printable":
            yield from map(a2b_qp, _whole_lines(raw, start, end, piece_bytes))
        case name if name in UU_NAMES:
            yield from _uu_pieces(raw, start, end, piece_bytes)
        case _:
            for at in range(start, end, piece_bytes):
                yield raw[at : min(end, at + piece_bytes)]


def decoded_size(raw: Octets, start: int, end: int, encoding: str) -> int:
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
    if encoding in UU_NAMES:
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


def _base64_pieces(raw: Octets, start: int, end: int, piece_bytes: int) -> Iterator[bytes]:
    """Decode base64 group by group; padding ends one piece and begins another, as in `_base64`."""
    left = b""
    before = b"\n"
    for block in _whole_lines(raw, start, end, piece_bytes):
        footer = _BASE64_FOOTER.search(before + block)
        ended = block[: max(0, footer.start() - len(before))] if footer else block
        before = b"\n" if block.endswith(b"\n") else b""
        *padded, rest = _PADDING.split(ended.translate(None, _NOT_BASE64))
        for piece in padded:
            yield loose_base64(left + piece + b"==")
            left = b""
        rest = left + rest
        whole = len(rest) - len(rest) % 4
        left = rest[whole:]
        yield loose_base64(rest[:whole])
        if footer:
            break
    yield loose_base64(left + b"==")


def _uu_pieces(raw: Octets, start: int, end: int, piece_bytes: int) -> Iterator[bytes]:
    blocks = _whole_lines(raw, start, end, piece_bytes)
    for block in blocks:
        found = _UU_BEGIN.search(block)
        if found is not None:
            rest = block[found.end() :]
            break
    else:
        yield from pieces(raw, start, end, "", piece_bytes)
        return
    while True:
        content, is_over = _uu_lines(rest)
        yield content
        following = None if is_over else next(blocks, None)
        if following is None:
            return
        rest = following


def _whole_lines(raw: Octets, start: int, end: int, piece_bytes: int) -> Iterator[bytes]:
    """Yield pieces that end with a line; within a longer line before an `=`, or anywhere."""
    while start < end:
        block = raw[start : min(end, start + piece_bytes)]
        if start + len(block) < end:
            cut = block.rfind(b"\n") + 1 or block.rfind(b"=", len(block) - 3)
            block = block[:cut] if cut > 0 else block
        start += len(block)
        yield block
        if not block:
            return


def _uudecoded(content: bytes) -> bytes:
    found = _UU_BEGIN.search(content)
    return content if found is None else _uu_lines(content[found.end() :])[0]


def _uu_lines(content: bytes) -> tuple[bytes, bool]:
    """Return what lines decode to, and whether the end was among them."""
    decoded_lines: list[bytes] = []
    for line in content.splitlines():
        if line.strip() in {b"end", b"`", b""}:
            return b"".join(decoded_lines), True
        decoded_lines.append(_uu_line(line))
    return b"".join(decoded_lines), False


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
