"""What each key press did, in one order, and how it is undone and done again.

An entry (a batch) holds operations on mail, deeds on other things, or both.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tuimail.model.flags import NO_FLAGS, Flags
from tuimail.model.ids import AccountName, OperationId
from tuimail.model.operation import Operation, OperationKind, OperationState
from tuimail.model.safe import Safe, safe_line

from .database import Database, Row, Store, Writing
from .deeds import LOCAL_KINDS, Deed, deeds_in_batch, forget_old_deeds, insert_deeds
from .keywords import flags_of_mask
from .local_values import is_as_left, put_value_in
from .operations import cancel_in, insert_operations, operations_in_batch
from .projection import apply_projection, project_new
from .statement import sql
from .targets import keys_on_the_move

_SELECT: Final = "select id, kind, sentence, created, of, grp from batch where"
KEPT_BATCHES: Final = 1_000
"""Older entries are forgotten once their operations have ended."""


class BatchKind(StrEnum):
    """How a batch came about."""

    ACT = "act"
    UNDO = "undo"
    REDO = "redo"
    AUTO = "auto"
    """Done by the program as a person would have; undo knows it, but it ends no redo."""
    WALL = "wall"
    """Nothing takes it back; undo says so once before it goes on to what is older."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One entry of the undo journal."""

    id: int
    kind: BatchKind
    sentence: Safe
    """What was done; names of mailboxes in it have gone through the safe door."""
    created: int
    of: int
    """The batch this one undoes or does again; 0 for the other kinds."""
    group: int = 0
    """What is taken back together has the same; 0: it stands alone."""


def record_batch(
    store: Store,
    operations: Sequence[Operation],
    sentence: Safe,
    flags_before: Sequence[Flags] = (),
    kind: BatchKind = BatchKind.ACT,
) -> tuple[int, list[OperationId]]:
    """Write an action and its operations down, durable, in one transaction, and show it."""
    with store.writing(Database.LOCAL) as writing:
        batch, ids = insert_batch(writing, kind, operations, sentence, flags_before)
    project_new(store)
    return batch, ids


def note_deeds(store: Store, sentence: Safe, deeds: Sequence[Deed]) -> int:
    """Write down what was done already to other things than mail; return the entry's number.

    Without a deed it is a wall: it cannot be taken back.
    """
    with store.writing(Database.LOCAL) as writing:
        kind = BatchKind.ACT if deeds else BatchKind.WALL
        batch, _ = insert_batch(writing, kind, (), sentence)
        insert_deeds(writing, batch, deeds)
    return batch


def do_deeds(
    store: Store,
    sentence: Safe,
    deeds: Sequence[Deed],
    operations: Sequence[Operation] = (),
    flags_before: Sequence[Flags] = (),
) -> int:
    """Do deeds on what lives here, with the operations that go with them, and journal both.

    All or nothing, durable; return the entry's number.
    """
    with store.writing(Database.LOCAL) as writing:
        batch, _ = insert_batch(writing, BatchKind.ACT, operations, sentence, flags_before)
        insert_deeds(writing, batch, deeds)
        for deed in deeds:
            put_value_in(writing, deed)
    if operations:
        project_new(store)
    return batch


def insert_batch(
    writing: Writing,
    kind: BatchKind,
    operations: Sequence[Operation],
    sentence: Safe,
    flags_before: Sequence[Flags] = (),
) -> tuple[int, list[OperationId]]:
    """Write an action and its operations down inside an open transaction of local.db.

    `project_new` shows it, once that is committed.
    """
    batch = writing.insert(_INSERT, (kind, sentence, int(time.time()), 0))
    ops = [replace(op, batch=batch) for op in operations]
    return batch, insert_operations(writing, ops, flags_before)


_INSERT: Final = "insert into batch(kind, sentence, created, of) values(?, ?, ?, ?)"


def undoable(store: Store) -> Batch | None:
    """Return the batch that undo would take back."""
    kinds = "kind in ('act', 'redo', 'auto', 'wall')"
    return _one(store, sql(kinds, "and not taken_back order by id desc limit 1"))


def newest_by_person(store: Store) -> int:
    """Return the number of the newest batch by a person that can be taken back; 0: none."""
    kinds = "kind in ('act', 'redo', 'wall')"
    batch = _one(store, sql(kinds, "and not taken_back order by id desc limit 1"))
    return batch.id if batch else 0


def newest_id(store: Store) -> int:
    """Return the number of the newest entry there ever was; 0: none."""
    rows = store.rows(Database.LOCAL, "select seq from sqlite_sequence where name = 'batch'")
    return rows[0][0] if rows else 0


def group_since(store: Store, after: int) -> int:
    """Make one group of what a person did after an entry; return how many entries that are."""
    which = "where id > ? and kind in ('act', 'wall') and not taken_back"
    with store.writing(Database.LOCAL) as writing:
        mark = sql("update batch set grp = (select min(id) from batch", which, ")", which)
        return writing.run(mark, (after, after))


def pass_by(store: Store, batch: Batch) -> None:
    """Have undo go on to what is older than an entry that cannot be taken back."""
    with store.writing(Database.LOCAL) as writing:
        writing.run("update batch set taken_back = 1 where id = ?", (batch.id,))


def redoable(store: Store) -> Batch | None:
    """Return the batch that redo would take back: an undo with no newer act after it."""
    return _one(
        store,
        "kind = 'undo' and not taken_back and id > (select coalesce(max(id), 0) from batch"
        " where kind in ('act', 'wall')) order by id desc limit 1",
    )


