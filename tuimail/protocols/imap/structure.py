"""ENVELOPE and BODYSTRUCTURE, from the values the lexer read (RFC 9051 section 7.5.2).

For looking at one mail without fetching it. A pass over a mailbox asks for neither: the header
fields it needs anyway say more than ENVELOPE, and BODYSTRUCTURE with each of them halves its speed.

Walked with a stack of our own: the depth is a stranger's choice. Fields that do not fit are read as
absent, since servers differ; what is no structure at all is a ProtocolError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .faults import unreadable
from .lexer import Atom, Value

MAX_PARTS: Final = 1_000
MAX_STRUCTURE_DEPTH: Final = 50


@dataclass(frozen=True, slots=True)
class WireAddress:
    """An address as ENVELOPE carries it: undecoded bytes."""

    name: bytes
    local: bytes
    domain: bytes


@dataclass(frozen=True, slots=True)
class WireEnvelope:
    """ENVELOPE: undecoded header fields, empty where NIL."""

    date: bytes
    subject: bytes
    from_: tuple[WireAddress, ...]
    sender: tuple[WireAddress, ...]
    reply_to: tuple[WireAddress, ...]
    to: tuple[WireAddress, ...]
    cc: tuple[WireAddress, ...]
    bcc: tuple[WireAddress, ...]
    in_reply_to: bytes
    message_id: bytes


@dataclass(frozen=True, slots=True)
class WirePart:
    """One part of a BODYSTRUCTURE."""

    number: str
    """Section number; empty for the outermost multipart."""
    content_type: str
    """Lower case; from a stranger."""
    parameters: tuple[tuple[str, bytes], ...]
    encoding: str
    size_bytes: int
    disposition: str
    """Lower case; empty where absent."""
    filename: bytes
    """From disposition or type parameters, undecoded."""


def parse_envelope(value: Value) -> WireEnvelope:
    """Return an ENVELOPE.

    Raises:
        ProtocolError: it is no list of ten fields.
    """
    if not isinstance(value, list) or len(value) < 10:
        raise unreadable("an ENVELOPE that is none")
    return WireEnvelope(
        date=_text(value[0]),
        subject=_text(value[1]),
        from_=_addresses(value[2]),
        sender=_addresses(value[3]),
        reply_to=_addresses(value[4]),
        to=_addresses(value[5]),
        cc=_addresses(value[6]),
        bcc=_addresses(value[7]),
        in_reply_to=_text(value[8]),
        message_id=_text(value[9]),
    )


def parse_structure(value: Value) -> tuple[WirePart, ...]:
    """Return every part of a BODYSTRUCTURE, outermost first, in reading order.

    Raises:
        ProtocolError: it is no structure, is too deep or has too many parts.
    """
    parts: list[WirePart] = []
    waiting: list[tuple[Value, str, int]] = [(value, "", 0)]
    while waiting:
        node, number, depth = waiting.pop()
        if not isinstance(node, list) or not node:
            raise unreadable("a BODYSTRUCTURE that is none")
        if depth > MAX_STRUCTURE_DEPTH or len(parts) >= MAX_PARTS:
            raise unreadable("a BODYSTRUCTURE too deep or too long")
        children = _children(node)
        parts.append(_multipart(node, number) if children else _leaf(node, number or "1"))
        inner = children or _embedded(node)
        for place, child in reversed(list(enumerate(inner, start=1))):
            waiting.append((child, _child_number(number, place, child, children), depth + 1))
    return tuple(parts)


def _child_number(number: str, place: int, child: Value, siblings: Sequence[Value]) -> str:
    if not siblings:  # the mail inside message/rfc822: its parts hang below the part itself
        own = number or "1"
        return own if isinstance(child, list) and _children(child) else f"{own}.1"
    return f"{number}.{place}" if number else str(place)


def _children(node: Sequence[Value]) -> list[Value]:
    children: list[Value] = []
    for item in node:
        if not isinstance(item, list):
            break
        children.append(item)
    return children


def _embedded(node: Sequence[Value]) -> list[Value]:
    if _word(node, 0) == "message" and _word(node, 1) in {"rfc822", "global"} and len(node) > 8:
        return [node[8]] if isinstance(node[8], list) and node[8] else []
    return []


def _multipart(node: Sequence[Value], number: str) -> WirePart:
    at = len(_children(node))
    parameters = _parameters(node[at + 1] if len(node) > at + 1 else None)
    disposition, filename = _disposition(node[at + 2] if len(node) > at + 2 else None)
    kind = f"multipart/{_word(node, at) or 'mixed'}"
    return WirePart(number, kind, parameters, "", 0, disposition, filename)


def _leaf(node: Sequence[Value], number: str) -> WirePart:
    kind = f"{_word(node, 0) or 'application'}/{_word(node, 1) or 'octet-stream'}"
    parameters = _parameters(node[2] if len(node) > 2 else None)
    # Fields before the extensions: 7, one more for text, three more for an embedded mail.
    basic = 8 if kind.startswith("text/") else 10 if _embedded(node) else 7
    disposition, filename = _disposition(node[basic + 1] if len(node) > basic + 1 else None)
    named = filename or dict(parameters).get("name", b"")
    size = node[6] if len(node) > 6 else 0
    size_bytes = size if isinstance(size, int) else 0
    return WirePart(number, kind, parameters, _word(node, 5), size_bytes, disposition, named)


def _disposition(value: Value) -> tuple[str, bytes]:
    if not isinstance(value, list) or not value:
        return "", b""
    parameters = dict(_parameters(value[1] if len(value) > 1 else None))
    return _word(value, 0), parameters.get("filename", b"")


def _parameters(value: Value) -> tuple[tuple[str, bytes], ...]:
    if not isinstance(value, list):
        return ()
    names, values = value[::2], value[1::2]
    pairs = zip(names, values, strict=False)
    return tuple((_text(name).decode("latin-1").lower(), _text(content)) for name, content in pairs)


def _addresses(value: Value) -> tuple[WireAddress, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        WireAddress(_text(item[0]), _text(item[2]), _text(item[3]))
        for item in value
        if isinstance(item, list) and len(item) >= 4
    )


def _word(node: Sequence[Value], place: int) -> str:
    return _text(node[place]).decode("latin-1").lower() if len(node) > place else ""


def _text(value: Value) -> bytes:
    match value:
        case bytes():
            return value
        case Atom(name):
            return name
        case int():
            return str(value).encode("ascii")
        case _:
            return b""
