"""Where an account's mail comes from: what one server numbers or names means nothing at another.

A UIDVALIDITY does not tell, for it is 1 at Gmail for everybody, and neither does a UIDL.
"""

from collections.abc import Callable
from typing import Final

from tuimail.model.ids import AccountName

from .database import Database, Store
from .mailboxes import mailbox_rows, reset_mailbox

_SOURCE: Final = "source "
"""Begins the names under which local.db keeps where each account's mail comes from."""


def take_source(
    store: Store, account: AccountName, source: str, forget: Callable[[], None]
) -> None:
    """Note where an account's mail comes from; where it came from elsewhere, `forget` comes first.

    `source` names protocol, user and server. Safe to repeat after a crash.
    """
    name = f"{_SOURCE}{account}"
    found = store.rows(Database.LOCAL, "select value from state where name = ?", (name,))
    before = str(found[0][0]) if found else ""
    if before == source:
        return
    if before:
        forget()
    with store.writing(Database.LOCAL) as writing:
        writing.run("insert or replace into state values(?, ?)", (name, source))


def reset_mailboxes(store: Store, account: AccountName) -> None:
    """Forget which UIDs all mailboxes of an account hold; what waits goes on by message key."""
    for row in mailbox_rows(store, account):
        if row.is_selectable:
            reset_mailbox(store, row.id)
