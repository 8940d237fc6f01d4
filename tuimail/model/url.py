"""A stranger's link made into one that can be opened: the host it names is the host it leads to."""

import re
from typing import Final
from urllib.parse import quote

from tuimail.errors import UserError

from .domain import ascii_domain
from .safe import safe_line

MAX_URL_CHARS: Final = 16_384
MAILTO_FIELDS: Final = frozenset({"to", "cc", "bcc", "subject", "body", "in-reply-to"})
"""Header fields a mailto link may set (RFC 6068 section 4).

Everything else, `attach` above all, would let a web page choose what leaves this machine.
"""

_DROPPED = re.compile(r"[\t\r\n]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WEB = re.compile(r"(?i)(https?)://([^/?#]*)(.*)", re.DOTALL)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?")
_IPV6 = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_PORT = re.compile(r"[0-9]{1,5}")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_QUAD = re.compile(r"((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.(?!$)|$)){4}")
_KEPT = "/?#[]@!$&()*+,;=:%-._~"


def plain_url(raw: str) -> str:
    """Return the URL in ASCII, percent-encoded, its host in lower case.

    Raises:
        UserError: not http, https or mailto; or it hides its host (user names, backslashes, numbers
            for addresses, characters that are no letters). The hint names the real host.
    """
    text = _LONE_SURROGATE.sub("\ufffd", _DROPPED.sub("", raw.strip()))
    if len(text) > MAX_URL_CHARS:
        raise UserError(f"This link is longer than {MAX_URL_CHARS} characters and was not opened.")
    if _CONTROL.search(text):
        raise UserError("This link holds control characters and was not opened.")
    if text[:7].lower() == "mailto:":
        return _mailto(text[7:])
    found = _WEB.fullmatch(text)
    if found is None:
        raise UserError(f"{safe_line(text, 60)}: only http, https and mailto links are opened.")
    scheme, authority, rest = found[1].lower(), found[2], found[3]
    return f"{scheme}://{_authority(authority)}{_encoded(rest)}"


def host_of(raw: str) -> str:
    """Return the host a link leads to as it would be opened, empty where it would be refused."""
    try:
        url = plain_url(raw)
    except UserError:
        return ""
    found = _WEB.match(url)
    return found[2] if found else ""


def _authority(authority: str) -> str:
    """Return host and port; refuse what makes one host look like another."""
    if "@" in authority:
        shown, _, real = authority.rpartition("@")
        raise UserError(
            f"This link shows {safe_line(shown, 60)} but leads to {safe_line(real, 253)}; "
            "it was not opened."
        )
    if "\\" in authority:
        real = authority.rpartition("\\")[2] or authority
        raise UserError(
            f"This link hides where it leads (perhaps {safe_line(real, 253)}); it was not opened."
        )
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        host, port = host.lower() + bracket, port.removeprefix(":")
        if not _IPV6.fullmatch(host):
            raise _no_host(authority)
    else:
        host, _, port = authority.partition(":")
        host = _ascii_host(host)
    if port and (not _PORT.fullmatch(port) or int(port) > 65_535):
        raise _no_host(authority)
    return f"{host}:{port}" if port else host


def _ascii_host(host: str) -> str:
    """Return a host name in the form that is looked up (RFC 5890 A-labels)."""
    try:
        name = ascii_domain(host)
    except UserError:
        raise _no_host(host) from None
    if not _HOST.fullmatch(name):
        raise _no_host(host)
    last = name.rstrip(".").rpartition(".")[2]
    is_number = last.isdigit() or last.startswith("0x")
    if is_number and not _QUAD.fullmatch(name):
        raise UserError(
            f"This link writes its host as a number ({safe_line(host, 60)}); it was not opened."
        )
    return name


def _no_host(text: str) -> UserError:
    return UserError(f"This link names no host that can be opened: {safe_line(text, 100) or '-'}.")


def _encoded(rest: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", rest), safe=_KEPT)


def _mailto(rest: str) -> str:
    """Return a mailto link with the fields a link may set, and no other."""
    to, _, query = rest.partition("?")
    fields = [f for f in query.split("&") if f.partition("=")[0].lower() in MAILTO_FIELDS]
    link = "mailto:" + _encoded(to.replace("?", "%3F").replace("#", "%23"))
    return f"{link}?{_encoded('&'.join(fields))}" if fields else link
