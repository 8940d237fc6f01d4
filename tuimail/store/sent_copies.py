"""What has become of the copy of a sent mail on its way into Sent: told by the mail's history."""

from collections.abc import Iterable, Sequence
from typing import Final

from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.operation import Operation
from tuimail.model.outgoing import CopyStep, OutgoingState

from .database import Database, Store
from .operations import insert_operations
from .outgoing_history import insert_event
from .statement import listed, sql

_LAST: Final = sql(
    "select what from event where outgoing = ? and what in",
    listed(CopyStep),
    "order by id desc limit 1",
)


def copy_step(store: Store, outgoing_id: OutgoingId) -> CopyStep | None:
    """Return the last step that was written down; None before the first."""
    rows = store.rows(Database.LOCAL, _LAST, (outgoing_id,))
    return CopyStep(rows[0][0]) if rows else None


def note_copy(
    store: Store,
    outgoing_id: OutgoingId,
    at: int,
    step: tuple[CopyStep, str],
    operations: Sequence[Operation] = (),
) -> None:
    """Write a step and its detail down, and the operations it consists of, all or nothing.

    `at` is in seconds UTC; the detail is shown behind the step.
    """
    what, detail = step
    with store.writing(Database.LOCAL) as writing:
        insert_operations(writing, operations)
        insert_event(writing, outgoing_id, at, what, detail)


def without_copy(
    store: Store, account: AccountName, states: Iterable[OutgoingState], since: int
) -> list[OutgoingId]:
    """Return mails changed since then, with a recipient in one of these states and no copy yet."""
    rows = store.rows(
        Database.LOCAL,
        sql(
            "select o.id from outgoing o where o.account = ? and o.changed >= ? and exists"
            " (select 1 from submission s join recipient r on r.submission = s.id"
            " where s.outgoing = o.id and r.state in",
            listed(states),
            ") and not exists (select 1 from event e where e.outgoing = o.id and e.what = ?)"
            " order by o.created",
        ),
        (account, since, CopyStep.FILED),
    )
    return [OutgoingId(row[0]) for row in rows]


def ask_for_copy(store: Store, outgoing_id: OutgoingId, now: int) -> bool:
    """Have a copy that was refused tried again; return whether there is one to be."""
    if copy_step(store, outgoing_id) is not CopyStep.REFUSED:
        return False
    note_copy(store, outgoing_id, now, (CopyStep.ASKED_AGAIN, ""))
    return True
