"""What a mechanism is: a first word, answers to challenges, and whether the end can be believed."""

from typing import Protocol

from tuimail.errors import ProtocolError, Scope, SecretUnavailable


class Revealing(Protocol):
    """A secret that shows itself only when asked."""

    def reveal(self) -> str:
        """Return the secret itself."""
        ...


class ServerNotProven(ProtocolError):
    """A server that could not show that it knows the password: it may be not the one it says.

    Nothing that would let it sign in elsewhere was sent. No other mechanism is tried.
    """

    def __init__(self, host: str, what: str) -> None:
        super().__init__(
            f"{host} {what}: it may not be the server it says it is. Your password was not sent; "
            "ask the provider.",
            Scope.ACCOUNT,
        )


class Mechanism(Protocol):
    """One exchange with one server; used once."""

    @property
    def name(self) -> str:
        """As servers offer it, for example `PLAIN`."""
        ...

    @property
    def hidden(self) -> tuple[str, ...]:
        """What holds the secret and must never be logged or shown, before it becomes base64."""
        ...

    @property
    def said(self) -> str:
        """What the server gave as its reason, in a word or two; a stranger's. Mostly empty."""
        ...

    def first(self) -> bytes | None:
        """Return the initial response; None where the server speaks first."""
        ...

    def answer(self, challenge: bytes) -> bytes | None:
        """Answer a challenge; None where there is nothing to say, and the exchange is cancelled.

        Raises:
            ServerNotProven: what came cannot come from a server that knows the password.
        """
        ...

    def check(self) -> None:
        """Make sure, once the server said yes, that it was the right one to say so.

        Raises:
            ServerNotProven: it was not.
        """
        ...


def refuse_nul(username: str, secret: str) -> None:
    """Refuse what would be cut short (CVE-2026-43859).

    Raises:
        SecretUnavailable: there is a NUL in it.
    """
    if "\0" in username or "\0" in secret:
        raise SecretUnavailable(
            "The user name or the password holds a NUL character: enter it again."
        )
