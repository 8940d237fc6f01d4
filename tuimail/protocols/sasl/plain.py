"""PLAIN and LOGIN: the password itself, for lines that are safe."""

from .mechanism import Revealing, refuse_nul


class Plain:
    """RFC 4616."""

    name = "PLAIN"
    said = ""

    def __init__(self, username: str, secret: Revealing) -> None:
        """Raises SecretUnavailable where name or password cannot be sent."""
        self._username, self._password = username, secret.reveal()
        refuse_nul(self._username, self._password)
        self.hidden = (f"\0{self._username}\0{self._password}",)

    def first(self) -> bytes:
        """Return name and password."""
        return f"\0{self._username}\0{self._password}".encode()

    def answer(self, _challenge: bytes) -> None:
        """Say no more: some servers tell in a challenge what is wrong."""

    def check(self) -> None:
        """Believe it: the line is safe, and there is nothing else to go by."""


class Login:
    """Two questions and two answers; never standardised, and all that some SMTP servers offer."""

    name = "LOGIN"
    said = ""

    def __init__(self, username: str, secret: Revealing) -> None:
        """Raises SecretUnavailable where name or password cannot be sent."""
        password = secret.reveal()
        refuse_nul(username, password)
        self.hidden = (password,)
        self._answers = [password.encode(), username.encode()]

    def first(self) -> None:
        """Wait for the first question."""

    def answer(self, _challenge: bytes) -> bytes | None:
        """Give the name, then the password, whatever the questions are called."""
        return self._answers.pop() if self._answers else None

    def check(self) -> None:
        """Believe it: the line is safe, and there is nothing else to go by."""
