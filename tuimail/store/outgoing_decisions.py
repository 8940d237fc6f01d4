"""What a person decides about a mail that failed, or may have: each in one transaction, durable."""

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import WANTS_A_PERSON, OutgoingState, Remark
from tuimail.model.outgoing_steps import Happening, after, states_before

from .blobs import put_blob
from .database import Database, Store, Writing
from .outgoing import NewOutgoing, insert_outgoing
from .outgoing_history import (
    IS_REPLACED,
    insert_event,
    state_of_mail,
    update_reported_state,
    update_state,
)
from .reminders import hand_on_reminder_in
from .statement import listed, sql

CORRECTABLE = (OutgoingState.QUEUED, OutgoingState.DELAYED, *WANTS_A_PERSON)
"""States of a recipient whose address may be corrected: nobody is known to have got the mail."""
_VOUCHED = after(OutgoingState.UNCERTAIN, Happening.VOUCHED)


def vouch(store: Store, outgoing_id: OutgoingId, now: int) -> bool:
    """Write down that an uncertain mail arrived, by the person's word; False if none of it is."""
    with store.writing(Database.LOCAL) as writing:
        vouched = writing.run(
            sql(
                "update recipient set state = ?, explanation = '' where state in",
                listed(states_before(Happening.VOUCHED)),
                "and submission in (select id from submission where outgoing = ?)",
            ),
            (_VOUCHED, outgoing_id),
        )
        if vouched:
            _settle(writing, outgoing_id)
            insert_event(writing, outgoing_id, now, Remark.ARRIVED, "You know that it arrived.")
    return vouched > 0


def call_known(store: Store, outgoing_id: OutgoingId, now: int, remark: Remark, words: str) -> bool:
    """Write down that the person has dealt with what failed of a mail; False if nothing did.

    The states stay; what becomes of it after this is new again.
    """
    with store.writing(Database.LOCAL) as writing:
        called = writing.run(
            sql(
                "update recipient set known = state where known <> state and state in",
                listed(WANTS_A_PERSON),
                "and submission in (select id from submission where outgoing = ?)",
            ),
            (outgoing_id,),
        )
        if called:
            insert_event(writing, outgoing_id, now, remark, words)
    return called > 0


def put_correction(store: Store, of: OutgoingId, address: str, new: NewOutgoing) -> bool:
    """Queue a mail in place of what failed for one recipient of another; all or nothing.

    A recipient who still waits is left out from now on. False where the old address cannot be
    corrected (any more): the server has taken it, it is being sent, or was corrected already.
    """
    blob = put_blob(store, new.raw)
    to = ", ".join(new.recipients)
    with store.writing(Database.LOCAL) as writing:
        recipient = _correctable(writing, of, address)
        if recipient is None:
            return False
        insert_outgoing(writing, new, blob, recipient)
        hand_on_reminder_in(writing, of, new.id)
        insert_event(writing, new.id, new.created, Remark.IN_PLACE, f"It stands in for {address}.")
        stop = "update recipient set state = 'cancelled' where id = ? and state = 'queued'"
        if writing.run(stop, (recipient,)):
            _settle(writing, of)
        insert_event(
            writing, of, new.created, Remark.CORRECTED, f"Sent to {to} instead of {address}."
        )
    return True


def _correctable(writing: Writing, outgoing_id: OutgoingId, address: str) -> int | None:
    rows = writing.rows(
        sql(
            "select recipient.id from recipient join submission s on s.id = recipient.submission"
            " where s.outgoing = ? and recipient.address = ? and s.lease_until is null"
            " and recipient.state in",
            listed(CORRECTABLE),
            "and not",
            IS_REPLACED,
            "order by recipient.id desc limit 1",
        ),
        (outgoing_id, address),
    )
    return rows[0][0] if rows else None


def _settle(writing: Writing, outgoing_id: OutgoingId) -> None:
    """Set the mail's state by its recipients'; when those who wait are tried again stays."""
    state = state_of_mail(writing, outgoing_id)
    if state is OutgoingState.QUEUED:
        update_reported_state(writing, outgoing_id, state)
    else:
        update_state(writing, outgoing_id, state, None, "")
