"""What is shown: the server's state plus pending operations, kept in the cache as flags and place.

`placement.mailbox` and `.flags` are what is shown, `.smailbox` and `.sflags` what the server said
last. The projection is made by resetting the first two and applying, in order, every operation
that lives: those that wait for the server, and moves and copies it has carried out whose message
has not been seen in its new mailbox yet. Such a message is shown there as one that is expected
(smailbox 0, ref -operation) and gives way to the real one when that comes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final

from tuimail.model.flags import ANY_LABEL, Flags
from tuimail.model.ids import MailboxId, OperationId
from tuimail.model.mailbox import Role
from tuimail.model.operation import Operation, OperationKind

from .arrivals import place
from .database import Database, Store, Value, Writing
from .keywords import keywords_of
from .split_members import sort_in
from .statement import sql, with_ids

_LIVE: Final = """select id, account, kind, mailbox, uid_validity, uid, key, destination, add_flags,
    remove_flags, flags_before, state = 'done', started from operation
    where id > ? and (state = 'pending' or (state = 'done' and settled = 0))
    and kind in ('flags', 'move', 'copy', 'expunge') order by id"""
_ROW: Final = "(select message from refhash where hash = ?)"
_BY_UID: Final = " where smailbox = ? and ref = ? and message = " + _ROW
_BY_KEY: Final = " where mailbox = ? and message = " + _ROW
_SET_FLAGS: Final = "update placement set flags = (flags | ?) & ~?"
_CARRY_OUT: Final = "update placement set sflags = (sflags | ?) & ~?"
_SET_MAILBOX: Final = "update placement set mailbox = ?"

Step = tuple[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Live:
    """An operation that shapes what is shown."""

    id: int
    account: str
    kind: OperationKind
    mailbox: str
    uid_validity: int
    uid: int
    key: int
    destination: str
    add: Flags
    remove: Flags
    flags_before: Flags
    is_done: bool
    is_started: bool


@dataclass(frozen=True, slots=True)
class Box:
    """What the projection needs of a mailbox."""

    id: int
    account_id: int
    uid_validity: int
    role: str | None
    permanent_flags: str

    @property
    def is_label(self) -> bool:
        """Whether it shows messages that lie in the mailbox of all mail (Gmail)."""
        return ANY_LABEL in self.permanent_flags.split(" ")

    @property
    def is_never_left(self) -> bool:
        """Whether a message stays in it wherever it goes: all mail, where mailboxes are labels."""
        return self.role == Role.ALL and self.is_label

    @property
    def is_apart(self) -> bool:
        """Whether what goes there leaves even that one."""
        return self.role in {Role.TRASH, Role.JUNK}


def apply_projection(store: Store) -> list[MailboxId]:
    """Make the projection again from the server's state and what is pending.

    Called at start, after a pull and when an operation ended. Returns the mailboxes that changed.
    """
    return _in_transaction(store, lambda writing: project(store, writing, live_operations(store)))


def project_new(store: Store) -> list[MailboxId]:
    """Show operations recorded since the last projection. Returns the mailboxes that changed."""
    return _in_transaction(store, lambda writing: _project_new(store, writing))


def live_operations(store: Store, after: int = 0) -> list[Live]:
    """Return the operations that shape what is shown, in order."""
    rows = store.rows(Database.LOCAL, _LIVE, (after,))
    return [
        Live(
            id=row_id,
            account=account,
            kind=OperationKind(kind),
            mailbox=mailbox,
            uid_validity=validity,
            uid=uid,
            key=key,
            destination=destination,
            add=frozenset(add.split()),
            remove=frozenset(remove.split()),
            flags_before=frozenset(before.split()),
            is_done=bool(done),
            is_started=bool(started),
        )
        for row_id, account, kind, mailbox, validity, uid, key, destination, *rest in rows
        for add, remove, before, done, started in [rest]
    ]


def project(store: Store, writing: Writing, live: Sequence[Live]) -> list[int]:
    """Make the projection inside an open transaction of the cache; return what has landed."""
    writing.run(
        "update placement set mailbox = smailbox, flags = sflags"
        " where (mailbox <> smailbox or flags <> sflags) and smailbox <> 0"
    )
    writing.run("delete from placement where smailbox = 0")
    return _Projection(store, writing).apply(live)


def mark_landed(store: Store, ids: Sequence[int]) -> None:
    """Remember that the messages of these operations were seen where they were moved to."""
    if ids:
        with store.writing(Database.LOCAL) as writing:
            writing.run(with_ids("update operation set settled = 1 where id in (:ids)", ids))


def carry_out_flags(store: Store, operations: Sequence[Operation]) -> None:
    """Write into the cache what the server has just done: flags."""
    if not operations:
        return
    with store.writing(Database.CACHE) as writing:
        boxes = _boxes(writing)
        for op in operations:
            box = boxes.get((op.account, op.mailbox))
            if box is None:
                continue
            keywords = keywords_of(store, box.account_id)
            masks = (keywords.mask(op.add, writing), keywords.mask(op.remove, writing))
            if op.uid:
                writing.run(sql(_CARRY_OUT, _BY_UID), (*masks, box.id, op.uid, op.key))
            else:
                where = "where smailbox = ? and message ="
                writing.run(sql(_CARRY_OUT, where, _ROW), (*masks, box.id, op.key))


def forget_expunged(store: Store, operations: Sequence[Operation]) -> None:
    """Write into the cache what the server has just done: messages removed for ever."""
    if not operations:
        return
    with store.writing(Database.CACHE) as writing:
        boxes = _boxes(writing)
        for op in operations:
            box = boxes.get((op.account, op.mailbox))
            if box is not None:
                _delete_source(writing, box, op.uid, op.key)


def show_landed(store: Store, ids: Sequence[OperationId]) -> None:
    """Show what follows from operations the server has carried out.

    A move is shown without looking at the others, if no other concerns the same message.
    """
    if not ids:
        return
    wanted = set(ids)
    live = live_operations(store)
    ended = [op for op in live if op.id in wanted]
    if not ended:
        return
    alike = Counter(op.key for op in live)
    if all(alike[op.key] == 1 for op in ended) and not _any_expected(store, ended):
        _in_transaction(store, lambda writing: _Projection(store, writing).apply(ended))
    else:
        apply_projection(store)


def _any_expected(store: Store, ended: Sequence[Live]) -> bool:
    """Return whether one of these messages is shown as expected, from an earlier move."""
    rows = store.rows(
        Database.CACHE,
        "select m.key from placement p join message m on m.id = p.message where p.smailbox = 0",
    )
    return not {op.key for op in ended}.isdisjoint(row[0] for row in rows)


class _Projection:
    """Applies operations to what is shown."""

    def __init__(self, store: Store, writing: Writing) -> None:
        self._store = store
        self._writing = writing
        self._boxes = _boxes(writing)
        self._labels = {(box.account_id, box.id) for box in self._boxes.values() if box.is_label}
        self._landed: list[int] = []

    def apply(self, live: Sequence[Live]) -> list[int]:
        """Apply operations in order; return those whose message has been seen."""
        simple: list[Step] = []
        for op in live:
            step = self._simple(op)
            if step is not None:
                simple.append(step)
                continue
            self._run(simple)
            simple = []
            self._complicated(op)
        self._run(simple)
        if live:
            self._writing.run(
                "insert into state values('projected', ?) on conflict(name)"
                " do update set value = max(value, excluded.value)",
                (live[-1].id,),
            )
        return self._landed

    def _run(self, steps: list[Step]) -> None:
        for statement, group in groupby(steps, key=itemgetter(0)):
            self._writing.run_many(statement, [parameters for _, parameters in group])

    def _simple(self, op: Live) -> Step | None:
        """Return the one statement an operation is, if it is one."""
        box = self._boxes.get((op.account, op.mailbox))
        if box is None or self._is_stale(op, box):
            return None
        where, which = (
            (_BY_UID, (box.id, op.uid, op.key)) if op.uid else (_BY_KEY, (box.id, op.key))
        )
        match op.kind:
            case OperationKind.FLAGS:
                keywords = keywords_of(self._store, box.account_id)
                masks = (
                    keywords.mask(op.add, self._writing),
                    keywords.mask(op.remove, self._writing),
                )
                return _SET_FLAGS + where, (*masks, *which)
            case OperationKind.EXPUNGE:
                return _SET_MAILBOX + where, (0, *which)
            case OperationKind.MOVE if not (op.is_done or op.is_started or box.is_label):
                target = self._boxes.get((op.account, op.destination))
                return (_SET_MAILBOX + where, (target.id, *which)) if target else None
            case _:
                return None

    def _complicated(self, op: Live) -> None:
        target = self._boxes.get((op.account, op.destination))
        if target is None or op.kind not in (OperationKind.COPY, OperationKind.MOVE):
            return
        message = self._message(op.key)
        if message is None:
            return
        is_copy = op.kind is OperationKind.COPY or self._stays(op)
        if not is_copy:
            self._leave_labels(op, message[0], target)
            if not (op.is_done or op.is_started):
                self._still_at_source(op, target)
                return
        has_come = bool(
            self._writing.rows(
                "select 1 from placement where smailbox = ? and message = ?",
                (target.id, message[0]),
            )
        )
        if op.is_done and has_come:
            self._landed.append(op.id)
        if not is_copy and self._still_at_source(op, target):
            return
        if not has_come:
            self._expect(op, target, message)

    def _stays(self, op: Live) -> bool:
        """Whether a message that is moved remains where it was too."""
        source = self._boxes.get((op.account, op.mailbox))
        target = self._boxes.get((op.account, op.destination))
        if source is None or target is None or op.kind is not OperationKind.MOVE:
            return False
        return source.is_never_left and not target.is_apart

    def _leave_labels(self, op: Live, row_id: int, target: Box) -> None:
        """Show a message in no other label where it goes to Trash or Junk, which takes all off."""
        source = self._boxes.get((op.account, op.mailbox))
        if source is None or not (source.is_label and target.is_apart):
            return
        account, here = source.account_id, {source.id, target.id}
        others = [box for owner, box in self._labels if owner == account and box not in here]
        hide = "update placement set mailbox = 0 where message = ? and mailbox in (:ids)"
        forget = "delete from placement where message = ? and smailbox in (:ids)"
        self._writing.run(with_ids(forget if op.is_done else hide, others), (row_id,))

    def _still_at_source(self, op: Live, target: Box) -> bool:
        """Show the message at its source in the target, or forget it there once it has moved."""
        source = self._boxes.get((op.account, op.mailbox))
        if source is None or self._is_stale(op, source):
            return False
        if op.is_done:
            _delete_source(self._writing, source, op.uid, op.key)
            return False
        where, which = (
            (_BY_UID, (source.id, op.uid, op.key)) if op.uid else (_BY_KEY, (source.id, op.key))
        )
        return self._writing.run(_SET_MAILBOX + where, (target.id, *which)) > 0

    def _expect(self, op: Live, target: Box, message: tuple[int, int]) -> None:
        row_id, thread = message
        ref = -op.id
        if self._writing.rows("select 1 from placement where smailbox = 0 and ref = ?", (ref,)):
            return
        flags = keywords_of(self._store, target.account_id).mask(op.flags_before, self._writing)
        place(self._writing, [(target.id, row_id, 0, ref, flags, flags, thread)])

    def _message(self, key: int) -> tuple[int, int] | None:
        found = self._writing.rows(
            "select m.id, m.thread from refhash r join message m on m.id = r.message"
            " where r.hash = ?",
            (key,),
        )
        return (found[0][0], found[0][1]) if found else None

    @staticmethod
    def _is_stale(op: Live, box: Box) -> bool:
        """Its UID means another message, or none, since UIDVALIDITY changed."""
        return bool(op.uid) and op.uid_validity != box.uid_validity


def _project_new(store: Store, writing: Writing) -> list[int]:
    found = writing.rows("select value from state where name = 'projected'")
    projected = int(found[0][0]) if found else 0
    newest = store.rows(Database.LOCAL, "select seq from sqlite_sequence where name = 'operation'")
    if projected > (newest[0][0] if newest else 0):  # local.db is younger than the cache
        writing.run("delete from state where name = 'projected'")
        return project(store, writing, live_operations(store))
    return _Projection(store, writing).apply(live_operations(store, projected))


def _in_transaction(store: Store, act: Callable[[Writing], list[int]]) -> list[MailboxId]:
    with store.writing(Database.CACHE) as writing:
        before: dict[int, int] = dict(writing.rows("select id, gen from mailbox"))
        landed = act(writing)
        sort_in(store, writing)
        after = writing.rows("select id, gen from mailbox")
    mark_landed(store, landed)
    return [MailboxId(row_id) for row_id, gen in after if before.get(row_id) != gen]


def _boxes(writing: Writing) -> dict[tuple[str, str], Box]:
    rows = writing.rows(
        "select a.name, m.name, m.id, a.id, m.uid_validity, m.role, m.permanent_flags"
        " from mailbox m join account a on a.id = m.account"
    )
    return {(account, name): Box(*rest) for account, name, *rest in rows}


def _delete_source(writing: Writing, box: Box, uid: int, key: int) -> None:
    """Forget a message where the server no longer has it, or no longer will have it."""
    if uid:
        writing.run(sql("delete from placement", _BY_UID), (box.id, uid, key))
    expected = "where smailbox = 0 and mailbox = ? and message ="
    writing.run(sql("delete from placement", expected, _ROW), (box.id, key))
