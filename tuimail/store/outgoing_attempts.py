"""Attempts to send: claimed, written down step by step, ended, and mended where one has died.

The sender's walk: `claim_due` -> `set_phase` before each step -> `end_claim`. In between the column
`lease_until` is set, to when it began. An attempt that died in phase FINAL_DOT leaves `uncertain`
whom it was sending to, which is never done again by itself. Everything is durable on return.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, digits
from typing import Final

from tuimail.errors import StoreError
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase, Remark
from tuimail.model.outgoing_steps import Happening, states_before

from .database import Database, Row, Store, Value, Writing
from .outgoing_history import (
    RecipientState,
    ReplyRecord,
    insert_event,
    state_of_mail,
    update_recipient,
    update_state,
)
from .statement import listed, sql
from .text import storable

ENVELOPE_ID_CHARS: Final = 28
JUST_ASKED_S: Final = 600
"""So long a mail that a person asked for at a screen goes before all others."""
MAX_INT: Final = (1 << 63) - 1
LEAST_HELD_S: Final = 60
"""What goes sooner than that is not worth handing over."""
_ENVELOPE_ID_SIGNS: Final = ascii_lowercase + digits
_DUE_STATES: Final = listed(states_before(Happening.CLAIMED))
_DUE: Final = sql(
    "from outgoing o join submission s on s.outgoing = o.id where o.account = ? and o.state in",
    _DUE_STATES,
    "and s.lease_until is null"
    " and exists(select 1 from recipient r where r.submission = s.id and r.state in",
    _DUE_STATES,
    ")",
)
_DUE_AT: Final = "max(o.not_before, coalesce(o.next_attempt, 0))"
_RANK: Final = "iif(o.asked >= ?, 1 + (o.attempts = 0), 0) desc"
"""What was just sent, then what was just asked for again, then all that waits."""
_WHAT: Final = (
    "select o.id, o.message_id, s.id, s.sender, s.blob, s.attempts, s.envelope_id, o.wants_success,"
    " max(o.created, o.not_before, o.asked), o.give_up_s, o.send_at"
)
_NEXT: Final = sql(
    *(_WHAT, _DUE, "and", _DUE_AT, "<= ?"),
    *("order by", _RANK, ",", _DUE_AT, ", o.created limit 1"),
)
_LATER: Final = sql(
    _WHAT,
    _DUE,
    "and o.send_at between ? and ? and o.undo_until <= ? and coalesce(o.next_attempt, 0) <= ?"
    " order by o.send_at limit 1",
)
_STILL: Final = sql(
    "select id, address from recipient where submission = ? and state in",
    _DUE_STATES,
    "order by id limit ?",
)


class ClaimLost(StoreError):
    """The attempt was ended by somebody else: it must not go on."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One submission taken for sending."""

    submission: int
    outgoing_id: OutgoingId
    account: AccountName
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    """Those it is sent to now, of those who have not got it."""
    blob: str
    attempt: int
    """Counts from 1."""
    envelope_id: str
    """The secret by which reports name the mail; the same at every attempt."""
    wants_success: bool = False
    """The person wants to be told of its delivery, not of failures alone."""
    begun: int = 0
    """From when it counts how long it is tried; seconds UTC."""
    give_up_s: int | None = None
    """How long it is tried; None means as long as the account says."""
    send_at: int = 0
    """When the person wants it to go; seconds UTC, 0 means at once."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the line of an attempt was like."""

    host: str
    """As configured."""
    greeting: str
    """As the server calls itself."""
    tls: str
    """Version and cipher."""
    reports_delivery: bool
    """Whether the server took the wish to be told what becomes of the mail."""
    max_size: int = 0
    """Bytes it takes at most; 0 where it did not say."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to."""

    recipients: Mapping[str, RecipientState]
    """By address, for each of the claim."""
    replies: Sequence[ReplyRecord] = ()
    last_error: str = ""
    """A sentence; empty where all went well."""
    line: LineFacts | None = None
    """None where the server was not reached."""
    transcript: str = ""
    """What was said, without secrets; empty where it is not to be kept."""


def claim_due(store: Store, account: AccountName, now: int, most: int) -> Claim | None:
    """Take the submission of an account that goes next, or None if nothing is due.

    That is what a person has just asked for, else what has waited longest. It is taken for at most
    `most` recipients; the others wait for another attempt.
    """
    with store.writing(Database.LOCAL) as writing:
        rows = writing.rows(_NEXT, (account, now, now - JUST_ASKED_S))
        return _claimed(writing, account, rows[0], now, most) if rows else None


