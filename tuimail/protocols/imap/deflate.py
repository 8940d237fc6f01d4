"""Both directions of a compressed connection (RFC 4978).

Decompression is bounded in steps: a megabyte of zeros in disguise comes out piece by piece, and
each piece meets the limits of lines and literals before the next one is made.
"""

import zlib
from typing import Final

from .faults import unreadable

PIECE_BYTES: Final = 64 << 10
_RAW: Final = -15
"""No zlib header, the largest window (RFC 4978 section 3)."""
_LEVEL: Final = 3
"""Mail that goes out is mostly base64: more effort gains a few percent."""


class Deflate:
    """The compression of one connection."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_RAW)
        self._deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        self._waiting = b""
        self._is_empty = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing more comes out of what was fed."""
        return self._is_empty

    def feed(self, chunk: bytes) -> None:
        """Add what arrived."""
        self._waiting = self._waiting + chunk if self._waiting else chunk
        self._is_empty = False

    def next_piece(self) -> bytes:
        """Return at most PIECE_BYTES of what arrived, decompressed; empty until more arrives.

        Raises:
            ProtocolError: it is not compressed like this, or the server ended the stream.
        """
        try:
            piece = self._inflater.decompress(self._waiting, PIECE_BYTES)
        except zlib.error:
            raise unreadable("a compressed line that is none") from None
        self._waiting = self._inflater.unconsumed_tail
        self._is_empty = not self._waiting and len(piece) < PIECE_BYTES
        if self._inflater.eof:
            raise unreadable("an end of compression in the middle of the line")
        return piece

    def deflated(self, block: bytes) -> bytes:
        """Return a block compressed, such that the server can read all of it at once."""
        return self._deflater.compress(block) + self._deflater.flush(zlib.Z_SYNC_FLUSH)
