"""Reads the words of a response: atoms, numbers, strings, lists (RFC 9051 section 4).

Everything here is a loop: depth and size come from a stranger. Whatever does not fit the grammar is
a `ProtocolError` that ends the connection, never another exception.
"""

import re
from dataclasses import dataclass
from typing import Final

from .faults import unreadable
from .framing import Parts

MAX_NUMBER: Final = 2**32 - 1
MAX_NUMBER64: Final = 2**63 - 1
"""RFC 9051 number64 and RFC 7162 mod-sequence-value."""
MAX_DEPTH: Final = 100
"""Of nested lists; real BODYSTRUCTUREs stay below 20."""

_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){"\]]+')
_ASTRING = re.compile(rb'[^\x00-\x20\x7f(){"]+')
_FLAG = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){"\]]+')
_DIGITS = re.compile(rb"\d{1,19}(?![^ )\]])")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n]++|\\[^\r\n])*+)"')
_ESCAPED = re.compile(rb"\\(.)")
_LITERAL = re.compile(rb"~?\{\d{1,19}\+?\}$")

_QUOTE: Final = ord('"')
_BRACE: Final = ord("{")
_TILDE: Final = ord("~")


@dataclass(frozen=True, slots=True)
class Atom:
    """A word without quotes, as the server spells it."""

    name: bytes


Value = Atom | int | bytes | None | list["Value"]
"""A string is bytes, NIL is None, digits alone are a number; above number64 they are a word."""


class Lexer:
    """Walks over one response; what was read is gone."""

    __slots__ = ("_at", "_line", "_part", "_parts")

    def __init__(self, parts: Parts, start: int = 0) -> None:
        self._parts = parts
        self._part = 0
        self._line = parts[0]
        self._at = start

    def peek(self) -> int:
        """Return the next byte, or -1 at the end of a line."""
        return self._line[self._at] if self._at < len(self._line) else -1

    def take(self, text: bytes) -> bool:
        """Read this text if it comes next."""
        if not self._line.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def expect(self, text: bytes) -> None:
        """Read this text.

        Raises:
            ProtocolError: something else comes.
        """
        if not self.take(text):
            raise unreadable(f"missing {text.decode('ascii')!r}")

    def space(self) -> None:
        """Read one blank, or several as some servers send."""
        self.expect(b" ")
        while self.take(b" "):
            pass

    def atom(self) -> bytes:
        """Return an atom."""
        return self._match(_ATOM, "a word")[0]

    def flag(self) -> bytes:
        r"""Return a flag, `\*` too."""
        return self._match(_FLAG, "a flag")[0]

    def number(self, maximum: int = MAX_NUMBER) -> int:
        """Return a number from 0 to `maximum`."""
        number = int(self._match(_DIGITS, "a number")[0])
        if number > maximum:
            raise unreadable("a number out of range")
        return number

    def string(self) -> bytes:
        """Return a quoted string or a literal."""
        if self.peek() == _QUOTE:
            text = self._match(_QUOTED, "a quoted string")[1]
            return _ESCAPED.sub(rb"\1", text) if b"\\" in text else text
        return self._literal()

    def nstring(self) -> bytes | None:
        """Return a string, or None for NIL."""
        return None if self._take_nil() else self.string()

    def astring(self) -> bytes:
        """Return a string or a word."""
        if self.peek() in (_QUOTE, _BRACE):
            return self.string()
        return self._match(_ASTRING, "a word")[0]

    def flags(self) -> list[bytes]:
        """Return the words of a list in parentheses."""
        self.expect(b"(")
        words: list[bytes] = []
        while not self.take(b")"):
            if words:
                self.space()
                if self.take(b")"):  # Domino leaves a blank before the parenthesis
                    break
            words.append(self.flag())
        return words

    def strings(self, most: int) -> list[bytes]:
        """Return the strings and words of a list in parentheses, the first `most` of them."""
        self.expect(b"(")
        found: list[bytes] = []
        while not self.take(b")"):
            one = self.astring()
            if len(found) < most:
                found.append(one)
            while self.take(b" "):
                pass
        return found

    def rest(self) -> bytes:
        """Return what is left of the line."""
        rest, self._at = self._line[self._at :], len(self._line)
        return rest

    def upto(self, end: bytes) -> bytes:
        """Return the text before `end`, and read `end` too."""
        place = self._line.find(end, self._at)
        if place < 0:
            raise unreadable(f"missing {end.decode('ascii')!r}")
        text, self._at = self._line[self._at : place], place + len(end)
        return text

    def value(self) -> Value:
        """Return whatever comes next, lists with all they hold."""
        outer: list[list[Value]] = [[]]
        while True:
            if self.take(b"("):
                outer.append([])
                if len(outer) > MAX_DEPTH:
                    raise unreadable("lists nested too deep")
            elif len(outer) > 1 and self.take(b")"):
                inner = outer.pop()
                outer[-1].append(inner)
            else:
                outer[-1].append(self._single())
            if len(outer) == 1:
                return outer[0][0]
            while self.take(b" "):
                pass

    def _single(self) -> Value:
        following = self.peek()
        if following in (_QUOTE, _BRACE) or (following == _TILDE and self._at_literal()):
            return self.string()
        if self._take_nil():
            return None
        digits = _DIGITS.match(self._line, self._at)
        if digits and int(digits[0]) <= MAX_NUMBER64:
            self._at = digits.end()
            return int(digits[0])
        return Atom(self._match(_FLAG, "a value")[0])

    def _take_nil(self) -> bool:
        end = self._at + 3
        if self._line[self._at : end].upper() != b"NIL":
            return False
        if end < len(self._line) and self._line[end] not in b" )]":
            return False
        self._at = end
        return True

    def _at_literal(self) -> bool:
        found = _LITERAL.match(self._line, self._at)
        return found is not None and self._part + 1 < len(self._parts)

    def _literal(self) -> bytes:
        if not self._at_literal():
            raise unreadable("missing string")
        content = self._parts[self._part + 1]
        self._part += 2
        self._line, self._at = self._parts[self._part], 0
        return content

    def _match(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        found = pattern.match(self._line, self._at)
        if found is None:
            raise unreadable(f"missing {what}")
        self._at = found.end()
        return found
