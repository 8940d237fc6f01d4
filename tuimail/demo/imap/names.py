"""Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3)."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error


class BadName(ValueError):
    """Not modified UTF-7."""


def encode_name(name: str) -> bytes:
    """Return a mailbox name as the wire has it."""
    wire = bytearray()
    shifted = ""
    for character in [*name, ""]:
        if character and not " " <= character <= "~":
            shifted += character
            continue
        if shifted:
            packed = b64encode(shifted.encode("utf-16-be", "surrogatepass")).rstrip(b"=")
            wire += b"&" + packed.replace(b"/", b",") + b"-"
            shifted = ""
        wire += b"&-" if character == "&" else character.encode("ascii")
    return bytes(wire)


def decode_name(wire: bytes) -> str:
    """Return the name a client means.

    Raises:
        BadName: bytes above 126, or a broken shift.
    """
    text, rest = "", wire
    while rest:
        plain, shift, rest = rest.partition(b"&")
        try:
            text += plain.decode("ascii")
            if not shift:
                return text
            packed, end, rest = rest.partition(b"-")
            if not end:
                raise BadName(wire)
            text += _unpacked(packed) if packed else "&"
        except (UnicodeDecodeError, Base64Error) as error:
            raise BadName(wire) from error
    return text


def _unpacked(packed: bytes) -> str:
    padded = packed.replace(b",", b"/") + b"=" * (-len(packed) % 4)
    return b64decode(padded, validate=True).decode("utf-16-be")
