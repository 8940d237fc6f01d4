"""Whom showing a mail in a browser would have called, and which of its pictures report back.

Nothing of it is ever fetched. Addresses are read as browsers read them, whatever is done to hide
them (blanks, control characters, backslashes, missing slashes), so that no host is missed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import urljoin, urlsplit

from tuimail.model.safe import Safe

from .html_style import is_dot, without_escapes
from .links import shown_host

MAX_HOSTS: Final = 200
MAX_URL_CHARS: Final = 4_096
_MAX_CANDIDATES = 50
_MAX_CSS_URLS = 1_000

_SOURCES: Final = ("src", "background", "data", "poster", "lowsrc", "dynsrc")
_SETS: Final = ("srcset", "imagesrcset")
_PICTURES_BY_LINK: Final = frozenset({"image", "use", "feimage"})
_LOADING_NAMES = (
    "img input iframe embed object video audio source track script link meta image frame use"
    " feimage bgsound html"
)
LOADING: Final = frozenset(_LOADING_NAMES.split())
"""Elements that have a browser fetch something; others do by their background alone."""
_LOADED_RELATIONS_NAMES = (
    "stylesheet preload prefetch modulepreload prerender preconnect dns-prefetch icon"
    " manifest apple-touch-icon apple-touch-icon-precomposed mask-icon"
)
_LOADED_RELATIONS: Final = frozenset(_LOADED_RELATIONS_NAMES.split())

_ENDS: Final = "".join(map(chr, range(0x21)))
"""Browsers drop control characters and blanks at both ends of an address, ..."""
_INSIDE = re.compile("[\t\r\n]")
"""... and these everywhere."""
_ABSOLUTE = re.compile(r"(?i)(?:(https?):|(?=[/\\]{2}))[/\\]*(?:[^/?#\\]*@)?([^/?#\\:]{1,253})")
_PLAIN = re.compile(r"https?://([A-Za-z0-9.-]{1,253})(?=[/?#])")
"""What nearly all addresses are like."""
_WITHOUT_SLASHES = re.compile(r"(?i)https?:(?![/\\]{2})")
_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:")
_CSS_URL = re.compile(
    r"(?i)url\(\s{0,20}(?:\"([^\"]{1,4096})|'([^']{1,4096})|([^\"'()\s]{1,4096}))"
)
_CSS_IMPORT = re.compile(r"(?i)@import\s{1,20}[\"']([^\"']{1,4096})")
_CSS_SET = re.compile(r"(?i)image-set\(([^()]{1,4096})")
_CSS_STRING = re.compile(r"[\"']([^\"']{1,4096})[\"']")
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_REFRESH = re.compile(r"(?i)[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"']{1,4096})")
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S{0,4096})")
_NOTES_OPENING = re.compile(
    r"(?i)/(?:wf/open|(?:e?open|track(?:ing)?|trk|beacon|pixel|imp(?:ression)?|read-?receipt)"
    r"(?:[/?.]|$)|[a-z]{1,2}\.gif(?:\?|$)|[^/?]*(?:pixel|beacon|spacer|1x1)[^/?]*\.(?:gif|png))"
)
"""Paths under which senders count who opened a mail."""


class Remote:
    """Collects what showing a mail would have fetched, and from whom."""

    def __init__(self, base: str = "") -> None:
        """`base` is what addresses of the mail are relative to (`<base href>`)."""
        self.hosts: dict[Safe, None] = {}
        self.pixels = 0
        """Pictures that are there to be fetched, not to be seen."""
        self.tracker_hosts: dict[Safe, None] = {}
        self._base = host_called(base)
        self._shown: dict[str, Safe] = {}

    def look(
        self, name: str, attributes: Mapping[str, str | None], *, is_hidden: bool, is_small: bool
    ) -> None:
        """Look at an element of `LOADING`, or one with a background.

        `is_hidden` says that it cannot be seen, `is_small` that it would be a point at most.
        """
        called = [host for url in _addresses(name, attributes) if (host := self._add(url))]
        if not called or name not in {"img", "input", "image"}:
            return
        if is_hidden or is_small or _counts_openings(attributes):
            self.pixels += 1
            self.tracker_hosts[called[0]] = None

    def look_at_css(self, css: str) -> None:
        """Look at a style sheet, or at the style of an element."""
        if "\\" in css or "/*" in css:
            css = without_escapes(_CSS_COMMENT.sub(" ", css))
        found = _CSS_URL.finditer(css)
        for _, url in zip(range(_MAX_CSS_URLS), found, strict=False):
            self._add(url[1] or url[2] or url[3])
        if "@import" in css.lower():
            for imported in _CSS_IMPORT.finditer(css):
                self._add(imported[1])
        for pictures in _CSS_SET.finditer(css):
            for picture in _CSS_STRING.finditer(pictures[1]):
                self._add(picture[1])

    def _add(self, url: str) -> Safe | None:
        """Note the host an address is fetched from; None where nothing would be fetched."""
        plain = _PLAIN.match(url)
        host = plain[1] if plain else host_called(url, self._base)
        if not host:
            return None
        known = self._shown.get(host)
        if known is not None:
            return known
        shown = self._shown[host] = shown_host(f"https://{host}")
        if len(self.hosts) < MAX_HOSTS:
            self.hosts[shown] = None
        return shown


def host_called(url: str, base: str = "") -> str:
    """Return the host a browser would fetch an address from, empty where it fetches nothing.

    `base` is the host that addresses without one belong to.
    """
    address = _INSIDE.sub("", url[:MAX_URL_CHARS].strip(_ENDS))
    if base and _WITHOUT_SLASHES.match(address):
        return base
    found = _ABSOLUTE.match(address)
    if found:
        return found[2].strip()
    if not address or address[0] == "#" or _SCHEME.match(address):
        return ""
    return base


def is_point(attributes: Mapping[str, str | None]) -> bool:
    """Whether a picture is stated to be so small that nobody sees it."""
    width, height = attributes.get("width") or "", attributes.get("height") or ""
    return is_dot(width.strip(), height.strip())


def absolute(url: str, base: str = "") -> str:
    """Return an address of the mail as a whole one; what leads nowhere outside is left as it is."""
    address = url.strip(_ENDS)
    if _PLAIN.match(address) and address.isprintable():
        return address
    address = _INSIDE.sub("", address)
    if address[:2] in {"//", "\\\\"}:
        return f"{urlsplit(base).scheme or 'https'}:{address}"
    if not base or not address or address[0] == "#" or _SCHEME.match(address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _addresses(name: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    by_name = _BY_NAME.get(name)
    if by_name is not None:
        yield from by_name(attributes)
        return
    for key in _SOURCES:
        if url := attributes.get(key):
            yield url
    for key in _SETS:
        if url := attributes.get(key):
            yield from _candidates(url)
    if name in _PICTURES_BY_LINK:
        yield attributes.get("href") or attributes.get("xlink:href") or ""


def _of_picture(attributes: Mapping[str, str | None]) -> Iterator[str]:
    for key in ("src", "lowsrc", "dynsrc", "background"):
        if key in attributes:
            yield attributes[key] or ""
    if srcset := attributes.get("srcset"):
        yield from _candidates(srcset)


def _of_refresh(attributes: Mapping[str, str | None]) -> Iterator[str]:
    refresh = _REFRESH.match(attributes.get("content") or "")
    if refresh and (attributes.get("http-equiv") or "").strip().lower() == "refresh":
        yield refresh[1]


def _of_relation(attributes: Mapping[str, str | None]) -> Iterator[str]:
    if not _LOADED_RELATIONS.isdisjoint((attributes.get("rel") or "").lower().split()):
        yield attributes.get("href") or ""
        yield from _candidates(attributes.get("imagesrcset") or "")


def _of_input(attributes: Mapping[str, str | None]) -> Iterator[str]:
    if (attributes.get("type") or "").strip().lower() == "image":
        yield attributes.get("src") or ""


def _of_page(attributes: Mapping[str, str | None]) -> Iterator[str]:
    yield attributes.get("manifest") or ""


def _candidates(srcset: str) -> Iterator[str]:
    """Yield the addresses of a `srcset`: parted by commas, each with a size behind it perhaps."""
    at = 0
    for _ in range(_MAX_CANDIDATES):
        found = _CANDIDATE.match(srcset, at)
        if found is None:
            return
        yield found[1].rstrip(",")
        comma = found.end() if found[1].endswith(",") else srcset.find(",", found.end())
        if comma < 0:
            return
        at = comma


def _counts_openings(attributes: Mapping[str, str | None]) -> bool:
    """Whether the address of a picture that says nothing of itself is one that counts openings."""
    if attributes.get("alt") or attributes.get("width") or attributes.get("height"):
        return False
    try:
        path = urlsplit((attributes.get("src") or "")[:MAX_URL_CHARS])
    except ValueError:
        return False
    return bool(_NOTES_OPENING.search(f"{path.path}?{path.query}" if path.query else path.path))


_BY_NAME: Final[dict[str, Callable[[Mapping[str, str | None]], Iterator[str]]]] = {
    "img": _of_picture,
    "meta": _of_refresh,
    "link": _of_relation,
    "input": _of_input,
    "html": _of_page,
}
