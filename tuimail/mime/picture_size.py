"""How large a picture is, from its header alone: nothing of it is decoded."""

import re
import struct
from typing import Final

_JPEG_FRAME: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_MAX_SEGMENTS: Final = 500
_WEBP: Final = re.compile(rb"RIFF....WEBPVP8(.)....", re.DOTALL)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or None where the header does not say. Never raises."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _two(">II", content, 16)
        if content.startswith((b"GIF87a", b"GIF89a")):
            return _two("<HH", content, 6)
        if content.startswith(b"BM"):
            width, height = _two("<ii", content, 18)
            return abs(width), abs(height)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
        return _webp_size(content)
    except struct.error:  # cut off
        return None


def _two(form: str, content: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, content, at)
    return int(first), int(second)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Go from marker to marker up to the frame (ISO/IEC 10918-1 annex B)."""
    at = 2
    for _ in range(_MAX_SEGMENTS):
        while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] == b"\xff":
            at += 1
        mark, kind = struct.unpack_from("BB", content, at)
        if mark != 0xFF:
            return None
        if kind in _JPEG_FRAME:
            height, width = _two(">HH", content, at + 5)
            return width, height
        at += 2 if kind in _JPEG_ALONE else 2 + struct.unpack_from(">H", content, at + 2)[0]
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    """Read the first chunk (RFC 9649 section 2): extended, lossless or lossy."""
    found = _WEBP.match(content)
    if found is None:
        return None
    if found[1] == b"X":
        wide, high = content[24:27], content[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    if found[1] == b"L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = _two("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF
