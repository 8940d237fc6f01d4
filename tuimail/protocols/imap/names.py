"""Mailbox names on the wire and in the program: modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8.

Decoding never fails, and `encode_mailbox(decode_mailbox(raw)) == raw` for every name without CR, LF
and NUL (but INBOX, which has one spelling). What is no modified UTF-7 keeps each odd byte as a
private-use character (U+F700 + byte), so that a mailbox with a broken name can still be opened.
"""

import re
from base64 import b64encode
from binascii import Error, a2b_base64
from typing import Final

INBOX: Final = "INBOX"
"""The one name that is the same in any case (RFC 9051 section 5.1)."""

_KEPT: Final = 0xF700
_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_KEPT_CHAR = re.compile("[\uf700-\uf7ff]")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_ODD_BYTE = re.compile(rb"[^\x20-\x25\x27-\x7e]")
_RUN = re.compile(r"[^\x20-\x7e]+|&")


def decode_mailbox(raw: bytes) -> str:
    """Return a name as people read it."""
    if raw.upper() == b"INBOX":
        return INBOX
    if raw.isascii() and b"&" not in raw and not _ODD_BYTE.search(raw):
        return raw.decode("ascii")
    name = _decoded(raw)
    if name is None or _KEPT_CHAR.search(name) or _encoded(name) != raw:
        return "".join(_kept(byte) for byte in raw)
    return name


def encode_mailbox(name: str) -> bytes:
    """Return a name as the server knows it; a control character never goes out as itself."""
    if name.upper() == INBOX:
        return b"INBOX"
    if _KEPT_CHAR.search(name):
        return b"".join(_unkept(char) for char in name)
    return _encoded(name)


def decode_utf8_mailbox(raw: bytes) -> str:
    """Return a name as people read it, once UTF8=ACCEPT is on (RFC 6855 section 3)."""
    if raw.upper() == b"INBOX":
        return INBOX
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        name = ""
    if not name or _KEPT_CHAR.search(name) or _CONTROL.search(name):
        return "".join(_kept(byte) for byte in raw)
    return name


def encode_utf8_mailbox(name: str) -> bytes:
    """Return a name as the server knows it, once UTF8=ACCEPT is on."""
    if name.upper() == INBOX:
        return b"INBOX"
    if _KEPT_CHAR.search(name):
        return b"".join(_unkept(char) for char in name)
    return _CONTROL.sub("?", name).encode("utf-8", "replace")


def reread_as_utf8(name: str) -> str:
    """Return a name as if it had come in UTF-8, where it was no modified UTF-7."""
    if not _KEPT_CHAR.search(name):
        return name
    try:
        return encode_mailbox(name).decode()
    except UnicodeDecodeError:
        return name


def _decoded(raw: bytes) -> str | None:
    pieces: list[str] = []
    at = 0
    while (amp := raw.find(b"&", at)) >= 0:
        found = _SHIFTED.match(raw, amp)
        text = _shifted_text(found[1]) if found else None
        if found is None or text is None:
            return None
        pieces += [raw[at:amp].decode("latin-1"), text]
        at = found.end()
    pieces.append(raw[at:].decode("latin-1"))
    return "".join(pieces)


def _shifted_text(coded: bytes) -> str | None:
    if not coded:
        return "&"
    padded = coded.replace(b",", b"/") + b"=" * (-len(coded) % 4)
    try:
        return a2b_base64(padded).decode("utf-16-be")
    except (Error, UnicodeDecodeError):
        return None


def _encoded(name: str) -> bytes:
    return _RUN.sub(_shift, name).encode("ascii")


def _shift(run: re.Match[str]) -> str:
    if run[0] == "&":
        return "&-"
    units = run[0].encode("utf-16-be", "surrogatepass")
    return "&" + b64encode(units).decode("ascii").rstrip("=").replace("/", ",") + "-"


def _kept(byte: int) -> str:
    plain = 0x20 <= byte <= 0x7E and byte != ord("&")
    return chr(byte) if plain else chr(_KEPT + byte)


def _unkept(char: str) -> bytes:
    code = ord(char)
    if 0x20 <= code <= 0x7E:
        return bytes((code,))
    byte = code - _KEPT
    # A name like this came from a server; CR, LF and NUL cannot have been in it.
    return bytes((byte,)) if 0 <= byte <= 0xFF and byte not in b"\r\n\0" else b"?"
