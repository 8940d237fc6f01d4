"""Which address a person may have meant by one that mail did not reach."""

from collections.abc import Iterable, Sequence
from time import time
from typing import Final

from tuimail.config.providers import KNOWN_PROVIDERS
from tuimail.model.address import Address
from tuimail.model.nearness import Known, near
from tuimail.store.contacts import known_people
from tuimail.store.refusals import last_refusals

from .mail import Mail

MOST_OFFERED: Final = 3
COMMON_DOMAINS: Final = (
    *KNOWN_PROVIDERS,
    *("outlook.com", "hotmail.com", "live.com", "aol.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr"),
    *("proton.me", "protonmail.com", "icloud.com", "t-online.de", "gmx.at", "gmx.ch", "mail.ru"),
    *("orange.fr", "free.fr", "libero.it", "hotmail.co.uk", "hotmail.fr", "btinternet.com"),
)
"""Where many people have their mail."""


def suggestions(mail: Mail, address: str) -> list[Address]:
    """Return addresses that may have been meant by this one, likeliest first, often none.

    People the person knows, and the same name at a domain they or many people use; none that mail
    did not reach either.
    """
    return suggestions_for(mail, [address])[address]


def suggestions_for(mail: Mail, addresses: Iterable[str]) -> dict[str, list[Address]]:
    """Return the same for several addresses at once."""
    wrong = tuple(addresses)
    people = known_people(mail.store) if wrong else []
    return {address: _meant(mail, address, people) for address in wrong}


def _meant(mail: Mail, address: str, people: Sequence[Known]) -> list[Address]:
    found = near(address, people, COMMON_DOMAINS)[: 3 * MOST_OFFERED]
    offered = [Address(one.known.name, one.known.addr_spec) for one in found]
    in_vain = last_refusals(mail.store, [one.addr_spec for one in offered], int(time()))
    failed = {one.address for one in in_vain}
    return [one for one in offered if one.addr_spec not in failed][:MOST_OFFERED]
