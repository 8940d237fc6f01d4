"""Mails on their way: bytes, submissions and recipients, from queued to what became of them.

Attempts to send them are in `outgoing_attempts`. Everything is durable on return.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.outgoing import AT_ONCE, OutgoingState, Phase, Remark, SendOptions
from tuimail.model.outgoing_steps import TAKEN, Happening, states_before

from .blobs import put_blob, read_blob
from .database import Database, Store, Value, Writing
from .drafts import draft_of_json, drop_draft_in, head_of_draft, json_of_draft, put_draft_in
from .outgoing_history import (
    IS_REPLACED,
    RecipientState,
    add_event,
    count_needing_attention,
    count_outgoing,
    find_outgoing,
    history,
    insert_event,
    outgoing_row,
    outgoing_rows,
    state_of_mail,
    transcripts,
    update_state,
)
from .statement import listed, sql
from .text import storable

__all__ = [
    "ON_THE_WAY",
    "NewOutgoing",
    "RecipientState",
    "add_event",
    "blob_of",
    "bytes_of",
    "cancel",
    "count_needing_attention",
    "count_outgoing",
    "draft_of",
    "find_outgoing",
    "history",
    "insert_outgoing",
    "original_of",
    "outgoing_row",
    "outgoing_rows",
    "put_outgoing",
    "requeue",
    "sender_of",
    "take_back",
    "transcripts",
    "undoable",
]

ON_THE_WAY: Final = (*states_before(Happening.CLAIMED), OutgoingState.SENDING)
"""States of a mail that waits or is being sent."""
_CANCELLABLE: Final = listed(states_before(Happening.CANCELLED))
_REPEATABLE: Final = states_before(Happening.ASKED_AGAIN)
_SAFE_TO_REPEAT: Final = tuple(s for s in _REPEATABLE if s is not OutgoingState.UNCERTAIN)
_TAKEN: Final = listed(TAKEN)
_NOT_GOT: Final = (
    OutgoingState.CANCELLED,
    OutgoingState.REFUSED,
    OutgoingState.EXPIRED,
    OutgoingState.BOUNCED,
)
"""States of a recipient who is known not to have the mail, once it is stopped."""


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
    asked: int = 0
    """When a person at a screen wanted it gone; 0 where a command hands it over."""
    undo_until: int = 0
    """The end of its undo window; 0 where it has none."""
    options: SendOptions = AT_ONCE


def put_outgoing(store: Store, new: NewOutgoing) -> OutgoingId:
    """Write a mail down, durable: bytes flushed first, then mail, submission and recipients.

    Raises:
        UserError: its draft was sent already, as from another screen, and not taken back.
    """
    blob = put_blob(store, new.raw)
    with store.writing(Database.LOCAL) as writing:
        if new.draft is not None and _is_sent(writing, new.draft):
            raise UserError(
                "This draft was sent already, perhaps from another screen: see the outbox. "
                "Nothing was sent now."
            )
        insert_outgoing(writing, new, blob)
    return new.id


def insert_outgoing(
    writing: Writing, new: NewOutgoing, blob: str, replaces: int | None = None
) -> None:
    """Write a mail down whose bytes are flushed, inside an open transaction of local.db.

    `replaces` is the row of the recipient whose address it corrects.
    """
    options = new.options
    writing.run(
        "insert into outgoing(id, message_id, account, subject, state, created, not_before,"
        " draft, original, changed, asked, undo_until, send_at, give_up_s, wants_success,"
        " replaces) values(?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.id,
            storable(new.message_id),
            new.account,
            storable(new.subject),
            new.created,
            new.not_before,
            json_of_draft(new.draft) if new.draft else None,
            new.original,
            new.created,
            new.asked,
            new.undo_until,
            options.at or 0,
            options.give_up_s,
            int(options.wants_success),
            replaces,
        ),
    )
    _insert_submission(writing, new, blob)
    insert_event(writing, new.id, new.created, "queued")
    if new.draft:
        drop_draft_in(writing, new.draft.id)


def _insert_submission(writing: Writing, new: NewOutgoing, blob: str) -> None:
    submission = writing.insert(
        "insert into submission(outgoing, sender, blob) values(?, ?, ?)",
        (new.id, new.sender, blob),
    )
    writing.run_many(
        "insert into recipient(submission, address, state) values(?, ?, 'queued')",
        [(submission, address) for address in dict.fromkeys(new.recipients)],
    )


def requeue(
    store: Store, outgoing_id: OutgoingId, now: int, *, takes_uncertain: bool = False
) -> int:
    """Queue a mail again, due at once, for those who have not got it; return how many they are.

    0 also where it is being sent just now. `takes_uncertain` is the person's yes to those who may
    have got it.
    """
    states = _REPEATABLE if takes_uncertain else _SAFE_TO_REPEAT
    with store.writing(Database.LOCAL) as writing:
        busy = writing.rows(
            "select 1 from submission where outgoing = ? and lease_until is not null",
            (outgoing_id,),
        )
        if busy:
            return 0
        again = sql(
            "update recipient set state = 'queued', code = null, enhanced_code = '', reply = '',"
            " queue_id = '', explanation = '', known = '' where submission in"
            " (select id from submission where outgoing = ?) and state in",
            listed(states),
            "and not",
            IS_REPLACED,
        )
        count = writing.run(again, (outgoing_id,))
        if count:
            update_state(writing, outgoing_id, OutgoingState.QUEUED, now, "")
            at_once = (
                "update outgoing set not_before = min(not_before, ?1), asked = ?1, undo_until = 0,"
                " send_at = iif(exists(select 1 from submission s join recipient r"
                " on r.submission = s.id where s.outgoing = ?2 and r.state = 'held'), send_at, 0)"
                " where id = ?2"
            )
            writing.run(at_once, (now, outgoing_id))
            insert_event(writing, outgoing_id, now, "queued", "asked for again")
    return count


def cancel(store: Store, outgoing_id: OutgoingId, now: int = 0) -> bool:
    """Stop a mail for all whom it waits for, also while it is sent, up to the final dot.

    False once the server may have it for each of them. An attempt that is stopped finds out before
    its next step, and does not take it.
    """
    with store.writing(Database.LOCAL) as writing:
        return _stop(writing, outgoing_id, now)


def take_back(
    store: Store, outgoing_id: OutgoingId, now: int, draft_to: Callable[[frozenset[str]], Draft]
) -> Draft | None:
    """Stop a mail as `cancel` does and keep it as a draft, all or nothing; None if it is too late.

    `draft_to` makes the draft for those, by address, who have not got the mail. Whoever comes
    second changes nothing: the draft may be written on by then.
    """
    with store.writing(Database.LOCAL) as writing:
        if not _stop(writing, outgoing_id, now):
            return None
        which = sql(
            "select recipient.address from recipient join submission s"
            " on s.id = recipient.submission where s.outgoing = ? and recipient.state in",
            listed(_NOT_GOT),
            "and not",
            IS_REPLACED,
        )
        draft = draft_to(frozenset(row[0] for row in writing.rows(which, (outgoing_id,))))
        put_draft_in(writing, draft)
        insert_event(writing, outgoing_id, now, Remark.TAKEN_BACK)
    return draft


def undoable(store: Store, now: int) -> OutgoingId | None:
    """Return the newest mail that waits in its undo window; `now` is in seconds UTC."""
    rows = store.rows(
        Database.LOCAL,
        "select id from outgoing where state = 'queued' and undo_until > ? and draft is not null"
        " order by undo_until desc, rowid desc limit 1",
        (now,),
    )
    return OutgoingId(rows[0][0]) if rows else None


def draft_of(store: Store, outgoing_id: OutgoingId) -> Draft | None:
    """Return the draft a mail was made from."""
    text = _field(store, "select draft from outgoing where id = ?", outgoing_id)
    return draft_of_json(text) if isinstance(text, str) else None


def original_of(store: Store, outgoing_id: OutgoingId) -> MessageKey | None:
    """Return the message a mail answers or forwards."""
    key = _field(store, "select original from outgoing where id = ?", outgoing_id)
    return MessageKey(key) if isinstance(key, int) else None


def sender_of(store: Store, outgoing_id: OutgoingId) -> str:
    """Return the envelope sender of a mail."""
    first = "select sender from submission where outgoing = ? order by id limit 1"
    return str(_field(store, first, outgoing_id))


def bytes_of(store: Store, outgoing_id: OutgoingId) -> bytes:
    """Return the exact bytes of a mail, as `blob_of` names them."""
    return read_blob(store, blob_of(store, outgoing_id))


def blob_of(store: Store, outgoing_id: OutgoingId) -> str:
    """Return the name of a mail's bytes: of what was taken, or else of what was written first."""
    taken = sql(
        "select blob from submission s where outgoing = ? order by exists(select 1 from recipient r"
        " where r.submission = s.id and r.state in",
        _TAKEN,
        ") desc, s.id limit 1",
    )
    return str(_field(store, taken, outgoing_id))


