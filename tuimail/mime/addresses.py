"""Addresses a person types: parsed strictly, written into headers, made ready for the envelope.

The standard library's `parseaddr` is not used: it finds an address in `a@x)b@evil`
(CVE-2023-27043). Accepted here is exactly one addr-spec for each entry; nothing is repaired.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.domain import ascii_domain
from tuimail.model.safe import safe_line

MAX_ADDRESSES: Final = 2_000
"""In one field: more is a mistake, or a task for a mailing list."""
MAX_TYPED_CHARS: Final = 400_000
MAX_LOCAL_BYTES: Final = 64
MAX_ADDR_SPEC_BYTES: Final = 254
"""RFC 5321 section 4.5.3.1: 256 with the angle brackets of the path."""
_SHOWN_CHARS: Final = 60

_ATEXT: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
"""UTF-8 too (RFC 6531 section 3.3), for servers that take it."""
_DOT_ATOM = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
_QUOTED_LOCAL = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])*"')
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NEEDS_QUOTES = re.compile(r'[()<>\[\]:;@\\,."]|^\s|\s$|\s\s')
_NAME_JOINERS: Final = "\u200c\u200d"
"""Persian and Indic names are spelled with them."""


def parse_address_list(text: str) -> tuple[Address, ...]:
    """Return the addresses of a comma separated list (`Ann <a@x>, "B, C" <b@y>, c@z`).

    A semicolon separates too, as some programs write it; groups (`Friends: a@x;`) are refused.

    Raises:
        UserError: names the first entry that is not exactly one addr-spec, and what to do.
    """
    if len(text) > MAX_TYPED_CHARS:
        raise UserError("That is too long for a list of addresses.")
    entries = [entry.strip() for entry in _split(text)]
    found = tuple(_parse_entry(entry) for entry in entries if entry)
    if len(found) > MAX_ADDRESSES:
        raise UserError(f"{len(found)} addresses are too many; at most {MAX_ADDRESSES} fit.")
    return found


def whole_addresses(text: str) -> list[Address]:
    """Return those entries of a list that are addresses; the others are still being typed."""
    found: list[Address] = []
    for entry in _whole_entries(text[:MAX_TYPED_CHARS])[:MAX_ADDRESSES]:
        with suppress(UserError):
            found.append(_parse_entry(entry.strip()))
    return found


def parse_address(text: str) -> Address:
    """Return the one address in `text`; raises UserError like `parse_address_list`."""
    found = parse_address_list(text)
    if len(found) != 1:
        raise UserError(f"{_shown(text)} is not one address.")
    return found[0]


def format_address(address: Address) -> str:
    """Return `Name <local@domain>` as a person reads and types it (Unicode, quoted if needed)."""
    name = plain_name(address.name)
    if not name:
        return address.addr_spec
    return f"{quoted_name(name) if _NEEDS_QUOTES.search(name) else name} <{address.addr_spec}>"


def format_address_list(addresses: Iterable[Address]) -> str:
    """Return addresses joined by `, `: what `parse_address_list` reads back."""
    return ", ".join(format_address(address) for address in addresses)


def plain_name(name: str) -> str:
    """Return a display name on one line, without control and invisible characters."""
    kept = "".join(" " if _is_control(char) else char for char in name)
    return " ".join(kept.split())


def quoted_name(name: str) -> str:
    """Return a name as a quoted-string (RFC 5322 section 3.2.4)."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def envelope_address(addr_spec: str) -> str:
    """Return the addr-spec for MAIL and RCPT: the domain as A-labels (RFC 5891).

    What stands before the @ may be of any script; only servers with SMTPUTF8 take it then.

    Raises:
        UserError: it is no address, or the domain cannot be encoded.
    """
    local, at, domain = addr_spec.rpartition("@")
    if not at or not local or not domain:
        raise UserError(f"{_shown(addr_spec)} is no address: it needs the form name@domain.")
    local = unicodedata.normalize("NFC", local)
    is_short = len(local.encode("utf-8", "replace")) <= MAX_LOCAL_BYTES
    if not (is_short and local.isprintable() and _is_local_part(local)):
        raise UserError(f"{_shown(addr_spec)}: what stands before the @ is not valid.")
    encoded = f"{local}@{_ascii_domain(domain, addr_spec)}"
    if len(encoded.encode()) > MAX_ADDR_SPEC_BYTES:
        raise UserError(f"{_shown(addr_spec)} is too long for an address.")
    return encoded