def claim_later(
    store: Store, account: AccountName, now: int, most: int, latest: int = MAX_INT
) -> Claim | None:
    """Take a mail that is to go later, for a server that holds it until then (RFC 4865).

    `latest` is the latest time, seconds UTC, until which the server holds one. None where there is
    none, or all are in their undo window: what a server holds cannot be taken back. One that the
    server did not take so goes at its time, as any other.
    """
    with store.writing(Database.LOCAL) as writing:
        rows = writing.rows(_LATER, (account, now + LEAST_HELD_S, latest, now, now))
        return _claimed(writing, account, rows[0], now, most) if rows else None


def waits_for_later(store: Store, account: AccountName, now: int) -> bool:
    """Whether a mail would be handed to a server that holds it until its time."""
    wanted = (account, now + LEAST_HELD_S, MAX_INT, now, now)
    return bool(store.rows(Database.LOCAL, _LATER, wanted))


def _claimed(writing: Writing, account: AccountName, row: Row, now: int, most: int) -> Claim:
    outgoing_id, message_id, submission, sender, blob, attempts, envelope_id, *wishes = row
    wants_success, begun, give_up_s, send_at = wishes
    envelope_id = envelope_id or _new_envelope_id()
    writing.run(
        "update submission set lease_until = ?, attempts = attempts + 1, phase = ?,"
        " envelope_id = ? where id = ?",
        (now, Phase.CONNECT, envelope_id, submission),
    )
    writing.run(
        "update outgoing set state = 'sending', attempts = attempts + 1, changed = ? where id = ?",
        (now, outgoing_id),
    )
    still = writing.rows(_STILL, (submission, most))
    mark = "update recipient set state = 'sending' where id = ?"
    writing.run_many(mark, [(row_id,) for row_id, _ in still])
    insert_event(writing, OutgoingId(outgoing_id), now, "sending", f"attempt {attempts + 1}")
    return Claim(
        submission=submission,
        outgoing_id=OutgoingId(outgoing_id),
        account=account,
        message_id=message_id,
        sender=sender,
        recipients=tuple(address for _, address in still),
        blob=blob,
        attempt=attempts + 1,
        envelope_id=envelope_id,
        wants_success=bool(wants_success),
        begun=begun,
        give_up_s=give_up_s,
        send_at=send_at,
    )


def next_due(store: Store, account: AccountName) -> int | None:
    """Return when the account's next mail is due (seconds UTC), or None if nothing waits."""
    rows = store.rows(Database.LOCAL, sql("select min(", _DUE_AT, ")", _DUE), (account,))
    return rows[0][0] if rows else None


def next_hand_over(store: Store, account: AccountName, now: int) -> int | None:
    """Return when the next mail that is to go later leaves its undo window (seconds UTC).

    From then on a server may be given it that holds it. None where there is none.
    """
    which = sql("select min(o.undo_until)", _DUE, "and o.send_at >= ? and o.undo_until > ?")
    rows = store.rows(Database.LOCAL, which, (account, now + LEAST_HELD_S, now))
    return rows[0][0] if rows else None


def due_now(store: Store, account: AccountName, now: int) -> list[tuple[OutgoingId, int | None]]:
    """Return the account's mails that are due, each with the time written for its next attempt."""
    due = sql("select o.id, o.next_attempt", _DUE, "and", _DUE_AT, "<= ?")
    rows = store.rows(Database.LOCAL, due, (account, now))
    return [(OutgoingId(outgoing_id), next_attempt) for outgoing_id, next_attempt in rows]


def is_held(store: Store, claim: Claim) -> bool:
    """Whether the attempt is still this one's to make."""
    ours = "select 1 from submission where id = ? and lease_until is not null and attempts = ?"
    return bool(store.rows(Database.LOCAL, ours, (claim.submission, claim.attempt)))


def set_phase(store: Store, claim: Claim, phase: Phase) -> None:
    """Write down, durable, how far the attempt has come: before the step is taken.

    Raises:
        ClaimLost: the step must not be taken.
    """
    with store.writing(Database.LOCAL) as writing:
        _change(writing, claim, "phase = ?", phase)


