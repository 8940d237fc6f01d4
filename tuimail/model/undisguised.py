"""Addresses and domains found in a text that hides them, for names that may hold one."""

import re
from typing import Final
from unicodedata import category, normalize

MAX_CLAIMS: Final = 8

_AT_WORD = re.compile(r"\s{0,4}(?:[\[({<*|]\s{0,4}at\s{0,4}[\])}>*|]|_at_)\s{0,4}", re.IGNORECASE)
_DOT_WORD = re.compile(
    r"\s{0,4}(?:[\[({<*|]\s{0,4}(?:dot|\.)\s{0,4}[\])}>*|]|_dot_)\s{0,4}", re.IGNORECASE
)
_SPACED = re.compile(r"(?<!\S)\S(?: \S){5,}(?!\S)")
"""Letters set apart: `c e o @ b a n k . c o m`."""
_AROUND_AT = re.compile(r"\s{0,40}@\s{0,40}")
_AROUND_DOT = re.compile(r"\s{1,4}\.\s{1,4}")
_ADDRESS = re.compile(r"[\w.+=%'-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+)+")
_BARE_DOMAIN = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}+\.){1,6}([a-zA-Z]{2,6})(?![\w-])")
_TLDS: Final = frozenset(
    {
        "com", "net", "org", "gov", "edu", "mil", "int", "info", "biz", "bank", "app", "dev", "io",
        "co", "me", "eu", "us", "uk", "ca", "au", "nz", "ie", "de", "fr", "es", "it", "nl", "be",
        "ch", "at", "pl", "cz", "se", "no", "fi", "dk", "pt", "gr", "ru", "ua", "cn", "jp", "kr",
        "br", "mx", "za", "tr", "sg", "hk", "tw",
    }
)  # fmt: skip
"""Ends of what a name may mean as a domain: a name with a dot (`Ph.D`, `Node.js`) means none."""
_TURNING: Final = frozenset("\u202b\u202e\u2067")
"""Characters that have what follows drawn from right to left."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Me", "Cs"})


def found_in(text: str) -> tuple[str, ...]:
    """Return the addresses and domains in a text of compatible letters (NFKC), in lower case.

    What is invisible is passed over; what is set from right to left is read both ways.
    """
    if text.isascii():
        return _claims(text)
    seen = as_seen(text)
    found = _claims(seen)
    if _TURNING.intersection(text):
        found += _claims(seen[::-1])
    return tuple(dict.fromkeys(found))[:MAX_CLAIMS]


def as_seen(text: str) -> str:
    """Return text without what is invisible, and without marks that belong to no letter."""
    return "".join(char for char in normalize("NFC", text) if category(char) not in _UNSEEN)


def _claims(text: str) -> tuple[str, ...]:
    joined = _SPACED.sub(lambda run: run[0].replace(" ", ""), text)
    joined = _DOT_WORD.sub(".", _AT_WORD.sub("@", joined))
    joined = _AROUND_DOT.sub(".", _AROUND_AT.sub("@", joined))
    addresses = [found.lower() for found in _ADDRESS.findall(joined)]
    rest = _ADDRESS.sub(" ", joined) if addresses else joined
    domains = [found[0].lower() for found in _BARE_DOMAIN.finditer(rest) if _is_domain(found)]
    return tuple(dict.fromkeys([*addresses, *domains]))[:MAX_CLAIMS]


def _is_domain(found: re.Match[str]) -> bool:
    end = found[1]
    if end.lower() not in _TLDS or end == "NET":  # ASP.NET is no domain
        return False
    name = found[0].split(".")[-2]
    return len(end) > 2 or (end.islower() and len(name) > 2)
