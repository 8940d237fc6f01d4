"""What the subject of a patch says: which of how many it is, as `git format-patch` writes it."""

import re
from typing import Final, NamedTuple

_MAX_CHARS: Final = 500
_TAGS: Final = re.compile(r"\s{0,8}\[([^\[\]]{1,120})\]")
_NUMBERS: Final = re.compile(r"\b(\d{1,4})/(\d{1,4})\b")
_VERSION: Final = re.compile(r"\bv(\d{1,4})\b", re.IGNORECASE)
_PATCH: Final = re.compile(r"\bPATCH", re.IGNORECASE)


class PatchPlace(NamedTuple):
    """Where in a series a patch stands."""

    version: int
    number: int
    """From 1; 0 is the mail that introduces the series."""
    total: int


def patch_place(subject: str) -> PatchPlace | None:
    """Return where a patch stands by the brackets its subject begins with; None of other mails.

    An answer to a patch, `Re: [PATCH 1/2]`, is none. A patch by itself is 1 of 1.
    """
    subject, at = subject[:_MAX_CHARS], 0
    while tag := _TAGS.match(subject, at):
        if _PATCH.search(tag[1]):
            version, numbers = _VERSION.search(tag[1]), _NUMBERS.search(tag[1])
            number, total = (int(numbers[1]), int(numbers[2])) if numbers else (1, 1)
            return PatchPlace(int(version[1]) if version else 1, number, total)
        at = tag.end()
    return None
