"""A command's arguments, read from left to right (RFC 9051 section 9)."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from .names import BadName, decode_name

_Item = TypeVar("_Item")

_ATOM: Final = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_ASTRING_ATOM: Final = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
_LIST_ATOM: Final = re.compile(rb'[^\x00-\x20\x7f-\xff(){"\\]+')
_FLAG: Final = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_QUOTED: Final = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"')
_LITERAL: Final = re.compile(rb"~?\{([0-9]{1,10})\+?\}\r\n")
_NUMBER: Final = re.compile(rb"[0-9]{1,20}")
_RANGE = rb"(?:[0-9]{1,10}|\*)(?::(?:[0-9]{1,10}|\*))?"
_SET: Final = re.compile(_RANGE + rb"(?:," + _RANGE + rb")*")
_ESCAPE: Final = re.compile(rb'\\(["\\])')
_CANONICAL_FLAGS: Final = {
    flag.lower(): flag for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
}

UidRange = tuple[int, int]
"""Both ends included; 0 stands for `*`."""


class BadSyntax(Exception):
    """The command cannot be understood: tagged BAD."""


class Arguments:
    """The rest of one command, literals in place."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0

    def take(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        """Return what matches here and step over it."""
        found = pattern.match(self._text, self._at)
        if found is None:
            raise BadSyntax(f"expected {what} at octet {self._at}")
        self._at = found.end()
        return found

    def at(self, token: bytes) -> bool:
        """Tell whether `token` comes next, without regard to case."""
        return self._text[self._at : self._at + len(token)].upper() == token.upper()

    def skip(self, token: bytes) -> bool:
        """Step over `token` if it comes next."""
        if not self.at(token):
            return False
        self._at += len(token)
        return True

    def expect(self, token: bytes) -> None:
        """Step over `token`, which must come next."""
        if not self.skip(token):
            raise BadSyntax(f"expected {token.decode()!r} at octet {self._at}")

    def space(self) -> None:
        """Step over the one blank between arguments."""
        self.expect(b" ")

    def end(self) -> None:
        """Insist that nothing is left."""
        if not self.is_done:
            raise BadSyntax(f"unexpected argument at octet {self._at}")

    @property
    def is_done(self) -> bool:
        """Nothing is left."""
        return self._at >= len(self._text)

    def atom(self) -> str:
        """Return an atom in upper case."""
        return self.take(_ATOM, "an atom").group().decode("ascii").upper()

    def number(self) -> int:
        """Return a number."""
        return int(self.take(_NUMBER, "a number").group())

    def astring(self) -> bytes:
        """Return an atom, quoted string or literal."""
        if self.at(b'"') or self.at(b"{"):
            return self.string()
        return self.take(_ASTRING_ATOM, "a string").group()

    def string(self) -> bytes:
        """Return a quoted string or literal."""
        if self.at(b'"'):
            return _ESCAPE.sub(rb"\1", self.take(_QUOTED, "a quoted string").group(1))
        return self.literal()

    def literal(self) -> bytes:
        """Return a literal's octets."""
        size = int(self.take(_LITERAL, "a literal").group(1))
        start = self._at
        self._at += size
        return self._text[start : self._at]

    def nstring(self) -> bytes | None:
        """Return a string, or None for NIL."""
        return None if self.skip(b"NIL") else self.string()

    def mailbox(self) -> str:
        """Return a decoded mailbox name."""
        return self._name(self.astring())

    def list_mailbox(self) -> str:
        """Return a mailbox pattern with `%` and `*`."""
        if self.at(b'"') or self.at(b"{"):
            return self._name(self.string())
        return self._name(self.take(_LIST_ATOM, "a mailbox pattern").group())

    def flags(self) -> frozenset[str]:
        """Return flags in parentheses, or bare ones up to the end; system flags spelled one way."""
        if self.at(b"("):
            return frozenset(self.items(self.flag))
        flags = [self.flag()]
        while self.skip(b" "):
            flags.append(self.flag())
        return frozenset(flags)

    def flag(self) -> str:
        """Return one flag or keyword."""
        name = self.take(_FLAG, "a flag").group().decode("ascii")
        return _CANONICAL_FLAGS.get(name.lower(), name)

    def label(self) -> str:
        r"""Return a label: `\Inbox` and its like, or the decoded name of one (X-GM-EXT-1)."""
        return self.flag() if self.at(b"\\") else self.mailbox()

    def items(self, one: Callable[[], _Item]) -> list[_Item]:
        """Return what stands in parentheses, blanks between."""
        self.expect(b"(")
        found: list[_Item] = []
        while not self.skip(b")"):
            if found:
                self.space()
            found.append(one())
        return found

    def number_set(self) -> list[UidRange]:
        """Return a sequence set."""
        ranges = []
        for part in self.take(_SET, "a sequence set").group().split(b","):
            first, _, last = part.partition(b":")
            ranges.append((_bound(first), _bound(last or first)))
        return ranges

    def _name(self, wire: bytes) -> str:
        try:
            return decode_name(wire)
        except BadName as error:
            raise BadSyntax("a mailbox name is not modified UTF-7") from error


def _bound(wire: bytes) -> int:
    if wire == b"*":
        return 0
    value = int(wire)
    if value == 0:
        raise BadSyntax("0 is no sequence number")
    return value


def quoted(text: bytes) -> bytes:
    """Return a string as a server writes it: quoted where it can be, else a literal."""
    if len(text) > 1000 or any(octet in text for octet in b"\r\n\0") or not text.isascii():
        return b"{%d}\r\n%b" % (len(text), text)
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def nquoted(text: bytes | None) -> bytes:
    """Return a string or NIL."""
    return b"NIL" if text is None else quoted(text)
