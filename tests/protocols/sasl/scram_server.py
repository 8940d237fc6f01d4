"""The server's half of SCRAM-SHA-256, written from RFC 5802, with a lie where a test wants one."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass


@dataclass
class ScramServer:
    """Knows one person; `lie` names what it does wrong."""

    username: str
    password: str
    iterations: int = 4096
    lie: str = ""

    def first(self, client_first: bytes) -> bytes:
        """Answer the client's first message."""
        gs2, self._bare = client_first.decode().split(",,", 1)
        assert gs2 == "n"
        name, nonce = self._bare.split(",r=")
        self._knows = name == "n=" + self.username.replace("=", "=3D").replace(",", "=2C")
        self._salt = b"sixteen bytes ok"
        nonces = {"foreign nonce": "x" * 40, "short nonce": nonce, "cut nonce": nonce[:-1] + "!!"}
        self._nonce = nonces.get(self.lie, nonce + "%server")
        counts = {"one iteration": 1, "few iterations": 4095, "many iterations": 10**9}
        count = counts.get(self.lie, self.iterations)
        salt = {"no salt": "", "bad salt": "!!!!", "long salt": "A" * 4000}.get(
            self.lie, b64encode(self._salt).decode()
        )
        self._first = f"r={self._nonce},s={salt},i={count}"
        if self.lie == "extension":
            self._first = f"m=must,{self._first}"
        if self.lie == "binary":
            return b"\xff\xfe" + self._first.encode()
        if self.lie == "huge":
            self._first += ",x=" + "y" * 1_000_000
        return self._first.encode()

    def final(self, client_final: bytes) -> tuple[bool, bytes]:
        """Check the client's proof; return whether it is right, and the final message."""
        without_proof, proof = client_final.decode().rsplit(",p=", 1)
        assert without_proof == f"c=biws,r={self._nonce}"
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), self._salt, self.iterations)
        message = f"{self._bare},{self._first},{without_proof}".encode()
        key = hmac.digest(salted, b"Client Key", "sha256")
        stored = hashlib.sha256(key).digest()
        seal = hmac.digest(stored, message, "sha256")
        shown = bytes(a ^ b for a, b in zip(b64decode(proof), seal, strict=True))
        if not (self._knows and hashlib.sha256(shown).digest() == stored):
            return False, b"e=invalid-proof"
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        if self.lie == "wrong signature":
            server_key = b"somebody else's"
        signature = b64encode(hmac.digest(server_key, message, "sha256")).decode()
        return True, f"v={signature}".encode()


LIES = (
    "wrong signature", "foreign nonce", "short nonce", "cut nonce", "one iteration",
    "few iterations", "many iterations", "no salt", "bad salt", "long salt", "extension",
    "binary", "huge",
)  # fmt: skip
"""None of them may be signed in to."""
