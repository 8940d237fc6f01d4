"""Values of ours as a command carries them: quoted, or as a literal where quoting cannot."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tuimail.errors import ProtocolError

from .names import encode_mailbox, encode_utf8_mailbox

MAX_QUOTED_BYTES: Final = 1_000
"""Longer strings go as literals: servers limit a line, not a literal."""
LITERAL_MINUS_BYTES: Final = 4_096
"""The largest literal LITERAL- lets go unasked (RFC 7888)."""
LITERAL_PLUS_BYTES: Final = 64 * 1024
"""With LITERAL+ any size may; a large mail waits all the same, so that it can be refused first."""

OPENING: Final = b"("
CLOSING: Final = b")"
"""What stands in parentheses is close to them, a literal too."""

_MONTHS: Final[tuple[str, ...]] = tuple(
    "JanFebMarAprMayJunJulAugSepOctNovDec"[at : at + 3] for at in range(0, 36, 3)
)
_QUOTABLE = re.compile(rb"[\x20-\x7e]*")
_FLAG = re.compile(r"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes that are sent as they are."""

    content: bytes
    is_literal8: bool = False
    """Marks bytes with NUL (RFC 3516)."""


Argument = bytes | Literal
"""Bytes go out as written: they are ours or already quoted."""


def string(text: str) -> Argument:
    """Return a string argument that cannot be read as anything else."""
    return _quoted(text.encode())


def mailbox(name: str, *, is_utf8: bool = False) -> Argument:
    """Return a mailbox name as an argument; in UTF-8 once the server accepts that."""
    return _quoted(encode_utf8_mailbox(name) if is_utf8 else encode_mailbox(name))


def flag_list(flags: Iterable[str]) -> bytes:
    r"""Return `(\Seen $Junk)`, sorted.

    Raises:
        ProtocolError: a keyword holds what IMAP cannot carry (RFC 9051: atom).
    """
    for flag in flags:
        if not _FLAG.fullmatch(flag):
            raise ProtocolError("A tag can hold letters, digits and most signs, but no blank.")
    return ("(" + " ".join(sorted(flags)) + ")").encode("ascii")


def date_time(seconds: int) -> bytes:
    """Return an INTERNALDATE in UTC (RFC 9051, date-time)."""
    moment = time.gmtime(seconds)
    month = _MONTHS[moment.tm_mon - 1]
    return (
        f'"{moment.tm_mday:2d}-{month}-{moment.tm_year:04d} '
        f'{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d} +0000"'
    ).encode("ascii")


def calendar_day(day: date) -> bytes:
    """Return a day as SEARCH takes it (RFC 9051, date)."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}".encode("ascii")


def flag_word(flag: str) -> bytes:
    """Return one keyword.

    Raises:
        ProtocolError: as for `flag_list`.
    """
    return flag_list((flag,))[1:-1]


def pieces_of(words: Sequence[Argument], unasked_bytes: int) -> list[bytes]:
    """Return a command line as pieces; before each but the first the server says go ahead.

    `unasked_bytes` is the largest literal that may go without asking (RFC 7888).
    """
    pieces: list[bytes] = []
    line = bytearray()
    for place, word in enumerate(words):
        is_close = not place or word == CLOSING or words[place - 1] == OPENING
        line += b"" if is_close else b" "
        if isinstance(word, bytes):
            line += word
            continue
        mark, size = b"~" if word.is_literal8 else b"", len(word.content)
        if size <= unasked_bytes:
            line += mark + b"{%d+}\r\n" % size + word.content
        else:
            line += mark + b"{%d}\r\n" % size
            pieces.append(bytes(line))
            line = bytearray(word.content)
    pieces.append(bytes(line) + b"\r\n")
    return pieces


def _quoted(raw: bytes) -> Argument:
    if len(raw) > MAX_QUOTED_BYTES or not _QUOTABLE.fullmatch(raw):
        if b"\0" in raw:
            raise ProtocolError("A NUL character cannot be sent to a mail server.")
        return Literal(raw)
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
