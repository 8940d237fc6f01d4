"""Mails on their way: bytes, submissions and recipients, from queued to what became of them.

The sender's walk: `claim_due` -> `set_phase` before each step -> `record_reply` for each reply ->
`set_recipient` -> `release`. A claim whose lease ran out in phase FINAL_DOT becomes `uncertain`
(`recover`), never sent again by itself. Everything is durable on return.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NotFound
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.model.outgoing_steps import Happening, states_before

from .blobs import put_blob, read_blob
from .database import Database, Store, Value, Writing, sql
from .drafts import draft_of_json, drop_draft_in, json_of_draft
from .outgoing_history import (
    RecipientState,
    ReplyRecord,
    add_event,
    find_outgoing,
    history,
    insert_event,
    outgoing_row,
    outgoing_rows,
)
from .text import storable

__all__ = [
    "Claim",
    "NewOutgoing",
    "RecipientState",
    "ReplyRecord",
    "add_event",
    "bytes_of",
    "cancel",
    "claim_due",
    "draft_of",
    "find_outgoing",
    "history",
    "next_due",
    "original_of",
    "outgoing_row",
    "outgoing_rows",
    "put_outgoing",
    "record_reply",
    "recover",
    "release",
    "renew_lease",
    "requeue",
    "set_phase",
    "set_recipient",
    "set_state",
    "waiting",
]


def _listed(states: Iterable[OutgoingState]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


_DUE_STATES: Final = _listed(states_before(Happening.CLAIMED))
_ON_THE_WAY: Final = _listed({*states_before(Happening.CLAIMED), OutgoingState.SENDING})
"""Of a recipient who is still to be sent to; of a mail that waits or is being sent."""
_CANCELLABLE: Final = _listed(states_before(Happening.CANCELLED))
_REPEATABLE: Final = _listed(states_before(Happening.ASKED_AGAIN))
_DUE: Final = sql(
    "from outgoing o join submission s on s.outgoing = o.id where o.account = ? and o.state in",
    _DUE_STATES,
    "and s.lease_until is null",
)
_DUE_AT: Final = "max(o.not_before, coalesce(o.next_attempt, 0))"


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """A mail to be sent."""

    id: OutgoingId
    message_id: str
    account: AccountName
    subject: str
    sender: str
    """Envelope sender."""
    recipients: tuple[str, ...]
    raw: bytes
    created: int
    not_before: int
    draft: Draft | None = None
    """What it was made from, for taking it back; its id is dropped from the drafts."""
    original: MessageKey | None = None
    """The message answered or forwarded, to be marked when this one is accepted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One submission taken for sending until the lease runs out."""

    submission: int
    outgoing_id: OutgoingId
    account: AccountName
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    """Those who have not got it."""
    blob: str
    attempt: int
    """Counts from 1."""
    lease_until: int


def put_outgoing(store: Store, new: NewOutgoing) -> OutgoingId:
    """Write a mail down, durable: bytes flushed first, then mail, submission and recipients."""
    blob = put_blob(store, new.raw)
    draft = json_of_draft(new.draft) if new.draft else None
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert into outgoing(id, message_id, account, subject, state, created, not_before,"
            " draft, original, changed) values(?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?)",
            (
                new.id,
                storable(new.message_id),
                new.account,
                storable(new.subject),
                new.created,
                new.not_before,
                draft,
                new.original,
                new.created,
            ),
        )
        submission = writing.insert(
            "insert into submission(outgoing, sender, blob) values(?, ?, ?)",
            (new.id, new.sender, blob),
        )
        writing.run_many(
            "insert into recipient(submission, address, state) values(?, ?, 'queued')",
            [(submission, address) for address in dict.fromkeys(new.recipients)],
        )
        insert_event(writing, new.id, new.created, "queued")
        if new.draft:
            drop_draft_in(writing, new.draft.id)
    return new.id


def claim_due(store: Store, account: AccountName, now: int, lease_s: int) -> Claim | None:
    """Take the submission of an account that has waited longest, or None if nothing is due."""
    with store.writing(Database.LOCAL) as writing:
        which = sql("select o.id, o.message_id, s.id, s.sender, s.blob, s.attempts", _DUE)
        due = sql("and", _DUE_AT, "<= ? order by", _DUE_AT, ", o.created limit 1")
        rows = writing.rows(sql(which, due), (account, now))
        if not rows:
            return None
        outgoing_id, message_id, submission, sender, blob, attempts = rows[0]
        writing.run(
            "update submission set lease_until = ?, attempts = attempts + 1, phase = ?"
            " where id = ?",
            (now + lease_s, Phase.CONNECT, submission),
        )
        writing.run(
            "update outgoing set state = 'sending', attempts = attempts + 1, changed = ?"
            " where id = ?",
            (now, outgoing_id),
        )
        still = sql(
            "select address from recipient where submission = ? and state in",
            _ON_THE_WAY,
            "order by id",
        )
        recipients = tuple(row[0] for row in writing.rows(still, (submission,)))
        insert_event(writing, OutgoingId(outgoing_id), now, "sending", f"attempt {attempts + 1}")
    return Claim(
        submission=submission,
        outgoing_id=OutgoingId(outgoing_id),
        account=account,
        message_id=message_id,
        sender=sender,
        recipients=recipients,
        blob=blob,
        attempt=attempts + 1,
        lease_until=now + lease_s,
    )


def next_due(store: Store, account: AccountName) -> int | None:
    """Return when the account's next mail is due (seconds UTC), or None if nothing waits."""
    rows = store.rows(Database.LOCAL, sql("select min(", _DUE_AT, ")", _DUE), (account,))
    return rows[0][0] if rows else None


