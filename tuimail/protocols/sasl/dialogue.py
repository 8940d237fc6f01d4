"""A mechanism's exchange as lines of base64, which is how IMAP, POP3 and SMTP carry it."""

import asyncio
from base64 import b64decode, b64encode
from typing import Final

from tuimail.errors import ProtocolError, Scope

from .mechanism import Mechanism

CANCEL: Final = b"*"
"""RFC 4954 section 4, RFC 9051 section 6.2.2, RFC 5034 section 4."""
MAX_CHALLENGE_CHARS: Final = 8_192
"""In base64; none that is meant well has more, and what is cut cannot be read."""
MAX_CHALLENGES: Final = 8


class Dialogue:
    """Answers what a server asks, line by line, without line ends."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        self._waiting: bytes | None = None
        """The initial response, where it was not sent with the command."""
        self._asked = 0

    @property
    def hidden(self) -> tuple[bytes, ...]:
        """What must never be logged or shown beside the secret itself, as it goes on the wire."""
        return tuple(b64encode(text.encode()) for text in self.mechanism.hidden)

    def first(self, max_bytes: int) -> bytes | None:
        """Return the initial response to be sent with the command.

        None where the server speaks first, or where it would be longer than that: then it answers
        the first challenge, which is empty.
        """
        words = self.mechanism.first()
        line = None if words is None else b64encode(words)
        if line is not None and len(line) > max_bytes:
            self._waiting, line = line, None
        return line

    async def answer(self, challenge: str) -> bytes:
        """Return the line that answers a challenge; `CANCEL` where there is nothing to say.

        Raises:
            ServerNotProven: it comes from no server that knows the password.
            ProtocolError: the server asks without end.
        """
        self._asked += 1
        if self._waiting is not None:
            line, self._waiting = self._waiting, None
            return line
        if self._asked > MAX_CHALLENGES:
            raise ProtocolError("The mail server asks on without an end.", Scope.CONNECTION)
        try:
            asked = b64decode(challenge[:MAX_CHALLENGE_CHARS].strip(), validate=True)
        except ValueError:
            asked = b""
        words = await asyncio.to_thread(self.mechanism.answer, asked)
        return CANCEL if words is None else b64encode(words)

    def check(self) -> None:
        """Make sure, once the server said yes, that it may be believed. Raises ServerNotProven."""
        self.mechanism.check()
