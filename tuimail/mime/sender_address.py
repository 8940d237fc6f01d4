"""What is odd about a sender's address: programs read it differently, or it hides something."""

import re
from collections.abc import Iterator

from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.safe import Safe, safe_line

from .confusable import imitating_domain, mixes_scripts, wears_another
from .sender_name import said

_ADDR_SPEC = re.compile(
    r'(?:[^\s@<>()\[\]\\,;:"]{1,128}|"[^"]{1,126}")'
    r'@(?:[^\s@<>()\[\]\\,;:".]{1,63}\.){0,126}[^\s@<>()\[\]\\,;:".]{1,63}'
)
_LITERAL = re.compile(r"[^\s@]{1,128}@\[[0-9A-Za-z.:]{1,60}\]")
_ROUTED = re.compile(r"[@!]|%[\w-]{1,63}\.\w")
"""In what stands before the @: `ceo%bank.example@relay`, `bank.example!ceo@relay`, `"a@b"@c`."""
_WORD_PARTS = re.compile(r"[-._+=]")


def address_warnings(author: Address) -> Iterator[Caution]:
    """Yield what is odd about an address, so that what it seems to be is not believed."""
    local, _, domain = author.addr_spec.rpartition("@")
    if (oddity := _oddity(author.addr_spec, local)) is not None:
        yield Caution(CautionKind.ADDRESS, Safe(f"{oddity}: {said(author.addr_spec)}"))
    if mixed := imitating_domain(author.domain):
        alike = Safe(f"The sender's domain is written in letters that look like others: {mixed}")
        yield Caution(CautionKind.LOOKALIKE, alike)
    if any(map(mixes_scripts, _WORD_PARTS.split(local[:200]))):
        letters = Safe(f"The sender's address mixes letters that look alike: {said(local)}")
        yield Caution(CautionKind.LOOKALIKE, letters)
    if worn := wears_another(domain):
        shown = safe_line(worn, 100)
        inside = Safe(f"The sender's domain begins like {shown} but is {said(domain)}.")
        yield Caution(CautionKind.LOOKALIKE, inside)


def _oddity(addr_spec: str, local: str) -> str | None:
    if "=?" in local:
        return "The sender's address is written in code, which programs read differently"
    if _ROUTED.search(local):
        return "The sender's address holds another one"
    if _LITERAL.fullmatch(addr_spec):
        return "The sender's address names a number in place of a domain"
    if not _ADDR_SPEC.fullmatch(addr_spec):
        return "The sender's address is malformed"
    return None
