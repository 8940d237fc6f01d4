"""Has the servers asked for a search: which mailboxes lack mail here, and who asks for them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tuimail.errors import TuimailError
from tuimail.events import Event, Progress, ServerFound, Task
from tuimail.model.ids import AccountName, MailboxId, RowId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.query import has_words
from tuimail.services.engine_wire import SearchWish
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.server_hits import lacks_mail
from tuimail.sync.asking import Asking
from tuimail.sync.pull import Target

from .keeper import AccountKeeper

_APART: Final = frozenset({Role.TRASH, Role.JUNK})
"""What a mailbox for all mail leaves out (Gmail's, RFC 6154)."""


async def seek(
    wish: SearchWish,
    store: Store,
    keepers: Mapping[AccountName, AccountKeeper],
    publish: Callable[[Event], None],
) -> None:
    """Ask the servers of all accounts at once, and tell what they find as it comes.

    Raises:
        TuimailError: the first reason for which a mailbox could not be asked; the others were.
    """
    scope = [MailboxId(mailbox) for mailbox in wish.mailboxes]
    targets = await asyncio.to_thread(_targets, store, wish, scope)
    problems: list[TuimailError] = []

    async def ask(keeper: AccountKeeper, mailboxes: list[Target]) -> None:
        name = keeper.account.name

        def found(mailbox: MailboxId, rows: Sequence[RowId]) -> None:
            publish(ServerFound(wish.search, mailbox, tuple(rows)))

        def progress(mailbox: str, done: int, total: int) -> None:
            publish(Progress(name, Task.SEARCH, mailbox, done, total))

        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            await keeper.search(Asking(wish.query, scope, mailboxes, found, progress, end))
        except TuimailError as error:
            problems.append(error)
        finally:
            end.cancel()  # where nobody waits any more: it is asked no further

    async with asyncio.TaskGroup() as group:
        for name, mailboxes in targets.items():
            if name in keepers:
                group.create_task(ask(keepers[name], mailboxes))
    if problems:
        raise problems[0]


def _targets(
    store: Store, wish: SearchWish, scope: Sequence[MailboxId]
) -> dict[AccountName, list[Target]]:
    """Return the mailboxes to be asked for, of each account."""
    if not has_words(wish.query):
        return {}
    of_account: dict[AccountName, list[MailboxRow]] = defaultdict(list)
    for row in mailbox_rows(store):
        if row.is_selectable and (not scope or row.id in scope):
            of_account[row.account].append(row)
    found = {}
    for name, rows in of_account.items():
        lacking = [row for row in _distinct(rows) if lacks_mail(store, row.id)]
        if lacking:
            lacking.sort(key=lambda row: row.role is not Role.INBOX)
            found[name] = [Target(row.id, row.name.raw) for row in lacking]
    return found


def _distinct(rows: Sequence[MailboxRow]) -> list[MailboxRow]:
    """Return mailboxes that hold everything between them: the one for all mail, where one is."""
    if not any(row.role is Role.ALL for row in rows):
        return list(rows)
    return [row for row in rows if row.role is Role.ALL or row.role in _APART]
