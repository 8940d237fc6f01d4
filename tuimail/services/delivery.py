"""What became of the mail a person sent: the outbox and each mail's history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import time
from typing import Final

from tuimail.errors import ExitStatus, NotFound, UserError
from tuimail.model.draft import Draft
from tuimail.model.ids import OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import (
    WANTS_A_PERSON,
    OutgoingEvent,
    OutgoingRow,
    OutgoingState,
    Phase,
    Remark,
)
from tuimail.model.safe import Untrusted, safe_line
from tuimail.store import outgoing
from tuimail.store.mailboxes import mailbox_row
from tuimail.store.sent_copies import ask_for_copy
from tuimail.store.sent_states import sent_under

from .mail import Mail
from .without_it import only_to

COMES_IN: Final = frozenset({Role.INBOX, Role.JUNK})
"""Mailboxes of what others sent."""


class NeedsYes(UserError):
    """The person has to say yes first: what is asked for may send a mail twice."""


def outbox(mail: Mail, *, all_mail: bool = False, taken_back: bool = True) -> Sequence[OutgoingRow]:
    """Return what is not final yet and what became final in the last 30 days, newest first.

    `all_mail` asks for older ones too, `taken_back` for those that go on as drafts. What failed and
    was not dealt with says so itself (`needs_attention`).
    """
    rows = outgoing.outgoing_rows(mail.store, all_mail=all_mail, now=int(time()))
    return [row for row in rows if taken_back or not _is_taken_back(mail, row)]


def _is_taken_back(mail: Mail, row: OutgoingRow) -> bool:
    is_cancelled = row.state is OutgoingState.CANCELLED
    steps = outgoing.history(mail.store, row.id) if is_cancelled else ()
    return any(step.what == Remark.TAKEN_BACK for step in steps)


def waiting(mail: Mail) -> int:
    """Return how many mails are on their way."""
    return outgoing.count_outgoing(mail.store, outgoing.ON_THE_WAY)


def needing_attention(mail: Mail) -> int:
    """Return how many mails failed, or may have, and were not dealt with."""
    return outgoing.count_needing_attention(mail.store, WANTS_A_PERSON)


def undoable(mail: Mail) -> OutgoingRow | None:
    """Return the newest mail in its undo window (`undo_until`), also after a restart."""
    found = outgoing.undoable(mail.store, int(time()))
    return outgoing.outgoing_row(mail.store, found) if found is not None else None


def show(mail: Mail, outgoing_id: str) -> OutgoingRow:
    """Return one mail on its way; a unique beginning of the id is enough. Raises NotFound."""
    return outgoing.outgoing_row(mail.store, found_one(mail, outgoing_id))


def sent_as(mail: Mail, message_id: str) -> OutgoingRow | None:
    """Return what was sent last under this Message-ID, or None if nothing was from here."""
    found = sent_under(mail.store, message_id) if message_id else None
    return outgoing.outgoing_row(mail.store, found) if found is not None else None


def sent_here(mail: Mail, row: MessageRow) -> OutgoingRow | None:
    """Return what a listed mail is the copy of; None if it was not sent from here.

    What came in is none, whatever it says: a stranger may name the Message-ID of a mail they got.
    """
    if mailbox_row(mail.store, row.mailbox_id).role in COMES_IN:
        return None
    return sent_as(mail, row.message_id.raw)


def history(mail: Mail, outgoing_id: str) -> Sequence[OutgoingEvent]:
    """Return what happened to one mail, oldest first. Raises NotFound."""
    return outgoing.history(mail.store, found_one(mail, outgoing_id))


def transcripts(mail: Mail, outgoing_id: str) -> Sequence[tuple[int, Untrusted]]:
    """Return what was said to the server at each attempt, as (number, text), where it was kept.

    Raises:
        NotFound: no such mail.
    """
    kept = outgoing.transcripts(mail.store, found_one(mail, outgoing_id))
    return [(attempt, Untrusted(text)) for attempt, text in kept]


def exit_status(mail: Mail, row: OutgoingRow) -> ExitStatus:
    """Return what an attempt at a mail came to, for the command line.

    A mail that waits does so for a password, for a server that refused for now, or for the network.
    """
    if any(r.state is OutgoingState.REFUSED for r in row.recipients):
        return ExitStatus.REFUSED
    if row.state is OutgoingState.UNCERTAIN:
        return ExitStatus.NETWORK
    is_waiting = row.state in (OutgoingState.QUEUED, OutgoingState.SENDING)
    if not is_waiting or row.send_at > time():  # which waits for its time, and for nothing else
        return ExitStatus.DONE
    if any(r.code is not None for r in row.recipients):
        return ExitStatus.REFUSED
    steps = [step.what for step in outgoing.history(mail.store, row.id)]
    return ExitStatus.SIGN_IN if steps[-1:] == [Phase.SIGN_IN] else ExitStatus.NETWORK


def retry(mail: Mail, outgoing_id: str, *, is_sure: bool = False) -> OutgoingRow:
    """Send again, the same bytes, to those recipients who have not got it.

    `is_sure` is the person's yes to those who may have got it; nothing else sends an uncertain mail
    again. Where the copy in Sent was refused, that is tried again as well.

    Raises:
        NotFound: no such mail.
        NeedsYes: only those are left who may have got it.
        UserError: there is nothing left to do, or it is being sent just now.
    """
    found, now = found_one(mail, outgoing_id), int(time())
    is_copied_again = ask_for_copy(mail.store, found, now)
    queued = outgoing.requeue(mail.store, found, now, takes_uncertain=is_sure)
    if queued == 0 and not is_copied_again:
        row = outgoing.outgoing_row(mail.store, found)
        if row.state is OutgoingState.SENDING:
            raise UserError("It is being sent just now.")
        if not is_sure and any(r.state is OutgoingState.UNCERTAIN for r in row.recipients):
            raise NeedsYes("It may have arrived already. A yes (--yes) sends it again.")
        raise UserError("There is nobody left to send it to: every recipient has it.")
    return outgoing.outgoing_row(mail.store, found)


def cancel(mail: Mail, outgoing_id: str) -> OutgoingRow:
    """Stop a mail that waits or is being sent; raises UserError once the server may have it."""
    found = found_one(mail, outgoing_id)
    if not outgoing.cancel(mail.store, found, int(time())):
        raise UserError(_too_late(outgoing.outgoing_row(mail.store, found)))
    return outgoing.outgoing_row(mail.store, found)


def take_back(mail: Mail, outgoing_id: str, *, is_sure: bool = False) -> Draft:
    """Stop a mail in its undo window (or later, up to the final dot): it is a draft again.

    Whoever has it by then stands in the draft no more, nor who may have it, unless the person
    `is_sure`.

    Raises:
        NotFound: no such mail.
        UserError: it is too late, or the mail was not written here.
    """
    found = found_one(mail, outgoing_id)
    draft = outgoing.draft_of(mail.store, found)
    if draft is None:
        raise UserError("This mail was not written here; cancel it instead.")
    again, now = replace(draft, updated=int(time())), int(time())
    row = outgoing.outgoing_row(mail.store, found)
    people = row.recipients
    unsure = {one.address for one in people if one.state is OutgoingState.UNCERTAIN and is_sure}

    def draft_to(left: frozenset[str]) -> Draft:
        return only_to(again, row, [one for one in people if one.address in left | unsure])

    taken = outgoing.take_back(mail.store, found, now, draft_to)
    if taken is None:
        raise UserError(_too_late(outgoing.outgoing_row(mail.store, found)))
    return taken


def found_one(mail: Mail, text: str) -> OutgoingId:
    """Return the mail that is meant by its id, the beginning of it, or its Message-ID.

    Raises:
        NotFound: there is none.
        UserError: it may be several.
    """
    found = outgoing.find_outgoing(mail.store, text) if text else []
    if not found:
        raise NotFound(f"No sent mail is known as {safe_line(text, 80)!r}. Ids: tuimail outbox")
    if len(found) > 1 and text not in found:
        raise UserError(f"{safe_line(text, 80)} means {len(found)} mails; give more of the id.")
    return OutgoingId(text) if text in found else found[0]


def _too_late(row: OutgoingRow) -> str:
    match row.state:
        case OutgoingState.SENDING:
            return "Too late: it is being sent just now, and the server may have it already."
        case OutgoingState.UNCERTAIN:
            return "Too late: the server may have it already."
        case OutgoingState.CANCELLED:
            return "It is cancelled already."
        case OutgoingState.HELD:
            return held_words(row)
        case _:
            return f"Too late: it is {row.state.value}."


def held_words(row: OutgoingRow) -> str:
    """Say that a server keeps the mail until its time (RFC 4865), which has no way back."""
    at = datetime.fromtimestamp(row.send_at, UTC).astimezone() if row.send_at else None
    until = f" until {at:%d %b %Y %H:%M}" if at else ""
    return f"The server holds it{until} and sends it by itself: it cannot be taken back any more."
