"""SCRAM-SHA-256 (RFC 5802, RFC 7677): the password is proven and never sent, by both sides.

The server proves that it knows the password too; one that does not, or that asks for what would
make guessing easy or the machine busy, is not answered.
"""

import hmac
import re
from base64 import b64decode, b64encode
from hashlib import pbkdf2_hmac, sha256
from secrets import token_urlsafe
from typing import Final

from .mechanism import Revealing, ServerNotProven, refuse_nul
from .prep import prepared

MIN_ITERATIONS: Final = 4_096
"""RFC 7677 section 4: fewer make the proof cheap to guess from."""
MAX_ITERATIONS: Final = 1_000_000
"""About half a second of work; a server that wants more wants to keep this machine busy."""
MAX_SALT_BYTES: Final = 1_024
MAX_MESSAGE_BYTES: Final = 4_096
_NONCE_BYTES: Final = 24
_GS2: Final = "n,,"
"""No channel binding, and nobody but oneself to act as (RFC 5802 section 7)."""
_FIRST: Final = re.compile(
    r"r=(?P<nonce>[!-+\--~]+),s=(?P<salt>[A-Za-z0-9+/=]+),i=(?P<iterations>[1-9][0-9]{0,11})(?:,.*)?"
)
"""RFC 5802 section 7. What begins with `m=` must be understood and is not."""
_FINAL: Final = re.compile(r"v=(?P<signature>[A-Za-z0-9+/=]+)(?:,.*)?")


class Scram:
    """One exchange."""

    name = "SCRAM-SHA-256"

    def __init__(self, host: str, username: str, secret: Revealing, nonce: str = "") -> None:
        """Prepare; `nonce` is chosen here except in tests.

        Raises:
            SecretUnavailable: name or password hold what cannot be sent.
        """
        refuse_nul(username, secret.reveal())
        self._host = host
        self._password = prepared(secret.reveal()).encode()
        self._nonce = nonce or token_urlsafe(_NONCE_BYTES)
        name = prepared(username).replace("=", "=3D").replace(",", "=2C")
        self._first_bare = f"n={name},r={self._nonce}"
        self._signature: bytes | None = None
        """What the server must show; None until it is known."""
        self._is_proven = False
        self.hidden = (secret.reveal(),)
        self.said = ""

    def first(self) -> bytes:
        """Return name and nonce."""
        return f"{_GS2}{self._first_bare}".encode()

    def answer(self, challenge: bytes) -> bytes:
        """Prove the password, then take the server's own proof. Busy for a while: use a thread."""
        if len(challenge) > MAX_MESSAGE_BYTES:
            raise self._not_proven("asks for a password in a way that cannot be read")
        try:
            words = challenge.decode("utf-8")
        except UnicodeDecodeError:
            raise self._not_proven("asks for a password in a way that cannot be read") from None
        return self._proof(words) if self._signature is None else self._final(words)

    def check(self) -> None:
        """Make sure that the server has shown its proof, and the right one."""
        if not self._is_proven:
            raise self._not_proven("said yes without showing that it knows the password")

    def _proof(self, first: str) -> bytes:
        found = _FIRST.fullmatch(first)
        if found is None:
            raise self._not_proven("asks for a password in a way that cannot be read")
        nonce, iterations = found["nonce"], int(found["iterations"])
        if not nonce.startswith(self._nonce) or nonce == self._nonce:
            raise self._not_proven("repeats what was said to somebody else")
        if not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
            raise self._not_proven(f"wants the password worked on {iterations:,} times")
        salt = self._decoded(found["salt"])
        if not 0 < len(salt) <= MAX_SALT_BYTES:
            raise self._not_proven("asks for a password in a way that cannot be read")
        salted = pbkdf2_hmac("sha256", self._password, salt, iterations)
        without_proof = f"c={b64encode(_GS2.encode()).decode()},r={nonce}"
        message = f"{self._first_bare},{first},{without_proof}".encode()
        client_key = hmac.digest(salted, b"Client Key", sha256)
        seal = hmac.digest(sha256(client_key).digest(), message, sha256)
        proof = bytes(one ^ other for one, other in zip(client_key, seal, strict=True))
        self._signature = hmac.digest(hmac.digest(salted, b"Server Key", sha256), message, sha256)
        return f"{without_proof},p={b64encode(proof).decode()}".encode()

    def _final(self, final: str) -> bytes:
        if final.startswith("e="):  # the refusal itself follows
            self.said = final[2:].partition(",")[0]
            return b""
        found = _FINAL.fullmatch(final)
        shown = self._decoded(found["signature"]) if found and not self._is_proven else b""
        if not hmac.compare_digest(shown, self._signature or b"-"):
            raise self._not_proven("does not know the password")
        self._is_proven = True
        return b""

    def _decoded(self, text: str) -> bytes:
        try:
            return b64decode(text, validate=True)
        except ValueError:
            raise self._not_proven("asks for a password in a way that cannot be read") from None

    def _not_proven(self, what: str) -> ServerNotProven:
        return ServerNotProven(self._host, what)
