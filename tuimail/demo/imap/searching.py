"""SEARCH: keys become a predicate over messages (RFC 9051 section 6.4.4)."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Final

from tuimail.demo.mailstore import Message

from .session import No
from .structure import MAX_FIELD_BYTES, header_end, header_fields, unfolded
from .syntax import Arguments, BadSyntax
from .view import View

CANDIDATES_A_TURN: Final = 100
_DAY_S: Final = 86_400


class Candidate:
    """A message being looked at; its bytes are made only when a key wants them."""

    def __init__(self, number: int, message: Message) -> None:
        self.number = number
        self.message = message

    @cached_property
    def raw(self) -> bytes:
        """The whole message."""
        return self.message.raw

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """Header fields: name in lower case, decoded value in folded case."""
        header = self.raw[: header_end(self.raw, 0, len(self.raw))]
        return [(n.decode("latin-1").lower(), _decoded(v)) for n, v in header_fields(header)]

    def has_field(self, name: str, text: str) -> bool:
        """Tell whether a field contains a text (in folded case)."""
        return any(text in value for found, value in self.fields if found == name)

    def is_in_body(self, text: str) -> bool:
        """Tell whether the undecoded body contains a text (in folded case)."""
        body = self.raw[header_end(self.raw, 0, len(self.raw)) :]
        return text in body.decode("utf-8", "replace").casefold()

    @cached_property
    def sent_day(self) -> int:
        """Day of the Date field, in days since 1970; of the internal date where unreadable."""
        value = next((v for n, v in self.fields if n == "date"), "")
        try:
            return parsedate_to_datetime(value).date().toordinal() - _EPOCH
        except (TypeError, ValueError):
            return self.message.internal_date // _DAY_S


Predicate = Callable[[Candidate], bool]
_EPOCH: Final = datetime.fromtimestamp(0, UTC).toordinal()


def _decoded(value: bytes) -> str:
    text = unfolded(value)[:MAX_FIELD_BYTES].decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text))).casefold()
    except (HeaderParseError, LookupError, ValueError):
        return text.casefold()


@dataclass(frozen=True, slots=True)
class Keys:
    """Reads search keys and makes predicates of them."""

    arguments: Arguments
    view: View

    def all(self) -> Predicate:
        """Return what all keys up to the end ask for."""
        predicates = [self.key()]
        while not self.arguments.is_done:
            self.arguments.space()
            predicates.append(self.key())
        return _every(predicates)

    def key(self) -> Predicate:
        """Return what the next key asks for."""
        if self.arguments.at(b"("):
            return _every(self.arguments.items(self.key))
        if self.arguments.at(b"*") or self._at_digit():
            return self._in_set(by_uid=False)
        name = self.arguments.atom()
        if name in _FLAG_KEYS:
            flag, wanted = _FLAG_KEYS[name]
            return lambda c: (flag in c.message.flags) is wanted
        reader = _KEYS.get(name)
        if reader is None:
            raise BadSyntax(f"Unknown search key {name}")
        return reader(self)

    def _at_digit(self) -> bool:
        return any(self.arguments.at(b"%d" % digit) for digit in range(10))

    def _in_set(self, *, by_uid: bool) -> Predicate:
        ranges = self.arguments.number_set()
        chosen = {m.uid for _, m in self.view.chosen(ranges, by_uid=by_uid)}
        return lambda c: c.message.uid in chosen

    def uid(self) -> Predicate:
        """UID set."""
        self.arguments.space()
        return self._in_set(by_uid=True)

    def negation(self) -> Predicate:
        """NOT key."""
        self.arguments.space()
        inner = self.key()
        return lambda c: not inner(c)

    def either(self) -> Predicate:
        """OR key key."""
        self.arguments.space()
        first = self.key()
        self.arguments.space()
        second = self.key()
        return lambda c: first(c) or second(c)

    def text(self) -> str:
        """Return a text to look for, in folded case."""
        self.arguments.space()
        return self.arguments.astring().decode("utf-8", "replace").casefold()

    def header(self) -> Predicate:
        """HEADER name text."""
        name, text = self.text(), self.text()
        return lambda c: c.has_field(name, text)

    def anywhere(self) -> Predicate:
        """TEXT text."""
        text = self.text()
        return lambda c: any(text in v for _, v in c.fields) or c.is_in_body(text)

    def body(self) -> Predicate:
        """BODY text."""
        text = self.text()
        return lambda c: c.is_in_body(text)

    def keyword(self, *, wanted: bool) -> Predicate:
        """KEYWORD or UNKEYWORD flag."""
        self.arguments.space()
        flag = self.arguments.flag().lower()
        return lambda c: (flag in {f.lower() for f in c.message.flags}) is wanted

    def number(self) -> int:
        """Return a number behind a blank."""
        self.arguments.space()
        return self.arguments.number()

    def email_id(self) -> Predicate:
        """X-GM-MSGID number (X-GM-EXT-1)."""
        wanted = self.number()
        return lambda c: c.message.letter is not None and c.message.letter.email_id == wanted

    def modseq(self) -> Predicate:
        """MODSEQ number (RFC 7162 section 3.1.5)."""
        least = self.number()
        return lambda c: c.message.modseq >= least

    def day(self) -> int:
        """Return a date such as 1-Feb-2026 in days since 1970."""
        self.arguments.space()
        text = self.arguments.astring().decode("ascii", "replace")
        try:
            return datetime.strptime(text, "%d-%b-%Y").toordinal() - _EPOCH  # noqa: DTZ007
        except ValueError as error:
            raise BadSyntax("Not a date") from error


def _every(predicates: Sequence[Predicate]) -> Predicate:
    return lambda c: all(predicate(c) for predicate in predicates)


def _field_key(name: str) -> Callable[[Keys], Predicate]:
    def read(keys: Keys) -> Predicate:
        text = keys.text()
        return lambda c: c.has_field(name, text)

    return read


def _day_key(compare: Callable[[int, int], bool], *, sent: bool) -> Callable[[Keys], Predicate]:
    def read(keys: Keys) -> Predicate:
        day = keys.day()
        if sent:
            return lambda c: compare(c.sent_day, day)
        return lambda c: compare(c.message.internal_date // _DAY_S, day)

    return read


def _size_key(compare: Callable[[int, int], bool]) -> Callable[[Keys], Predicate]:
    def read(keys: Keys) -> Predicate:
        size = keys.number()
        return lambda c: compare(c.message.size_bytes, size)

    return read


_COMPARISONS: Final[dict[str, Callable[[int, int], bool]]] = {
    "BEFORE": int.__lt__,
    "ON": int.__eq__,
    "SINCE": int.__ge__,
}
_KEYS: Final[dict[str, Callable[[Keys], Predicate]]] = {
    "ALL": lambda _: lambda _: True,
    "OLD": lambda _: lambda _: True,
    "NEW": lambda _: lambda _: False,
    "RECENT": lambda _: lambda _: False,
    "UID": Keys.uid,
    "NOT": Keys.negation,
    "OR": Keys.either,
    "HEADER": Keys.header,
    "TEXT": Keys.anywhere,
    "BODY": Keys.body,
    "MODSEQ": Keys.modseq,
    "X-GM-MSGID": Keys.email_id,
    "KEYWORD": lambda keys: keys.keyword(wanted=True),
    "UNKEYWORD": lambda keys: keys.keyword(wanted=False),
    "LARGER": _size_key(int.__gt__),
    "SMALLER": _size_key(int.__lt__),
    **{name.upper(): _field_key(name) for name in ("from", "to", "cc", "bcc", "subject")},
    **{name: _day_key(compare, sent=False) for name, compare in _COMPARISONS.items()},
    **{f"SENT{name}": _day_key(compare, sent=True) for name, compare in _COMPARISONS.items()},
}
_FLAG_KEYS: Final = {
    f"{prefix}{name}": (f"\\{name.capitalize()}", not prefix)
    for name in ("ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN")
    for prefix in ("", "UN")
}


async def search(arguments: Arguments, view: View, *, by_uid: bool) -> list[int]:
    """Return sequence numbers, or UIDs, of what the keys ask for; others get their turns."""
    if arguments.skip(b"CHARSET "):
        if arguments.astring().upper() not in {b"UTF-8", b"US-ASCII"}:
            raise No("[BADCHARSET (UTF-8)] Only UTF-8")
        arguments.space()
    wanted = Keys(arguments, view).all()
    found = []
    for number, message in view.chosen([(1, 0)], by_uid=False):
        if wanted(Candidate(number, message)):
            found.append(message.uid if by_uid else number)
        if number % CANDIDATES_A_TURN == 0:
            await asyncio.sleep(0)
    return found
