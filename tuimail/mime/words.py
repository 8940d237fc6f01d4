"""Encoded words in header fields (RFC 2047), and header text made free of control characters."""

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp
from typing import Final

from .charset import decode, guess

MAX_WORDS: Final = 1_000
"""Encoded words decoded in one field; the rest is shown as it is."""

_WORD = re.compile(r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?)")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def one_line(text: str) -> str:
    """Return text with every run of control characters made one space, ready for structure."""
    if text.isprintable():
        return text
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def header_text(value: str) -> str:
    """Return an unstructured field body as one line with its encoded words decoded.

    Never raises, and never holds a control character, also where an encoded word did.
    """
    return one_line(decode_words(value)).strip()


def decode_words(value: str) -> str:
    """Decode encoded words; words side by side are joined before their charset is applied.

    The joining goes against RFC 2047 section 5, but senders cut characters of several bytes.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    run, charset, done = b"", "", 0
    value = _BETWEEN.sub("", value)
    for count, found in enumerate(_WORD.finditer(value)):
        if count == MAX_WORDS:
            break
        label = found[1].lower()
        if run and (found.start() > done or label != charset):
            pieces.append(decode(run, charset))
            run = b""
        pieces.append(value[done : found.start()])
        run += _content(found[2], found[3])
        charset, done = label, found.end()
    if run:
        pieces.append(decode(run, charset))
    return "".join(pieces) + value[done:]


def _content(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return a2b_qp(content, header=True)
    return loose_base64(content)


def loose_base64(content: bytes) -> bytes:
    """Decode base64 whatever is wrong with it: strange characters, padding too much or missing."""
    try:
        return a2b_base64(content)
    except BinasciiError:
        kept = _NOT_BASE64.sub("", content.decode("latin-1"))
        whole = len(kept) - (len(kept) % 4 == 1)
        return a2b_base64(kept[:whole] + "==")


def field_text(value: str) -> str:
    """Return a field body whose 8-bit bytes came as surrogates as text in its likely charset."""
    if value.isascii():
        return value
    return guess(value.encode("utf-8", "surrogateescape"))
