"""A search as an IMAP server understands it, so that it looks where bodies are not here.

IMAP finds parts of words and knows days, not seconds: the server's answer holds more than was asked
for. What a header decides is asked again here (see `asking`), so it may be left out.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tuimail.errors import ProtocolError
from tuimail.model.flags import Flag
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
    Size,
    State,
    Word,
    has_words,
)
from tuimail.protocols.imap.searching import (
    Criterion,
    Day,
    contains,
    day,
    either,
    every,
    gmail_raw,
    has_flag,
    header,
    larger,
    negated,
    smaller,
)
from tuimail.protocols.imap.searching import Field as ServerField
from tuimail.store.text import storable

from .gmail_search import Unanswerable, gmail_words

_FIELDS: Final = {
    Field.ANY: (ServerField.TEXT,),
    Field.FROM: (ServerField.FROM,),
    Field.TO: (ServerField.TO, ServerField.CC, ServerField.BCC),
    Field.CC: (ServerField.CC, ServerField.BCC),
    Field.SUBJECT: (ServerField.SUBJECT,),
    Field.BODY: (ServerField.BODY,),
}
_FLAGS: Final = {
    State.UNREAD: (Flag.SEEN, False),
    State.READ: (Flag.SEEN, True),
    State.FLAGGED: (Flag.FLAGGED, True),
    State.REPLIED: (Flag.ANSWERED, True),
    State.DRAFT: (Flag.DRAFT, True),
}
_LAST: Final = 253_402_300_799
"""The end of the year 9999."""


def criterion_of(query: Node, *, is_gmail: bool) -> Criterion | None:
    """Return what to ask a server; None where it could not tell what was meant.

    Parts that a header decides may be left out.
    """
    parts = query.nodes if isinstance(query, And) else (query,)
    found: list[Criterion] = []
    try:
        for part in parts:
            if has_words(part):
                found.append(gmail_raw(gmail_words(part)) if is_gmail else _asked(part))
            elif not isinstance(part, Not | Or):
                found += _narrowing(part)
    except (Unanswerable, ProtocolError):
        return None
    return every(found) if found else None


def _narrowing(node: Node) -> list[Criterion]:
    """Return what spares the server work; what it cannot tell is looked at here."""
    try:
        return [_asked(node)]
    except Unanswerable:
        return []


def _asked(node: Node) -> Criterion:
    match node:
        case And(nodes):
            found = every(map(_asked, nodes))
        case Or(nodes):
            found = _any_of([_asked(one) for one in nodes])
        case Not(inner) if not _is_wide(inner):
            found = negated(_asked(inner))
        case Word():
            found = _word(node)
        case Is(state) if state in _FLAGS:
            flag, is_set = _FLAGS[state]
            found = has_flag(flag) if is_set else negated(has_flag(flag))
        case HasA(Has.LINK):
            found = contains(ServerField.BODY, "http")
        case Size(larger=int(size)):
            found = larger(size)
        case Size(smaller=int(size)):
            found = smaller(size)
        case Between(since, until):
            found = _between(since, until)
        case _:
            raise Unanswerable
    return found


def _word(word: Word) -> Criterion:
    text = storable(word.text)
    text = text if word.is_phrase else text.rstrip("*")
    if not text.strip():
        raise Unanswerable
    match word.field:
        case Field.TAG:
            return has_flag(text)
        case Field.LIST:
            return header("List-Id", text)
        case Field.ID:
            return header("Message-ID", text.strip("<>"))
        case field if field in _FIELDS:
            return _any_of([contains(where, text) for where in _FIELDS[field]])
        case _:
            raise Unanswerable


def _between(since: int | None, until: int | None) -> Criterion:
    """A day more on each side: the server compares days, in the time zone of each mail."""
    criteria = []
    if since is not None:
        criteria.append(day(Day.SENT_SINCE, _day(since) - timedelta(days=1)))
    if until is not None:
        criteria.append(day(Day.SENT_BEFORE, _day(until) + timedelta(days=2)))
    if not criteria:
        raise Unanswerable
    return every(criteria)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(min(max(seconds, 1 << 20), _LAST - (1 << 20)), UTC).date()


def _is_wide(node: Node) -> bool:
    """Whether the server's answer to a part holds more than was asked for, beside words."""
    match node:
        case And(nodes) | Or(nodes):
            return any(map(_is_wide, nodes))
        case Not(inner):
            return _is_wide(inner)
        case Between() | HasA():
            return True
        case _:
            return False


def _any_of(criteria: Sequence[Criterion]) -> Criterion:
    found = criteria[0]
    for one in criteria[1:]:
        found = either(found, one)
    return found
