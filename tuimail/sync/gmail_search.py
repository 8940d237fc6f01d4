"""A search in Gmail's own language (X-GM-RAW), which knows files, labels and seconds."""

from typing import Final

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
)
from tuimail.store.text import storable

_FIELDS: Final = {
    Field.FROM: "from:",
    Field.TO: "to:",
    Field.CC: "cc:",
    Field.SUBJECT: "subject:",
    Field.LIST: "list:",
    Field.TAG: "label:",
    Field.FILENAME: "filename:",
    Field.ID: "rfc822msgid:",
}
_STATES: Final = {
    Is(State.UNREAD): "is:unread",
    Is(State.READ): "is:read",
    Is(State.FLAGGED): "is:starred",
    Is(State.DRAFT): "is:draft",
    HasA(Has.ATTACHMENT): "has:attachment",
    HasA(Has.INVITE): "filename:ics",
    HasA(Has.LINK): '"http"',
}


class Unanswerable(Exception):
    """The server knows no such thing."""


def gmail_words(node: Node) -> str:
    """Return a search, or a part of one, in Gmail's language. Raises Unanswerable."""
    match node:
        case And(nodes):
            found = f"({' '.join(map(gmail_words, nodes))})"
        case Or(nodes):
            found = f"({' OR '.join(map(gmail_words, nodes))})"
        case Not(inner):
            found = f"-{gmail_words(inner)}"
        case Word():
            found = _word(node)
        case Is() | HasA() if node in _STATES:
            found = _STATES[node]
        case Size(larger, smaller):
            found = f"larger:{larger}" if larger is not None else f"smaller:{smaller}"
        case Between(since, until):
            bounds = (("after", since), ("before", until))
            found = f"({' '.join(f'{word}:{s}' for word, s in bounds if s is not None)})"
        case _:
            raise Unanswerable
    return found


def _word(word: Word) -> str:
    """In quotes, so that nothing in it is a key."""
    text = storable(word.text)
    text = (text if word.is_phrase else text.rstrip("*")).replace('"', " ").strip()
    if not text:
        raise Unanswerable
    return f'{_FIELDS.get(word.field, "")}"{text}"'
