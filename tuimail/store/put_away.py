"""Reports that were matched and are surely true: each leaves the inbox, once."""

from collections.abc import Sequence
from typing import Final

from tuimail.model.flags import Flags
from tuimail.model.ids import MailboxId, MessageKey
from tuimail.model.operation import Operation
from tuimail.model.report import SURE
from tuimail.model.safe import Safe

from .database import Database, Store
from .journal import BatchKind, insert_batch
from .projection import project_new
from .statement import listed, sql

_IS_CONTRARY: Final = """exists(select 1 from recipient r join submission s on s.id = r.submission
    where s.outgoing = report.outgoing and r.address = report.address and (report.action, r.state)
    in (values('failed', 'delivered'), ('delivered', 'bounced')))"""
_WAITING: Final = sql(
    "message_key = ? and not put_away and address <> '' and grade in",
    listed(SURE),
    "and not",
    _IS_CONTRARY,
)
"""What speaks of none of the recipients, or against what is known of one, changes no state: it
stays where it is seen."""


def is_to_be_put_away(store: Store, key: MessageKey) -> bool:
    """Whether a mail is such a report, and was never put away."""
    which = sql("select 1 from report where", _WAITING, "limit 1")
    return bool(store.rows(Database.LOCAL, which, (key,)))


def put_away(
    store: Store,
    key: MessageKey,
    sentence: Safe,
    operations: Sequence[Operation],
    flags_before: Sequence[Flags],
) -> list[MailboxId]:
    """Record what takes a report out of the inbox, with that it was done: both or neither.

    Returns the mailboxes that show it. A person who takes it back has the last word.
    """
    with store.writing(Database.LOCAL) as writing:
        if not writing.run(sql("update report set put_away = 1 where", _WAITING), (key,)):
            return []
        if operations:
            insert_batch(writing, BatchKind.AUTO, operations, sentence, flags_before)
    return project_new(store)