def take_back(store: Store, batch: Batch, trash: Mapping[AccountName, str]) -> int:
    """Undo a batch, or redo an undo; return how many operations and deeds that took.

    `trash` names each account's Trash, where a copy goes that was one too many.

    What still waits is cancelled; what the server has done is done backwards; what cannot be
    done backwards (removed for ever) stays. All in one transaction; the deeds that are not in
    local.db were taken back before it. Where what is here was changed since, nothing is.
    """
    operations = operations_in_batch(store, batch.id)
    deeds = [deed.inverse for deed in reversed(deeds_in_batch(store, batch.id))]
    is_undo = batch.kind is not BatchKind.UNDO
    kind = BatchKind.UNDO if is_undo else BatchKind.REDO
    with store.writing(Database.LOCAL) as writing:
        if not writing.run(
            "update batch set taken_back = 1 where id = ? and not taken_back", (batch.id,)
        ) or not all(is_as_left(writing, one) for one in deeds if one.kind in LOCAL_KINDS):
            return 0
        cancelled = set(cancel_in(writing, [op.id for op in operations]))
        done = [op for op in operations if op.id not in cancelled]
        removed = {op.key for op in done if _has_removed(op)}
        backwards = [
            inverse
            for op in reversed(done)
            if op.key not in removed and (inverse := inverse_of(op, trash.get(op.account)))
        ]
        again = _cancelled_before(operations_in_batch(store, batch.of)) if batch.of else []
        made = writing.insert(_INSERT, (kind, batch.sentence, int(time.time()), batch.id))
        ops = [_up_to_date(store, replace(op, batch=made)) for op in (*backwards, *again)]
        insert_operations(writing, ops, [_flags_shown(store, op) for op in ops])
        insert_deeds(writing, made, deeds)
        for one in deeds:
            if one.kind in LOCAL_KINDS:
                put_value_in(writing, one)
        writing.run("update batch set grp = ? where id = ?", (batch.group, made))
    apply_projection(store)
    return len(cancelled) + len(ops) + len(deeds)


def _has_removed(operation: Operation) -> bool:
    """Whether a message is gone for ever, or may be: what was refused removed nothing."""
    is_removal = operation.kind is OperationKind.EXPUNGE
    return is_removal and operation.state is not OperationState.REFUSED


def inverse_of(operation: Operation, trash: str | None = None) -> Operation | None:
    """Return what takes an operation back on the server, or None if nothing does."""
    if operation.state not in (OperationState.PENDING, OperationState.DONE):
        return None
    base = replace(operation, state=OperationState.PENDING, reply="", created=0)
    match operation.kind:
        case OperationKind.FLAGS:
            return replace(base, add=operation.remove, remove=operation.add)
        case OperationKind.MOVE:
            target = operation.mailbox
        case OperationKind.COPY if trash and trash != operation.destination:
            target = trash
        case _:
            return None
    source = operation.destination
    return replace(
        base, kind=OperationKind.MOVE, mailbox=source, destination=target, uid=0, uid_validity=0
    )


def forget_old_batches(store: Store) -> None:
    """Drop old entries and their ended operations, so that local.db stays small."""
    with store.writing(Database.LOCAL) as writing:
        newest = writing.rows("select coalesce(max(id), 0) from batch")[0][0]
        ended = "state <> 'pending' and not (state = 'done' and settled = 0)"
        oldest = newest - KEPT_BATCHES
        writing.run(
            sql("delete from operation where batch > 0 and batch < ? and", ended), (oldest,)
        )
        unasked = "(kind = 'flags' or (kind = 'append' and key <> 0 and state <> 'refused'))"
        writing.run(sql("delete from operation where batch = 0 and", unasked, "and", ended))
        writing.run(
            "delete from batch where id < ? and id not in (select batch from operation)", (oldest,)
        )
        forget_old_deeds(writing, int(time.time()))


def _cancelled_before(operations: Sequence[Operation]) -> list[Operation]:
    """Return what taking back had only cancelled, to be asked for once more."""
    return [
        replace(op, state=OperationState.PENDING, created=0)
        for op in operations
        if op.state is OperationState.CANCELLED
    ]


def _up_to_date(store: Store, operation: Operation) -> Operation:
    """Go by the message's key where its UID is not the one it had."""
    if not operation.uid:
        return operation
    if operation.key in keys_on_the_move(store):
        return replace(operation, uid=0, uid_validity=0)
    rows = store.rows(
        Database.CACHE,
        "select 1 from mailbox b join account a on a.id = b.account"
        " join placement p on p.smailbox = b.id join refhash r on r.message = p.message"
        " where a.name = ? and b.name = ? and b.uid_validity = ? and p.ref = ? and r.hash = ?",
        (
            operation.account,
            operation.mailbox,
            operation.uid_validity,
            operation.uid,
            operation.key,
        ),
    )
    return operation if rows else replace(operation, uid=0, uid_validity=0)


def _flags_shown(store: Store, operation: Operation) -> Flags:
    """Return the flags its message is shown with now, in the mailbox it is to leave."""
    rows = store.rows(
        Database.CACHE,
        "select a.id, p.flags from mailbox b join account a on a.id = b.account"
        " join placement p on p.mailbox = b.id join refhash r on r.message = p.message"
        " where a.name = ? and b.name = ? and r.hash = ? limit 1",
        (operation.account, operation.mailbox, operation.key),
    )
    return flags_of_mask(store, *rows[0]) if rows else NO_FLAGS


def _one(store: Store, where: str) -> Batch | None:
    rows = store.rows(Database.LOCAL, sql(_SELECT, where))
    return _batch(rows[0]) if rows else None


def _batch(row: Row) -> Batch:
    row_id, kind, sentence, created, of, group = row
    return Batch(row_id, BatchKind(kind), safe_line(sentence), created, of, group)
