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
    MDN_SENT = "$MDNSent"
    """A receipt was sent, or declined (RFC 3503)."""
    DELIVERED = "$Delivered"
    """On a sent mail: all to whom it went have it, as far as a server reported."""
    NOT_DELIVERED = "$NotDelivered"
    """On a sent mail: somebody does not have it."""


Flags = frozenset[str]
"""Flag names as the server spells them; system flags and $-keywords in the spelling above."""

NO_FLAGS: Flags = frozenset()
ANY_KEYWORD = "\\*"
"""Among the flags a mailbox keeps: it takes new keywords (RFC 9051 section 7.1)."""

ANY_LABEL = '"*'
"""Among the flags a mailbox keeps: it takes labels, as at Gmail."""
_LABEL = '"'
"""What a label begins with among flags: a keyword is an atom, which holds no quote."""
_PLAIN = frozenset(map(chr, range(ord("!"), 127))) - set("%*")

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
    """Return the names of labels, and the keywords people gave a message, in order."""
    return sorted(
        {name_of_flag(f) for f in flags if f[:1] not in "\\$" and f.lower() not in _NOT_LABELS}
    )


def label_flag(name: str) -> str:
    """Return a label, which has any name people like, as it stands among flags: `"two%20words`."""
    raw = name.encode("utf-8", "surrogatepass").decode("latin-1")
    return _LABEL + "".join(c if c in _PLAIN else f"%{ord(c):02X}" for c in raw)


def is_label(flag: str) -> bool:
    """Whether a flag is a label, which a server keeps beside flags (X-GM-EXT-1)."""
    return flag.startswith(_LABEL)


def label_flags(flags: Flags) -> Flags:
    """Return the labels among flags."""
    return frozenset(filter(is_label, flags))


def name_of_flag(flag: str) -> str:
    """Return what people call a flag: a label by its name, others as servers spell them."""
    if not is_label(flag):
        return flag
    first, *others = flag.removeprefix(_LABEL).split("%")
    raw = first.encode() + b"".join(bytes.fromhex(c[:2]) + c[2:].encode() for c in others)
    return raw.decode("utf-8", "surrogatepass")


def canonical_flag(name: str) -> str:
    """Return the one spelling of a flag: flags compare without regard to case."""
    return _SPELLING.get(name.lower(), name)


def flag_of_word(word: str) -> str:
    """Return the flag a person means by `seen`, `flagged` or any keyword."""
    return _SHORT.get(word.lower(), canonical_flag(word))
