"""The parts of a message, with the places of their octets (RFC 9051 section 6.4.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_DEPTH: Final = 50
MAX_PARTS: Final = 1_000
MAX_FIELD_BYTES: Final = 16_384
"""What is parsed of one header field; nested comments and quotes must not cost seconds."""

_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)")
_PARAMETER: Final = re.compile(rb';\s*([!-:<-~]+?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')
_MEDIA_TYPE: Final = re.compile(rb"\s*([!-.0-~]+)/([!-.0-:<-~]+)")
_FOLD: Final = re.compile(rb"\r?\n(?=[ \t])")


@dataclass(slots=True)
class Entity:
    """A message or body part: a header and a body, as places in the whole message."""

    header_start: int
    body_start: int
    end: int
    fields: dict[bytes, bytes]
    """First occurrence of each field, name in lower case, unfolded, at most MAX_FIELD_BYTES."""
    media_type: bytes
    subtype: bytes
    parameters: list[tuple[bytes, bytes]]
    children: list["Entity"] = field(default_factory=list)
    """Parts of a multipart, or the one message of a message/rfc822."""

    @property
    def is_multipart(self) -> bool:
        """Has parts of its own."""
        return self.media_type == b"multipart" and bool(self.children)

    @property
    def is_message(self) -> bool:
        """Holds another message."""
        return (self.media_type, self.subtype) == (b"message", b"rfc822") and bool(self.children)


def entity_of(raw: bytes) -> Entity:
    """Return the tree of a message; never fails, deep or endless ones end as leaves."""
    budget = [MAX_PARTS]
    return _entity(raw, 0, len(raw), 0, budget)


def header_end(raw: bytes, start: int, end: int) -> int:
    """Return where the body begins: behind the empty line."""
    if raw[start : start + 2] == b"\r\n":
        return start + 2
    gap = raw.find(b"\r\n\r\n", start, end)
    return end if gap < 0 else gap + 4


def header_fields(header: bytes) -> list[tuple[bytes, bytes]]:
    """Return (name, folded value) of every field in order."""
    return [(m.group(1), m.group(2)) for m in _FIELD.finditer(header)]


def unfolded(value: bytes) -> bytes:
    """Return a field's value on one line, cut to what is worth parsing."""
    return _FOLD.sub(b"", value[:MAX_FIELD_BYTES]).strip()


def chosen_fields(header: bytes, names: Sequence[bytes], *, inverted: bool = False) -> bytes:
    """Return the fields with these names (upper case), as they stand, and the empty line."""
    wanted = frozenset(names)
    kept = [
        m.group().rstrip(b"\r\n")
        for m in _FIELD.finditer(header)
        if (m.group(1).upper() in wanted) is not inverted
    ]
    return b"".join(line + b"\r\n" for line in kept) + b"\r\n"


def find_part(root: Entity, path: Sequence[int]) -> Entity | None:
    """Return the part a section such as 2.1 means; None when there is none."""
    here = root
    for step, number in enumerate(path):
        if step and here.is_message:
            here = here.children[0]
        if here.is_multipart:
            if number > len(here.children):
                return None
            here = here.children[number - 1]
        elif number != 1 or (step and not _stands_for_message(root, path[:step])):
            return None
    return here


def _stands_for_message(root: Entity, path: Sequence[int]) -> bool:
    parent = find_part(root, path)
    return parent is not None and parent.is_message


def _entity(raw: bytes, start: int, end: int, depth: int, budget: list[int]) -> Entity:
    budget[0] -= 1
    body = header_end(raw, start, end)
    fields: dict[bytes, bytes] = {}
    for name, value in header_fields(raw[start:body]):
        fields.setdefault(name.lower(), unfolded(value))
    media_type, subtype, parameters = content_type(fields.get(b"content-type", b""))
    entity = Entity(start, body, end, fields, media_type, subtype, parameters)
    if depth >= MAX_DEPTH:
        return entity
    if media_type == b"multipart":
        boundary = dict(parameters).get(b"boundary", b"")
        for first, last in _spans(raw, body, end, boundary) if boundary else ():
            if budget[0] <= 0:
                break
            entity.children.append(_entity(raw, first, last, depth + 1, budget))
    elif (media_type, subtype) == (b"message", b"rfc822") and budget[0] > 0:
        entity.children.append(_entity(raw, body, end, depth + 1, budget))
    return entity


def content_type(value: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
    """Return type, subtype and parameters, names in lower case; text/plain if none."""
    found = _MEDIA_TYPE.match(value)
    if found is None:
        return b"text", b"plain", [(b"charset", b"us-ascii")]
    return found.group(1).lower(), found.group(2).lower(), parameters_of(value)


def parameters_of(value: bytes) -> list[tuple[bytes, bytes]]:
    """Return the `; name=value` pairs of a structured field."""
    found = _PARAMETER.finditer(value)
    return [(m.group(1).lower(), _unescaped(m.group(2) or m.group(3) or b"")) for m in found]


def _unescaped(value: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", value)


def _spans(raw: bytes, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """Return where the parts between boundaries lie."""
    delimiter = re.compile(rb"(?:\A|\r\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r\n|\Z)")
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    at = start - 2 if start >= 2 else start
    while (found := delimiter.search(raw, at, end)) is not None:
        if opened is not None:
            spans.append((opened, max(opened, found.start())))
        if found.group(1) or len(spans) >= MAX_PARTS:
            return spans
        opened = found.end()
        at = max(found.end() - 2, found.start() + 2)
    if opened is not None:
        spans.append((opened, end))
    return spans
