"""What lies in an archive: names and sizes, read with bounds; nothing is ever extracted.

Own readers of the few bytes that name files, since the standard library's trust what an archive
says of itself: its directory may claim any size, and a gzip stream of a kilobyte may hold a
gigabyte.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_NAMES: Final = 1_000
MAX_DIRECTORY_BYTES: Final = 4 << 20
"""Of a zip archive's directory, which lies at its end."""
MAX_UNPACKED_BYTES: Final = 32 << 20
"""Looked through of what a gzip stream holds."""
MAX_NAME_BYTES: Final = 1_024
MAX_HEADERS: Final = 20_000
"""Of a tar archive, with those that name nothing."""
_PIECE_BYTES: Final = 64 << 10
_BLOCK: Final = 512
_MAX_LONG_BYTES: Final = 16 << 10
_LONG: Final = (b"L", b"x")
_OTHER: Final = (b"g", b"K")
_PAX_PATH: Final = re.compile(rb"(?:^|\n)\d{1,9} path=([^\n]*)\n")

_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_END64: Final = b"PK\x06\x06"
_LOCATOR64_BYTES: Final = 20
_ENTRY: Final = b"PK\x01\x02"
_ENTRY_BYTES: Final = 46
TAIL_BYTES: Final = MAX_DIRECTORY_BYTES + _END_BYTES + 0xFFFF + 56 + _LOCATOR64_BYTES
"""As much of the end of a zip archive as may be needed."""
_IS_UTF8: Final = 0x800
_IS_ENCRYPTED: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in an archive, as the archive calls it."""

    name: str
    """As a stranger wrote it: never a path."""
    size_bytes: int
    """Unpacked, as the archive says."""
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in an archive."""

    entries: tuple[Entry, ...]
    is_whole: bool
    """Whether these are all; otherwise there are more, or it is damaged."""


def zip_names(tail: bytes) -> Listing:
    """Return what the directory of a zip archive names, from its last TAIL_BYTES. Never raises.

    APPNOTE.TXT 4.3.12 and 4.3.16. Where the directory lies is told by its size, not by its stated
    place: a program may stand before the archive.
    """
    end = tail.rfind(_END)
    if end < 0 or end + _END_BYTES > len(tail):
        return Listing((), is_whole=False)
    size = struct.unpack_from("<I", tail, end + 12)[0]
    if size == 0xFFFFFFFF:
        end = tail.rfind(_END64, 0, end)
        if end < 0 or end + 56 > len(tail):
            return Listing((), is_whole=False)
        size = struct.unpack_from("<Q", tail, end + 40)[0]
    if size > min(end, MAX_DIRECTORY_BYTES):
        return Listing((), is_whole=False)
    return _directory(tail, end - size, end)


def _directory(tail: bytes, at: int, end: int) -> Listing:
    entries: list[Entry] = []
    while at + _ENTRY_BYTES <= end and tail.startswith(_ENTRY, at):
        if len(entries) == MAX_NAMES:
            return Listing(tuple(entries), is_whole=False)
        bits = struct.unpack_from("<H", tail, at + 8)[0]
        unpacked, name_bytes, extra, comment = struct.unpack_from("<IHHH", tail, at + 24)
        start = at + _ENTRY_BYTES
        raw = tail[start : min(start + name_bytes, start + MAX_NAME_BYTES, end)]
        name = raw.decode("utf-8" if bits & _IS_UTF8 else "cp437", "replace")
        entries.append(Entry(name, unpacked, bool(bits & _IS_ENCRYPTED)))
        at = start + name_bytes + extra + comment
    return Listing(tuple(entries), is_whole=at == end)


def tar_names(pieces: Iterable[bytes]) -> Listing:
    """Return what a tar archive names (POSIX ustar, pax, GNU's long names). Never raises."""
    reader = _Reader(pieces)
    entries: list[Entry] = []
    long_name = b""
    for _ in range(MAX_HEADERS):
        header = reader.read(_BLOCK)
        if len(header) == _BLOCK and not any(header):
            return Listing(tuple(entries), is_whole=True)
        size = _octal(header[124:136])
        if size is None or header[257:262] != b"ustar" or len(entries) == MAX_NAMES:
            break
        kind, taken = header[156:157], 0
        if kind in _LONG:
            content = reader.read(min(size, _MAX_LONG_BYTES))
            taken, long_name = len(content), _long_name(kind, content) or long_name
        elif kind not in _OTHER:
            entries.append(Entry((long_name or _name(header)).decode("utf-8", "replace"), size))
            long_name = b""
        if not reader.skip(size - taken + -size % _BLOCK):
            break
    return Listing(tuple(entries), is_whole=False)


class _Reader:
    """Takes bytes off pieces that come one after the other."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._piece = b""
        self._at = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        taken: list[bytes] = []
        while count > 0 and self._has_more():
            taken.append(self._piece[self._at : self._at + count])
            self._at += len(taken[-1])
            count -= len(taken[-1])
        return b"".join(taken)

    def skip(self, count: int) -> bool:
        """Pass bytes over; return whether there were as many."""
        while count > 0 and self._has_more():
            step = min(count, len(self._piece) - self._at)
            self._at += step
            count -= step
        return count == 0

    def _has_more(self) -> bool:
        while self._at >= len(self._piece):
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._piece, self._at = piece, 0
        return True


def _octal(field: bytes) -> int | None:
    """Return a size as tar writes it, or None where that is none (GNU's base-256: too large)."""
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if not digits.strip(b"01234567") and len(field) == 12 else None


def _name(header: bytes) -> bytes:
    name, prefix = header[:100].partition(b"\0")[0], header[345:500].partition(b"\0")[0]
    is_posix = header[257:263] == b"ustar\0"
    return prefix + b"/" + name if prefix and is_posix else name


def _long_name(kind: bytes, content: bytes) -> bytes:
    """Return the name that GNU's or pax's own entry holds for the next one, or nothing."""
    if kind == b"L":
        return content.partition(b"\0")[0][:MAX_NAME_BYTES]
    found = _PAX_PATH.search(content)
    return found[1][:MAX_NAME_BYTES] if found else b""


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what a gzip stream holds, in pieces, MAX_UNPACKED_BYTES in all at most.

    A stream that is damaged ends where it is.
    """
    left = MAX_UNPACKED_BYTES
    stream = zlib.decompressobj(wbits=31)
    for piece in pieces:
        waiting = piece
        while waiting:
            try:
                out = stream.decompress(waiting, min(_PIECE_BYTES, left))
            except zlib.error:
                return
            left -= len(out)
            if out:
                yield out
            if left <= 0 or stream.eof:
                return
            waiting = stream.unconsumed_tail
