"""How much of a mailbox is kept on this computer beside its headers."""

import re
from dataclasses import dataclass
from typing import Final

from .safe import Safe

MAX_DAYS: Final = 36_500
DAY_S: Final = 86_400
_DAYS: Final = re.compile(r"([1-9][0-9]{0,4})d")
_ALL, _HEADERS = "all", "headers"


@dataclass(frozen=True, slots=True)
class Offline:
    """Which mails are here whole before anyone opens them."""

    days: int | None
    """Those of so many days; None means all of them, 0 none."""

    @property
    def word(self) -> str:
        """As config.toml has it: `all`, `headers`, or days such as `90d`."""
        if self.days is None:
            return _ALL
        return f"{self.days}d" if self.days else _HEADERS

    @property
    def amount(self) -> Safe:
        """Our words for it, for a list of choices."""
        if self.days is None:
            return Safe("all mail")
        if not self.days:
            return Safe("headers alone")
        return Safe(f"mail of the last {self.days:,} days" if self.days > 1 else "mail of a day")

    @property
    def sentence(self) -> Safe:
        """Our words for it, to stand behind the name of an account or mailbox."""
        if self.days is None:
            return Safe("all mail is kept here")
        if not self.days:
            return Safe("headers are kept here; a mail is fetched when it is opened")
        return Safe(f"{self.amount} is kept here, and headers of all")

    def since(self, now: int) -> int | None:
        """Return from when on mail is kept whole, in seconds UTC; None where none is."""
        if self.days is None:
            return 0
        return max(0, now - self.days * DAY_S) if self.days else None


EVERYTHING: Final = Offline(None)
HEADERS_ONLY: Final = Offline(0)
DEFAULT: Final = Offline(90)
HOW: Final = 'must be "all", "headers", or days such as "90d"'


def offline_of_word(word: str) -> Offline:
    """Return what a word such as `all`, `headers` or `90d` stands for.

    Raises:
        ValueError: it stands for nothing.
    """
    if word == _ALL:
        return EVERYTHING
    if word == _HEADERS:
        return HEADERS_ONLY
    days = _DAYS.fullmatch(word)
    if days is None or int(days[1]) > MAX_DAYS:
        raise ValueError(HOW)
    return Offline(int(days[1]))
