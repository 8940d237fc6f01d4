"""Status responses and their codes: OK, NO, BAD, BYE, PREAUTH (RFC 9051 section 7.1)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.errors import ProtocolError, Scope
from tuimail.model.flags import NO_FLAGS, Flags, canonical_flag

from .faults import unreadable
from .lexer import MAX_NUMBER
from .sets import count_of, members_of, parse_set

MAX_TEXT_CHARS: Final = 1_000
"""How much of a server's words is kept."""
MAX_CAPABILITIES: Final = 200
MAX_CAPABILITY_CHARS: Final = 100

_STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)(?: (.*))?", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(
    rb'\[([A-Z0-9._\-/]{1,60}+)(?: ((?:"(?:[^"\\]++|\\.)*+"|[^\]"]++)*+))?\] ?(.*)',
    re.IGNORECASE | re.DOTALL,
)
_FLAG_WORD = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){"\]]+')


class Kind(StrEnum):
    """How a status response begins."""

    OK = "OK"
    NO = "NO"
    BAD = "BAD"
    BYE = "BYE"
    PREAUTH = "PREAUTH"


@dataclass(frozen=True, slots=True)
class Code:
    """What stands in brackets."""

    name: str
    """Upper case; empty where there is no code."""
    argument: bytes = b""

    def number(self, maximum: int = MAX_NUMBER) -> int | None:
        """Return the argument as a number, or None where it is none or out of range."""
        if not re.fullmatch(rb"\d{1,19}", self.argument):
            return None
        number = int(self.argument)
        return number if number <= maximum else None

    def flags(self) -> Flags:
        r"""Return the argument as a list of flags, `\*` among them."""
        return flags_of(self.argument.strip(b"() "))

    def object_id(self) -> str:
        """Return the argument of MAILBOXID (RFC 8474 section 4); empty where it is none."""
        found = re.fullmatch(rb"\(([A-Za-z0-9_\-]{1,255})\)", self.argument)
        return found[1].decode("ascii") if found else ""

    def append_uids(self, count: int) -> tuple[int, list[int]] | None:
        """Return (UIDVALIDITY, UIDs) of APPENDUID for so many messages (RFC 4315, 3502).

        None where it makes no sense. CVE-2021-3578 (mbsync): it may hold anything.
        """
        validity, _, words = self.argument.decode("ascii", "replace").partition(" ")
        if not re.fullmatch(r"[0-9]{1,10}", validity) or "*" in words:
            return None
        try:
            ranges = parse_set(words)
        except ProtocolError:
            return None
        if count_of(ranges) != count or not 0 < int(validity) <= MAX_NUMBER:
            return None
        return int(validity), members_of(ranges)

    def copy_uid(self) -> tuple[int, tuple[tuple[int, int], ...]] | None:
        """Return (UIDVALIDITY, pairs of old and new UID) of COPYUID (RFC 4315).

        None where it makes no sense; no pairs where the two sets do not fit together.
        """
        words = self.argument.decode("ascii", "replace").split(" ")
        if len(words) != 3 or not re.fullmatch(r"[0-9]{1,10}", words[0]):
            return None
        if "*" in words[1] + words[2]:
            return None
        try:
            old, new = (members_of(parse_set(word)) for word in words[1:])
        except ProtocolError:
            return None
        return int(words[0]), tuple(zip(old, new, strict=True)) if len(old) == len(new) else ()


NO_CODE: Final = Code("")


@dataclass(frozen=True, slots=True)
class Status:
    """A status response."""

    kind: Kind
    code: Code
    text: str
    """The server's words for people, cut at MAX_TEXT_CHARS; a stranger's."""


def parse_status(line: bytes) -> Status:
    """Return what a line says after its tag or star.

    CVE-2018-14349 (mutt): a status without text is valid in practice and must not crash.

    Raises:
        ProtocolError: it is no status response.
    """
    found = _STATUS.fullmatch(line)
    if found is None:
        raise unreadable("no status")
    kind, said = Kind(found[1].decode("ascii").upper()), found[2] or b""
    coded = _CODE.fullmatch(said) if said.startswith(b"[") else None
    if coded is None:
        return Status(kind, NO_CODE, _text(said))
    code = Code(coded[1].decode("ascii").upper(), (coded[2] or b"").strip())
    return Status(kind, code, _text(coded[3]))


def parse_greeting(line: bytes) -> Status:
    """Return the first line of a server.

    CVE-2020-28896 (mutt): after a greeting that is none nothing more is said.

    Raises:
        ProtocolError: it is none; of the account's scope where no IMAP server answers.
    """
    if not line.startswith(b"* "):
        raise ProtocolError(
            "What answers there is no IMAP server: check host and port.", Scope.ACCOUNT
        )
    status = parse_status(line[2:])
    if status.kind not in (Kind.OK, Kind.PREAUTH, Kind.BYE):
        raise unreadable("a greeting that is none")
    return status


def capabilities_of(words: bytes) -> frozenset[str]:
    """Return capabilities in upper case; too many or too long ones are left out."""
    names = words.upper().split(b" ")[:MAX_CAPABILITIES]
    usable = (name for name in names if 0 < len(name) <= MAX_CAPABILITY_CHARS and name.isascii())
    return frozenset(name.decode("ascii") for name in usable)


def flags_of(words: bytes) -> Flags:
    r"""Return flags in their one spelling; `\Recent` is dropped (RFC 9051 no longer has it)."""
    if not words:
        return NO_FLAGS
    names = (match.decode("ascii") for match in _FLAG_WORD.findall(words))
    return frozenset(canonical_flag(name) for name in names if name.lower() != "\\recent")


def _text(said: bytes) -> str:
    return said[: MAX_TEXT_CHARS * 4].decode("utf-8", "replace")[:MAX_TEXT_CHARS]
