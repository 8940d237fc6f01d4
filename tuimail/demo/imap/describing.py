"""ENVELOPE and BODYSTRUCTURE as a server writes them (RFC 9051 section 7.5.2)."""

from email.utils import getaddresses
from typing import Final

from .structure import Entity, content_type, parameters_of
from .syntax import nquoted, quoted

MAX_ADDRESSES: Final = 500
_ADDRESS_FIELDS: Final = (b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc")


def envelope(entity: Entity) -> bytes:
    """Return the ENVELOPE of a message."""
    fields = entity.fields
    people = {name: _addresses(fields.get(name)) for name in _ADDRESS_FIELDS}
    for missing in (b"sender", b"reply-to"):
        if people[missing] == b"NIL":
            people[missing] = people[b"from"]
    parts = [
        nquoted(fields.get(b"date")),
        nquoted(fields.get(b"subject")),
        *(people[name] for name in _ADDRESS_FIELDS),
        nquoted(fields.get(b"in-reply-to")),
        nquoted(fields.get(b"message-id")),
    ]
    return b"(" + b" ".join(parts) + b")"


def _addresses(value: bytes | None) -> bytes:
    if not value:
        return b"NIL"
    written = []
    for name, addr_spec in getaddresses([value.decode("latin-1")])[:MAX_ADDRESSES]:
        local, at, domain = addr_spec.rpartition("@")
        if at:
            parts = (name or None, None, local, domain)
            encoded = [nquoted(p.encode("latin-1") if p is not None else None) for p in parts]
            written.append(b"(" + b" ".join(encoded) + b")")
    return b"(" + b"".join(written) + b")" if written else b"NIL"


def body_structure(raw: bytes, entity: Entity, *, extended: bool) -> bytes:
    """Return BODYSTRUCTURE, or BODY without the extension fields."""
    if entity.is_multipart:
        parts = b"".join(body_structure(raw, one, extended=extended) for one in entity.children)
        tail = b""
        if extended:
            tail = b" %b %b NIL NIL" % (_parameters(entity.parameters), _disposition(entity))
        return b"(%b %b%b)" % (parts, quoted(entity.subtype.upper()), tail)
    fields = entity.fields
    media_type, subtype, parameters = _shown_type(entity)
    items = [
        quoted(media_type.upper()),
        quoted(subtype.upper()),
        _parameters(parameters),
        nquoted(fields.get(b"content-id")),
        nquoted(fields.get(b"content-description")),
        quoted(fields.get(b"content-transfer-encoding", b"7BIT").upper()),
        b"%d" % (entity.end - entity.body_start),
        *_by_type(raw, entity, extended=extended),
    ]
    if extended:
        items += [b"NIL", _disposition(entity), b"NIL", b"NIL"]
    return b"(" + b" ".join(items) + b")"


def _shown_type(entity: Entity) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
    if entity.media_type == b"multipart":  # one without parts is no multipart (RFC 9051 body-type)
        return content_type(b"")
    return entity.media_type, entity.subtype, entity.parameters


def _by_type(raw: bytes, entity: Entity, *, extended: bool) -> list[bytes]:
    lines = b"%d" % raw.count(b"\n", entity.body_start, entity.end)
    if entity.is_message:
        inner = entity.children[0]
        return [envelope(inner), body_structure(raw, inner, extended=extended), lines]
    return [lines] if _shown_type(entity)[0] == b"text" else []


def _parameters(parameters: list[tuple[bytes, bytes]]) -> bytes:
    if not parameters:
        return b"NIL"
    pairs = (quoted(name.upper()) + b" " + quoted(value) for name, value in parameters)
    return b"(" + b" ".join(pairs) + b")"


def _disposition(entity: Entity) -> bytes:
    value = entity.fields.get(b"content-disposition")
    if not value:
        return b"NIL"
    kind = value.partition(b";")[0].strip().upper()
    return b"(%b %b)" % (quoted(kind), _parameters(parameters_of(value)))
