"""Who is known: people one wrote to, people who wrote, and their domains."""

from collections.abc import Collection
from typing import Final, NamedTuple

from tuimail.model.ids import ThreadId

from .database import Database, Store
from .statement import sql
from .text import PEOPLE_MARKS, storable

MAX_DOMAINS: Final = 5_000
"""Of those written to, and of those seen in mail: the most used."""
OFTEN: Final = 5
"""Mails that make a domain known that was never written to."""

_DOMAIN: Final = "substr(addr, instr(addr, '@') + 1)"


class Acquaintance(NamedTuple):
    """How well an address is known."""

    is_contact: bool
    """It was written to."""
    seen: int
    """Mails that came from it, as far as they were ever here."""


def acquaintance(store: Store, addr_spec: str) -> Acquaintance:
    """Return how well an address is known."""
    address = storable(addr_spec).lower()
    written_to = store.rows(
        Database.LOCAL, "select 1 from contact where addr = ? and used > 0", (address,)
    )
    seen = store.rows(Database.CACHE, "select seen from person where addr = ?", (address,))
    return Acquaintance(bool(written_to), int(seen[0][0] or 0) if seen else 0)


def was_asked(store: Store, thread: ThreadId, own: Collection[str], addr_spec: str) -> bool:
    """Whether one of `own` wrote to an address in a thread, with whichever program."""
    name_end, person_end, _ = PEOPLE_MARKS
    which = sql(
        "select 1 from message where thread = ? and instr(lower(people) || ?, ?)",
        f"and lower(addr) in ({', '.join('?' * len(own))}) limit 1",
    )
    needle = f"{name_end}{storable(addr_spec).lower()}{person_end}"
    return bool(store.rows(Database.CACHE, which, (thread, person_end, needle, *own)))


def contact_named(store: Store, name: str) -> str:
    """Return the address under which somebody of this name is written to most; empty if none."""
    found = store.rows(
        Database.LOCAL,
        "select addr from contact where name = ? collate nocase order by used desc, addr limit 1",
        (storable(name),),
    )
    return str(found[0][0]) if found else ""


def domains_written_to(store: Store) -> list[str]:
    """Return the domains of people one wrote to."""
    which = f"select {_DOMAIN} d from contact group by d order by sum(used) desc limit ?"  # noqa: S608
    return [row[0] for row in store.rows(Database.LOCAL, which, (MAX_DOMAINS,))]


def domains_seen(store: Store) -> list[str]:
    """Return the domains from which mail came often. Reads every sender: 20 ms for 50,000."""
    which = f"""select {_DOMAIN} d from person group by d having sum(seen) >= ?
        order by sum(seen) desc limit ?"""  # noqa: S608
    return [row[0] for row in store.rows(Database.CACHE, which, (OFTEN, MAX_DOMAINS))]
