"""What became of mails on their way: rows for the outbox, and each mail's history."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NotFound
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import (
    CopyStep,
    OutgoingEvent,
    OutgoingRow,
    OutgoingState,
    Phase,
    RecipientRow,
)
from tuimail.model.outgoing_steps import mail_state
from tuimail.model.safe import Safe, Untrusted, safe_line

from .database import Database, Row, Store, Value, Writing
from .statement import listed, sql, with_ids
from .text import storable

FINAL_STATES: Final = (
    OutgoingState.ACCEPTED,
    OutgoingState.DELIVERED,
    OutgoingState.BOUNCED,
    OutgoingState.REFUSED,
    OutgoingState.EXPIRED,
    OutgoingState.CANCELLED,
)
KEPT_IN_LIST_S: Final = 30 * 86_400
MIN_ID_CHARS: Final = 4

IS_REPLACED: Final = (
    "exists(select 1 from outgoing n where n.replaces = recipient.id and n.state <> 'cancelled')"
)
"""Whether a mail to a corrected address stands in for a recipient."""

_SELECT: Final = sql(
    "select rowid, id, message_id, account, subject, state, attempts, created, not_before,"
    " next_attempt, last_error, coalesce((select what || ':' || detail from event"
    " where event.outgoing = outgoing.id and what in",
    listed(CopyStep),
    "order by event.id desc limit 1), ''), asked, undo_until, send_at, give_up_s, wants_success,"
    " coalesce((select r.address from recipient r where r.id = outgoing.replaces), '')"
    " from outgoing",
)
_RECIPIENTS: Final = """select o.rowid, r.address, r.state, r.code, r.enhanced_code, r.reply,
    r.queue_id, r.explanation, r.known = r.state, (select n.id from outgoing n
    where n.replaces = r.id and n.state <> 'cancelled' order by n.created desc limit 1)
    from outgoing o join submission s on s.outgoing = o.id
    join recipient r on r.submission = s.id where o.rowid in (:ids) order by r.id"""
_BEGUN: Final = """coalesce((select max(e.id) from event e where e.outgoing = ?1
    and e.what = 'sending' and e.detail = 'attempt ' || a.attempt), 0)"""
_HISTORY: Final = sql(
    "select time, what, who, detail, id, 0, 0 from event where outgoing = ?1",
    "union all select a.time, 'line', a.host, trim(a.tls || iif(a.reports_delivery,"
    " '; failures and delays are reported back',"
    " '; it reports nothing, so delivery cannot be confirmed'), '; '),",
    _BEGUN,
    ", 1, 0 from line a join submission s on s.id = a.submission where s.outgoing = ?1",
    "union all select a.time, a.phase, a.server, trim(coalesce(a.code, '')"
    " || rtrim(' ' || a.enhanced_code) || ' ' || a.text"
    " || iif(a.address = '', '', ' <' || a.address || '>')),",
    _BEGUN,
    ", 2, a.id from reply a join submission s on s.id = a.submission where s.outgoing = ?1",
    "order by 1, 5, 6, 7",
)
"""What has the same second stands as it happened: replies behind the attempt that got them."""


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """One reply of a server, or our own word where the line failed."""

    phase: Phase
    address: str
    """The recipient it concerns; empty for the whole mail."""
    code: int | None
    enhanced_code: str
    text: str
    server: str
    at: int = 0
    """When it came, seconds UTC; 0: when it is written down."""


@dataclass(frozen=True, slots=True)
class RecipientState:
    """What is known of one recipient now."""

    state: OutgoingState
    code: int | None = None
    enhanced_code: str = ""
    reply: str = ""
    queue_id: str = ""
    explanation: str = ""
    """Our words."""


def add_event(store: Store, outgoing_id: OutgoingId, at: int, what: str, detail: str = "") -> None:
    """Add a line to a mail's history; `at` is in seconds UTC."""
    with store.writing(Database.LOCAL) as writing:
        insert_event(writing, outgoing_id, at, what, detail)


