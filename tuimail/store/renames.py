"""A mailbox that is renamed on its server keeps its messages, bodies and waiting operations here.

The server comes first and this store follows, in two files. So the intent is written down before,
and what is listed afterwards tells what became of it: wherever a line or a program is cut, nothing
is fetched again and no operation looks for a name that is gone.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Final

from tuimail.model.ids import AccountName
from tuimail.model.mailbox import is_below

from .database import Database, Store
from .mailboxes import drop_mailbox, mailbox_rows
from .projection import apply_projection

_RENAMING: Final = "renaming "
"""Begins the names under which local.db keeps what each account is about to rename."""
_NAMED: Final = (
    *(("operation", "mailbox"), ("operation", "destination")),
    *(("snooze", "home"), ("snooze", "bed"), ("watch", "home"), ("watch", "bed")),
    ("wanted_mailbox", "name"),
)
"""Where local.db names mailboxes: what waits for the server, and what sleeps or may come back."""
_CARRIED: Final = """update or replace {table}
    set {column} = ?2 || substr({column}, length(?1) + 1) where account = ?3 and ({column} = ?1
    or (?4 <> '' and substr({column}, 1, length(?1) + 1) = ?1 || ?4))"""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a server was, or is about to be, asked to rename."""

    old: str
    new: str
    delimiter: str
    """Between the names of a mailbox and those below it; empty where nothing can lie below."""

    def renamed(self, name: str) -> str:
        """Return the new name of a mailbox; of one that stays, its own."""
        is_moved = name == self.old or is_below(name, self.old, self.delimiter)
        return self.new + name.removeprefix(self.old) if is_moved else name


def note_rename(store: Store, account: AccountName, renaming: Renaming) -> None:
    """Write down, durable, that the server is about to be asked."""
    with store.writing(Database.LOCAL) as writing:
        row = (f"{_RENAMING}{account}", json.dumps(astuple(renaming)))
        writing.run("insert or replace into state values(?, ?)", row)


def forget_rename(store: Store, account: AccountName) -> None:
    """The server refused."""
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from state where name = ?", (f"{_RENAMING}{account}",))


def unsettled_rename(store: Store, account: AccountName) -> Renaming | None:
    """Return what was about to be renamed, if anything was."""
    where = "select value from state where name = ?"
    found = store.rows(Database.LOCAL, where, (f"{_RENAMING}{account}",))
    return Renaming(*json.loads(found[0][0])) if found else None


def settle_rename(store: Store, account: AccountName, listed: Mapping[str, bool]) -> list[str]:
    """Follow a rename if the mailboxes `listed` now show that it happened; return the new names.

    `listed` says of each whether it can be opened: a name may hold others alone. To be called
    before `put_mailboxes`, which would take the old name for deleted. Safe to repeat.
    """
    renaming = unsettled_rename(store, account)
    if renaming is None:
        return []
    has_happened = _has_happened(renaming, listed)
    if has_happened:
        # The cache first: what is asked for from then on names the mailbox as it is called now.
        _follow_in_cache(store, account, renaming)
        _follow_in_local(store, account, renaming)
    forget_rename(store, account)
    new = [name for name in listed if name == renaming.new or _is_below_new(name, renaming)]
    return sorted(new) if has_happened else []


def _has_happened(renaming: Renaming, listed: Mapping[str, bool]) -> bool:
    if renaming.new not in listed or listed.get(renaming.old, False):
        return False
    # A name that only holds others has moved once none is below the old one any more.
    left = (is_below(name, renaming.old, renaming.delimiter) for name in listed if listed[name])
    return listed[renaming.new] or not any(left)


def _is_below_new(name: str, renaming: Renaming) -> bool:
    return is_below(name, renaming.new, renaming.delimiter)


def _follow_in_cache(store: Store, account: AccountName, renaming: Renaming) -> None:
    rows = {row.name.raw: row for row in mailbox_rows(store, account)}
    carried = {name: new for name in rows if (new := renaming.renamed(name)) != name}
    with store.writing(Database.CACHE) as writing:
        for name, new in carried.items():
            if new in rows and new not in carried:
                drop_mailbox(writing, rows[new].id)
            write = "update mailbox set name = ?, gen = gen + 1 where id = ?"
            writing.run(write, (new, rows[name].id))


def _follow_in_local(store: Store, account: AccountName, renaming: Renaming) -> None:
    names = (renaming.old, renaming.new, account, renaming.delimiter)
    with store.writing(Database.LOCAL) as writing:
        for table, column in _NAMED:
            writing.run(_CARRIED.format(table=table, column=column), names)
    apply_projection(store)
