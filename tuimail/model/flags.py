"""Flags and keywords of a message (RFC 9051 section 2.3.2)."""

from enum import StrEnum


class Flag(StrEnum):
    """System flags and the registered keywords this program acts on; others are plain strings."""

    SEEN = "\\Seen"
    ANSWERED = "\\Answered"
    FLAGGED = "\\Flagged"
    DELETED = "\\Deleted"
    DRAFT = "\\Draft"
    FORWARDED = "$Forwarded"
    JUNK = "$Junk"
    NOT_JUNK = "$NotJunk"


Flags = frozenset[str]
"""Flag names as the server spells them; system flags and $-keywords in the spelling above."""

NO_FLAGS: Flags = frozenset()
ANY_KEYWORD = "\\*"
"""Among the flags a mailbox keeps: it takes new keywords (RFC 9051 section 7.1)."""

ANY_LABEL = '"*'
"""Among the flags a mailbox keeps: it takes labels, as at Gmail; no keyword has a quote in it."""

_SPELLING = {flag.lower(): flag.value for flag in Flag}
_SHORT = {
    "seen": Flag.SEEN,
    "read": Flag.SEEN,
    "answered": Flag.ANSWERED,
    "replied": Flag.ANSWERED,
    "flagged": Flag.FLAGGED,
    "draft": Flag.DRAFT,
    "forwarded": Flag.FORWARDED,
}


_NOT_LABELS = frozenset({"junk", "nonjunk", "notjunk", "forwarded", "redirected", "mdnsent", "old"})
"""Keywords that programs set for themselves, besides those that begin with $."""


def labels_of(flags: Flags) -> list[str]:
    """Return the keywords people gave a message, in order."""
    return sorted(f for f in flags if f[:1] not in "\\$" and f.lower() not in _NOT_LABELS)


def canonical_flag(name: str) -> str:
    """Return the one spelling of a flag: flags compare without regard to case."""
    return _SPELLING.get(name.lower(), name)


def flag_of_word(word: str) -> str:
    """Return the flag a person means by `seen`, `flagged` or any keyword."""
    return _SHORT.get(word.lower(), canonical_flag(word))
