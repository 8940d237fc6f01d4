"""In which order a list stands."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from .safe import Safe, ours

REVERSED = "-"
"""Before a word in config.toml: turned round."""


class SortBy(StrEnum):
    """What a list is sorted by; where two mails are alike, the newer one comes first."""

    DATE = "date"
    """The newest first."""
    SENDER = "sender"
    """By the author's name, or the address where there is none; case is of no account."""
    SUBJECT = "subject"
    """Without `Re:` before it; case is of no account."""
    SIZE = "size"
    """The largest first."""
    THREAD = "thread"
    """The mails of a thread stand together, the thread with the newest mail first."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order, and whether it is turned round."""

    by: SortBy = SortBy.DATE
    is_reversed: bool = False

    @classmethod
    def named(cls, word: str) -> "Sort":
        """Return what a word of config.toml means; raises ValueError."""
        return cls(SortBy(word.removeprefix(REVERSED)), word.startswith(REVERSED))

    def by_key(self, by: SortBy) -> "Sort":
        """Return the order that a key asks for; the same key again turns it round."""
        return replace(self, is_reversed=not self.is_reversed) if by is self.by else Sort(by)

    @property
    def words(self) -> Safe:
        """What people call it; nothing is said of the newest first."""
        forward, backward = _WORDS[self.by]
        return ours(backward if self.is_reversed else forward)


NEWEST_FIRST: Final = Sort()
"""As mails lie in the store."""

_WORDS: Final = {
    SortBy.DATE: ("", "oldest first"),
    SortBy.SENDER: ("by sender", "by sender, Z to A"),
    SortBy.SUBJECT: ("by subject", "by subject, Z to A"),
    SortBy.SIZE: ("largest first", "smallest first"),
    SortBy.THREAD: ("by thread", "by thread, oldest first"),
}
