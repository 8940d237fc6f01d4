"""Untagged responses: bytes of a server become typed values, once (RFC 9051 section 7)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tuimail.model.flags import Flags
from tuimail.model.uid_set import UidSet

from .about import (
    MAX_NAME_BYTES,
    Decode,
    Identity,
    Namespaces,
    Quota,
    parse_id,
    parse_namespace,
    parse_quota,
)
from .codes import Status, capabilities_of, flags_of, parse_status
from .faults import unreadable
from .fetch import FetchRow, parse_fetch, quick_row
from .framing import Parts
from .lexer import MAX_NUMBER, MAX_NUMBER64, Lexer
from .names import decode_mailbox
from .sets import MAX_MEMBERS, Range, parse_set

_NUMBERED = re.compile(rb"\* (\d{1,20}) ([A-Za-z]{1,20})(?: |$)")
_STATUS_ITEM = re.compile(rb"([A-Za-z0-9.\-]{1,40}) (-?\d{1,19})(?: +|$)")
_MAILBOX_ID = re.compile(rb"MAILBOXID \(([A-Za-z0-9_\-]{1,255})\)", re.IGNORECASE)
_IDS = re.compile(rb"[0-9 ]*")


@dataclass(frozen=True, slots=True)
class Capability:
    """CAPABILITY, in upper case."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Enabled:
    """ENABLED: extensions that are on from now on, in upper case."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """LIST: one mailbox."""

    attributes: frozenset[str]
    r"""Lower case, with backslash, for example `\noselect`."""
    delimiter: str
    """Empty where the name space is flat."""
    name: str
    """Decoded; see `names`."""
    is_subscribed: bool | None = None
    """None where nobody said."""
    counts: Mapping[str, int] | None = None
    """What STATUS says of it, where that came with the list (RFC 5819)."""
    mailbox_id: str = ""
    """As in STATUS."""


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """STATUS: counters of a mailbox; those out of range are left out."""

    name: str
    items: Mapping[str, int]
    mailbox_id: str = ""
    """OBJECTID (RFC 8474): the same after a rename; empty where nobody says."""


@dataclass(frozen=True, slots=True)
class Found:
    """SEARCH or ESEARCH (RFC 4731): what was found; UIDs, as only those are asked for."""

    uids: UidSet


@dataclass(frozen=True, slots=True)
class FlagList:
    """FLAGS: what can occur in the mailbox."""

    flags: Flags


@dataclass(frozen=True, slots=True)
class Exists:
    """EXISTS: how many messages the mailbox holds."""

    count: int


@dataclass(frozen=True, slots=True)
class Expunged:
    """EXPUNGE: a message is gone. Its sequence number is of no use to anyone here."""

    seq: int


@dataclass(frozen=True, slots=True)
class Vanished:
    """VANISHED (RFC 7162 section 3.2.10): these messages are gone.

    Kept as the ranges sent: they may name billions that never were.
    """

    uids: UidSet
    is_earlier: bool
    """They went before the mailbox was opened, or before what was asked about."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A response nobody here asked for or needs; it is let pass."""

    name: str


_UNUSABLE: Final = Unknown("MAILBOX")
"""Stands for a mailbox whose name cannot be kept."""

Untagged = (
    Status
    | Capability
    | Enabled
    | Identity
    | Listed
    | Namespaces
    | MailboxStatus
    | Quota
    | Found
    | FlagList
    | Exists
    | Expunged
    | Vanished
    | FetchRow
    | Unknown
)


def parse_untagged(parts: Parts, decode: Decode = decode_mailbox) -> Untagged:
    """Return the value of a response that begins with `* `.

    Raises:
        ProtocolError: it is outside the grammar; its scope is the connection.
    """
    if len(parts) == 3 and (row := quick_row(parts)) is not None:
        return row
    line = parts[0]
    numbered = _NUMBERED.match(line)
    if numbered is not None:
        return _numbered(parts, numbered)
    word = line[2:22].partition(b" ")[0].upper()
    reader = _READERS.get(word)
    if reader is not None:
        return reader(parts)
    naming = _NAMING_READERS.get(word)
    if naming is not None:
        return naming(parts, decode)
    if not word.isascii() or not word[:1].isalpha():
        raise unreadable("a response without a name")
    return Unknown(word.decode("ascii"))


def _numbered(parts: Parts, found: re.Match[bytes]) -> Untagged:
    name = found[2].upper()
    if name == b"FETCH":
        return parse_fetch(parts)
    number = int(found[1])
    if number > MAX_NUMBER:
        raise unreadable("a number out of range")
    if name == b"EXISTS":
        return Exists(number)
    if name == b"EXPUNGE":
        return Expunged(number)
    return Unknown(name.decode("ascii"))


def _status(parts: Parts) -> Status:
    return parse_status(parts[0][2:])


def _capability(parts: Parts) -> Capability:
    return Capability(capabilities_of(parts[0][len(b"* CAPABILITY") :].strip()))


