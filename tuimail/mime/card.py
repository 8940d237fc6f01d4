"""A vCard (RFC 6350, RFC 2426, versions 2.1 to 4) as lines."""

import re
from binascii import a2b_qp
from collections.abc import Iterator
from typing import Final

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line

MAX_CARDS: Final = 50
_MAX_LINES: Final = 5_000
_MAX_VALUE_CHARS: Final = 500
_FOLD = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=\r?\n")
_PROPERTY = re.compile(r"(?:[A-Za-z0-9-]{1,40}\.)?([A-Za-z-]{1,40})((?:;[^:]{0,200})?):(.*)")
_ESCAPED = re.compile(r"\\(.)")
_LABELS: Final = {
    "FN": "Name",
    "N": "Name",
    "ORG": "Company",
    "TITLE": "Title",
    "ROLE": "Role",
    "EMAIL": "Mail",
    "TEL": "Phone",
    "ADR": "Address",
    "URL": "Page",
    "BDAY": "Born",
    "IMPP": "Chat",
    "NOTE": "Note",
}
_STRUCTURED: Final = frozenset({"N", "ORG", "ADR"})


def card_lines(text: str) -> tuple[Line, ...]:
    """Return what the cards in a text say. Never raises."""
    lines: list[Line] = []
    cards = text.upper().count("BEGIN:VCARD")
    for number, card in enumerate(_cards(text)):
        if number:
            lines.append(Line(()))
        lines += card
    if cards > MAX_CARDS:
        lines.append(Line((Span(Safe(f"(and {cards - MAX_CARDS:,} more)"), "dim"),)))
    return tuple(lines)


def _cards(text: str) -> Iterator[list[Line]]:
    """Yield the lines of each card; a full name takes the place of one in pieces."""
    properties: list[tuple[str, str]] = []
    count = 0
    for name, value in _properties(text):
        if name == "BEGIN":
            properties = []
        elif name == "END":
            yield _lines(properties)
            count += 1
            if count == MAX_CARDS:
                return
        elif name in _LABELS and value:
            properties.append((name, value))


def _lines(properties: list[tuple[str, str]]) -> list[Line]:
    has_full_name = any(name == "FN" for name, _ in properties)
    return [
        Line((Span(Safe(f"{_LABELS[name]:9}"), "dim"), Span(safe_line(value, _MAX_VALUE_CHARS))), 9)
        for name, value in properties
        if name != "N" or not has_full_name
    ]


def _properties(text: str) -> Iterator[tuple[str, str]]:
    if "QUOTED-PRINTABLE" in text.upper():  # elsewhere a line may end in = by itself: base64
        text = _SOFT_BREAK.sub("", text)
    whole = _FOLD.sub("", text)
    for line in whole.splitlines()[:_MAX_LINES]:
        found = _PROPERTY.fullmatch(line[: 4 * _MAX_VALUE_CHARS])
        if found is None:
            continue
        name, parameters, value = found[1].upper(), found[2].upper(), found[3]
        if "QUOTED-PRINTABLE" in parameters:
            value = a2b_qp(value.encode()).decode("utf-8", "replace")
        if name in _STRUCTURED:
            pieces = (piece.strip() for piece in re.split(r"(?<!\\);", value))
            value = (", " if name != "N" else " ").join(piece for piece in pieces if piece)
        yield name, _ESCAPED.sub(lambda m: " " if m[1] in "nN" else m[1], value).strip()