def _stop(writing: Writing, outgoing_id: OutgoingId, now: int) -> bool:
    at_the_dot = writing.rows(
        "select 1 from submission where outgoing = ? and lease_until is not null and phase = ?",
        (outgoing_id, Phase.FINAL_DOT),
    )
    if at_the_dot:
        return False
    stop = sql(
        "update recipient set state = 'cancelled' where state in",
        _CANCELLABLE,
        "and submission in (select id from submission where outgoing = ?)",
    )
    stopped = writing.run(stop, (outgoing_id,))
    if stopped:
        free = "update submission set lease_until = null where outgoing = ?"
        writing.run(free, (outgoing_id,))
        update_state(writing, outgoing_id, state_of_mail(writing, outgoing_id), None, "")
        insert_event(writing, outgoing_id, now, "cancelled")
    return stopped > 0


def _is_sent(writing: Writing, draft: Draft) -> bool:
    beginning = head_of_draft(draft.id)
    which = (
        "select 1 from outgoing o where substr(o.draft, 1, ?) = ? and not exists"
        " (select 1 from event e where e.outgoing = o.id and e.what = ?) limit 1"
    )
    return bool(writing.rows(which, (len(beginning), beginning, Remark.TAKEN_BACK)))


def _field(store: Store, statement: str, outgoing_id: OutgoingId) -> Value:
    rows = store.rows(Database.LOCAL, statement, (outgoing_id,))
    if not rows:
        raise NotFound("There is no such mail in the outbox.")
    value: Value = rows[0][0]
    return value
