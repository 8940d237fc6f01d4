"""What was reported of mails that were sent: which mails to read for it, and what they said.

Everything is durable on return. A report is told once, however often it is read.
"""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tuimail.model.ids import AccountName, MailboxId, MessageKey, OutgoingId
from tuimail.model.mailbox import MailboxRow
from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import TRANSITIONS, Happening
from tuimail.model.report import SURE, Grade, ReportAction, ReportKind, SentMail

from . import props
from .database import Database, Store, Writing
from .outgoing_history import insert_event, state_of_mail, update_reported_state
from .reference_hashes import ReferenceHashes
from .row_ids import first_row_id
from .statement import listed, sql
from .text import storable

MAX_CANDIDATES: Final = 500
"""Mails of one look."""
_CANDIDATES: Final = """select p.ref, m.key, m.refs, m.props & ?
    or m.addr like 'mailer-daemon@%' or m.addr like 'postmaster@%' or m.addr like 'mailerdaemon@%'
    or m.addr like 'microsoftexchange%' from placement p join message m on m.id = p.message
    where p.smailbox = ? and p.ref > ? and p.message >= ? order by p.ref"""
_BY_MESSAGE_ID: Final = "select id from outgoing where message_id = ?"
_BY_ENVELOPE_ID: Final = "select outgoing from submission where envelope_id = ?"
_BY_QUEUE_ID: Final = """select s.outgoing from recipient r
    join submission s on s.id = r.submission where r.queue_id = ?"""
_HAPPENINGS: Final = {
    ReportAction.FAILED: Happening.BOUNCE_REPORTED,
    ReportAction.DELAYED: Happening.DELAY_REPORTED,
    ReportAction.DELIVERED: Happening.DELIVERY_REPORTED,
}
"""What is handed on to a server that tells no more, or to several people, is not delivered yet."""
_KNOWN: Final = sql(
    "select 1 from report where outgoing = ? and address = ? and grade in",
    listed(SURE),
    "and action in",
    listed(_HAPPENINGS),
    "and id < (select max(id) from report) limit 1",
)
_REPORTED: Final = (OutgoingState.BOUNCED, OutgoingState.DELIVERED)
"""What only a report makes of a mail; what a sure one says takes the place of what others said."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one report says of one recipient, in the words it is kept in."""

    kind: ReportKind
    grade: Grade
    address: str
    """Empty where it is about the mail alone."""
    action: ReportAction | None
    code: int | None
    status: str
    diagnostic: str
    reporting_mta: str
    remote_mta: str
    """The server it was handed to, or that refused it; empty where that is not said."""
    explanation: str
    """Our words."""
    sentence: str
    """Our words for the history."""
    message_key: MessageKey
    message_id: str
    """Of the report."""


def candidates_since(
    store: Store, row: MailboxRow, uid: int, dated_since: int
) -> list[tuple[int, MessageKey]]:
    """Return mails of a mailbox beyond a UID that may be reports, as (UID, key), ascending.

    `dated_since` is in seconds UTC. What a server reports bears a mark, or a robot's name; what a
    machine answers for a person names the mail that it answers.
    """
    sent = _hashes_of_sent(store, row.account, dated_since)
    parameters = (props.IS_REPORT, row.id, uid, first_row_id(dated_since))
    found = (
        (ref, MessageKey(key))
        for ref, key, refs, is_likely in store.rows(Database.CACHE, _CANDIDATES, parameters)
        if is_likely or not sent.isdisjoint(array("q", refs or b""))
    )
    return list(islice(found, MAX_CANDIDATES))


def _hashes_of_sent(store: Store, account: AccountName, since: int) -> set[int]:
    """Return what mails of an account bear that name one sent since then, by whichever account."""
    which = "select message_id from outgoing where changed >= ?"
    hashes = ReferenceHashes(account.encode() + b"\0")
    rows = store.rows(Database.LOCAL, which, (since,))
    return {one for row in rows for one in hashes.of(row)}


def highest_uid(store: Store, mailbox_id: MailboxId) -> int:
    """Return the highest UID of a mailbox that is here; 0 where there is none."""
    which = "select max(ref) from placement where smailbox = ?"
    return max(0, store.rows(Database.CACHE, which, (mailbox_id,))[0][0] or 0)


def report_mark(store: Store, account: AccountName, mailbox: str, uid_validity: int) -> int:
    """Return up to which UID a mailbox was read for reports; 0 where its numbers are new."""
    rows = store.rows(
        Database.LOCAL,
        "select uid from report_mark where account = ? and mailbox = ? and uid_validity = ?",
        (account, mailbox, uid_validity),
    )
    return int(rows[0][0]) if rows else 0


def put_report_mark(
    store: Store, account: AccountName, mailbox: str, uid_validity: int, uid: int
) -> None:
    """Write down up to which UID a mailbox was read for reports."""
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert or replace into report_mark values(?, ?, ?, ?)",
            (account, mailbox, uid_validity, uid),
        )


def sent_mails(
    store: Store, message_ids: Collection[str], envelope_ids: Collection[str], queue_id: str
) -> list[tuple[OutgoingId, SentMail]]:
    """Return the mails that a report may be about, by what it names."""
    found: dict[str, None] = {}
    ways = (
        (_BY_MESSAGE_ID, message_ids),
        (_BY_ENVELOPE_ID, envelope_ids),
        (_BY_QUEUE_ID, [queue_id]),
    )
    for statement, names in ways:
        for name in names:
            if name:
                rows = store.rows(Database.LOCAL, statement, (storable(name),))
                found.update(dict.fromkeys(row[0] for row in rows))
    return [(OutgoingId(one), _sent_mail(store, one)) for one in found]