def waiting(store: Store, account: AccountName | None = None) -> int:
    """Return how many mails wait to be sent or are being sent."""
    which, parameters = ("and account = ?", (account,)) if account is not None else ("", ())
    count = sql("select count(*) from outgoing where state in", _ON_THE_WAY, which)
    return int(store.rows(Database.LOCAL, count, parameters)[0][0])


def renew_lease(store: Store, claim: Claim, until: int) -> None:
    """Keep a claim during a long step."""
    _on_submission(store, "lease_until = ?", (until, claim.submission))


def set_phase(store: Store, claim: Claim, phase: Phase) -> None:
    """Write down, durable, how far the attempt has come: before the step is taken."""
    _on_submission(store, "phase = ?", (phase, claim.submission))


def record_reply(store: Store, claim: Claim, reply: ReplyRecord, now: int) -> None:
    """Keep a server's reply in the history."""
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert into reply(submission, attempt, time, phase, address, code, enhanced_code,"
            " text, server) values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                claim.submission,
                claim.attempt,
                now,
                reply.phase,
                reply.address,
                reply.code,
                storable(reply.enhanced_code),
                storable(reply.text),
                storable(reply.server),
            ),
        )


def set_recipient(
    store: Store, outgoing_id: OutgoingId, address: str, state: RecipientState
) -> None:
    """Write down what became of the mail to one recipient."""
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "update recipient set state = ?, code = ?, enhanced_code = ?, reply = ?, queue_id = ?,"
            " explanation = ? where address = ?"
            " and submission in (select id from submission where outgoing = ?)",
            (
                state.state,
                state.code,
                storable(state.enhanced_code),
                storable(state.reply),
                storable(state.queue_id),
                storable(state.explanation),
                address,
                outgoing_id,
            ),
        )


def release(
    store: Store,
    claim: Claim,
    state: OutgoingState,
    next_attempt: int | None = None,
    last_error: str = "",
) -> None:
    """End an attempt: the mail's state, and when to try again if it waits."""
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "update submission set lease_until = null, phase = ? where id = ?",
            (Phase.DONE, claim.submission),
        )
        _set_state(writing, claim.outgoing_id, state, next_attempt, last_error)


def set_state(
    store: Store,
    outgoing_id: OutgoingId,
    state: OutgoingState,
    next_attempt: int | None = None,
    last_error: str = "",
) -> None:
    """Set the state of a mail outside an attempt (reports, resolving `uncertain`)."""
    with store.writing(Database.LOCAL) as writing:
        _set_state(writing, outgoing_id, state, next_attempt, last_error)


