"""The names inside of winmail.dat: Outlook's own wrapping of a mail (TNEF, MS-OXTNEF).

Names and sizes only, for people to read: nothing is unpacked, no name becomes a path.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Final

from .charset import decode

MAX_READ_BYTES: Final = 8 * 1024 * 1024
"""Looked through; what lies behind it is not listed."""
MAX_FILES: Final = 100
_MAX_NAME_BYTES = 1_024
_MAX_PROPERTIES = 500
_MAX_ATTRIBUTES = 10_000
_MAX_PROPERTY_BYTES = 256 * 1024

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = Struct("<BII")
"""Level, id and length of an attribute; two bytes of a sum follow it."""
_LONG = Struct("<I")
_SHORTS = Struct("<HH")
_BEGINS_FILE = 0x00069002
_TITLE = 0x00018010
_CONTENT = 0x0006800F
_FILE_PROPERTIES = 0x00069005
_CODE_PAGE = 0x00069007

_LONG_NAME = 0x3707
"""PidTagAttachLongFilename (MS-OXPROPS)."""
_STRING8, _STRING, _BINARY, _OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_VARIABLE = frozenset({_STRING8, _STRING, _BINARY, _OBJECT})
_FIXED_BYTES: Final = {
    **dict.fromkeys((0x0002, 0x0003, 0x0004, 0x000A, 0x000B), 4),
    **dict.fromkeys((0x0005, 0x0006, 0x0007, 0x0014, 0x0040), 8),
    0x0048: 16,
}
_MULTIPLE = 0x1000
_NAMED_FROM = 0x8000


@dataclass(slots=True)
class TnefFile:
    """A file inside; its name is a stranger's."""

    name: str = ""
    size_bytes: int = 0
    """As it is stated."""


def tnef_files(content: bytes) -> tuple[TnefFile, ...]:
    """Return the files inside of a winmail.dat, as far as it can be read. Never raises."""
    files: list[TnefFile] = []
    code_page = "cp1252"
    for attribute, start, length in _attributes(content):
        if attribute == _BEGINS_FILE:
            if len(files) == MAX_FILES:
                break
            files.append(TnefFile())
        elif attribute == _CODE_PAGE and length >= 4 and start + 4 <= len(content):
            code_page = f"cp{_LONG.unpack_from(content, start)[0]}"
        elif files:
            _note(files[-1], attribute, content[start : start + length], length, code_page)
    return tuple(file for file in files if file.name or file.size_bytes)


def _note(file: TnefFile, attribute: int, value: bytes, length: int, code_page: str) -> None:
    match attribute:
        case x if x == _CONTENT:
            file.size_bytes = length
        case x if x == _TITLE and not file.name:
            file.name = _text(value, code_page)
        case x if x == _FILE_PROPERTIES:
            file.name = _long_name(value[:_MAX_PROPERTY_BYTES], code_page) or file.name
        case _:
            pass


def _attributes(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield id, start and stated length of each attribute; the last may be cut off."""
    if content[:4] != _SIGNATURE:
        return
    at = 6  # behind the signature and a key
    for _ in range(_MAX_ATTRIBUTES):
        if at + _HEADER.size > len(content):
            return
        level, attribute, length = _HEADER.unpack_from(content, at)
        if level not in {1, 2}:
            return
        yield attribute, at + _HEADER.size, length
        at += _HEADER.size + length + 2


def _long_name(properties: bytes, code_page: str) -> str:
    """Return the long name among a file's MAPI properties (MS-OXTNEF section 2.1.3.5)."""
    for tag, kind, value in _properties(properties):
        if tag == _LONG_NAME:
            return _text(value, "utf-16le" if kind == _STRING else code_page)
    return ""


def _properties(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield tag, type and first value of each property, until one cannot be read."""
    reader = _Reader(block)
    count = reader.long()
    for _ in range(min(count, _MAX_PROPERTIES)):
        kind, tag = reader.shorts()
        if tag >= _NAMED_FROM:
            reader.skip_name()
        value = reader.value(kind)
        if reader.is_over:
            return
        yield tag, kind & ~_MULTIPLE, value


class _Reader:
    """Goes along a block; at its end everything reads as nothing, and `is_over` says so."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._at = 0
        self.is_over = False

    def long(self) -> int:
        """Read 32 bits, little-endian."""
        piece = self._take(4)
        return int.from_bytes(piece, "little")

    def shorts(self) -> tuple[int, int]:
        """Read twice 16 bits."""
        piece = self._take(4)
        return (0, 0) if self.is_over else _SHORTS.unpack(piece)

    def skip_name(self) -> None:
        """Read over the name of a named property: a GUID, and a number or a text."""
        self._take(16)
        if self.long() == 0:
            self.long()
        else:
            self._padded(self.long())

    def value(self, kind: int) -> bytes:
        """Read the values of a property, and return the first."""
        base = kind & ~_MULTIPLE
        is_counted = bool(kind & _MULTIPLE) or base in _VARIABLE
        count = self.long() if is_counted else 1
        first = b""
        for index in range(min(count, _MAX_PROPERTIES)):
            if base in _VARIABLE:
                value = self._padded(self.long())
            elif base in _FIXED_BYTES:
                value = self._take(_FIXED_BYTES[base])
            else:
                self.is_over = True
                value = b""
            if self.is_over:
                break
            first = first if index else value
        return first

    def _padded(self, length: int) -> bytes:
        value = self._take(length)
        self._take(-length % 4)
        return value

    def _take(self, length: int) -> bytes:
        if self.is_over or self._at + length > len(self._block):
            self.is_over = True
            return b""
        self._at += length
        return self._block[self._at - length : self._at]


def _text(value: bytes, codec: str) -> str:
    return decode(value[:_MAX_NAME_BYTES], codec).partition("\0")[0]