def end_claim(
    store: Store, claim: Claim, outcome: Outcome, now: int, next_attempt: int
) -> OutgoingState:
    """End an attempt, all in one transaction; return the state the mail is in then.

    `next_attempt` counts where the mail waits for those it was sent to. Where it waits for others
    alone, it is due at once.

    Raises:
        ClaimLost: it was ended already; nothing is written.
    """
    with store.writing(Database.LOCAL) as writing:
        _change(writing, claim, "lease_until = null, phase = ?", Phase.DONE)
        if outcome.line is not None:
            began = min((reply.at for reply in outcome.replies if reply.at), default=now)
            _insert_line(writing, claim, outcome.line, began)
        if outcome.transcript:
            put = "insert or replace into transcript(submission, attempt, text) values(?, ?, ?)"
            writing.run(put, (claim.submission, claim.attempt, storable(outcome.transcript)))
        for reply in outcome.replies:
            _insert_reply(writing, claim, reply, now)
        for address, recipient in outcome.recipients.items():
            update_recipient(writing, claim.submission, address, recipient)
        state = state_of_mail(writing, claim.outgoing_id)
        is_put_off = OutgoingState.QUEUED in {one.state for one in outcome.recipients.values()}
        due = next_attempt if is_put_off else now
        is_waiting = state is OutgoingState.QUEUED
        error = outcome.last_error
        update_state(writing, claim.outgoing_id, state, due if is_waiting else None, error)
    return state


def recover(
    store: Store, now: int, account: AccountName | None = None
) -> list[tuple[OutgoingId, OutgoingState]]:
    """End attempts nobody makes any more; return their mails with the states they are in then.

    Past the final dot they leave uncertain whom they were sending to, else queued again. However
    young they are: only who knows that none is being made may ask. That is the holder of the
    profile's lock before any sender runs, and an account's one sender between two mails.
    """
    which, parameters = ("", ()) if account is None else ("and o.account = ?", (account,))
    left = "select s.id, s.outgoing, s.phase from submission s join outgoing o on o.id = s.outgoing"
    with store.writing(Database.LOCAL) as writing:
        rows = writing.rows(sql(left, "where s.lease_until is not null", which), parameters)
        return [
            (OutgoingId(outgoing), _recover(writing, submission, OutgoingId(outgoing), phase, now))
            for submission, outgoing, phase in rows
        ]


def _recover(
    writing: Writing, submission: int, outgoing_id: OutgoingId, phase: str, now: int
) -> OutgoingState:
    is_uncertain = phase == Phase.FINAL_DOT
    left = OutgoingState.UNCERTAIN if is_uncertain else OutgoingState.QUEUED
    writing.run("update submission set lease_until = null where id = ?", (submission,))
    mark = "update recipient set state = ? where submission = ? and state = 'sending'"
    writing.run(mark, (left, submission))
    state = state_of_mail(writing, outgoing_id)
    update_state(writing, outgoing_id, state, None, "")
    insert_event(writing, outgoing_id, now, left, Remark.INTERRUPTED)
    return state


def _change(writing: Writing, claim: Claim, change: str, value: Value) -> None:
    """Change the row of an attempt, as long as it is this one that is being made."""
    ours = "where id = ? and lease_until is not null and attempts = ?"
    parameters = (value, claim.submission, claim.attempt)
    if not writing.run(sql("update submission set", change, ours), parameters):
        raise ClaimLost("This attempt to send was ended by another process; it does not go on.")


def _new_envelope_id() -> str:
    """Return what cannot be guessed and needs no encoding on the way (RFC 3461 section 4.4)."""
    return "".join(secrets.choice(_ENVELOPE_ID_SIGNS) for _ in range(ENVELOPE_ID_CHARS))


def _insert_line(writing: Writing, claim: Claim, line: LineFacts, now: int) -> None:
    writing.run(
        "insert or replace into line(submission, attempt, time, host, greeting, tls,"
        " reports_delivery, max_size) values(?, ?, ?, ?, ?, ?, ?, ?)",
        (
            claim.submission,
            claim.attempt,
            now,
            storable(line.host),
            storable(line.greeting),
            storable(line.tls),
            int(line.reports_delivery),
            line.max_size,
        ),
    )


def _insert_reply(writing: Writing, claim: Claim, reply: ReplyRecord, now: int) -> None:
    writing.run(
        "insert into reply(submission, attempt, time, phase, address, code, enhanced_code, text,"
        " server) values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            claim.submission,
            claim.attempt,
            reply.at or now,
            reply.phase,
            reply.address,
            reply.code,
            storable(reply.enhanced_code),
            storable(reply.text),
            storable(reply.server),
        ),
    )
