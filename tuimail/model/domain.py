"""Domain names: the form that is looked up, and the form people read.

By IDNA 2008 with the mapping of UTS 46 (nontransitional), as browsers do it. The standard library
knows IDNA 2003 alone, which would lead whoever opens faß.de to fass.de.
"""

import re
from ipaddress import ip_address
from typing import Final

from tuimail.errors import UserError

from .safe import safe_line

MAX_DOMAIN_CHARS: Final = 253
"""RFC 1035 section 2.3.4, without the dot of the root."""

_LOOKED_UP = re.compile(r"(?:[a-z0-9_-]{1,63}\.){0,126}[a-z0-9_-]{1,63}\.?")
"""Underscores and hyphens wherever people put them: not every domain is the name of a host."""
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


def ascii_domain(domain: str) -> str:
    """Return a name as it is looked up: lower case, every label ASCII (A-labels of RFC 5890).

    Raises:
        UserError: it is no domain name.
    """
    try:
        name = domain.lower() if domain.isascii() else _a_labels(domain)
    except UnicodeError:
        name = ""
    if not _LOOKED_UP.fullmatch(name) or len(name.rstrip(".")) > MAX_DOMAIN_CHARS:
        raise UserError(f"{safe_line(domain, 60) or '-'} is no domain name.")
    return name


def server_host(text: str) -> str:
    """Return a host to connect to: an IP address without brackets, or a name as it is looked up.

    Raises:
        UserError: it is neither.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return str(ip_address(bare))
    except ValueError:
        name = ascii_domain(text)
    if not _HOST.fullmatch(name):
        raise UserError(f"{safe_line(text, 60)} is no name of a host.")
    return name


def is_loopback(host: str) -> bool:
    """Whether a host, as `server_host` returns it, can be nothing but this machine.

    RFC 6761 section 6.3: names below localhost are; what they resolve to is for the caller to see.
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").rpartition(".")[2] == "localhost"


def unicode_domain(domain: str) -> str:
    """Return a name in letters; a label that stands for none stays as it is. Never raises."""
    name = domain.lower() if domain.isascii() else domain
    return ".".join(map(_letters, name.split("."))) if "xn--" in name else name


def _a_labels(domain: str) -> str:
    """Raise UnicodeError where a label has no A-label."""
    import idna  # its tables are loaded by the first name that needs them

    if len(domain) > MAX_DOMAIN_CHARS:
        raise UnicodeError
    labels = idna.uts46_remap(domain, std3_rules=False).split(".")
    return ".".join(
        label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels
    )


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    import idna

    try:
        return idna.ulabel(label)
    except UnicodeError:
        return label
