"""What a subject is about, without `Re:` before it: the same for answers and what they answer."""

import re
from hashlib import blake2b
from typing import Final

MAX_SUBJECT_CHARS: Final = 300

_PREFIX: Final = re.compile(
    r"(?:\s*(?:re|aw|sv|antw)\s*(?:[\[(^]\d{1,4}[\])]?)?\s*:)+", re.IGNORECASE
)
_MASK: Final = (1 << 63) - 1

BaseSubject = tuple[int, bool]
"""The hash of the base subject and the account, and whether it is an answer."""


def base_subject(account: bytes, subject: str) -> BaseSubject | None:
    """Return what a subject says; None where nothing is left of it beside `Re:`."""
    prefix = _PREFIX.match(subject, 0, MAX_SUBJECT_CHARS)
    begin = prefix.end() if prefix else 0
    base = " ".join(subject[begin : begin + MAX_SUBJECT_CHARS].split()).casefold()
    if not base:
        return None
    digest = blake2b(account + base.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _MASK, prefix is not None
