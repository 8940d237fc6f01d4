"""The mail as it goes on the wire: CRLF only, dots doubled, in small pieces. Pure."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

CHUNK_BYTES: Final = 64 * 1024
BDAT_BYTES: Final = 1024 * 1024
LAST_CHUNK_BYTES: Final = 16 * 1024
PIECE_BYTES: Final = 1024 * 1024
"""Worked on at a time: one call over 30 MB would hold the interpreter for 100 ms."""

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def normalised(raw: bytes) -> bytes:
    """Return the mail with every line ended by CRLF, the last one too.

    A bare CR or LF could be taken for the end of the mail by one server and not by the next
    (SMTP smuggling, CVE-2023-51764); none leaves this program.
    """
    if all(_is_clean(piece) for piece in whole_pieces(raw, PIECE_BYTES)):
        clean = raw
    else:
        clean = b"".join(_BARE.sub(b"\r\n", piece) for piece in whole_pieces(raw, PIECE_BYTES))
    return clean if clean.endswith(b"\r\n") else clean + b"\r\n"


def data_chunks(clean: bytes, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    r"""Yield what follows DATA, dots doubled (RFC 5321 section 4.5.2), without the final dot.

    `clean` comes from `normalised`: every \n in it ends a line.
    """
    at_line_start = True
    for piece in whole_pieces(clean, size):
        stuffed = piece.replace(b"\n.", b"\n..")
        yield b"." + stuffed if at_line_start and stuffed.startswith(b".") else stuffed
        at_line_start = piece.endswith(b"\n")


def bdat_bounds(total: int) -> list[tuple[int, int]]:
    """Return start and end of each chunk of a mail (RFC 3030), the last one small.

    Small, since the server may own the mail from its first octet on, as far as we know.
    """
    most = max(total - LAST_CHUNK_BYTES, 0)
    starts = [*range(0, most, BDAT_BYTES), most]
    return list(pairwise([*starts, total]))


def pieces_of(clean: bytes, start: int, end: int) -> Iterator[bytes]:
    """Yield a stretch of the mail as it is, in small pieces."""
    for at in range(start, end, CHUNK_BYTES):
        yield clean[at : min(at + CHUNK_BYTES, end)]


def is_seven_bit(raw: bytes) -> bool:
    """Whether the mail needs no 8BITMIME (RFC 6152)."""
    return raw.isascii()


def _is_clean(piece: bytes) -> bool:
    """Whether CR and LF come together alone. Counting is 20 times faster than the expression."""
    pairs = piece.count(b"\r\n")
    return piece.count(b"\r") == pairs == piece.count(b"\n")


def whole_pieces(raw: bytes, size: int = PIECE_BYTES) -> Iterator[bytes]:
    r"""Cut into pieces, never between \r and \n."""
    start = 0
    while start < len(raw):
        end = start + size
        if raw[end - 1 : end + 1] == b"\r\n":
            end += 1
        yield raw[start:end]
        start = end