def _whole_entries(text: str) -> list[str]:
    """Split a list as `_split` does, without the name whose quote is not closed yet."""
    try:
        return _split(text)
    except UserError:
        begun = text.rindex('"')
    with suppress(UserError):
        return _split(text[:begun])
    return []


def _split(text: str) -> list[str]:
    """Split at commas and semicolons outside quotes and angle brackets."""
    entries, start, angle = [], 0, False
    for place, char in _outside_quotes(text):
        if char in "<>":
            angle = char == "<"
        elif char in ",;" and not angle:
            entries.append(text[start:place])
            start = place + 1
    return [*entries, text[start:]]


def _outside_quotes(text: str) -> Iterator[tuple[int, str]]:
    """Yield place and character of what stands outside of quoted strings.

    Raises:
        UserError: a quote is not closed.
    """
    quoted, escaped, opened = False, False, 0
    for place, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = char == "\\", char != '"'
        elif char == '"':
            quoted, opened = True, place
        else:
            yield place, char
    if quoted:
        raise UserError(f"A quote is not closed: {_shown(text[opened:])}")


def _parse_entry(entry: str) -> Address:
    if bad := next((char for char in entry if _is_control(char)), None):
        raise UserError(f"{_shown(entry)} holds an invisible character (U+{ord(bad):04X}).")
    if entry.endswith(">"):
        opening = _angle_at(entry)
        name, addr_spec = _name(entry[:opening].strip(), entry), entry[opening + 1 : -1]
    else:
        name, addr_spec = "", entry
    return Address(name, _addr_spec(addr_spec.strip(), entry))


def _angle_at(entry: str) -> int:
    """Return where the one `<` outside quotes stands."""
    places = [place for place, char in _outside_quotes(entry) if char in "<>"]
    if len(places) != 2 or entry[places[0]] != "<":
        raise UserError(f"{_shown(entry)} is not one address: < and > do not pair.")
    return places[0]


def _name(name: str, entry: str) -> str:
    if name.startswith('"'):
        inner = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', name)
        if inner is None:
            raise UserError(f"{_shown(entry)}: the quotes around the name do not pair.")
        return plain_name(re.sub(r"\\(.)", r"\1", inner[1]))
    if found := re.search(r'[":@<>\\]', name):
        raise UserError(
            f"{_shown(entry)}: a name with {found[0]} goes in quotes, "
            f"and groups of addresses are not understood."
        )
    return plain_name(name)


def _addr_spec(text: str, entry: str) -> str:
    """Check that `text` is exactly one addr-spec (RFC 5322 section 3.4.1), domain in any script."""
    if "@" not in text or (":" in text and text[0] != '"' and "[" not in text):
        raise UserError(_no_address(entry))
    envelope_address(text)
    return text


def _no_address(entry: str) -> str:
    if ":" in entry:
        return f"{_shown(entry)}: groups of addresses are not understood; name each address."
    return (
        f"{_shown(entry)} is no address: it needs the form name@domain. "
        'A name with a comma goes in quotes: "Doe, Ann" <ann@example.org>'
    )


def _is_local_part(local: str) -> bool:
    return bool(_DOT_ATOM.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local))


def _ascii_domain(domain: str, addr_spec: str) -> str:
    if domain.startswith("["):
        return _address_literal(domain, addr_spec)
    no_domain = UserError(f"{_shown(addr_spec)}: what follows the @ is no domain name.")
    try:
        looked_up = ascii_domain(domain)
    except UserError as error:
        raise no_domain from error
    if not all(map(_LABEL.fullmatch, looked_up.split("."))):
        raise no_domain
    return domain if domain.isascii() else looked_up


def _address_literal(domain: str, addr_spec: str) -> str:
    inner = domain[1:-1] if domain.endswith("]") else ""
    try:
        if inner.lower().startswith("ipv6:"):
            return f"[IPv6:{IPv6Address(inner[5:])}]"
        return f"[{IPv4Address(inner)}]"
    except ValueError as error:
        raise UserError(f"{_shown(addr_spec)}: {_shown(domain)} is no IP address.") from error


def _is_control(char: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and (
        char not in _NAME_JOINERS
    )


def _shown(text: str) -> str:
    line = safe_line(" ".join(text.split()))
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"
