"""The copy of a mail that comes back with a report: where it begins, and whose it is."""

import re
from typing import Final

from .fields import header_span, parse_fields
from .headers import message_ids

MAX_HEADER_BYTES: Final = 256 * 1024
_RULE: Final = re.compile(
    r"^[^\w\n-]{0,12}-{2,}+.{0,40}?\b(?:copy|original|below this line|headers?|returned message"
    r"|transcript ends)\b.{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_BEGINS: Final = re.compile(
    r"^(?:Original message headers:|Received: |Return-Path: |MIME-Version: |Message-I[dD]: )",
    re.MULTILINE,
)
_LEAST_TEXT_CHARS: Final = 60
"""What begins earlier is no copy: a report says something first."""
_ID_LINE: Final = re.compile(
    r"^[> ]{0,4}Message-ID:\s*(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE
)


def cut_at_copy(text: str) -> tuple[str, str]:
    """Return what a report says to people, and the copy behind it."""
    at = [found.start() for found in (_RULE.search(text), _header_in(text)) if found is not None]
    return (text[: min(at)], text[min(at) :]) if at else (text, "")


def _header_in(text: str) -> re.Match[str] | None:
    return _HEADER_BEGINS.search(text, _LEAST_TEXT_CHARS)


def ids_in_copy(copy: str) -> tuple[str, ...]:
    """Return the Message-IDs that stand in a copy within a text, the first alone where several."""
    found = _ID_LINE.search(copy)
    return message_ids(found[1]) if found else ()


def ids_of_returned(content: bytes) -> tuple[str, ...]:
    """Return the Message-ID of a returned mail or header; several fields are a contradiction."""
    head = content[: min(header_span(content, 0, len(content))[0], MAX_HEADER_BYTES)]
    bodies = [body for name, body in parse_fields(head).all if name == "message-id"]
    return tuple(dict.fromkeys(one for body in bodies for one in message_ids(body)))
