"""Sign-in mechanisms that need a password and a safe line (RFC 4422)."""

from base64 import b64encode
from typing import Protocol

from tuimail.errors import UserError


class Revealing(Protocol):
    """A secret that shows itself only when asked."""

    def reveal(self) -> str:
        """Return the secret itself."""
        ...


def plain_initial_response(username: str, secret: Revealing) -> bytes:
    """Return the base64 message of SASL PLAIN (RFC 4616), without line end.

    Raises:
        UserError: the name or the password holds a NUL, which would cut it short.
    """
    password = secret.reveal()
    _refuse_nul(username, password)
    return b64encode(f"\0{username}\0{password}".encode())


def login_responses(username: str, secret: Revealing) -> tuple[bytes, bytes]:
    """Return the two base64 answers of the LOGIN mechanism (for SMTP servers without PLAIN).

    Raises:
        UserError: the name or the password holds a NUL.
    """
    password = secret.reveal()
    _refuse_nul(username, password)
    return b64encode(username.encode()), b64encode(password.encode())


def _refuse_nul(username: str, password: str) -> None:
    if "\0" in username or "\0" in password:
        raise UserError("The user name or the password holds a NUL character: enter it again.")
