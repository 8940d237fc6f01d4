"""What the words of a link say of where it leads, against where it really leads."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

from tuimail.model.safe import Safe, safe_line
from tuimail.model.url import host_of

from .confusable import imitating_domain, wears_another
from .links import ORIGIN, shown_host
from .owner import has_known_suffix, owner_of

MAX_JUDGED_CHARS: Final = 4_000
"""Of a link's words; where there are more its host is always said."""
_MAX_NAMED = 20

_DOTS = str.maketrans("\u3002\uff61\uff0e\u2024\ufe52\ufe12", "......")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_USER_CHAR = r"""[^\s@/?\#<>()\[\]"',;:\\|]"""
_NAMED = re.compile(
    rf"""(?ix) (?: \b mailto: )? (?P<scheme> \b(?:https?|ftp) : [/\\]{{0,4}} )?
    (?P<before> (?<!{_USER_CHAR}) {_USER_CHAR}{{1,64}} (?: : [^\s@/?\#]{{0,64}} )? @ )?
    (?P<host> (?<![\w.-]) (?: (?:{_LABEL}\.){{1,8}} (?:[^\W\d_]{{2,24}} | xn--[a-z0-9-]{{1,59}})
      | \d{{1,3}}(?:\.\d{{1,3}}){{3}} | \[[0-9a-f:.]{{3,45}}\] ) ) (?![\w@-])
    (?: [:/?\#] \S* )?"""
)
"""A host, with what stands before it; what follows it up to a blank is no host any more."""
_FILES_NAMES = "md py rs sh pl so cc ps zip mov java pm vi in am app bat cfg docs new page"
_FILES: Final = frozenset(_FILES_NAMES.split())
"""Endings of files that are domains too: `README.md` names no host."""


def named_host(words: str, url: str) -> Safe | None:
    """Return the first host or address that the words of a link name and that is not its own.

    None where they name none, or only those of the same owner. `url` is where the link leads.
    """
    text: str = safe_line(words, MAX_JUDGED_CHARS)
    if not text.isascii():
        text = normalize("NFKC", text).translate(_DOTS)
    if "." not in text and "@" not in text and ":" not in text:
        return None
    mail_address = _mail_address(url)
    host = mail_address.rpartition("@")[2] if mail_address else _host(url)
    own = _owner_of(host)
    for name, is_address in _names(text):
        if is_address and mail_address:
            if name.lower() != mail_address.lower():
                return safe_line(name, 100)
        elif _owner_of(name.rpartition("@")[2].strip("[]")) != own:
            return safe_line(name, 100)
    return None


@lru_cache(maxsize=2_048)
def _owner_of(host: str) -> str:
    return owner_of(host)


def hides_its_host(url: str) -> bool:
    """Whether the host of a link cannot be read off it: it imitates another, or is refused."""
    origin = ORIGIN.match(url)
    return _hides_its_host(origin[0] if origin else url)


@lru_cache(maxsize=512)
def _hides_its_host(url: str) -> bool:
    host = host_of(url)
    if not host:
        return url[:7].lower() != "mailto:"
    name = host.partition(":")[0]
    return imitating_domain(name) is not None or bool(wears_another(name))


def _names(text: str) -> Iterator[tuple[str, bool]]:
    """Yield hosts and mail addresses a text names, and which they are."""
    for _, found in zip(range(_MAX_NAMED), _NAMED.finditer(text), strict=False):
        host, before = found["host"], found["before"] or ""
        if before and not found["scheme"]:
            yield f"{before}{host}", True
            continue
        if before:
            # The name of a user that looks like a host is read as one.
            yield from ((name, False) for name, _ in _names(before.rstrip("@")))
        if found["scheme"] or _is_host(host, text):
            yield host, False


def _is_host(host: str, text: str) -> bool:
    """Whether something with dots in it, without a scheme, is meant as a host."""
    if host[0] == "[" or host.replace(".", "").isdigit():
        return host == text.strip()  # elsewhere it is a version, or a note
    name, _, last = host.rpartition(".")
    if last.lower() in _FILES and "." not in name:
        return False
    return has_known_suffix(host)


def _host(url: str) -> str:
    found = host_of(url)
    if found:
        return found if found.startswith("[") else found.partition(":")[0]
    return shown_host(url).partition(" ")[0].partition(":")[0]


def _mail_address(url: str) -> str:
    """Return the address a mailto link writes to, empty for other links."""
    if url[:7].lower() != "mailto:":
        return ""
    return unquote(url[7:].partition("?")[0]).strip()
