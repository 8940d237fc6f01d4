"""The bytes of a mail, in memory or in a file: a large one is read where it is looked at."""

import os
from collections.abc import Iterator
from typing import BinaryIO, Final, Protocol

from tuimail.errors import StoreError

PIECE_BYTES: Final = 1 << 20
"""What is held of a file at once."""


class Octets(Protocol):
    """What is asked of a mail's bytes; `bytes` is one. Places count from the beginning."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def __getitem__(self, span: slice, /) -> bytes:
        """Return those of a span (both ends given, step 1)."""
        ...

    def find(self, sub: bytes, start: int, end: int, /) -> int:
        """Return where `sub` begins within a span, or -1."""
        ...

    def startswith(self, prefix: bytes, start: int, end: int, /) -> bool:
        """Whether the span begins so."""
        ...

    def count(self, sub: bytes, start: int, end: int, /) -> int:
        """Return how often `sub` stands in a span."""
        ...


class FileOctets:
    """Octets of a file that does not change; a piece of it is in memory at a time.

    Whoever opened the file closes it. Every method raises StoreError where it cannot be read.
    """

    def __init__(self, file: BinaryIO, piece_bytes: int = PIECE_BYTES) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._piece_bytes = piece_bytes
        self._piece, self._piece_start = b"", 0

    def __len__(self) -> int:
        return self._size

    def fileno(self) -> int:
        """Return the handle of the file, for another process to read it."""
        return self._file.fileno()

    def __getitem__(self, span: slice, /) -> bytes:
        start, end, _ = span.indices(self._size)
        if end <= start:
            return b""
        if end - start > self._piece_bytes:
            return self._read(start, end - start)
        self._hold(start, end)
        return self._piece[start - self._piece_start : end - self._piece_start]

    def find(self, sub: bytes, start: int, end: int, /) -> int:
        """Return where `sub` begins within a span, or -1."""
        for first, last in self._spans(start, end, len(sub) - 1):
            found = self._piece.find(sub, first, last)
            if found >= 0:
                return self._piece_start + found
        return -1

    def startswith(self, prefix: bytes, start: int, end: int, /) -> bool:
        """Whether the span begins so."""
        return self[start : min(end, start + len(prefix))] == prefix

    def count(self, sub: bytes, start: int, end: int, /) -> int:
        """Return how often `sub`, which does not overlap itself, stands in a span."""
        spans = self._spans(start, end, len(sub) - 1)
        return sum(self._piece.count(sub, first, last) for first, last in spans)

    def _spans(self, start: int, end: int, overlap: int) -> Iterator[tuple[int, int]]:
        """Hold one piece after another; yield which span of it to look at.

        Each but the first begins with the last `overlap` bytes of the one before.
        """
        end = min(end, self._size)
        while start < end:
            until = min(end, (start // self._piece_bytes + 1) * self._piece_bytes + overlap)
            self._hold(start, until)
            yield start - self._piece_start, until - self._piece_start
            if until == end:
                return
            start = until - overlap

    def _hold(self, start: int, end: int) -> None:
        """See to it that a span of about a piece is in memory; what is next lies near it."""
        if start < self._piece_start or end > self._piece_start + len(self._piece):
            self._piece_start = start - start % self._piece_bytes
            self._piece = self._read(self._piece_start, 2 * self._piece_bytes)

    def _read(self, start: int, count: int) -> bytes:
        try:
            return os.pread(self._file.fileno(), count, start)
        except OSError as error:
            raise StoreError(f"The stored bytes cannot be read: {error.strerror}.") from error
