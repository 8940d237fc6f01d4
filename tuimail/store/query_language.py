"""The search language: what a person types becomes a tree.

Words are ANDed; `OR`, `-` (not), parentheses and "phrases" as usual (a quotation mark inside of a
phrase is written twice); `key:value` narrows a word to a field, and `key:(a OR b)` several words.
Dates are days in the person's time zone. `sort:` says what comes first, of the search as a whole.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NoReturn

from tuimail.errors import QueryError
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.places import Places
from tuimail.model.query import (
    And,
    Between,
    Field,
    Has,
    HasA,
    Is,
    Node,
    Not,
    Or,
    Order,
    Size,
    State,
    Within,
    Word,
)

from .query_text import KEY, SORT, TOKEN

MAX_QUERY_CHARS: Final = 2_000
MAX_TERMS: Final = 100
MAX_DEPTH: Final = 30
"""The full-text engine refuses expressions nested much deeper."""


class Place(StrEnum):
    """Keys whose word names mailboxes."""

    IN = "in"
    ACCOUNT = "account"


FIELDS: Final[Mapping[str, Field | Place]] = {
    key.value: key for key in (*Field, *Place) if key is not Field.ANY
}
STATES: Final[Mapping[str, State | Role]] = {state.value: state for state in State} | {
    "sent": Role.SENT,
    "seen": State.READ,
    "unseen": State.UNREAD,
    "answered": State.REPLIED,
    "starred": State.FLAGGED,
}
HAVES: Final[Mapping[str, Has]] = {has.value: has for has in Has}
_CONDITIONS: Final = ("is", "has", "before", "after", "on", "older", "newer", "larger", "smaller")
KEYS: Final = (*FIELDS, *_CONDITIONS, SORT)

_DAY: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?\Z")
_AGE: Final = re.compile(r"(\d{1,5})([hdwmy])\Z", re.IGNORECASE)
_SIZE: Final = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)([kmg]?)b?\Z", re.IGNORECASE)
_EVERYTHING: Final = And(())
_DATE_HINT: Final = "A date is written 2026-11-23, 2026-11, 2026, today or yesterday"
_UNIT_S: Final = {"h": 3_600, "d": 86_400, "w": 604_800, "m": 2_629_746, "y": 31_556_952}
_FACTOR: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A search and what may be worth telling about it."""

    node: Node
    warnings: tuple[str, ...]
    """Sentences of ours, quoting what was typed."""
    order: Order | None = None
    """None where the text does not say."""


