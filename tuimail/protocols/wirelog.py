"""The masked wire log: what was said to a server and by it, without secrets, mail or addresses.

Written at level debug to the logger `tuimail.wire`. Literals and quoted strings of FETCH are shown
by size alone, everything after LOGIN, AUTHENTICATE and AUTH is hidden, and whatever was given to
`hide` never appears, not even where a server repeats it.
"""

import logging
import re
from base64 import b64encode
from typing import Final, TypeVar

from tuimail.model.safe import safe_line

MAX_SHOWN_CHARS: Final = 300
TELLING_CHARS: Final = 12
"""So much of the beginning of a longer secret is hidden too: servers repeat a command they do not
understand, and cut it off."""
_HIDDEN: Final = b"***"
_T = TypeVar("_T", str, bytes)

_log = logging.getLogger("tuimail.wire")
_SIGN_IN = re.compile(
    rb"\b(LOGIN|AUTHENTICATE[ ]+[^ ]+|AUTH[ ]+[^ ]+)[ ].*", re.IGNORECASE | re.DOTALL
)
_PATH = re.compile(rb"(MAIL FROM:|RCPT TO:|VRFY |ORCPT=)[^ ]*", re.IGNORECASE)
_ANGLED = re.compile(rb"<[^<>]*@[^<>]*>")
_BARE = re.compile(rb"[^\s<>@:;,]+@[^\s<>@:;,]+")
_QUOTED = re.compile(rb'"(?:[^"\\]++|\\.)*+"')


class WireLog:
    """The log of one connection; `label` tells lines of several apart."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._hidden: list[bytes] = []

    @property
    def is_on(self) -> bool:
        """Whether anything is written: ask before building a long line."""
        return _log.isEnabledFor(logging.DEBUG)

    def hide(self, secret: str, *forms: bytes) -> None:
        """Never show this text, nor how it goes over the wire: `forms`, base64, quoted."""
        if secret:
            plain = secret.encode()
            quoted = plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            self._hidden += [*forms, b64encode(plain), quoted, plain]

    def masked(self, text: str) -> str:
        """Return a server's words without what is hidden, should it repeat it."""
        for secret in self._hidden:
            text = _without(text, secret.decode("utf-8", "replace"), _HIDDEN.decode())
        return text

    def sent(self, line: bytes) -> None:
        """Log a line of ours."""
        if self.is_on:
            self._write(">", line)

    def sent_secret(self, what: str) -> None:
        """Log that a secret was sent, by name alone."""
        if self.is_on:
            self._write(">", f"({what})".encode())

    def received(self, line: bytes) -> None:
        """Log a line of the server's; quoted strings of FETCH are masked."""
        if self.is_on:
            shown = line[: MAX_SHOWN_CHARS * 4]
            self._write("<", _QUOTED.sub(b'"..."', shown) if b" FETCH " in shown[:32] else shown)

    def bulk(self, direction: str, size_bytes: int) -> None:
        """Log a literal or a mail by its size alone."""
        if self.is_on:
            self._write(direction, b"(%d bytes)" % size_bytes)

    def _write(self, direction: str, line: bytes) -> None:
        masked = line.rstrip(b"\r\n")
        for secret in self._hidden:
            masked = _without(masked, secret, _HIDDEN)
        masked = _SIGN_IN.sub(rb"\1 ***", masked)
        masked = _ANGLED.sub(b"<...>", _PATH.sub(rb"\1<...>", masked))
        masked = _BARE.sub(b"...", masked)
        text = safe_line(masked.decode("utf-8", "replace"), MAX_SHOWN_CHARS)
        _log.debug("%s %s %s", self._label, direction, text)


def _without(text: _T, secret: _T, instead: _T) -> _T:
    """Return a text without a secret, and without a long beginning of it."""
    text = text.replace(secret, instead)
    beginning = secret[:TELLING_CHARS]
    if len(secret) < 2 * TELLING_CHARS:
        return text
    while (start := text.find(beginning)) >= 0:
        length = TELLING_CHARS
        while length < len(secret) and text.startswith(secret[: length + 1], start):
            length += 1
        text = text[:start] + instead + text[start + length :]
    return text
