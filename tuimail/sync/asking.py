"""A search that servers are asked, mailbox after mailbox, because not all mail is here."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.errors import TuimailError
from tuimail.model.ids import MailboxId, RowId
from tuimail.model.query import Node
from tuimail.model.uid_set import UidSet
from tuimail.store.database import Store
from tuimail.store.mailboxes import sync_state
from tuimail.store.server_hits import rows_of_uids, still_meant

from .pull import Puller, Target
from .remote import Remote, RemoteState

MAX_HITS: Final = 2_000
"""Of one mailbox, the newest: a search that finds more is to be narrowed."""


@dataclass(slots=True, eq=False)
class Asking:
    """One search somebody waits for."""

    query: Node
    scope: Sequence[MailboxId]
    """Where what is found must lie; empty is everywhere."""
    targets: list[Target]
    """Mailboxes still to be asked."""
    found: Callable[[MailboxId, Sequence[RowId]], None]
    progress: Callable[[str, int, int], None]
    """(mailbox asked next, asked already, of so many)."""
    end: "asyncio.Future[None]"
    problem: TuimailError | None = None
    """Why a mailbox could not be asked."""
    total: int = 0

    def __post_init__(self) -> None:
        self.total = len(self.targets)

    def tell(self, mailbox: str) -> None:
        """Say which mailbox is asked now."""
        self.progress(mailbox, self.total - len(self.targets), self.total)

    def answered(self, target: Target, problem: TuimailError | None = None) -> None:
        """Note that a mailbox was asked, or cannot be."""
        self.problem = self.problem or problem
        if target in self.targets:
            self.targets.remove(target)
        if not self.targets:
            self.finish(self.problem)

    def finish(self, problem: TuimailError | None = None) -> None:
        """Tell who waits that nothing more comes."""
        if self.end.done():
            return
        self.progress("", self.total, self.total)
        if problem is None:
            self.end.set_result(None)
        else:
            self.end.set_exception(problem)


class Askings:
    """Searches somebody waits for, the first one first."""

    def __init__(self) -> None:
        self._waiting: list[Asking] = []

    def add(self, asking: Asking) -> None:
        """Want one more."""
        self._waiting.append(asking)

    def next(self) -> tuple[Asking, Target] | None:
        """Return which mailbox is to be asked for which search."""
        self._waiting = [asking for asking in self._waiting if not asking.end.done()]
        return (self._waiting[0], self._waiting[0].targets[0]) if self._waiting else None

    def give_up(self, error: TuimailError) -> None:
        """Tell everybody who waits that nothing more comes."""
        for asking in self._waiting:
            asking.finish(error)


async def ask(
    remote: Remote, store: Store, puller: Puller, asking: Asking, opened: tuple[Target, RemoteState]
) -> None:
    """Ask for one mailbox, which is open, and fetch headers of what is found and not here yet.

    Raises:
        NetworkError, ProtocolError: as the methods of `Remote`.
    """
    target, state = opened
    known = await asyncio.to_thread(sync_state, store, target.id)
    if known.uid_validity != state.uid_validity:
        return  # the mailbox is to be pulled anew first
    uids = _newest(await remote.search(asking.query))
    if not uids:
        return
    here = await asyncio.to_thread(rows_of_uids, store, target.id, uids)
    missing = UidSet.of(uid for uid in uids if uid not in here)
    if missing:
        await puller.fetch(remote, target, [missing], lambda _: None)
        here = await asyncio.to_thread(rows_of_uids, store, target.id, uids)
    rows = await asyncio.to_thread(
        still_meant, store, asking.query, asking.scope, list(here.values())
    )
    if rows and not asking.end.done():
        asking.found(target.id, rows)


def _newest(uids: UidSet) -> list[int]:
    return list(uids)[-MAX_HITS:]
