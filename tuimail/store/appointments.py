"""What was answered to invitations, and when one is busy by that; it exists nowhere else."""

from dataclasses import replace
from typing import Final

from tuimail.model.appointment import Appointment, Span
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.invitation import Answer
from tuimail.model.outgoing import OutgoingState

from .database import Database, Row, Store, Writing
from .text import is_storable, storable

MAX_TIMES: Final = 400
"""Dates of one event that are kept."""
MAX_CLASHES: Final = 50
_SELECT: Final = (
    "select account, uid, instance, sequence, stamp, organizer, summary, answer, cancelled"
    " from appointment where account = ? and uid = ? and instance = ?"
)
_INSERT: Final = (
    "insert or replace into appointment(account, uid, instance, sequence, stamp, organizer,"
    " summary, answer, cancelled) values(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FORGET_TIMES: Final = "delete from appointment_time where account = ? and uid = ? and instance = ?"
_LEAVE_OUT_ANSWERED: Final = (
    "delete from appointment_time where account = ? and uid = ? and instance = ''"
    " and cast(begins as text) in"
    " (select instance from appointment where account = ? and uid = ? and instance <> '')"
)
"""Dates that were answered, or called off, by themselves (see `instance_of`)."""
_CLASHES: Final = (
    "select a.account, a.uid, a.instance, a.sequence, a.stamp, a.organizer, a.summary, a.answer,"
    " a.cancelled, t.begins, t.ends from appointment_time t join appointment a"
    " on a.account = t.account and a.uid = t.uid and a.instance = t.instance"
    " where t.begins < ? and t.ends > ? and a.answer in ('accepted', 'tentative')"
    " and a.cancelled = 0 order by t.begins limit ?"
)


def appointment(
    store: Store, account: AccountName, uid: str, instance: str = ""
) -> Appointment | None:
    """Return what was answered to an event, without its times; None where nothing was."""
    rows = store.rows(Database.LOCAL, _SELECT, (account, storable(uid), instance))
    return _appointment(rows[0]) if rows else None


def state_of_answer(store: Store, invitation: MessageKey) -> OutgoingState | None:
    """Return what became of the newest answer to the invitation in a mail; None: of none.

    An answer in words, which was written, is a mail of its own.
    """
    newest = (
        "select state from outgoing where original = ? and draft is null"
        " order by created desc, rowid desc limit 1"
    )
    rows = store.rows(Database.LOCAL, newest, (invitation,))
    return OutgoingState(rows[0][0]) if rows else None


def put_appointment_in(writing: Writing, one: Appointment) -> None:
    """Keep what was answered, over an older answer, inside an open transaction of local.db.

    An event whose name cannot be kept as it is would be taken for another one: it is not kept.
    """
    if not is_storable(one.uid):
        return
    name = (one.account, one.uid, one.instance)
    about = (one.sequence, one.stamp, storable(one.organizer), storable(one.summary))
    writing.run(_INSERT, (*name, *about, one.answer, int(one.is_cancelled)))
    writing.run(_FORGET_TIMES, name)
    writing.run_many(
        "insert into appointment_time(account, uid, instance, begins, ends) values(?, ?, ?, ?, ?)",
        [(*name, *span) for span in one.times[:MAX_TIMES]],
    )
    if not one.instance:
        writing.run(_LEAVE_OUT_ANSWERED, (*name[:2], *name[:2]))


def leave_out_in(writing: Writing, account: AccountName, uid: str, begins: int) -> None:
    """Let one date of a repeated event, in seconds UTC, make nobody busy as one of its dates."""
    writing.run(
        "delete from appointment_time where account = ? and uid = ? and instance = ''"
        " and begins = ?",
        (account, storable(uid), begins),
    )


def cancel_appointment(store: Store, one: Appointment) -> None:
    """Keep that an event was called off by the version that `one` names; durable on return.

    Of a repeated event all dates are, those that were answered by themselves too.
    """
    name = (one.account, storable(one.uid), one.instance, one.instance)
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "update appointment set cancelled = 1, sequence = ?, stamp = ?"
            " where account = ? and uid = ? and (instance = ? or ? = '')",
            (one.sequence, one.stamp, *name),
        )


def cancel_date(store: Store, one: Appointment, begins: int) -> None:
    """Keep that one date of a repeated event was called off; durable on return.

    `one` is that date, which began at `begins` (seconds UTC) by what was answered to all of it.
    """
    with store.writing(Database.LOCAL) as writing:
        put_appointment_in(writing, replace(one, is_cancelled=True, times=()))
        leave_out_in(writing, one.account, one.uid, begins)


def clashes(store: Store, span: Span) -> list[tuple[Appointment, Span]]:
    """Return what was accepted, of any account, that overlaps with a time, the first one first."""
    parameters = (span.end, span.start, MAX_CLASHES)
    rows = store.rows(Database.LOCAL, _CLASHES, parameters)
    return [(_appointment(row[:9]), Span(*row[9:])) for row in rows]


def _appointment(row: Row) -> Appointment:
    account, uid, instance, sequence, stamp, organizer, summary, answer, cancelled = row
    return Appointment(
        AccountName(account),
        uid,
        instance,
        sequence,
        stamp,
        organizer,
        summary,
        Answer(answer),
        bool(cancelled),
    )