def insert_event(
    writing: Writing, outgoing_id: OutgoingId, at: int, what: str, detail: str = ""
) -> None:
    """Add a line to a mail's history inside an open transaction of local.db."""
    writing.run(
        "insert into event(outgoing, time, what, who, detail) values(?, ?, ?, '', ?)",
        (outgoing_id, at or int(time.time()), what, storable(detail)),
    )


def update_recipient(
    writing: Writing, submission: int, address: str, state: RecipientState
) -> None:
    """Write down what is known of one recipient of a submission, inside an open transaction."""
    writing.run(
        "update recipient set state = ?, code = ?, enhanced_code = ?, reply = ?, queue_id = ?,"
        " explanation = ? where address = ? and submission = ?",
        (
            state.state,
            state.code,
            storable(state.enhanced_code),
            storable(state.reply),
            storable(state.queue_id),
            storable(state.explanation),
            address,
            submission,
        ),
    )


def update_state(
    writing: Writing,
    outgoing_id: OutgoingId,
    state: OutgoingState,
    next_attempt: int | None,
    last_error: str,
) -> None:
    """Set the state of a mail, inside an open transaction of local.db."""
    writing.run(
        "update outgoing set state = ?, next_attempt = ?, last_error = ?,"
        " changed = cast(strftime('%s') as integer) where id = ?",
        (state, next_attempt, storable(last_error), outgoing_id),
    )


def update_reported_state(writing: Writing, outgoing_id: OutgoingId, state: OutgoingState) -> None:
    """Set what a report makes of a mail; when those who wait are tried again stays as it is."""
    writing.run(
        "update outgoing set state = ?, changed = cast(strftime('%s') as integer) where id = ?",
        (state, outgoing_id),
    )


def state_of_mail(writing: Writing, outgoing_id: OutgoingId) -> OutgoingState:
    """Return the state that follows from the recipients', inside an open transaction."""
    rows: Iterable[tuple[str]] = writing.rows(
        "select r.state from recipient r join submission s on s.id = r.submission"
        " where s.outgoing = ?",
        (outgoing_id,),
    )
    return mail_state(OutgoingState(row[0]) for row in rows)


def history(store: Store, outgoing_id: OutgoingId) -> list[OutgoingEvent]:
    """Return what happened to a mail, oldest first: events and the replies of servers."""
    rows = store.rows(Database.LOCAL, _HISTORY, (outgoing_id,))
    return [
        OutgoingEvent(at, what, Untrusted(who), Untrusted(detail))
        for at, what, who, detail, *_ in rows
    ]


def transcripts(store: Store, outgoing_id: OutgoingId) -> list[tuple[int, str]]:
    """Return what was said at a mail's attempts, oldest first, where it was kept: number, text."""
    kept = (
        "select t.attempt, t.text from transcript t join submission s on s.id = t.submission"
        " where s.outgoing = ? order by t.submission, t.attempt"
    )
    return [(attempt, text) for attempt, text in store.rows(Database.LOCAL, kept, (outgoing_id,))]


def count_outgoing(
    store: Store, states: Iterable[OutgoingState], account: AccountName | None = None
) -> int:
    """Return how many mails are in one of these states, of one account or of all."""
    which, parameters = ("and account = ?", (account,)) if account is not None else ("", ())
    count = sql("select count(*) from outgoing where state in", listed(states), which)
    return int(store.rows(Database.LOCAL, count, parameters)[0][0])


def count_needing_attention(store: Store, states: Iterable[OutgoingState]) -> int:
    """Return how many mails are in one of these states, and nobody has dealt with that yet."""
    in_states = listed(states)
    count = sql(
        "select count(*) from outgoing where state in",
        in_states,
        "and exists(select 1 from submission s join recipient on recipient.submission = s.id"
        " where s.outgoing = outgoing.id and recipient.state in",
        in_states,
        "and recipient.known <> recipient.state and not",
        IS_REPLACED,
        ")",
    )
    return int(store.rows(Database.LOCAL, count)[0][0])


