"""What is done to other things than mail, as the journal keeps it: a value before and after.

A deed says what something was and is: a search kept under a name, how much of a mailbox is kept, a
mailbox itself. Taken back, it is what it was; None stands for what is not there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tuimail.model.ids import AccountName

from .database import Database, Row, Store, Writing
from .statement import sql
from .text import storable

KEEP_DRAFTS_S: Final = 7 * 86_400
"""A mail that was thrown away can be had back for so long."""


class DeedKind(StrEnum):
    """What a deed changes."""

    MAILBOX = "mailbox"
    """Name of a mailbox on its server."""
    SUBSCRIPTION = "subscription"
    """`1` or `0`, by mailbox."""
    OFFLINE = "offline"
    """How much of a mailbox is kept here, in a word, by mailbox."""
    SEARCH = "search"
    """The query, by the name it is kept under."""
    SPLITS = "splits"
    """All of them in their order, and whether they are shown."""
    DRAFT = "draft"
    """What was written, by the id of the draft."""
    SNOOZE = "snooze"
    """See `snoozes`, by content key."""
    WATCH = "watch"
    """See `watches`, by kind and first message."""


LOCAL_KINDS: Final = frozenset({DeedKind.SEARCH, DeedKind.DRAFT, DeedKind.SNOOZE, DeedKind.WATCH})
"""What lives in local.db: set in the transaction that journals it."""
_OF: Final = "select kind, account, name, before, after from deed where"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was changed."""

    kind: DeedKind
    account: AccountName
    """Empty where it belongs to none."""
    name: str
    before: str | None
    after: str | None

    @property
    def inverse(self) -> "Deed":
        """What takes it back."""
        return replace(self, before=self.after, after=self.before)


def insert_deeds(writing: Writing, batch: int, deeds: Iterable[Deed]) -> None:
    """Write deeds down under an entry of the journal, inside an open transaction of local.db."""
    writing.run_many(
        "insert into deed(batch, kind, account, name, before, after) values(?, ?, ?, ?, ?, ?)",
        [
            (batch, one.kind, one.account, storable(one.name), one.before, one.after)
            for one in deeds
        ],
    )


def deeds_in_batch(store: Store, batch: int) -> list[Deed]:
    """Return the deeds of an entry in their order."""
    rows = store.rows(Database.LOCAL, sql(_OF, "batch = ? order by id"), (batch,))
    return [_deed(row) for row in rows]


def forget_old_deeds(writing: Writing, now: int) -> None:
    """Drop deeds whose entry is gone, and mails thrown away long ago. `now` is in seconds UTC."""
    writing.run("delete from deed where batch not in (select id from batch)")
    writing.run(
        "delete from deed where kind = 'draft' and batch in"
        " (select id from batch where created < ?)",
        (now - KEEP_DRAFTS_S,),
    )


def _deed(row: Row) -> Deed:
    kind, account, name, before, after = row
    return Deed(DeedKind(kind), AccountName(account), name, before, after)