def parse(text: str, now: datetime, places: Places) -> Parsed:
    """Return the search a text stands for.

    `now` (with time zone) is what days are counted from, `places` where mailboxes are looked up.

    Raises:
        QueryError: says what is wrong, and where.
    """
    return _Parser(text, now, places).parse()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    """Recursive descent over tokens; each method reads one rule and leaves the next token."""

    def __init__(self, text: str, now: datetime, places: Places) -> None:
        self._text = text
        self._now = now
        self._places = places
        if len(text) > MAX_QUERY_CHARS:
            self._fail(f"A search can have {MAX_QUERY_CHARS} characters at most", MAX_QUERY_CHARS)
        found = TOKEN.finditer(text)
        self._tokens = [_Token(str(m.lastgroup), m[0], m.start(), m.end()) for m in found]
        self._index = 0
        self._depth = 0
        self._terms = 0
        self._field: Field | Place = Field.ANY
        self._is_negated = False
        self._order: Order | None = None
        self._warnings: list[str] = []

    def parse(self) -> Parsed:
        node = self._either() if self._tokens else _EVERYTHING
        left = self._peek()
        if left is not None:
            self._fail("This parenthesis was never opened", left.start)
        return Parsed(node, tuple(self._warnings), self._order)

    def _peek(self) -> _Token | None:
        return self._tokens[self._index] if self._index < len(self._tokens) else None

    def _either(self) -> Node:
        nodes = [self._all()]
        while self._is_or(self._peek()):
            operator = self._tokens[self._index]
            self._index += 1
            following = self._peek()
            if following is None or following.kind == "close" or self._is_or(following):
                self._fail("Something must follow OR", operator.end)
            nodes.append(self._all())
        said = [node for node in nodes if node != _EVERYTHING]  # as `""` and `sort:` say nothing
        return Or(tuple(said)) if len(said) > 1 else (*said, _EVERYTHING)[0]

    def _all(self) -> Node:
        first = self._peek()
        if first is not None and self._is_or(first):
            self._fail("Something must stand before OR", first.start)
        nodes: list[Node] = []
        while (token := self._peek()) is not None and token.kind != "close":
            if self._is_or(token):
                break
            node = self._one()
            if node is not None and node != _EVERYTHING:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _one(self) -> Node | None:
        token = self._tokens[self._index]
        self._index += 1
        self._terms += 1
        if self._terms > MAX_TERMS:
            self._fail(f"A search can have {MAX_TERMS} words at most", token.start)
        match token.kind:
            case "open":
                return self._group(token, self._field)
            case "phrase" | "unclosed":
                return self._phrase(token, self._field)
            case _:
                return self._word(token)

    def _word(self, token: _Token) -> Node | None:
        text, start = token.text, token.start
        negations = len(text) - len(text.lstrip("-"))
        text, start = text[negations:], start + negations
        self._is_negated = bool(negations)
        node = self._keyed(token, text, start) if text else self._after_minus(token)
        return Not(node) if node is not None and negations % 2 else node

    def _after_minus(self, token: _Token) -> Node | None:
        """A minus before a parenthesis or a phrase; alone it says nothing."""
        following = self._peek()
        if following is not None and following.start == token.end and following.kind != "close":
            return self._one()
        self._warnings.append("A “-” alone was passed over: write it right before a word.")
        return None

    def _keyed(self, token: _Token, text: str, start: int) -> Node | None:
        found = KEY.match(text)
        if found is None:
            return self._text_in(self._field, text)
        key, value = found["key"].lower(), found["value"]
        if key not in KEYS:
            if not value.startswith("//"):
                self._warnings.append(f"“{key}:” is no search key, so it was looked for as text.")
            return self._text_in(self._field, text)
        at = start + found.start("value")
        if value:
            return self._value(key, value, at)
        following = self._peek()
        if following is None or following.start != token.end or following.kind == "close":
            self._fail(f"Something must follow “{key}:”", at)
        self._index += 1
        if key in FIELDS and following.kind == "open":
            return self._group(following, FIELDS[key])
        if key in FIELDS:
            return self._phrase(following, FIELDS[key])
        return self._value(key, self._unquoted(following), at)

    def _value(self, key: str, value: str, at: int) -> Node:
        if key in FIELDS:
            return self._text_in(FIELDS[key], value)
        return _VALUES[key](self, value, at)

    def _text_in(self, field: Field | Place, text: str, *, is_phrase: bool = False) -> Node:
        match field:
            case Place.IN:
                return _within(self._places.named(text))
            case Place.ACCOUNT:
                return _within(self._places.of_account(text))
            case _:
                return Word(field, text, is_phrase)

    def _group(self, opening: _Token, field: Field | Place) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"Parentheses can be nested {MAX_DEPTH} deep at most", opening.start)
        outer, self._field = self._field, field
        node = self._either()
        closing = self._peek()
        if closing is None:
            self._fail("This parenthesis is never closed", opening.start)
        self._index += 1
        self._field = outer
        self._depth -= 1
        return node

    def _phrase(self, token: _Token, field: Field | Place) -> Node | None:
        text = self._unquoted(token)
        return self._text_in(field, text, is_phrase=True) if text.strip() else None

    def _unquoted(self, token: _Token) -> str:
        if token.kind == "unclosed":
            self._fail("This quotation mark is never closed", token.start)
        return token.text[1:-1].replace('""', '"') if token.kind == "phrase" else token.text

    def is_(self, value: str, at: int) -> Node:
        state = STATES.get(value.lower())
        if state is None:
            self._fail(f"is: takes one of {', '.join((*State, Role.SENT))}", at)
        if isinstance(state, Role):
            return _within(self._places.with_role(state))
        if state is State.DRAFT:
            return Or((Is(state), _within(self._places.with_role(Role.DRAFTS))))
        return Is(state)

    def has(self, value: str, at: int) -> Node:
        what = HAVES.get(value.lower().removesuffix("s"))
        if what is None:
            self._fail(f"has: takes one of {', '.join(Has)}", at)
        return HasA(what)

    def before(self, value: str, at: int) -> Node:
        return Between(None, self._days(value, at)[0])

    def after(self, value: str, at: int) -> Node:
        return Between(self._days(value, at)[0], None)

    def on(self, value: str, at: int) -> Node:
        return Between(*self._days(value, at))

    def older(self, value: str, at: int) -> Node:
        return Between(None, self._ago(value, at))

    def newer(self, value: str, at: int) -> Node:
        return Between(self._ago(value, at), None)

    def larger(self, value: str, at: int) -> Node:
        return Size(larger=self._bytes(value, at))

    def smaller(self, value: str, at: int) -> Node:
        return Size(smaller=self._bytes(value, at))

    def sort(self, value: str, at: int) -> Node:
        """Take in what is no condition: it concerns the search as a whole."""
        if self._depth or self._is_negated:
            self._fail(f"“{SORT}:” stands alone, not in parentheses or after “-”", at)
        try:
            self._order = Order(value.lower())
        except ValueError:
            self._fail(f"{SORT}: takes one of {', '.join(Order)}", at)
        return _EVERYTHING

    def _days(self, value: str, at: int) -> tuple[int, int]:
        """Return where a day, month or year begins and where the next one does."""
        midnight = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
        named = {"today": 0, "yesterday": 1}
        if value.lower() in named:
            begin = midnight - timedelta(days=named[value.lower()])
            return int(begin.timestamp()), int((begin + timedelta(days=1)).timestamp())
        found = _DAY.match(value)
        if found is None:
            self._fail(_DATE_HINT, at)
        month, day = (int(part) if part else None for part in found.groups()[1:])
        try:
            begin = midnight.replace(
                year=int(found[1]),
                month=1 if month is None else month,
                day=1 if day is None else day,
            )
            return int(begin.timestamp()), int(_next(begin, month, day).timestamp())
        except (ValueError, OverflowError):
            self._fail(_DATE_HINT, at)

    def _ago(self, value: str, at: int) -> int:
        found = _AGE.match(value)
        if found is None:
            self._fail("An age is written 12h, 7d, 2w, 3m or 1y", at)
        return int(self._now.timestamp()) - int(found[1]) * _UNIT_S[found[2].lower()]

    def _bytes(self, value: str, at: int) -> int:
        found = _SIZE.match(value)
        if found is None:
            self._fail("A size is written 500k, 1M or 2G", at)
        return int(float(found[1]) * _FACTOR[found[2].lower()])

    def _is_or(self, token: _Token | None) -> bool:
        return token is not None and token.kind == "word" and token.text == "OR"

    def _fail(self, problem: str, at: int) -> NoReturn:
        raise QueryError(f"{problem}.", self._text, at)


_VALUES: Final[Mapping[str, Callable[[_Parser, str, int], Node]]] = {
    "is": _Parser.is_,
    "has": _Parser.has,
    "before": _Parser.before,
    "after": _Parser.after,
    "on": _Parser.on,
    "older": _Parser.older,
    "newer": _Parser.newer,
    "larger": _Parser.larger,
    "smaller": _Parser.smaller,
    SORT: _Parser.sort,
}


def _within(rows: Iterable[MailboxRow]) -> Within:
    return Within(tuple(row.id for row in rows))


def _next(begin: datetime, month: int | None, day: int | None) -> datetime:
    if day is not None:
        return begin + timedelta(days=1)
    if month is not None and month < 12:
        return begin.replace(month=month + 1)
    return begin.replace(year=begin.year + 1, month=1)
