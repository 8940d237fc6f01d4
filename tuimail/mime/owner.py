"""Who owns a domain: below `co.uk` or `github.io` everybody has a name, and one is not another."""

from functools import cache
from typing import TYPE_CHECKING

from tuimail.errors import UserError
from tuimail.model.domain import ascii_domain, unicode_domain

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_RESERVED = frozenset({"example", "test", "invalid", "localhost"})
"""Names of RFC 2606, which belong to nobody."""


def owner_of(host: str) -> str:
    """Return the part of a host that somebody registered: `bank.co.uk` of `www.bank.co.uk`.

    A number for a host, and a suffix under which names are given out, own themselves. What is no
    domain name is returned as it is.
    """
    try:
        looked_up = ascii_domain(host).rstrip(".")
    except UserError:
        return host
    if looked_up.rpartition(".")[2].isdigit():
        return looked_up
    name = unicode_domain(looked_up)
    return _suffixes().privatesuffix(name) or name


def has_known_suffix(host: str) -> bool:
    """Whether names are given out below the end of a host: `Node.js` is no host."""
    try:
        name = unicode_domain(ascii_domain(host)).rstrip(".")
    except UserError:
        return False
    if name.rpartition(".")[2] in _RESERVED:
        return True
    return _suffixes().publicsuffix(name, accept_unknown=False) is not None


@cache
def _suffixes() -> "PublicSuffixList":
    """Read the list of <https://publicsuffix.org>, as it was when the library was released.

    An old list may take two owners for one only where a suffix is newer than it.
    """
    from publicsuffixlist import PublicSuffixList  # 12 ms and 1 MB, for mails that need it

    return PublicSuffixList(accept_encoded_idn=False)
