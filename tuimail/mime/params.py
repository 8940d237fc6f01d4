"""Fields with parameters, such as Content-Type (RFC 2045 section 5.1, RFC 2231)."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from .charset import decode
from .words import decode_words

MAX_PARAMETERS: Final = 200
"""Continuations of RFC 2231 count each."""
MAX_VALUE_CHARS: Final = 4_000

_PARAMETER = re.compile(
    r';\s*([^\s=;"]{1,100})\s*=\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^;]*))', re.DOTALL
)
_PAIR = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?", re.DOTALL)


def parse_parameters(body: str) -> tuple[str, dict[str, str]]:
    """Return what stands before the first semicolon, and the parameters by lower-case name.

    Never raises. Values are decoded (RFC 2231, and RFC 2047 where programs use it wrongly) and may
    hold any character. Of a parameter in both forms the encoded one counts.
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(body)):
        if count == MAX_PARAMETERS:
            break
        quoted, bare = found[2], found[3]
        value = _PAIR.sub(r"\1", quoted) if quoted is not None else (bare or "").strip()
        name, index, is_encoded = _name(found[1])
        if index is None:
            plain.setdefault(name, decode_words(value)[:MAX_VALUE_CHARS])
        else:
            pieces.setdefault(name, {}).setdefault(index, (value, is_encoded))
    joined = {name: _joined(parts[n] for n in sorted(parts)) for name, parts in pieces.items()}
    return body.partition(";")[0].strip(), plain | joined


def _name(spelling: str) -> tuple[str, int | None, bool]:
    """Split `filename*1*` into its name, piece number (None: plain) and whether it is encoded."""
    found = _PIECE.fullmatch(spelling.lower())
    if found is None or not (found[2] or found[3]):
        return spelling.lower(), None, False
    return found[1], int(found[2] or 0), bool(found[3])


def _joined(parts: Iterable[tuple[str, bool]]) -> str:
    """Join the pieces of one value and decode them by the charset the first one names."""
    content, charset = b"", ""
    for number, (value, is_encoded) in enumerate(parts):
        text = value
        if is_encoded and number == 0 and value.count("'") >= 2:
            charset, _, text = value.split("'", 2)
        raw = text[:MAX_VALUE_CHARS].encode("utf-8", "replace")
        content += unquote_to_bytes(raw) if is_encoded else raw
        if len(content) > MAX_VALUE_CHARS:
            break
    return decode(content, charset)[:MAX_VALUE_CHARS]
