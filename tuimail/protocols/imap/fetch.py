"""FETCH responses: one message's data, quickly for the rows of a sync (RFC 9051 section 7.5.2)."""

import re
from calendar import timegm
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from tuimail.model.flags import Flags

from .codes import flags_of
from .faults import unreadable
from .framing import Parts
from .lexer import MAX_NUMBER, MAX_NUMBER64, Atom, Lexer, Value

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
MAX_YEAR: Final = 9999

# The items a sync asks for, in any order, with nothing else between: what fits is read at once.
_ITEM = (
    rb"UID (?P<uid>\d{1,10})|FLAGS \((?P<flags>[^()\"{}]*)\)"
    rb'|INTERNALDATE "(?P<date>[^"\\]{1,40})"|RFC822\.SIZE (?P<size>\d{1,19})'
    rb"|MODSEQ \((?P<modseq>\d{1,19})\)"
    rb"|EMAILID \((?P<email>[\w-]{1,255})\)|X-GM-MSGID (?P<msgid>\d{1,20})"
    rb"|THREADID (?:NIL|\((?P<thread>[\w-]{1,255})\))|X-GM-THRID (?P<thrid>\d{1,20})"
    rb'|X-GM-LABELS (?P<labels>\((?:[^()\"{}]|"(?:[^\"\\\r\n]|\\[^\r\n])*+")*+\))'
)
_OBJECT_ID = re.compile(rb"[A-Za-z0-9_-]{1,255}")
"""RFC 8474 section 7."""
MAX_LABELS: Final = 1_000
"""On one message."""
MAX_LABELS_OCTETS: Final = 100_000
"""Of the labels of one message together; more is not shown."""
MAX_REMEMBERED_OCTETS: Final = 256
"""Mailboxes repeat a few lists of flags endlessly. Longer ones are read each time: a server that
sends ever new ones is to fill no memory."""
_ROW = re.compile(
    rb"\* (?P<seq>\d{1,10}) FETCH \((?:(?:" + _ITEM + rb")(?: |(?=\))))++"
    rb"(?:\)|(?P<section>BODY\[[^\]\"{}]*\](?:<\d{1,19}>)?) ~?\{\d{1,19}\+?\})",
    re.IGNORECASE,
)
_START = re.compile(rb"\* (\d{1,10}) FETCH ", re.IGNORECASE)
_DATE = re.compile(rb" ?(\d{1,2}-[A-Za-z]{3}-\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})")


class FetchRow(NamedTuple):
    """What one FETCH response says of one message.

    A tuple, like what is made of it on the way to the store: of 100,000 messages each is made
    once, and a frozen dataclass takes four times as long.
    """

    seq: int
    """Message sequence number: never used to find a message, only UIDs are."""
    uid: int
    """0 where the server did not say."""
    flags: Flags | None
    """None where the response has none."""
    internal_date: int
    """Seconds UTC; 0 where absent or unreadable."""
    size_bytes: int
    """RFC822.SIZE; -1 where absent."""
    modseq: int
    """0 where absent."""
    section: str = ""
    """Name of the body section in upper case, such as `BODY[]<0>`; empty where there is none."""
    content: bytes | None = None
    """The section's bytes; None for NIL."""
    others: tuple[tuple[str, Value], ...] = ()
    """Everything else with its name in upper case, such as BODYSTRUCTURE."""
    email_id: str = ""
    """EMAILID or X-GM-MSGID: the same wherever the message lies; empty where absent."""
    thread_id: str = ""
    """THREADID or X-GM-THRID: the same in the whole conversation; empty where absent."""
    labels: tuple[bytes, ...] | None = None
    """Names of X-GM-LABELS as the wire has them; None where absent."""


def parse_fetch(parts: Parts) -> FetchRow:
    """Return the row of a FETCH response.

    Raises:
        ProtocolError: it is outside the grammar, or a number is out of range.
    """
    return quick_row(parts) or _careful_row(parts)


def quick_row(parts: Parts) -> FetchRow | None:
    """Return the row of a FETCH response as a sync has most of, or None.

    Raises:
        ProtocolError: a number is out of range.
    """
    found = _ROW.fullmatch(parts[0])
    if found is None:
        return None
    section = found["section"]
    if section is None:
        return _row(found, "", None) if len(parts) == 1 else None
    if len(parts) != 3 or parts[2] != b")":
        return None
    return _row(found, _section(section), parts[1])


@lru_cache(maxsize=64)
def _section(name: bytes) -> str:
    return name.decode("ascii", "replace").upper()


def _flags_of(words: bytes) -> Flags:
    return _known_flags(words) if len(words) <= MAX_REMEMBERED_OCTETS else flags_of(words)


_known_flags = lru_cache(maxsize=1_024)(flags_of)


