"""Mails on their way: bytes, submissions and recipients, from queued to what became of them.

Attempts to send them are in `outgoing_attempts`. Everything is durable on return.
"""

from dataclasses import dataclass
from typing import Final

from tuimail.errors import NotFound
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import Happening, states_before

from .blobs import put_blob, read_blob
from .database import Database, Store, Value
from .drafts import draft_of_json, drop_draft_in, json_of_draft
from .outgoing_history import (
    RecipientState,
    add_event,
    count_outgoing,
    find_outgoing,
    history,
    insert_event,
    outgoing_row,
    outgoing_rows,
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
    "count_outgoing",
    "draft_of",
    "find_outgoing",
    "history",
    "original_of",
    "outgoing_row",
    "outgoing_rows",
    "put_outgoing",
    "requeue",
]

ON_THE_WAY: Final = (*states_before(Happening.CLAIMED), OutgoingState.SENDING)
"""States of a mail that waits or is being sent."""
_CANCELLABLE: Final = listed(states_before(Happening.CANCELLED))
_REPEATABLE: Final = listed(states_before(Happening.ASKED_AGAIN))


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
            update_state(writing, outgoing_id, OutgoingState.QUEUED, now, "")
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
