"""XOAUTH2 and OAUTHBEARER: an access token in place of a password (RFC 6750)."""

import json
import re
from contextlib import suppress
from typing import Final

from tuimail.errors import SecretUnavailable

from .mechanism import Revealing

_STATUS: Final = re.compile(r"[a-z_]{1,40}|[1-5][0-9]{2}")
"""As `invalid_token` or `401`; anything else could be the token, repeated by the server."""
_END: Final = "\x01"


class _Bearer:
    """What both have in common: a refusal is told in a challenge first, and that is answered."""

    _acknowledgement = b""

    def __init__(self, username: str, secret: Revealing) -> None:
        """Raises SecretUnavailable where the token is none."""
        token = secret.reveal()
        if not token.isascii() or not token.isprintable() or " " in token:
            raise SecretUnavailable(
                "What the password command printed is no access token: run it by hand."
            )
        self.said = ""
        self._username = username
        self._token = token
        self.hidden = (self._words(),)

    def first(self) -> bytes:
        """Return name and token."""
        return self._words().encode()

    def answer(self, challenge: bytes) -> bytes:
        """Take note of why the token is refused; the refusal itself follows the answer."""
        with suppress(ValueError, RecursionError):
            told = json.loads(challenge)
            status = told.get("status") if isinstance(told, dict) else None
            is_word = isinstance(status, str) and _STATUS.fullmatch(status)
            self.said = str(status) if is_word else ""
        return self._acknowledgement

    def check(self) -> None:
        """Believe it: the line is safe, and there is nothing else to go by."""

    def _words(self) -> str:
        raise NotImplementedError


class XOAuth2(_Bearer):
    """Google's form, which Microsoft and others take too."""

    name = "XOAUTH2"

    def _words(self) -> str:
        return f"user={self._username}{_END}auth=Bearer {self._token}{_END}{_END}"


class OAuthBearer(_Bearer):
    """RFC 7628."""

    name = "OAUTHBEARER"
    _acknowledgement = _END.encode()
    """Section 3.2.3: the refusal is answered by this alone."""

    def _words(self) -> str:
        name = self._username.replace("=", "=3D").replace(",", "=2C")
        return f"n,a={name},{_END}auth=Bearer {self._token}{_END}{_END}"
