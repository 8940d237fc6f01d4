"""Links and remote content of HTML mail: where links really lead, who would have been told."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tuimail.model.safe import Safe, safe_line
from tuimail.model.url import host_of

from .html_lines import LineBuilder
from .links import LinkTable, is_link, shown_host
from .owner import owner_of

MAX_HOSTS: Final = 50
_MAX_SHOWN_CHARS = 300
_MAX_SHOWN_PIECES = 20

_SOURCES: Final = ("src", "background", "data", "poster", "srcset")
_LOADING: Final = frozenset(
    {
        *("img", "input", "iframe", "embed", "object", "video", "audio", "source", "track"),
        *("script", "link", "meta", "image", "frame", "use"),
    }
)
_LOADED_BY_LINK: Final = frozenset({"stylesheet", "preload", "prefetch", "dns-prefetch", "icon"})
_CSS_IMPORT = re.compile(r"(?i)@import\s+['\"]((?:https?:)?//[^'\"\s]{1,2000})")
_REFRESH = re.compile(r"(?i)url\s*=\s*['\"]?(https?://[^'\"\s]{1,2000})")
_CSS_URL = re.compile(r"(?i)url\(\s*['\"]?\s*((?:https?:)?//[^'\")\s]{1,2000})")
_HOST = re.compile(r"(?i)(?:https?:)?[/\\]{2}(?:[^/?#\\]*@)?([^/?#\\:\s]{1,253})")
_NAMES_HOST = re.compile(
    r"(?i)(?:https?://)?((?:[\w-]{1,63}\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{1,59}))(?:[/:?#]\S*)?"
)


class RemoteHosts:
    """Collects the hosts that showing the mail in a browser would have called."""

    def __init__(self) -> None:
        self.found: dict[Safe, None] = {}

    def look(self, name: str, attributes: Mapping[str, str | None]) -> None:
        """Look at one element."""
        if not attributes or len(self.found) >= MAX_HOSTS:
            return
        if name not in _LOADING and "background" not in attributes and "style" not in attributes:
            return
        for url in _addresses(name, attributes):
            self._add(url)

    def look_at_css(self, css: str) -> None:
        """Look at a style sheet of the mail."""
        for pattern in (_CSS_URL, _CSS_IMPORT):
            for found in pattern.finditer(css):
                self._add(found[1])

    def _add(self, url: str) -> None:
        host = _HOST.match(url)
        if host and len(self.found) < MAX_HOSTS:
            self.found[shown_host(f"https://{host[1]}")] = None


def _addresses(name: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    for key in _SOURCES:
        if url := attributes.get(key):
            yield url.strip()
    if name == "link" and (attributes.get("rel") or "").lower() in _LOADED_BY_LINK:
        yield (attributes.get("href") or "").strip()
    if name == "meta" and (refresh := _REFRESH.search(attributes.get("content") or "")):
        yield refresh[1]
    style = attributes.get("style")
    if style and "url(" in style:
        for found in _CSS_URL.finditer(style):
            yield found[1]


class LinkReader:
    """Follows the links of a mail: what is shown for each, and its number behind it."""

    def __init__(self, table: LinkTable, out: LineBuilder) -> None:
        self.table = table
        self.misleading: dict[tuple[Safe, Safe], None] = {}
        self.saw_image = False
        self._out = out
        self._open: list[tuple[str, int, int]] = []
        """Address, visible characters before it, pieces of the line before it."""

    @property
    def role(self) -> str:
        """The role of text at this place, empty outside of links."""
        return "link" if self._open and self._open[-1][0] else ""

    def begin(self, href: str) -> None:
        """A link begins; an anchor or a script is none."""
        url = href.strip()
        url = f"https:{url}" if url.startswith("//") else url
        self._open.append(
            (url if is_link(url) else "", self._out.visible_chars, len(self._out.pieces))
        )
        self.saw_image = False

    def end(self) -> None:
        """A link ends: give it its number, and say where it leads if its text says otherwise."""
        url, chars_before, pieces_before = self._open.pop()
        if not url:
            return
        if self._out.visible_chars == chars_before:
            if not self.saw_image:
                return
            self._out.mark("[image]", "link")
        end = pieces_before + _MAX_SHOWN_PIECES
        shown = "".join(piece.text for piece in self._out.pieces[pieces_before:end])
        number = self.table.number(url, shown.strip()[:_MAX_SHOWN_CHARS])
        if number:
            self._out.mark(f"[{number}]", "dim")
        self._compare(shown.strip(), url)

    def _compare(self, shown: str, url: str) -> None:
        named = _NAMES_HOST.fullmatch(shown[:_MAX_SHOWN_CHARS])
        if named is None or url[:4].lower() != "http":
            return
        real = shown_host(url)
        host = host_of(url) or real
        if owner_of(named[1]) != owner_of(host.partition(":")[0]):
            self._out.mark(f" (leads to {real})", "bold")
            self.misleading[safe_line(named[1], 100), real] = None
