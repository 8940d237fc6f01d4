"""What a mailing list says of itself (RFC 2369, RFC 2919, RFC 8058), and who vouches for it."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from tuimail.errors import UserError
from tuimail.model.url import plain_url

from .fields import Fields

MAX_FIELD_CHARS: Final = 8_192
MAX_LINKS: Final = 10
_FIELDS: Final = ("help", "owner")
_LINK: Final = re.compile(r"<([^<>]{1,2000})>")
_BLANK: Final = re.compile(r"\s+")
_ONE_CLICK: Final = "List-Unsubscribe=One-Click"
_COVERED: Final = frozenset({"list-unsubscribe", "list-unsubscribe-post"})
_TAG: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]{0,30})\s*=([^;]*)")
_MAX_SIGNATURES = 20


def contacts_of(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Return where a list says that people are helped: `help` or `owner`, and the link."""
    return tuple(
        (name, link) for name in _FIELDS for link in links_of(fields.first(f"list-{name}"))
    )


def links_of(field: str) -> tuple[str, ...]:
    """Return the links of a List-* field as they may be opened, in the order of its sender.

    Links that hide their host are left out, and so are those in clear: who reads along would know
    who reads the list.
    """
    links: dict[str, None] = {}
    for found in _LINK.finditer(field[:MAX_FIELD_CHARS]):
        try:
            link = plain_url(_BLANK.sub("", found[1]))
        except UserError:
            continue
        if link.startswith(("mailto:", "https://")):
            links[link] = None
    return tuple(links)[:MAX_LINKS]


def one_click_link(fields: Fields) -> str:
    """Return the link of which a mail says that one POST leaves the list; empty: it says none.

    RFC 8058 section 3.1: one field of each kind, with exactly this value, and one https link.
    """
    if fields.count("list-unsubscribe") != 1 or fields.count("list-unsubscribe-post") != 1:
        return ""
    if fields.first("list-unsubscribe-post").strip() != _ONE_CLICK:
        return ""
    links = links_of(fields.first("list-unsubscribe"))
    pages = [link for link in links if link.startswith("https://")]
    return pages[0] if len(pages) == 1 else ""


def are_covered(fields: Fields, passed: Collection[str]) -> bool:
    """Whether a signature that holds covers how the list is left (RFC 8058 section 4).

    `passed` are the domains, in lower case, of which a server the account trusts says that their
    DKIM signature holds. It does not say which of several it means: all of that domain must cover
    both fields.
    """
    bodies = [body for name, body in fields.all if name == "dkim-signature"][:_MAX_SIGNATURES]
    signatures = [_tags(body) for body in bodies]
    for domain in passed:
        own = [tags for tags in signatures if tags.get("d", "").lower().rstrip(".") == domain]
        if own and all(set(_names(tags.get("h", ""))) >= _COVERED for tags in own):
            return True
    return False


def _tags(body: str) -> dict[str, str]:
    """Return the tags of a signature (RFC 6376 section 3.2), blanks left out; the first counts."""
    tags: dict[str, str] = {}
    for part in body[:MAX_FIELD_CHARS].split(";"):
        found = _TAG.fullmatch(part)
        if found is not None:
            tags.setdefault(found[1].lower(), _BLANK.sub("", found[2]))
    return tags


def _names(signed: str) -> Sequence[str]:
    return [name.lower() for name in signed.split(":")]
