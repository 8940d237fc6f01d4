"""What a sender's display name says that is not so, in sentences."""

import re
from collections.abc import Iterator
from typing import Final

from tuimail.model.address import Address
from tuimail.model.caution import Caution, CautionKind
from tuimail.model.cells import cut_address
from tuimail.model.claimed import SHARED_BY_MANY, claims, domain_as_seen
from tuimail.model.domain import unicode_domain
from tuimail.model.safe import Safe, safe_line

from .owner import owner_of

LONG_NAME_CHARS: Final = 200
"""Names of people and companies are shorter; a longer one pushes something out of sight."""
MAX_MACHINE_CHARS: Final = 320
SAID_CELLS: Final = 90
"""Of an address in a sentence; its domain stays whole."""
_OVERRIDES = re.compile("[\u202d\u202e]")
_TURNS_RIGHT_TO_LEFT = re.compile("[\u202b\u2067]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0001-\U000e007f]")
"""Invisible letters; behind a black flag they draw the flag of a region."""
_MACHINE = re.compile(
    r"(?<![a-z])(?:(?:no|do[-_.]?not)[-_.]?reply|notif(?:ications?|y)|alerts?|invit(?:ations?|es?)"
    r"|calendar|mailer|bounces?)(?![a-z])[^@]*@",
    re.IGNORECASE,
)
_GMAIL: Final = "gmail.com"


def name_warnings(author: Address) -> Iterator[Caution]:
    """Yield what a name claims that its address does not hold, and how it hides."""
    if found := another_in(author):
        yield named_another(author, found)
    if has_override(author.name) or has_override(author.addr_spec) or _is_turned(author.name):
        turned = "The sender's name holds characters that turn text around; they were removed."
        yield Caution(CautionKind.TURNED, Safe(turned))
    if _TAGS.search(author.name):
        unseen = "The sender's name holds invisible letters; they were removed."
        yield Caution(CautionKind.TURNED, Safe(unseen))
    if len(author.name) > LONG_NAME_CHARS:
        longer = f"The sender's name is {len(author.name)} characters long or longer."
        yield Caution(CautionKind.NAME, Safe(longer))


def another_in(author: Address) -> str:
    """Return the address or domain in a name that is another's; empty if there is none."""
    found = claims(author.name)
    return next((claim for claim in found if not _is_of(claim, author)), "")


def named_another(author: Address, claim: str) -> Caution:
    """Say that a name shows another address or domain."""
    what = "an address" if "@" in claim else "a domain"
    return Caution(
        CautionKind.NAME,
        Safe(
            f"The sender's name shows {what}, {said(claim)},"
            f" but the mail is from {said(author.addr_spec)}."
        ),
    )


def said(addr_spec: str) -> Safe:
    """Return an address as a sentence names it: of a long one the domain stays."""
    return cut_address(safe_line(addr_spec, 1_000), SAID_CELLS) or Safe("(none)")


def is_machine(author: Address) -> bool:
    """Whether nobody reads answers to an address: programs write from it in people's names."""
    return _MACHINE.search(author.addr_spec, 0, MAX_MACHINE_CHARS) is not None


def has_override(text: str) -> bool:
    """Whether text holds a character that turns the direction of what follows around."""
    return _OVERRIDES.search(text) is not None


def _is_turned(name: str) -> bool:
    """Whether a name is set from right to left though nothing in it is written so."""
    return bool(_TURNS_RIGHT_TO_LEFT.search(name)) and not _RIGHT_TO_LEFT.search(name)


def _is_of(claim: str, author: Address) -> bool:
    """Whether what a name claims is the author's own."""
    local, at, domain = claim.rpartition("@")
    named, own = _owner(unicode_domain(domain)), _owner(unicode_domain(author.domain))
    if not at and named.partition(".")[0] == own.partition(".")[0]:
        return True  # a shop.de that writes from shop.com: its name is its brand
    if at and own in SHARED_BY_MANY and named == own:
        return _mailbox(local, own) == _mailbox(author.addr_spec.rpartition("@")[0], own)
    return named == own


def _owner(domain: str) -> str:
    owner = owner_of(domain_as_seen(domain))
    return _GMAIL if owner == "googlemail.com" else owner


def _mailbox(local: str, owner: str) -> str:
    """Return whose mailbox it is at a provider: Gmail knows no dots, and nobody what follows +."""
    base = local.lower().partition("+")[0]
    return base.replace(".", "") if owner == _GMAIL else base