def requeue(store: Store, outgoing_id: OutgoingId, now: int) -> int:
    """Queue a mail again, due at once, for those who have not got it; return how many they are.

    0 also where it is being sent just now.
    """
    with store.writing(Database.LOCAL) as writing:
        busy = writing.rows(
            "select 1 from submission where outgoing = ? and lease_until is not null",
            (outgoing_id,),
        )
        if busy:
            return 0
        again = sql(
            "update recipient set state = 'queued', code = null, enhanced_code = '', reply = '',"
            " queue_id = '', explanation = '' where submission in"
            " (select id from submission where outgoing = ?) and state in",
            _REPEATABLE,
        )
        count = writing.run(again, (outgoing_id,))
        if count:
            _set_state(writing, outgoing_id, OutgoingState.QUEUED, now, "")
            at_once = "update outgoing set not_before = min(not_before, ?) where id = ?"
            writing.run(at_once, (now, outgoing_id))
            insert_event(writing, outgoing_id, now, "queued", "asked for again")
    return count


def cancel(store: Store, outgoing_id: OutgoingId, now: int = 0) -> bool:
    """Cancel a mail that waits; False once it is being sent or the server may have it."""
    with store.writing(Database.LOCAL) as writing:
        stop = sql(
            "update outgoing set state = 'cancelled', next_attempt = null,"
            " changed = max(changed, ?1) where id = ?2 and state in",
            _CANCELLABLE,
            "and not exists(select 1 from submission"
            " where outgoing = ?2 and lease_until is not null)",
        )
        stopped = writing.run(stop, (now, outgoing_id))
        if stopped:
            writing.run(
                sql(
                    "update recipient set state = 'cancelled' where state in",
                    _CANCELLABLE,
                    "and submission in (select id from submission where outgoing = ?)",
                ),
                (outgoing_id,),
            )
            insert_event(writing, outgoing_id, now, "cancelled")
    return stopped > 0


def recover(store: Store, now: int) -> list[OutgoingId]:
    """Mend claims whose process died: uncertain past the final dot, else queued again.

    Called by the engine at start, when no other process can hold a claim, and with leases that
    ran out later.
    """
    with store.writing(Database.LOCAL) as writing:
        rows = writing.rows(
            "select id, outgoing, phase from submission where lease_until is not null"
            " and lease_until <= ?",
            (now,),
        )
        for submission, outgoing, phase in rows:
            is_uncertain = phase == Phase.FINAL_DOT
            state = OutgoingState.UNCERTAIN if is_uncertain else OutgoingState.QUEUED
            writing.run("update submission set lease_until = null where id = ?", (submission,))
            mark = "update recipient set state = ? where submission = ? and state in"
            writing.run(sql(mark, _ON_THE_WAY), (state, submission))
            _set_state(writing, OutgoingId(outgoing), state, None, "")
            insert_event(writing, OutgoingId(outgoing), now, state, "the program was interrupted")
    return [OutgoingId(row[1]) for row in rows]


def draft_of(store: Store, outgoing_id: OutgoingId) -> Draft | None:
    """Return the draft a mail was made from."""
    text = _field(store, "select draft from outgoing where id = ?", outgoing_id)
    return draft_of_json(text) if isinstance(text, str) else None


def original_of(store: Store, outgoing_id: OutgoingId) -> MessageKey | None:
    """Return the message a mail answers or forwards."""
    key = _field(store, "select original from outgoing where id = ?", outgoing_id)
    return MessageKey(key) if isinstance(key, int) else None


def bytes_of(store: Store, outgoing_id: OutgoingId) -> bytes:
    """Return the exact bytes of a mail."""
    return read_blob(store, blob_of(store, outgoing_id))


def blob_of(store: Store, outgoing_id: OutgoingId) -> str:
    """Return the name of a mail's bytes."""
    newest = "select blob from submission where outgoing = ? order by id desc limit 1"
    return str(_field(store, newest, outgoing_id))


def _field(store: Store, statement: str, outgoing_id: OutgoingId) -> Value:
    rows = store.rows(Database.LOCAL, statement, (outgoing_id,))
    if not rows:
        raise NotFound("There is no such mail in the outbox.")
    value: Value = rows[0][0]
    return value


def _on_submission(store: Store, change: str, parameters: tuple[Value, ...]) -> None:
    with store.writing(Database.LOCAL) as writing:
        writing.run(sql("update submission set", change, "where id = ?"), parameters)


def _set_state(
    writing: Writing,
    outgoing_id: OutgoingId,
    state: OutgoingState,
    next_attempt: int | None,
    last_error: str,
) -> None:
    writing.run(
        "update outgoing set state = ?, next_attempt = ?, last_error = ?,"
        " changed = cast(strftime('%s') as integer) where id = ?",
        (state, next_attempt, storable(last_error), outgoing_id),
    )