def put_report(
    store: Store, outgoing_id: OutgoingId, told: Sequence[Told], at: int
) -> OutgoingState | None:
    """Write a report down, and what follows for the mail; return its state, None if known before.

    `at` is in seconds UTC. What is less sure never takes the place of what is surer.
    """
    is_new = False
    with store.writing(Database.LOCAL) as writing:
        for one in told:
            if _insert(writing, outgoing_id, one, at):
                is_new = True
                _change_state(writing, outgoing_id, one)
                insert_event(writing, outgoing_id, at, one.action or one.kind, one.sentence)
        state = state_of_mail(writing, outgoing_id)
        if is_new:
            update_reported_state(writing, outgoing_id, state)
    return state if is_new else None


def _sent_mail(store: Store, outgoing_id: str) -> SentMail:
    ((message_id, envelope_id, account, send_at, is_being_sent),) = store.rows(
        Database.LOCAL,
        "select o.message_id, s.envelope_id, o.account, o.send_at, s.lease_until is not null"
        " from outgoing o join submission s on s.outgoing = o.id where o.id = ?"
        " order by s.id desc limit 1",
        (outgoing_id,),
    )
    lines = store.rows(
        Database.LOCAL,
        "select l.time, l.host, l.greeting from line l join submission s on s.id = l.submission"
        " where s.outgoing = ?",
        (outgoing_id,),
    )
    people = store.rows(
        Database.LOCAL,
        "select r.address, r.queue_id from recipient r join submission s on s.id = r.submission"
        " where s.outgoing = ? order by r.id",
        (outgoing_id,),
    )
    recipients, times = tuple(row[0] for row in people), [row[0] for row in lines]
    return SentMail(
        message_id=message_id,
        envelope_id=envelope_id,
        accepted=min(times) if times else _lost_since(store, outgoing_id),
        servers=tuple(dict.fromkeys(name for row in lines for name in row[1:] if name)),
        queue_ids={row[1] for row in people if row[1]},
        recipients=recipients,
        account=AccountName(account),
        exchanges=_exchanges(store, {one.rpartition("@")[2].lower() for one in recipients}),
        left=max([send_at, *times]),
        is_being_sent=bool(is_being_sent),
    )


def _exchanges(store: Store, domains: Iterable[str]) -> dict[str, set[str]]:
    """Return which hosts took or refused mail for domains, as sure reports say."""
    which = sql(
        "select distinct remote_mta from report where remote_mta <> '' and grade in",
        listed(SURE),
        "and lower(substr(address, -length(?1))) = ?1",
    )
    found = {
        domain: {row[0] for row in store.rows(Database.LOCAL, which, (f"@{domain}",))}
        for domain in domains
    }
    return {domain: hosts for domain, hosts in found.items() if hosts}


def _lost_since(store: Store, outgoing_id: str) -> int:
    """Return when a mail was on its way whose last answer was lost; 0 if it was not."""
    rows = store.rows(
        Database.LOCAL,
        "select max(e.time) from event e where e.outgoing = ?1 and e.what = 'sending' and exists("
        " select 1 from recipient r join submission s on s.id = r.submission"
        " where s.outgoing = ?1 and r.state = 'uncertain')",
        (outgoing_id,),
    )
    return rows[0][0] or 0


def _insert(writing: Writing, outgoing_id: OutgoingId, told: Told, at: int) -> bool:
    """Write one row; return whether it says something new."""
    return bool(
        writing.run(
            "insert or ignore into report(outgoing, address, kind, action, grade, status,"
            " diagnostic, reporting_mta, remote_mta, time, explanation, message_key, message_id)"
            " values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                outgoing_id,
                storable(told.address),
                told.kind,
                told.action or "",
                told.grade,
                storable(told.status),
                storable(told.diagnostic),
                storable(told.reporting_mta),
                storable(told.remote_mta),
                at,
                storable(told.explanation),
                told.message_key,
                storable(told.message_id),
            ),
        )
    )


def _change_state(writing: Writing, outgoing_id: OutgoingId, told: Told) -> None:
    happening = _HAPPENINGS.get(told.action) if told.action is not None else None
    if happening is None or not told.address:
        return
    is_sure, is_known = told.grade in SURE, _is_known(writing, outgoing_id, told)
    for row_id, state in writing.rows(
        "select r.id, r.state from recipient r join submission s on s.id = r.submission"
        " where s.outgoing = ? and r.address = ?",
        (outgoing_id, told.address),
    ):
        is_hearsay = is_sure and not is_known and state in _REPORTED
        before = OutgoingState.ACCEPTED if is_hearsay else OutgoingState(state)
        after = TRANSITIONS[before].get(happening)
        if after is None or (is_known and not is_sure):
            continue
        writing.run(
            "update recipient set state = ?, code = ?, enhanced_code = ?, reply = ?,"
            " explanation = ? where id = ?",
            (
                after,
                told.code,
                storable(told.status),
                storable(told.diagnostic),
                storable(told.explanation),
                row_id,
            ),
        )


def _is_known(writing: Writing, outgoing_id: OutgoingId, told: Told) -> bool:
    """Whether something sure of the delivery to this recipient was known before the newest report.

    That it was handed on says nothing of it: whoever got it then may still send it back.
    """
    rows = writing.rows(_KNOWN, (outgoing_id, told.address))
    return bool(rows)
