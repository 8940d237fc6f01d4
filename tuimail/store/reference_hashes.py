"""Message-IDs as numbers, by which mails are tied into threads."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

MAX_REFERENCES: Final = 100
"""The first and the newest are kept of more."""
_MASK: Final = (1 << 63) - 1


class ReferenceHashes:
    """63-bit hashes of Message-IDs; remembers those of a batch, since threads name them again."""

    def __init__(self, salt: bytes) -> None:
        """`salt` keeps accounts apart."""
        self._salt = salt
        self._known: dict[str, int] = {}

    def of(self, message_ids: Sequence[str]) -> list[int]:
        """Return the hashes of Message-IDs, each once, without empty ones."""
        if len(message_ids) > MAX_REFERENCES:
            message_ids = (message_ids[0], *message_ids[1 - MAX_REFERENCES :])
        known = self._known
        hashes: dict[int, None] = {}
        for name in message_ids:
            if name:
                hashes[known.get(name) or self._hash(name)] = None
        return list(hashes)

    def _hash(self, name: str) -> int:
        text = self._salt + name.encode("utf-8", "replace")
        digest = blake2b(text, digest_size=8).digest()
        found = self._known[name] = int.from_bytes(digest, "big") & _MASK
        return found
