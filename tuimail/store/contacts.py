"""People you wrote to, and people seen in mail, for completing addresses."""

from collections.abc import Iterable
from typing import Final

from tuimail.model.address import Address
from tuimail.model.nearness import Known

from .database import Database, Store
from .statement import sql
from .text import storable

MAX_PREFIX_CHARS: Final = 100
MAX_KNOWN: Final = 20_000
"""Of those written to, and of those seen in mail: whoever is used least is left out."""

_MATCHING: Final = """(addr like ?1 escape '\\' or name like ?1 escape '\\'
    or name like '% ' || ?1 escape '\\')"""
_LATEST: Final = ", last desc limit ?2"


def harvest(store: Store, addresses: Iterable[Address], now: int) -> None:
    """Remember people written to."""
    rows = [
        (storable(a.addr_spec).lower(), storable(a.name), now)
        for a in addresses
        if a.addr_spec and a.addr_spec.isprintable()
    ]
    with store.writing(Database.LOCAL) as writing:
        writing.run_many(
            "insert into contact values(?, ?, 1, ?) on conflict(addr) do update set"
            " used = used + 1, last = max(last, excluded.last),"
            " name = iif(excluded.name <> '', excluded.name, name)",
            rows,
        )


def correct(store: Store, wrong: str, right: str, now: int) -> None:
    """Remember that one address was meant by another, which is then offered no more.

    What was written to the wrong one counts for the right one; both are addr-specs.
    """
    old, new = storable(wrong).lower(), storable(right).lower()
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert into contact select ?1, coalesce((select name from contact where addr = ?2),"
            " ''), 1, ?3 where true on conflict(addr) do update set used = used + 1,"
            " last = max(last, excluded.last)",
            (new, old, now),
        )
        writing.run("update contact set used = used - 1 where addr = ?", (old,))
        writing.run("delete from contact where addr = ? and used <= 0", (old,))


def complete(store: Store, prefix: str, limit: int = 10) -> list[Address]:
    """Return people whose address or a word of whose name begins so: those written to first."""
    wanted = _like(prefix.strip()[:MAX_PREFIX_CHARS])
    if wanted == "%":
        return []
    written_to = store.rows(
        Database.LOCAL,
        sql("select name, addr from contact where", _MATCHING, "order by used desc", _LATEST),
        (wanted, limit),
    )
    seen = store.rows(
        Database.CACHE,
        sql("select name, addr from person where", _MATCHING, "order by seen desc", _LATEST),
        (wanted, limit),
    )
    found: dict[str, Address] = {}
    for name, address in (*written_to, *seen):
        found.setdefault(address, Address(name, address))
    return list(found.values())[:limit]


def known_people(store: Store) -> list[Known]:
    """Return people written to and people seen in mail, each address once."""
    written_to = store.rows(
        Database.LOCAL,
        "select addr, name, used from contact order by used desc, last desc limit ?",
        (MAX_KNOWN,),
    )
    seen = store.rows(
        Database.CACHE,
        "select addr, name, seen from person order by seen desc, last desc limit ?",
        (MAX_KNOWN,),
    )
    found: dict[str, Known] = {}
    for address, name, times in (*written_to, *seen):
        found.setdefault(address.lower(), Known(address.lower(), name or "", times or 1))
    return list(found.values())


def _like(prefix: str) -> str:
    for sign in ("\\", "%", "_"):
        prefix = prefix.replace(sign, "\\" + sign)
    return storable(prefix) + "%"
