"""Authentication-Results (RFC 8601): what a server found out about where a mail really is from."""

import re
from collections.abc import Collection
from typing import Final

from tuimail.model.path import AuthResult

from .fields import Fields
from .hops import is_ours

MAX_FIELD_CHARS: Final = 8_192
NAMELESS: Final = ""
"""What stands for a server that does not say who it is, against RFC 8601 section 2.2."""
MAX_RESULTS: Final = 50
_COMMENT: Final = re.compile(r"\([^()]*\)")
MAX_NESTING: Final = 10
_QUOTED: Final = re.compile(r'\\.|"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_PAIR: Final = re.compile(
    r"(?<![a-z0-9.-])([a-z][a-z0-9.-]*+)\s*+(?:/\s*+\d+\s*+)?=\s*+([^\s;]+)", re.IGNORECASE
)
_SERVICE: Final = re.compile(r"[A-Za-z0-9._-]{1,255}(?![A-Za-z0-9._=-])")


def auth_results(fields: Fields, ours: Collection[str]) -> tuple[AuthResult, ...] | None:
    """Return what the topmost field says that a server of ours wrote; None where there is none.

    Everybody can write such a field into a mail, but not above the topmost Received field of a
    server of ours: that one is added last (RFC 8601 section 5). Give the fields of that part alone.
    """
    for name, body in fields.all:
        if name == "authentication-results":
            service, results = parse_auth_results(body)
            if is_ours(service, ours):
                return results
    return None


def parse_auth_results(body: str) -> tuple[str, tuple[AuthResult, ...]]:
    """Return who wrote the field (authserv-id) and what it says. Never raises."""
    text = _QUOTED.sub(lambda found: found[1] or "", body[:MAX_FIELD_CHARS])
    for _ in range(MAX_NESTING):
        text = _COMMENT.sub(" ", text)
    service, _, rest = text.partition(";")
    found = _SERVICE.match(service.strip())
    told = rest if found else text
    results = [one for part in told.split(";")[:MAX_RESULTS] if (one := _result(part))]
    return found[0] if found else NAMELESS, tuple(results)


def _result(text: str) -> AuthResult | None:
    pairs = [(name.lower(), value) for name, value in _PAIR.findall(text)]
    if not pairs:
        return None
    (method, result), *rest = pairs
    told = dict(reversed(rest))
    names = {
        "spf": ("smtp.mailfrom", "smtp.helo"),
        "dkim": ("header.d", "header.i"),
        "dmarc": ("header.from",),
        "arc": ("header.oldest-pass", "smtp.remote-ip"),
    }.get(method, ())
    about = next((told[name] for name in names if name in told), "")
    return AuthResult(method, result.lower(), about.rpartition("@")[2].lower())
