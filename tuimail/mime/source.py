"""The source of a mail's text: what its HTML or plain text is before anything is made of it."""

from typing import Final

from tuimail.model.part import Part
from tuimail.model.safe import Safe, safe_block

from .choose import PLAIN_TYPES, choose
from .octets import Octets
from .parse import HTML_TYPES, parse_mail

MAX_SOURCE_CHARS: Final = 2_000_000
"""Shown of all parts together."""


def source_of(raw: Octets) -> Safe:
    """Return the text of a mail's HTML, or of its plain text where it has none: decoded, not read.

    Transfer encoding and charset are undone, nothing else. Never raises.
    """
    mail = parse_mail(raw)
    pieces, left = [], MAX_SOURCE_CHARS
    for part in choose(mail, prefer_html=True).bodies:
        if left <= 0:
            break
        pieces.append(safe_block(mail.text(part, left)[:left]))
        left -= len(pieces[-1])
    return Safe("\n".join(pieces))


def html_shown(raw: Octets, *, prefer_html: bool) -> bytes:
    """Return the HTML that is all the text shown of a mail, in UTF-8, or nothing. Never raises."""
    mail = parse_mail(raw)
    bodies = choose(mail, prefer_html=prefer_html).bodies
    if len(bodies) != 1 or bodies[0].content_type not in HTML_TYPES:
        return b""
    return mail.text(bodies[0], MAX_SOURCE_CHARS).encode("utf-8", "replace")


def has_both_forms(parts: tuple[Part, ...]) -> bool:
    """Whether among a mail's parts is its text as HTML and as plain text. Pure."""
    types = {part.content_type for part in parts}
    return bool(types & HTML_TYPES) and bool(types & PLAIN_TYPES)