def parse_date_time(text: bytes) -> int:
    """Return seconds UTC of an INTERNALDATE, or 0 where it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return 0
    day, hour, minute, second, zone = found.groups()
    day_s = _day_seconds(day)
    if day_s is None:
        return 0
    return day_s + int(hour) * 3600 + int(minute) * 60 + int(second) - _zone_seconds(zone)


@lru_cache(maxsize=4096)
def _day_seconds(text: bytes) -> int | None:
    day, month, year = text.split(b"-")
    number = _MONTHS.get(month.lower())
    if number is None or not 1 <= int(day) <= 31 or not 1 <= int(year) <= MAX_YEAR:
        return None
    return timegm((int(year), number, int(day), 0, 0, 0, 0, 0, 0))


@lru_cache(maxsize=256)
def _zone_seconds(text: bytes) -> int:
    """Seconds east of UTC."""
    return int(text[:3]) * 3600 + int(text[:1] + text[3:]) * 60


def _row(found: re.Match[bytes], section: str, content: bytes | None) -> FetchRow:
    seq, uid, flags, date, size, modseq, email, msgid, thread, thrid, labels = found.group(
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    )
    row = FetchRow(
        _seq(int(seq)),
        0 if uid is None else _uid(int(uid)),
        None if flags is None else _flags_of(flags),
        0 if date is None else parse_date_time(date),
        -1 if size is None else _size(int(size)),
        0 if modseq is None else _modseq(int(modseq)),
        section,
        content,
    )
    email, thread = email or msgid, thread or thrid
    if email is None and thread is None and labels is None:
        return row
    return row._replace(
        email_id=(email or b"").decode("ascii"),
        thread_id=(thread or b"").decode("ascii"),
        labels=None if labels is None else _labels_of(labels),
    )


def _labels_of(words: bytes) -> tuple[bytes, ...]:
    return _known_labels(words) if len(words) <= MAX_REMEMBERED_OCTETS else _read_labels(words)


def _read_labels(words: bytes) -> tuple[bytes, ...]:
    return _labels_from(Lexer([words]))


def _labels_from(lexer: Lexer) -> tuple[bytes, ...]:
    names = lexer.strings(MAX_LABELS)
    ends = accumulate(map(len, names))
    return tuple(name for name, end in zip(names, ends, strict=True) if end <= MAX_LABELS_OCTETS)


_known_labels = lru_cache(maxsize=1_024)(_read_labels)


def _careful_row(parts: Parts) -> FetchRow:
    begin = _START.match(parts[0])
    if begin is None:
        raise unreadable("a FETCH that is none")
    lexer = Lexer(parts, begin.end())
    seen = _Seen()
    lexer.expect(b"(")
    while not lexer.take(b")"):
        _read_item(lexer, seen)
        while lexer.take(b" "):
            pass
    return FetchRow(
        _seq(int(begin[1])),
        seen.uid,
        seen.flags,
        seen.internal_date,
        seen.size_bytes,
        seen.modseq,
        seen.section,
        seen.content,
        tuple(seen.others),
        seen.email_id,
        seen.thread_id,
        seen.labels,
    )


@dataclass(slots=True)
class _Seen:
    uid: int = 0
    flags: Flags | None = None
    internal_date: int = 0
    size_bytes: int = -1
    modseq: int = 0
    section: str = ""
    content: bytes | None = None
    others: list[tuple[str, Value]] = field(default_factory=list)
    email_id: str = ""
    thread_id: str = ""
    labels: tuple[bytes, ...] | None = None


def _read_item(lexer: Lexer, seen: _Seen) -> None:
    name = lexer.atom().decode("ascii").upper()
    if "[" in name:
        name += lexer.upto(b"]").decode("ascii", "replace").upper() + "]"
        if lexer.peek() == ord("<"):
            name += lexer.upto(b">").decode("ascii", "replace") + ">"
    lexer.space()
    match name:
        case "UID":
            seen.uid = _uid(lexer.number())
        case "FLAGS":
            seen.flags = flags_of(b" ".join(lexer.flags()))
        case "INTERNALDATE":
            seen.internal_date = parse_date_time(lexer.nstring() or b"")
        case "RFC822.SIZE":
            seen.size_bytes = _size(lexer.number(MAX_NUMBER64))
        case "MODSEQ":
            lexer.expect(b"(")
            is_none = lexer.take(b"-")  # Zoho says -1 where there is none
            number = lexer.number(MAX_NUMBER64)
            seen.modseq = 0 if is_none else number
            lexer.expect(b")")
        case _ if "[" in name or name in {"RFC822", "RFC822.HEADER", "RFC822.TEXT"}:
            seen.section, seen.content = name, lexer.nstring()
        case _:
            _read_more(name, lexer, seen)


def _read_more(name: str, lexer: Lexer, seen: _Seen) -> None:
    """Read an item of an extension."""
    match name:
        case "EMAILID" | "X-GM-MSGID":
            seen.email_id = _object_id(lexer.value())
        case "THREADID" | "X-GM-THRID":
            seen.thread_id = _object_id(lexer.value())
        case "X-GM-LABELS":
            seen.labels = _labels_from(lexer)
        case _:
            seen.others.append((name, lexer.value()))


def _object_id(value: Value) -> str:
    match value:
        case [int() as number] | (int() as number):
            return str(number)
        case [Atom(name)] if _OBJECT_ID.fullmatch(name):  # OBJECTID puts it in parentheses
            return name.decode("ascii")
        case Atom(name) if name.isdigit() and _OBJECT_ID.fullmatch(name):
            return name.decode("ascii")  # Gmail's have 64 bits without a sign
        case _:
            return ""


def _seq(number: int) -> int:
    if not 0 < number <= MAX_NUMBER:
        raise unreadable("a message number out of range")
    return number


def _uid(number: int) -> int:
    if not 0 < number <= MAX_NUMBER:
        raise unreadable("a UID out of range")
    return number


def _size(number: int) -> int:
    return min(number, MAX_NUMBER64)


def _modseq(number: int) -> int:
    if number > MAX_NUMBER64:
        raise unreadable("a MODSEQ out of range")
    return number
