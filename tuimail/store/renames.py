"""A mailbox that is renamed on its server keeps its messages, bodies and waiting operations here.

The server comes first and this store follows, in two files. So the intent is written down before,
and what is listed afterwards tells what became of it: wherever a line or a program is cut, nothing
is fetched again and no operation looks for a name that is gone.
"""

import json
from collections.abc import Collection
from typing import Final

from tuimail.model.ids import AccountName
from tuimail.model.mailbox import is_below

from .database import Database, Store
from .mailboxes import drop_mailbox, mailbox_rows

_RENAMING: Final = "renaming "
"""Begins the names under which local.db keeps what each account is about to rename."""
_CARRIED: Final = """update operation set {column} = ?2 || substr({column}, length(?1) + 1)
    where account = ?3 and ({column} = ?1
    or (?4 <> '' and substr({column}, 1, length(?1) + 1) = ?1 || ?4))"""


def note_rename(store: Store, account: AccountName, old: str, new: str) -> None:
    """Write down, durable, that the server is about to be asked."""
    with store.writing(Database.LOCAL) as writing:
        row = (f"{_RENAMING}{account}", json.dumps([old, new]))
        writing.run("insert or replace into state values(?, ?)", row)


def forget_rename(store: Store, account: AccountName) -> None:
    """The server refused."""
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from state where name = ?", (f"{_RENAMING}{account}",))


def renaming(store: Store, account: AccountName) -> tuple[str, str] | None:
    """Return the old and the new name of what was about to be renamed, if anything was."""
    where = "select value from state where name = ?"
    found = store.rows(Database.LOCAL, where, (f"{_RENAMING}{account}",))
    if not found:
        return None
    old, new = json.loads(found[0][0])
    return str(old), str(new)


def settle_rename(store: Store, account: AccountName, listed: Collection[str]) -> list[str]:
    """Follow a rename if the mailboxes `listed` now show that it happened; return the new names.

    Before `put_mailboxes`, which would take the old name for deleted. Safe to repeat.
    """
    intent = renaming(store, account)
    if intent is None:
        return []
    old, new = intent
    has_happened = new in listed and old not in listed
    carried = _follow(store, account, old, new) if has_happened else []
    forget_rename(store, account)
    return carried


def _follow(store: Store, account: AccountName, old: str, new: str) -> list[str]:
    rows = {row.name.raw: row for row in mailbox_rows(store, account)}
    delimiter = rows[old].delimiter if old in rows else ""
    with store.writing(Database.LOCAL) as writing:
        for column in ("mailbox", "destination"):
            writing.run(_CARRIED.format(column=column), (old, new, account, delimiter))
    carried = {
        name: new + name.removeprefix(old)
        for name in rows
        if name == old or is_below(name, old, delimiter)
    }
    with store.writing(Database.CACHE) as writing:
        for name, renamed in carried.items():
            if renamed in rows and renamed not in carried:
                drop_mailbox(writing, rows[renamed].id)
            write = "update mailbox set name = ?, gen = gen + 1 where id = ?"
            writing.run(write, (renamed, rows[name].id))
    return list(carried.values())
