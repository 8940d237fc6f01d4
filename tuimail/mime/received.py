"""A Received field (RFC 5321 section 4.4): who handed a mail to whom, how and when.

What a server writes there differs from program to program. What is known is read, what is not is
left empty; nothing is guessed.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from tuimail.model.path import Ip, Received

from .dates import parse_date

MAX_FIELD_CHARS: Final = 4_096
MAX_NESTING: Final = 10
_CLAUSES: Final = frozenset({"from", "by", "via", "with", "id", "for"})
_WORD: Final = re.compile(r'\(|\)|"(?:[^"\\]|\\.)*+"|(?:[^\s()"\\]|\\"?)++|"')
"""An escaped quote belongs to its word: else each would be looked at for the end of a quotation."""
_IP: Final = re.compile(
    r"\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]|(?:^|\s)([0-9A-Fa-f.:]{7,45})(?=$|\s)"
)
_HOST: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\.?")
_HELO: Final = re.compile(r"helo[= ]([^\s()]+)", re.IGNORECASE)
_TLS: Final = re.compile(r"\busing TLS|version=TLS|\bTLS ?v?1|\btls [A-Z0-9_-]+:|cipher=[A-Z]")
_PROTOCOL: Final = re.compile(r"(?:UTF8)?(?:E?SMTP|LMTP|HTTP|IMAP|POP3)(S?)A?", re.IGNORECASE)


def parse_received(body: str) -> Received:
    """Return what one field says. Never raises."""
    raw = body[:MAX_FIELD_CHARS]
    before, _, stamp = raw.rpartition(";")
    clauses, notes = _clauses(before or raw)
    source, comment = clauses.get("from", ""), notes.get("from", "")
    protocol = _protocol(clauses.get("with", ""))
    return Received(
        raw=raw,
        names=_names(source, comment),
        is_looked_up=_is_looked_up(source, comment),
        ip=_ip(comment) or _ip(source),
        by=_host(clauses.get("by", "")) or str(_ip(clauses.get("by", "")) or ""),
        protocol=protocol,
        is_encrypted=_is_encrypted(protocol, " ".join(notes.values())),
        recipient=clauses.get("for", "").strip("<>"),
        time=parse_date(stamp.strip()),
    )


def _clauses(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the words after each keyword, and what stands in comments there."""
    words: dict[str, list[str]] = {}
    notes: dict[str, list[str]] = {}
    clause = ""
    for word, depth in _tokens(text):
        keyword = word.lower()
        if depth:
            notes.setdefault(clause, []).append(word)
        elif keyword in _CLAUSES and keyword not in words:
            clause = keyword
            words[clause] = []
        else:
            words.setdefault(clause, []).append(word)
    return (
        {name: " ".join(some) for name, some in words.items()},
        {name: " ".join(some) for name, some in notes.items()},
    )


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield each word with how many comments it stands in."""
    depth = 0
    for found in _WORD.finditer(text):
        word = found[0]
        if word == "(":
            depth = min(depth + 1, MAX_NESTING)
        elif word == ")":
            depth = max(depth - 1, 0)
        else:
            yield word, depth


def _protocol(words: str) -> str:
    """Return the protocol alone where it is one that has a name; what follows is the program's."""
    first = words.split(" ", 1)[0]
    return first.upper() if _PROTOCOL.fullmatch(first) else words


def _names(source: str, comment: str) -> tuple[str, ...]:
    """Return the name its address has, where the server looked it up, then the name it gave."""
    first = comment.split(" ", 1)[0]
    looked_up = _host(first) if "." in first and not _helo_of(first) else ""
    given = _host(source) or _helo_of(comment)
    names = (looked_up, given, _helo_of(comment))
    return tuple(dict.fromkeys(name for name in names if name and name.lower() != "unknown"))


def _is_looked_up(source: str, comment: str) -> bool:
    """Whether the server found the first name out itself. Exim puts the one it was told aside."""
    if "may be forged" in comment:
        return False
    first = comment.split(" ", 1)[0]
    is_beside = "." in first and not _helo_of(first) and bool(_host(first))
    return is_beside or bool(_host(source) and _helo_of(comment))


def _helo_of(comment: str) -> str:
    found = _HELO.search(comment)
    return _host(found[1]) if found else ""


def _host(text: str) -> str:
    """Return the first word where it is a host; numbers are addresses, not names."""
    word = text.split(" ", 1)[0]
    is_name = _HOST.fullmatch(word) and not _as_ip(word)
    return word.rstrip(".") if is_name else ""


def _ip(text: str) -> Ip | None:
    return next((ip for a, b in _IP.findall(text) if (ip := _as_ip(a or b))), None)


def _as_ip(text: str) -> Ip | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _is_encrypted(protocol: str, notes: str) -> bool | None:
    known = _PROTOCOL.fullmatch(protocol)
    is_said = bool(known and known[1]) or bool(_TLS.search(notes))
    return True if is_said else None
