"""Reminders of sent mail that nobody answered. Everything is durable on return."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.outgoing import OutgoingState
from tuimail.model.reminder import Reminder, ReminderState

from .database import Database, Row, Store, Writing
from .outgoing_history import IS_REPLACED
from .reference_hashes import ReferenceHashes
from .row_ids import first_row_id
from .statement import listed, sql, with_ids
from .text import storable

_SELECT: Final = "select outgoing, due, state from reminder"
_OPEN: Final = (ReminderState.WAITING, ReminderState.DUE)
_TAKEN: Final = listed(
    (
        OutgoingState.ACCEPTED,
        OutgoingState.DELAYED,
        OutgoingState.DELIVERED,
        OutgoingState.BOUNCED,
    )
)
"""A mail that nobody can have read has no answer to wait for."""
_COME: Final = sql(
    "select r.outgoing from reminder r join outgoing o on o.id = r.outgoing"
    " where r.state = 'waiting' and r.due <= ? and o.account = ? and o.state in",
    _TAKEN,
    "order by r.due",
)
_ANSWERS: Final = sql(
    "select m.key, m.refs from message m where m.thread in (select coalesce(l.new, r.thread)"
    " from refhash r left join alias l on l.old = r.thread where r.hash in (:ids))"
    " and m.msgid <> ? and m.id >= ? and exists(select 1 from placement p"
    " join mailbox b on b.id = p.smailbox join account a on a.id = b.account"
    " where p.message = m.id and a.name = ? and coalesce(b.role, '') not in",
    listed((Role.SENT, Role.DRAFTS, Role.JUNK)),
    ") order by m.id limit ?",
)
_HAND_ON: Final = sql(
    "insert or ignore into reminder(outgoing, due, state) select n.id,"
    " r.due - max(o.created, o.not_before) + max(n.created, n.not_before), 'waiting'"
    " from reminder r join outgoing o on o.id = r.outgoing join outgoing n on n.id = ?"
    " where r.outgoing = ? and r.state in",
    listed(_OPEN),
)
_STANDS_FOR_NOBODY: Final = sql(
    "update reminder set state = 'dismissed' where outgoing = ? and state in",
    listed(_OPEN),
    "and not exists(select 1 from submission s join recipient on recipient.submission = s.id"
    " where s.outgoing = reminder.outgoing and not",
    IS_REPLACED,
    ")",
)
MAX_ANSWERS: Final = 100
"""Mails of a thread that are looked at."""


class Awaited(NamedTuple):
    """A mail whose answer is waited for."""

    id: OutgoingId
    message_id: str
    created: int
    """Seconds UTC."""


def put_reminder(store: Store, outgoing_id: OutgoingId, due: int) -> None:
    """Wait for an answer until then, in seconds UTC; in place of what was wished before."""
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert or replace into reminder(outgoing, due, state) values(?, ?, 'waiting')",
            (outgoing_id, due),
        )


def hand_on_reminder_in(writing: Writing, of: OutgoingId, to: OutgoingId) -> None:
    """Wait for an answer to what goes to a corrected address, as long from when that is sent.

    Inside an open transaction. The first mail is waited for no more once it stands for nobody.
    """
    writing.run(_HAND_ON, (to, of))
    writing.run(_STANDS_FOR_NOBODY, (of,))


def drop_reminder(store: Store, outgoing_id: OutgoingId) -> None:
    """Wait no more, as if it had never been wished for."""
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from reminder where outgoing = ?", (outgoing_id,))


def end_reminder(store: Store, outgoing_id: OutgoingId, state: ReminderState) -> bool:
    """End one that waits or is due; return whether there was one."""
    end = sql("update reminder set state = ? where outgoing = ? and state in", listed(_OPEN))
    with store.writing(Database.LOCAL) as writing:
        return bool(writing.run(end, (state, outgoing_id)))


def reminder_of(store: Store, outgoing_id: OutgoingId) -> Reminder | None:
    """Return what is wished for one mail, or None."""
    rows = store.rows(Database.LOCAL, sql(_SELECT, "where outgoing = ?"), (outgoing_id,))
    return _reminder(rows[0]) if rows else None


def open_reminders(store: Store, states: Iterable[ReminderState] = _OPEN) -> list[Reminder]:
    """Return those in these states, the one that is due first in front."""
    which = sql(_SELECT, "where state in", listed(states), "order by due, outgoing")
    return [_reminder(row) for row in store.rows(Database.LOCAL, which)]


def awaited(store: Store) -> list[Awaited]:
    """Return the mails whose answer is still waited for, of all accounts."""
    which = "select o.id, o.message_id, o.created from outgoing o join reminder r"
    on = sql("on r.outgoing = o.id where r.state in", listed(_OPEN))
    rows = store.rows(Database.LOCAL, sql(which, on))
    return [Awaited(OutgoingId(one), name, created) for one, name, created in rows]


def answers_of(store: Store, account: AccountName, one: Awaited) -> Sequence[MessageKey]:
    """Return mails of an account, outside Sent, Drafts and Junk, that name a sent one."""
    hashes = ReferenceHashes(account.encode() + b"\0").of([one.message_id])
    parameters = (storable(one.message_id), first_row_id(one.created), account, MAX_ANSWERS)
    rows = store.rows(Database.CACHE, with_ids(_ANSWERS, hashes), parameters)
    wanted = set(hashes)
    return [MessageKey(key) for key, refs in rows if wanted & set(array("q", refs or b""))]


def take_due(store: Store, account: AccountName, now: int) -> list[OutgoingId]:
    """Make those of an account due whose day has come; return them. `now` is in seconds UTC.

    The day of a mail that no server has taken yet has not come.
    """
    if not store.rows(Database.LOCAL, _COME, (now, account)):
        return []
    with store.writing(Database.LOCAL) as writing:
        come = [OutgoingId(row[0]) for row in writing.rows(_COME, (now, account))]
        mark = "update reminder set state = 'due' where outgoing = ?"
        writing.run_many(mark, [(one,) for one in come])
    return come


def _reminder(row: Row) -> Reminder:
    outgoing_id, due, state = row
    return Reminder(OutgoingId(outgoing_id), due, ReminderState(state))
