"""The envelope of a mail, from bytes a stranger wrote: fast on ordinary mail, capped on all other.

Every field has its own reader that takes one pass and never fails, so there is nothing to fall
back to; what is too large is cut at the cap named beside its reader.
"""

import re
from functools import lru_cache
from typing import Final

from tuimail.model.address import Address
from tuimail.model.message import Envelope

from .address_fields import MAX_FIELD_CHARS, parse_addresses
from .dates import parse_date
from .fields import MAX_HEADER_BYTES, MAX_VALUE_CHARS, header_span, unfolded
from .words import decode_words, field_text, one_line

MAX_REFERENCES: Final = 500
"""Of more, the first and the last are kept: the root and the nearest mails."""
MAX_MESSAGE_ID_CHARS: Final = 998
MAX_SUBJECT_CHARS: Final = 4_000
_MAX_IDENTITY_BYTES = MAX_VALUE_CHARS
_SMALL = 16_384
"""A block up to this size cannot reach any cap of a field."""

_WANTED: Final = frozenset(
    {
        *("date", "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "message-id"),
        *("in-reply-to", "references", "list-id", "content-type"),
        *("auto-submitted", "precedence"),
    }
)
_NOT_PERSONAL: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
"""Values of Precedence, which no standard knows and everybody uses."""
_SPELLINGS: dict[str, str] = {}
"""Field names as they were spelled, to the wanted name or empty; saves folding each again."""
_MAX_SPELLINGS = 4_096

_BRACKETED = re.compile(r"<([^<>\s]{1,998})>")
_BARE_ID = re.compile(r"[^<>\s,;]{1,998}")
_TYPE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})/([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})")


def parse_envelope(raw: bytes) -> Envelope:
    """Return what the header says. `raw` is a whole mail or its header fields alone.

    Never raises. Of fields that may stand once the first counts. Text holds no control character.
    """
    get = _wanted_fields(raw).get
    message_id, date = get("message-id", ""), get("date", "")
    author, subject = get("from", ""), get("subject", "")
    senders = _addresses(get("sender", ""))
    return Envelope(  # by place: 100,000 mails of a mailbox each go through here
        _message_id(message_id),
        parse_date(date) if date else None,
        _subject(subject),
        _addresses(author),
        senders[0] if senders else None,
        _addresses(get("reply-to", "")),
        _addresses(get("to", "")),
        _addresses(get("cc", "")),
        _addresses(get("bcc", "")),
        message_ids(get("in-reply-to", "")),
        message_ids(get("references", "")),
        _list_id(get("list-id", "")),
        _content_type(get("content-type", "").partition(";")[0]),
        (_bytes(message_id), _bytes(date), _bytes(author), _bytes(subject)),
        _is_automatic(get("auto-submitted", ""), get("precedence", "")),
    )


def _is_automatic(auto_submitted: str, precedence: str) -> bool:
    said = auto_submitted.partition(";")[0].strip().lower()
    return said not in ("", "no") or precedence.strip().lower() in _NOT_PERSONAL


def looks_attached(envelope: Envelope) -> bool:
    """Guess from Content-Type alone whether the mail carries an attachment (for the list)."""
    return _is_attached_type(envelope.content_type)


@lru_cache(maxsize=1_024)
def _is_attached_type(content_type: str) -> bool:
    kind, _, subtype = content_type.partition("/")
    if kind == "multipart":
        return subtype == "mixed"
    return kind in {"application", "image", "audio", "video", "message", "model", "font"}


def message_ids(body: str) -> tuple[str, ...]:
    """Return the Message-IDs of In-Reply-To or References, without angle brackets, once each."""
    if not body:
        return ()
    if body[-1:] == ">" and body.count("<") == 1 and (only := _message_id(body)):
        return (only,)
    found = _BRACKETED.findall(body) or _without_brackets(body)
    ids = tuple(dict.fromkeys(map(one_line, found)))
    return ids if len(ids) <= MAX_REFERENCES else (ids[0], *ids[1 - MAX_REFERENCES :])


def _wanted_fields(raw: bytes) -> dict[str, str]:
    """Return the wanted fields' bodies, unfolded, bytes above 127 as surrogates."""
    end = min(MAX_HEADER_BYTES, len(raw))
    end, _ = header_span(raw, 0, end)
    fields: dict[str, str] = {}
    for line in unfolded(raw[:end]).split("\n"):
        name, _, body = line.partition(":")
        wanted = _SPELLINGS.get(name)
        if wanted is None:
            wanted = _wanted_name(name)
        if wanted and wanted not in fields:
            fields[wanted] = body.strip()
    return fields if end < _SMALL else _capped(fields)


def _wanted_name(spelling: str) -> str:
    name = spelling.rstrip(" \t").lower()
    wanted = name if name in _WANTED else ""
    if len(spelling) <= 64:
        if len(_SPELLINGS) >= _MAX_SPELLINGS:
            _SPELLINGS.clear()
        _SPELLINGS[spelling] = wanted
    return wanted


def _capped(fields: dict[str, str]) -> dict[str, str]:
    people = {"from", "sender", "reply-to", "to", "cc", "bcc"}
    return {
        name: body[: MAX_FIELD_CHARS if name in people else MAX_VALUE_CHARS]
        for name, body in fields.items()
    }


def _addresses(body: str) -> tuple[Address, ...]:
    if not body:
        return ()
    return parse_addresses(body if body.isascii() else field_text(body))


def _subject(body: str) -> str:
    text = body if body.isascii() else field_text(body)
    if "=?" in text:
        text = decode_words(text)
    return text if text.isprintable() and len(text) <= 998 else one_line(text)[:MAX_SUBJECT_CHARS]


def _message_id(body: str) -> str:
    if body[:1] == "<" and body[-1:] == ">" and body.isprintable() and " " not in body:
        inner = body[1:-1]
        if "<" not in inner and ">" not in inner and len(inner) <= MAX_MESSAGE_ID_CHARS:
            return inner
    found = _BRACKETED.search(body)
    words = [found[1]] if found else _without_brackets(body)
    return one_line(words[0]) if words else ""


def _without_brackets(body: str) -> list[str]:
    """Return what looks like an identifier where a program left the angle brackets away."""
    return [word for word in _BARE_ID.findall(body) if "@" in word] or _BARE_ID.findall(body)[:1]


def _list_id(body: str) -> str:
    """Return the identifier of a list (RFC 2919), in lower case."""
    if not body:
        return ""
    bracketed = _BRACKETED.findall(body)
    words = field_text(bracketed[-1] if bracketed else body).split()
    return one_line(words[0]).lower()[:255] if words else ""


@lru_cache(maxsize=1_024)
def _content_type(body: str) -> str:
    found = _TYPE.match(body)
    return f"{found[1]}/{found[2]}".lower() if found else "text/plain"


def _bytes(body: str) -> bytes:
    if body.isascii() and len(body) <= _MAX_IDENTITY_BYTES:
        return body.encode()
    return body[:_MAX_IDENTITY_BYTES].encode("utf-8", "surrogateescape")
