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
    base = _words_from(subject, prefix.end() if prefix else 0)
    if not base:
        return None
    digest = blake2b(account + base.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _MASK, prefix is not None


def base_words(subject: str) -> str:
    """Return what a subject says without `Re:`, in one case and with single blanks."""
    prefix = _PREFIX.match(subject, 0, MAX_SUBJECT_CHARS)
    return _words_from(subject, prefix.end() if prefix else 0)


def _words_from(subject: str, begin: int) -> str:
    return " ".join(subject[begin : begin + MAX_SUBJECT_CHARS].split()).casefold()
