"""Links of a mail, numbered in reading order, each with the host it really leads to."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from tuimail.model.domain import unicode_domain
from tuimail.model.part import Link
from tuimail.model.safe import Safe, Untrusted, safe_line
from tuimail.model.url import host_of

MAX_LINKS: Final = 2_000
MAX_URL_CHARS: Final = 16_384
MAX_JUDGED: Final = 10_000
"""Links of a mail, repeated ones too, whose words are judged; the host of others is always said."""

IN_TEXT: Final = re.compile(
    r"(?i)\b(?:https?://|www\.(?=[a-z0-9-])|mailto:(?=[^\s@]{1,64}@))(?:(?!\]\()[^\s<>\"\x00-\x1f\u00a0\u3000])+"
)
_TRAILING = ".,;:!?'*_~\u00bb\u201d\u2019"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]{0,30}):")
_NO_LINK = frozenset({"javascript", "vbscript", "data", "cid", "about", "blob", "mid"})
_MAX_AUTHORITY_CHARS = 1_000
ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?=[/?#]|$)")
"""What an ordinary address has in front of its path."""
_AUTHORITY = re.compile(r"(?i)https?:[/\\]{0,9}([^/?#\\]*@)?([^/?#\\]*)")

_NONE = Safe("")


class LinkTable:
    """Links found so far; the same address gets the same number."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.misleading: dict[tuple[Safe, Safe], None] = {}
        """What a link shows and the host it leads to, where these differ."""
        self.line_before = ""
        """Of plain text: it may hold the words for a link that begins the next."""
        self._turns = MAX_JUDGED
        self._numbers: dict[str, int] = {}

    def number(self, url: str, text: str = "") -> int:
        """Return the number of a link, 0 where it is none or there are too many.

        `url` as the mail has it, `text` what the mail shows for it.
        """
        address = url.strip()[:MAX_URL_CHARS]
        known = self._numbers.get(address)
        if known is not None:
            return known
        if len(self.links) >= MAX_LINKS or not is_link(address):
            return 0
        number = len(self.links) + 1
        shown = safe_line(text or address, 300)
        self.links.append(Link(number, Untrusted(address), shown_host(address), shown))
        self._numbers[address] = number
        return number

    def take_turn(self) -> bool:
        """Take one of the turns in which the words of a link are judged; False if none is left."""
        self._turns -= 1
        return self._turns >= 0

    def doubt(self, number: int, named: Safe | None) -> None:
        """Note that a link does not lead where it seems to; `named` is another host it names."""
        link = self.links[number - 1]
        if named is not None:
            self.misleading[named, link.host] = None
        self.links[number - 1] = replace(link, named=link.named or named or _NONE, is_doubtful=True)


def is_link(url: str) -> bool:
    """Whether a link leads anywhere outside of the mail."""
    found = _SCHEME.match(url)
    return found is not None and found[1].lower() not in _NO_LINK


def shown_host(url: str) -> Safe:
    """Return the host a link leads to, for people; international names in both forms.

    For a link that would be refused it is what seems to be the host; for mailto the address.
    """
    if url[:7].lower() == "mailto:":
        return safe_line(unquote(url[7:].partition("?")[0]), 200)
    found = ORIGIN.match(url)
    return _shown_host(found[0] if found else url[:_MAX_AUTHORITY_CHARS])


@lru_cache(maxsize=512)
def _shown_host(url: str) -> Safe:
    host = host_of(url)
    if not host:
        found = _AUTHORITY.match(url)
        return safe_line(found[2] if found else url.partition(":")[0] + ":", 200)
    in_letters = unicode_domain(host)
    return safe_line(host, 260) if in_letters == host else safe_line(f"{in_letters} ({host})", 500)


def links_in(line: str) -> list[tuple[int, int, str]]:
    """Return start, end and address of each link in a line of text."""
    found = []
    for match in IN_TEXT.finditer(line):
        text = _without_trailing(match[0])
        url = f"http://{text}" if text[:4].lower() == "www." else text
        found.append((match.start(), match.start() + len(text), url))
    return found


def _without_trailing(text: str) -> str:
    """Leave out punctuation of the sentence, and a closing bracket that was opened before."""
    end = len(text)
    counts = {char: text.count(char) for pair in _PAIRS.items() for char in pair}
    while end > 8:
        last = text[end - 1]
        if last in _PAIRS and counts[last] > counts[_PAIRS[last]]:
            counts[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return text[:end]
