"""Bytes to responses: lines and literals, in a loop, with a bound on each.

A response is a list `line, literal, line, literal, ..., line`: even items are text without CRLF,
odd ones are the bytes of literals. No socket and no meaning here (RFC 9051 sections 2.2 and 4.3).
"""

import re
from typing import Final

from .faults import unreadable

Parts = list[bytes]

MAX_LINE_BYTES: Final = 8 << 20
"""A `* SEARCH` naming a million UIDs has 8 MB."""
MAX_LITERAL_BYTES: Final = 256 << 20
SMALL_LITERAL_BYTES: Final = 64 << 10
"""Where no mail is asked for, a literal is at most a name."""
MAX_PARTS: Final = 20_000
"""Pieces of one response; a LIST or FETCH has a handful."""

_CR: Final = 0x0D
_BRACE: Final = 0x7D
_LITERAL = re.compile(rb"\{(\d{1,19})\+?\}")
_NEGATIVE = re.compile(rb"\{[-+ ]\d*\+?\}")
# Text after a status is for people and may end in anything, `{5}` too.
_TEXT = re.compile(rb"(?:\+|[^ ]+ (?:OK|NO|BAD|BYE|PREAUTH)(?: |$))", re.IGNORECASE)


class Framer:
    """Collects bytes and gives them back as whole responses."""

    def __init__(self) -> None:
        self.literal_limit = SMALL_LITERAL_BYTES
        """Largest literal accepted now; wider only while a command asks for more."""
        self.taken_bytes = 0
        """How many bytes have been worked on so far."""
        self._chunk = b""
        self._at = 0
        self._line = bytearray()
        self._parts: Parts = []
        self._parts_bytes = 0
        self._literal = bytearray()
        self._missing = 0

    @property
    def is_empty(self) -> bool:
        """Whether not a single byte waits."""
        return not (self._line or self._parts) and self._at >= len(self._chunk)

    def feed(self, chunk: bytes) -> None:
        """Add what arrived."""
        if self._at < len(self._chunk):
            chunk = self._chunk[self._at :] + chunk
        self._chunk = chunk
        self._at = 0

    def take_rest(self) -> bytes:
        """Return what was fed behind the last whole response, and forget it."""
        rest, self._chunk, self._at = self._chunk[self._at :], b"", 0
        return rest

    def next_response(self) -> Parts | None:
        """Return the next whole response, or None until more arrives.

        Raises:
            ProtocolError: a line or a literal is too long, or has no valid size.
        """
        if not self._parts and not self._line:
            # Most responses are one line that is here already.
            chunk, at = self._chunk, self._at
            end = chunk.find(b"\r\n", at)
            if at < end <= at + MAX_LINE_BYTES:
                if chunk[end - 1] != _BRACE:
                    self._at = end + 2
                    self.taken_bytes += end + 2 - at
                    return [chunk[at:end]]
                parts = self._quick_parts(chunk, at, end)
                if parts is not None:
                    return parts
        return self._whole_response()

    def _quick_parts(self, chunk: bytes, at: int, end: int) -> Parts | None:
        """Return a response with one literal, as the rows of a sync are, if all of it is here."""
        brace = chunk.rfind(b"{", at, end)
        digits = chunk[brace + 1 : end - 1]
        is_numbered = chunk.startswith(b"* ", at) and chunk[at + 2 : at + 3].isdigit()
        if not is_numbered or not 0 < len(digits) < 10 or not digits.isdigit():
            return None
        begin, stop = end + 2, end + 2 + int(digits)
        last = chunk.find(b"\r\n", stop)
        if last < 0 or stop - begin > self.literal_limit or last - stop > MAX_LINE_BYTES:
            return None
        if chunk[last - 1] == _BRACE:
            return None
        self._at = last + 2
        self.taken_bytes += last + 2 - at
        return [chunk[at:end], chunk[begin:stop], chunk[stop:last]]

    def _whole_response(self) -> Parts | None:
        while True:
            if self._missing and not self._fill_literal():
                return None
            line = self._next_line()
            if line is None:
                return None
            size = self._literal_size(line) if line.endswith(b"}") else None
            if size is None:
                return self._finish(line)
            self._begin_literal(line, size)

    def _next_line(self) -> bytes | None:
        if self._line:
            return self._rest_of_line()
        chunk, at = self._chunk, self._at
        end = chunk.find(b"\r\n", at)
        if end < 0:
            self._keep()
            return None
        self._at = end + 2
        self.taken_bytes += end + 2 - at
        if end - at > MAX_LINE_BYTES:
            raise unreadable("a line without end")
        return chunk[at:end]

    def _rest_of_line(self) -> bytes | None:
        chunk, at, begun = self._chunk, self._at, self._line
        if begun[-1] == _CR and chunk[at : at + 1] == b"\n":
            line, self._at = bytes(begun[:-1]), at + 1
        else:
            end = chunk.find(b"\r\n", at)
            if end < 0:
                self._keep()
                return None
            line, self._at = bytes(begun) + chunk[at:end], end + 2
        self.taken_bytes += self._at - at
        begun.clear()
        if len(line) > MAX_LINE_BYTES:
            raise unreadable("a line without end")
        return line

    def _keep(self) -> None:
        self._line += memoryview(self._chunk)[self._at :]
        self.taken_bytes += len(self._chunk) - self._at
        self._chunk, self._at = b"", 0
        if len(self._line) > MAX_LINE_BYTES:
            raise unreadable("a line without end")

    def _literal_size(self, line: bytes) -> int | None:
        if not self._parts and _TEXT.match(line):
            return None
        brace = line.rfind(b"{")
        found = _LITERAL.fullmatch(line, brace) if brace >= 0 else None
        if found:
            return int(found[1])
        if brace >= 0 and _NEGATIVE.fullmatch(line, brace):
            raise unreadable("a literal without a valid size")
        return None

    def _begin_literal(self, line: bytes, size: int) -> None:
        self._parts_bytes += len(line) + size
        if size > self.literal_limit or self._parts_bytes > MAX_LITERAL_BYTES:
            raise unreadable(f"a literal of {size} bytes where none so large was asked for")
        if len(self._parts) > MAX_PARTS:
            raise unreadable("a response of too many pieces")
        self._parts.append(line)
        self._missing = size
        if not size:
            self._parts.append(b"")

    def _fill_literal(self) -> bool:
        at = self._at
        piece = self._chunk[at : at + self._missing]
        self._at += len(piece)
        self.taken_bytes += len(piece)
        self._missing -= len(piece)
        if not self._missing and not self._literal:
            self._parts.append(piece)
            return True
        self._literal += piece
        if self._missing:
            return False
        self._parts.append(bytes(self._literal))
        self._literal.clear()
        return True

    def _finish(self, line: bytes) -> Parts:
        if not self._parts:
            return [line]
        parts, self._parts, self._parts_bytes = self._parts, [], 0
        parts.append(line)
        if len(parts) > MAX_PARTS:
            raise unreadable("a response of too many pieces")
        return parts