def outgoing_rows(store: Store, *, all_mail: bool = False, now: int = 0) -> list[OutgoingRow]:
    """Return what is not final, and what became final in the last 30 days, newest first."""
    since = (now or int(time.time())) - KEPT_IN_LIST_S
    recent = sql(
        "where changed >= ? or id in (select s.outgoing from recipient r join submission s"
        " on s.id = r.submission where r.state not in",
        listed(FINAL_STATES),
        ")",
    )
    which: tuple[str, Sequence[Value]] = ("", ()) if all_mail else (recent, (since,))
    order = "order by created desc, rowid desc"
    found = store.rows(Database.LOCAL, sql(_SELECT, which[0], order), which[1])
    return _with_recipients(store, found)


def outgoing_row(store: Store, outgoing_id: OutgoingId) -> OutgoingRow:
    """Return one mail. Raises NotFound."""
    found = store.rows(Database.LOCAL, sql(_SELECT, "where id = ?"), (outgoing_id,))
    if not found:
        raise NotFound("There is no such mail in the outbox.")
    return _with_recipients(store, found)[0]


def find_outgoing(store: Store, text: str) -> list[OutgoingId]:
    """Return mails by Message-ID, id, or the beginning of an id (at least 4 characters)."""
    name = storable(text.strip().strip("<>"))
    rows = store.rows(
        Database.LOCAL,
        "select id from outgoing where id = ?1 or message_id = ?1"
        " or (length(?1) >= ?2 and substr(id, 1, length(?1)) = ?1) order by id = ?1 desc, created",
        (name, MIN_ID_CHARS),
    )
    if rows and rows[0][0] == name:
        return [OutgoingId(name)]
    return [OutgoingId(row[0]) for row in rows]


def _with_recipients(store: Store, found: Sequence[Row]) -> list[OutgoingRow]:
    statement = with_ids(_RECIPIENTS, (row[0] for row in found))
    recipients: dict[int, list[RecipientRow]] = {}
    for number, *rest in store.rows(Database.LOCAL, statement):
        recipients.setdefault(number, []).append(_recipient(rest))
    return [_row(row[1:], recipients.get(row[0], [])) for row in found]


def _recipient(row: Sequence[Value]) -> RecipientRow:
    address, state, code, enhanced_code, reply, queue_id, explanation, known, replaced_by = row
    return RecipientRow(
        address=str(address),
        state=OutgoingState(str(state)),
        code=int(code) if code is not None else None,
        enhanced_code=str(enhanced_code),
        reply=Untrusted(str(reply)),
        queue_id=Untrusted(str(queue_id)),
        explanation=safe_line(str(explanation)),
        is_known=bool(known),
        replaced_by=OutgoingId(str(replaced_by)) if replaced_by is not None else None,
    )


def _row(row: Row, recipients: Sequence[RecipientRow]) -> OutgoingRow:
    (
        row_id,
        message_id,
        account,
        subject,
        state,
        attempts,
        created,
        not_before,
        next_attempt,
        last_error,
        copy,
        asked,
        undo_until,
        send_at,
        give_up_s,
        wants_success,
        replaces,
    ) = row
    return OutgoingRow(
        id=OutgoingId(row_id),
        message_id=message_id,
        account=AccountName(account),
        subject=Untrusted(subject),
        state=OutgoingState(state),
        attempts=attempts,
        created=created,
        not_before=not_before,
        next_attempt=next_attempt,
        last_error=safe_line(last_error),
        recipients=tuple(recipients),
        copy_problem=_copy_problem(*copy.partition(":")[::2]),
        asked=asked,
        undo_until=undo_until,
        send_at=send_at,
        give_up_s=give_up_s,
        wants_success=bool(wants_success),
        replaces=replaces,
    )


def _copy_problem(step: str, why: str) -> Safe:
    """Return what the person is told of a copy that is not in Sent; empty while all is well."""
    match step:
        case CopyStep.NO_MAILBOX:
            return Safe("Accepted, but there is no copy yet: choose a mailbox for sent mail.")
        case CopyStep.REFUSED:
            advice = "Retry makes the copy, also into another mailbox chosen for sent mail."
            return safe_line(f"Accepted, but no copy in Sent: {why.rstrip('.')}. {advice}")
        case _:
            return Safe("")