def _enabled(parts: Parts) -> Enabled:
    return Enabled(capabilities_of(parts[0][len(b"* ENABLED") :].strip()))


def _flags(parts: Parts) -> FlagList:
    lexer = Lexer(parts, len(b"* FLAGS "))
    return FlagList(flags_of(b" ".join(lexer.flags())))


def _list(parts: Parts, decode: Decode) -> Listed | Unknown:
    lexer = Lexer(parts, parts[0].index(b" ", 2) + 1 if b" " in parts[0][2:] else len(parts[0]))
    attributes = frozenset(flag.decode("ascii").lower() for flag in lexer.flags())
    lexer.space()
    delimiter = lexer.nstring()
    lexer.space()
    name = _mailbox(lexer)
    if delimiter is not None and len(delimiter) > 1:
        raise unreadable("a delimiter of several characters")
    if not _is_usable(name):
        return _UNUSABLE
    return Listed(attributes, (delimiter or b"").decode("latin-1"), decode(name))


def _is_usable(name: bytes) -> bool:
    """Tell whether a mailbox can be kept: one that cannot must not cost all the others."""
    return 0 < len(name) <= MAX_NAME_BYTES


def _mailbox(lexer: Lexer) -> bytes:
    if lexer.peek() in (ord('"'), ord("{")):
        return lexer.string()
    # Exchange sends names with control characters and blanks unquoted.
    raw = lexer.rest()
    if raw.endswith(b")") and b" (" in raw:
        return raw.partition(b" (")[0]
    return raw


def _mailbox_status(parts: Parts, decode: Decode) -> MailboxStatus | Unknown:
    # CVE-2022-4121 (libetpan): STATUS without a mailbox.
    lexer = Lexer(parts, len(b"* STATUS"))
    lexer.space()
    raw = lexer.astring()
    if not _is_usable(raw):
        return _UNUSABLE
    lexer.space()
    lexer.expect(b"(")
    words, end, _ = lexer.rest().rpartition(b")")
    if not end:
        raise unreadable("missing ')'")
    object_id = _MAILBOX_ID.search(words)
    items = {
        found[1].decode("ascii").upper(): int(found[2]) for found in _STATUS_ITEM.finditer(words)
    }
    # Zoho says MODSEQ -1 where it has none.
    usable = {name: number for name, number in items.items() if 0 <= number <= MAX_NUMBER64}
    return MailboxStatus(decode(raw), usable, object_id[1].decode("ascii") if object_id else "")


def _search(parts: Parts) -> Found:
    ids, _, _ = parts[0][len(b"* SEARCH") :].partition(b"(")
    if not _IDS.fullmatch(ids):
        raise unreadable("a SEARCH that is no list of numbers")
    numbers = tuple(int(word) for word in ids.split())
    if len(numbers) > MAX_MEMBERS or any(not 0 < number <= MAX_NUMBER for number in numbers):
        raise unreadable("a SEARCH out of range")
    return Found(UidSet.of(numbers))


def _esearch(parts: Parts) -> Found:
    lexer = Lexer(parts, len(b"* ESEARCH"))
    ranges: list[Range] = []
    are_uids = False
    while lexer.take(b" "):
        if lexer.peek() == ord("("):
            lexer.value()
            continue
        name = lexer.atom().upper()
        if name == b"UID":
            are_uids = True
            continue
        lexer.space()
        if name == b"ALL":
            ranges = parse_set(lexer.atom().decode("ascii"))
        else:
            lexer.value()
    if ranges and not are_uids:
        raise unreadable("numbers of messages where UIDs were asked for")
    return Found(UidSet.joined(ranges))


def _vanished(parts: Parts) -> Vanished:
    lexer = Lexer(parts, len(b"* VANISHED"))
    lexer.space()
    is_earlier = lexer.peek() == ord("(")
    if is_earlier:
        lexer.value()
        lexer.space()
    ranges = parse_set(lexer.rest().decode("ascii", "replace"))
    return Vanished(UidSet.joined(ranges), is_earlier)


_READERS: Final[Mapping[bytes, Callable[[Parts], Untagged]]] = {
    b"OK": _status,
    b"NO": _status,
    b"BAD": _status,
    b"BYE": _status,
    b"PREAUTH": _status,
    b"CAPABILITY": _capability,
    b"ENABLED": _enabled,
    b"FLAGS": _flags,
    b"ID": parse_id,
    b"QUOTA": parse_quota,
    b"SEARCH": _search,
    b"ESEARCH": _esearch,
    b"VANISHED": _vanished,
}
_NAMING_READERS: Final[Mapping[bytes, Callable[[Parts, Decode], Untagged]]] = {
    b"LIST": _list,
    b"LSUB": _list,
    b"NAMESPACE": parse_namespace,
    b"STATUS": _mailbox_status,
    b"XLIST": _list,
}
