"""Changes people asked for, durable before they are acted on, and replayed to the server in order.

The engine's walk: `pending` -> `start` (false: it was cancelled meanwhile) -> `locate` -> act ->
`finish_many`. An operation that was started and not finished when the engine died is pending again.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MailboxId, MessageKey, OperationId
from tuimail.model.operation import Operation, OperationKind, OperationState

from .database import Database, Row, Store, Writing
from .projection import (
    apply_projection,
    carry_out_flags,
    forget_expunged,
    mark_landed,
    show_landed,
)
from .statement import sql, with_ids
from .text import storable

_SELECT: Final = """select id, batch, account, kind, mailbox, uid_validity, uid, key, destination,
    add_flags, remove_flags, blob, message_id, state, created, reply,
    internal_date from operation where"""
_INSERT: Final = """insert into operation(batch, account, kind, mailbox, uid_validity, uid, key,
    destination, add_flags, remove_flags, blob, message_id, state, created, flags_before,
    internal_date) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)"""
_END: Final = """update operation set state = ?, reply = ?, finished = ?, new_uid_validity = ?,
    new_uid = ?, uid_validity = ?, uid = ?, settled = kind not in ('move', 'copy') where id = ?"""
_IMPORT: Final = "state = 'pending' and kind = 'append' and key <> 0"
_FIRST_IMPORTS: Final = f"""and (kind <> 'append' or key = 0 or id in (select id from operation
    where {_IMPORT} and account = ?1 order by id limit ?2))"""  # noqa: S608
_LANDING: Final = (OperationKind.MOVE, OperationKind.COPY)
MAX_REPLY_CHARS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Location:
    """Where the message of an operation lies on the server now."""

    uid_validity: int
    uid: int


NOWHERE: Final = Location(0, 0)


def record(
    store: Store, operations: Sequence[Operation], flags_before: Sequence[Flags] = ()
) -> list[OperationId]:
    """Write operations down, durable; `id` is given here. `batch` 0 stays outside undo.

    `flags_before`, one for each, are the flags shown: what a moved message is shown with until it
    is seen in its new mailbox.
    """
    with store.writing(Database.LOCAL) as writing:
        return insert_operations(writing, operations, flags_before)


def insert_operations(
    writing: Writing, operations: Sequence[Operation], flags_before: Sequence[Flags] = ()
) -> list[OperationId]:
    """Write operations down inside an open transaction of local.db."""
    before = flags_before or [frozenset()] * len(operations)
    now = int(time.time())
    ids = []
    for op, flags in zip(operations, before, strict=True):
        head = (op.batch, op.account, op.kind, op.mailbox, op.uid_validity, op.uid, op.key)
        flag_texts = (_flags_text(op.add), _flags_text(op.remove))
        tail = (op.blob, op.message_id, op.created or now, _flags_text(flags), op.internal_date)
        ids.append(
            OperationId(writing.insert(_INSERT, (*head, op.destination, *flag_texts, *tail)))
        )
    return ids


def pending(
    store: Store, account: AccountName | None = None, most_imports: int = -1
) -> list[Operation]:
    """Return what waits for the server, in the order it was asked for.

    Of mails from files, of which thousands may wait, the first `most_imports`; all below 0.
    """
    which, parameters = ("and account = ?1", (account,)) if account is not None else ("", ())
    statement = sql(_SELECT, "state = 'pending'", which, "order by id")
    if most_imports >= 0:
        statement = sql(_SELECT, "state = 'pending'", which, _FIRST_IMPORTS, "order by id")
        parameters = (*parameters, most_imports)
    return [operation_of_row(row) for row in store.rows(Database.LOCAL, statement, parameters)]


def begun(store: Store, account: AccountName) -> dict[OperationId, Location]:
    """Return what was being carried out when the line was cut or the program died.

    And the least UID that can have come of it, as `start` was told.
    """
    where = (
        "select id, least_uid_validity, least_uid from operation"
        " where state = 'pending' and started and account = ?"
    )
    rows = store.rows(Database.LOCAL, where, (account,))
    return {OperationId(row[0]): Location(row[1], row[2]) for row in rows}


def operations_in_batch(store: Store, batch: int) -> list[Operation]:
    """Return the operations of a batch in their order, in whatever state."""
    statement = sql(_SELECT, "batch = ? order by id")
    return [operation_of_row(row) for row in store.rows(Database.LOCAL, statement, (batch,))]


def newest_append(store: Store, account: AccountName, message_id: str) -> Operation | None:
    """Return what was last to put this mail into a mailbox, whatever became of it."""
    which = "key = 0 and kind = 'append' and account = ? and message_id = ?"
    statement = sql(_SELECT, which, "order by id desc limit 1")
    rows = store.rows(Database.LOCAL, statement, (account, storable(message_id)))
    return operation_of_row(rows[0]) if rows else None


def appending(store: Store, account: AccountName, mailbox: str) -> set[MessageKey]:
    """Return the keys of mails from files that wait to be put into a mailbox."""
    which = "and account = ? and mailbox = ?"
    statement = sql("select key from operation where", _IMPORT, which)
    return {MessageKey(row[0]) for row in store.rows(Database.LOCAL, statement, (account, mailbox))}


def start(store: Store, ids: Sequence[OperationId], least: Location = NOWHERE) -> list[OperationId]:
    """Mark operations as being carried out; return those that were still wanted.

    `least` is the UIDNEXT of their destination before the first attempt: what comes of one cannot
    have a lower UID (RFC 9051 section 2.3.1.1). Of those begun before it is known already.
    """
    with store.writing(Database.LOCAL) as writing:
        of_first = (
            "update operation set least_uid_validity = ?, least_uid = ?"
            " where state = 'pending' and not started and id in (:ids)"
        )
        writing.run(with_ids(of_first, ids), (least.uid_validity, least.uid))
        mark = (
            "update operation set started = 1, tries = tries + 1"
            " where state = 'pending' and id in (:ids)"
        )
        writing.run(with_ids(mark, ids))
        wanted = "select id from operation where state = 'pending' and id in (:ids) order by id"
        return [OperationId(row[0]) for row in writing.rows(with_ids(wanted, ids))]


def unbind(store: Store, operations: Sequence[Operation]) -> None:
    """Have what waits for these messages find them by content: their UIDs are gone."""
    if operations:
        with store.writing(Database.LOCAL) as writing:
            writing.run_many(
                "update operation set uid = 0, uid_validity = 0 where state = 'pending'"
                " and account = ? and mailbox = ? and uid_validity = ? and uid = ?",
                [(op.account, op.mailbox, op.uid_validity, op.uid) for op in operations],
            )


def cancel_in(writing: Writing, ids: Sequence[OperationId]) -> list[OperationId]:
    """Cancel operations that were not started, inside an open transaction of local.db."""
    waiting = "select id from operation where state = 'pending' and not started and id in (:ids)"
    found = [OperationId(row[0]) for row in writing.rows(with_ids(waiting, ids))]
    mark = "update operation set state = 'cancelled', finished = ? where id in (:ids)"
    writing.run(with_ids(mark, found), (int(time.time()),))
    return found


def locate(store: Store, operation: Operation) -> Location | None:
    """Return where the operation's message lies on the server, or None if it is not known (yet).

    None where its mailbox is not here, UIDVALIDITY moved on, or the message has just been moved
    and the server did not say where to: pull that mailbox, or look for the Message-ID there.
    """
    found = store.rows(
        Database.CACHE,
        "select m.id, m.uid_validity, m.uid_next from mailbox m join account a on a.id = m.account"
        " where a.name = ? and m.name = ?",
        (operation.account, operation.mailbox),
    )
    if not found:
        return None
    mailbox_id, validity, uid_next = found[0]
    if operation.uid:
        is_current = operation.uid_validity == validity
        return Location(validity, operation.uid) if is_current else None
    uids = uids_with_key(store, MailboxId(mailbox_id), operation.key)
    told = _told_by_move(store, operation, validity)
    is_unseen = told is not None and told.uid >= uid_next  # what is seen was there before it
    return Location(validity, uids[-1]) if uids and not is_unseen else told


def _told_by_move(store: Store, operation: Operation, validity: int) -> Location | None:
    """Return what the last move into the mailbox told, unless one out of it came after."""
    last = store.rows(
        Database.LOCAL,
        "select destination = ?3 and new_uid_validity = ?4, new_uid from operation"
        " where key = ?1 and account = ?2 and state = 'done' and id < ?5"
        " and ((kind in ('move', 'copy') and destination = ?3) or (kind = 'move' and mailbox = ?3))"
        " order by id desc limit 1",
        (operation.key, operation.account, operation.mailbox, validity, operation.id),
    )
    is_told = bool(last) and bool(last[0][0]) and last[0][1] > 0
    return Location(validity, last[0][1]) if is_told else None


def finish_many(
    store: Store,
    ids: Sequence[OperationId],
    state: OperationState,
    reply: str = "",
    moved_to: Mapping[OperationId, Location] | None = None,
) -> None:
    """End operations (DONE or REFUSED) and show what follows from it.

    A refused one drops out, so the old state shows again. `moved_to` is the COPYUID, where told.
    """
    statement = with_ids(sql(_SELECT, "id in (:ids) order by id"), ids)
    ended = [operation_of_row(row) for row in store.rows(Database.LOCAL, statement)]
    is_done = state is OperationState.DONE
    if is_done:
        ended = _carried_out(store, ended)
    told = moved_to or {}
    rows = [
        (
            state,
            storable(reply)[:MAX_REPLY_CHARS],
            int(time.time()),
            *_told(told.get(op.id)),
            op.uid_validity,
            op.uid,
            op.id,
        )
        for op in ended
    ]
    with store.writing(Database.LOCAL) as writing:
        writing.run_many(_END, rows)
        if is_done:
            _pass_on(writing, ended)
    if is_done:
        # What became of the others is in the cache by now: nothing of it is to be shown anew.
        show_landed(store, [op.id for op in ended if op.kind in _LANDING])
    else:
        apply_projection(store)


def _carried_out(store: Store, ended: Sequence[Operation]) -> list[Operation]:
    """Note in the cache what the server has done; return the operations as they are kept.

    The cache comes first: repeating an operation does no harm, forgetting one would.
    """
    acted_on = [_located(store, op) for op in ended]
    carry_out_flags(store, [op for op in acted_on if op.kind is OperationKind.FLAGS])
    forget_expunged(store, [op for op in acted_on if op.kind is OperationKind.EXPUNGE])
    return [
        op if op.kind is OperationKind.FLAGS else place
        for op, place in zip(ended, acted_on, strict=True)
    ]


def _located(store: Store, operation: Operation) -> Operation:
    """Say which UID was acted on: the same message may lie there twice, or come back."""
    is_copy = operation.kind in (OperationKind.COPY, OperationKind.APPEND)
    place = locate(store, operation) if not (operation.uid or is_copy) else None
    if place is None:
        return operation
    return replace(operation, uid=place.uid, uid_validity=place.uid_validity)


def _pass_on(writing: Writing, ended: Sequence[Operation]) -> None:
    """Tell moves whose messages are still expected what has become of those messages since."""
    leaving = (OperationKind.MOVE, OperationKind.EXPUNGE)
    writing.run_many(
        "update operation set settled = 1 where key = ? and account = ? and destination = ?"
        " and state = 'done' and settled = 0 and id < ?",
        [(op.key, op.account, op.mailbox, op.id) for op in ended if op.kind in leaving],
    )
    for op in ended:
        if op.kind is not OperationKind.FLAGS or op.uid:
            continue
        expected = writing.rows(
            "select id, flags_before from operation where key = ? and account = ?"
            " and destination = ? and state = 'done' and settled = 0",
            (op.key, op.account, op.mailbox),
        )
        for row_id, before in expected:
            flags = (flags_of_text(before) | op.add) - op.remove
            writing.run(
                "update operation set flags_before = ? where id = ?", (_flags_text(flags), row_id)
            )


def expected(store: Store, mailbox_id: MailboxId) -> list[OperationId]:
    """Return the operations that have put messages into a mailbox which were not seen there yet."""
    found = store.rows(
        Database.CACHE,
        "select a.name, m.name from mailbox m join account a on a.id = m.account where m.id = ?",
        (mailbox_id,),
    )
    if not found:
        return []
    rows = store.rows(
        Database.LOCAL,
        "select id from operation where state = 'done' and settled = 0"
        " and account = ? and destination = ? order by id",
        found[0],
    )
    return [OperationId(row[0]) for row in rows]


def settle(store: Store, ids: Sequence[OperationId]) -> None:
    """Stop showing what these operations have put somewhere as expected there.

    For a whole pull that began after them: what they have put there has been fetched.
    """
    if ids:
        mark_landed(store, ids)
        apply_projection(store)


def uids_with_key(store: Store, mailbox_id: MailboxId, key: MessageKey) -> list[int]:
    """Return UIDs under which a message lies in a mailbox on the server, ascending."""
    rows = store.rows(
        Database.CACHE,
        "select p.ref from refhash r join placement p on p.message = r.message"
        " where r.hash = ? and p.smailbox = ? and p.ref > 0 order by p.ref",
        (key, mailbox_id),
    )
    return [row[0] for row in rows]


def operation_of_row(row: Row) -> Operation:
    """Return the operation of a row of `_SELECT`."""
    head, (add, remove, blob, message_id, state, created, reply, internal_date) = row[:9], row[9:]
    row_id, batch, account, kind, mailbox, validity, uid, key, destination = head
    return Operation(
        id=OperationId(row_id),
        batch=batch,
        account=AccountName(account),
        kind=OperationKind(kind),
        mailbox=mailbox,
        uid_validity=validity,
        uid=uid,
        key=MessageKey(key),
        destination=destination,
        add=flags_of_text(add),
        remove=flags_of_text(remove),
        blob=blob,
        message_id=message_id,
        state=OperationState(state),
        created=created,
        reply=reply,
        internal_date=internal_date,
    )


def flags_of_text(text: str) -> Flags:
    """Return flags from how a row holds them: names never hold a space."""
    return frozenset(text.split(" ")) if text else frozenset()


def _flags_text(flags: Iterable[str]) -> str:
    return " ".join(sorted(f for f in flags if f and " " not in f))


def _told(location: Location | None) -> tuple[int, int]:
    return (location.uid_validity, location.uid) if location else (0, 0)
