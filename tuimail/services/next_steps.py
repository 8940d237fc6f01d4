"""What a person can do about a mail that failed, or may have: the next steps of each state.

Durable on return; what is queued goes as soon as the engine is told (`SendWish`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import time
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.addresses import envelope_address, parse_address, parse_address_list
from tuimail.mime.compose import new_message_id
from tuimail.mime.corrected import corrected
from tuimail.model.causes import Kind, Stage, kind_of
from tuimail.model.draft import Draft
from tuimail.model.ids import OutgoingId
from tuimail.model.next_step import NextStep
from tuimail.model.outgoing import OutgoingRow, OutgoingState, RecipientRow, Remark, SendOptions
from tuimail.model.safe import Safe, safe_line
from tuimail.store import contacts, outgoing
from tuimail.store.drafts import new_draft_id, put_draft
from tuimail.store.outgoing_decisions import CORRECTABLE, call_known, put_correction, vouch

from .answering import draft_of_bytes
from .delivery import NeedsYes, found_one, held_words, take_back
from .mail import Mail
from .without_it import only_to, without_it
from .writing import new_outgoing_id

_S = OutgoingState
_WRONG_ADDRESS: Final = frozenset(
    {
        Kind.NO_PERSON,
        Kind.UNKNOWN_THERE,
        Kind.NO_MAILBOX_OR_CLOSED,
        Kind.NO_DOMAIN,
        Kind.DOMAIN_NOT_FOUND_NOW,
        Kind.NO_MAIL_THERE,
        Kind.MALFORMED_ADDRESS,
        Kind.MOVED,
        Kind.SEVERAL_PEOPLE,
    }
)
_WRONG_SIZE: Final = frozenset({Kind.TOO_LARGE, Kind.TOO_MANY_PARTS})


@dataclass(frozen=True, slots=True)
class Smaller:
    """A mail to be made smaller."""

    draft: Draft
    words: Safe
    """What of it is large."""


def next_steps(row: OutgoingRow) -> tuple[NextStep, ...]:
    """Return what can be done about a mail, what helps likeliest first. Pure."""
    return tuple(dict.fromkeys(step for one in row.recipients for step in steps_of(one)))


def correctable(row: OutgoingRow) -> tuple[RecipientRow, ...]:
    """Return the recipients whose address can be corrected, those that failed first. Pure."""
    able = [one for one in row.recipients if one.state in CORRECTABLE and one.replaced_by is None]
    return tuple(sorted(able, key=lambda one: not one.needs_attention))


def correct(
    mail: Mail, outgoing_id: str, address: str, to: str, undo_window_s: int | None = None
) -> OutgoingId:
    """Send a mail to another address in place of one it did not reach; return the new mail.

    It goes to that recipient alone, with its own Message-ID; its To and Cc name everybody as
    before, but for the corrected address. The old recipient is dealt with, and waits no more.
    `undo_window_s` None means the setting.

    Raises:
        NotFound: no such mail.
        UserError: `to` is no address or has the mail, or `address` cannot be corrected.
    """
    of, now = found_one(mail, outgoing_id), int(time())
    row = outgoing.outgoing_row(mail.store, of)
    meant = envelope_address(parse_address(to).addr_spec)
    _refuse_correction(row, address, meant)
    sender = outgoing.sender_of(mail.store, of)
    raw = outgoing.bytes_of(mail.store, of)
    ready = corrected(raw, address, meant, new_message_id(sender), now)
    window_s = mail.config.settings.undo_send_s if undo_window_s is None else undo_window_s
    draft = outgoing.draft_of(mail.store, of)
    new = outgoing.NewOutgoing(
        id=new_outgoing_id(),
        message_id=ready.message_id,
        account=row.account,
        subject=row.subject.raw,
        sender=sender,
        recipients=(meant,),
        raw=ready.raw,
        created=now,
        not_before=now + window_s,
        draft=replace(draft, id=new_draft_id(), to=meant, cc="", bcc="") if draft else None,
        original=outgoing.original_of(mail.store, of),
        asked=now + window_s,
        undo_until=now + window_s if window_s else 0,
        options=SendOptions(give_up_s=row.give_up_s, wants_success=row.wants_success),
    )
    if not put_correction(mail.store, of, address, new):
        raise UserError("This address cannot be corrected any more: look at the mail again.")
    contacts.correct(mail.store, address, meant, now)
    return new.id


def arrived(mail: Mail, outgoing_id: str) -> OutgoingRow:
    """Take the person's word that an uncertain mail arrived: it is accepted from then on.

    Raises:
        NotFound: no such mail.
        UserError: nothing of it is uncertain.
    """
    found = found_one(mail, outgoing_id)
    if not vouch(mail.store, found, int(time())):
        raise UserError("Nothing is uncertain about this mail.")
    return outgoing.outgoing_row(mail.store, found)


def known(mail: Mail, outgoing_id: str) -> OutgoingRow:
    """Call what failed of a mail dealt with: it needs no attention, its state stays.

    Raises:
        NotFound: no such mail.
        UserError: there is nothing to deal with.
    """
    found = found_one(mail, outgoing_id)
    words = "You called it known."
    if not call_known(mail.store, found, int(time()), Remark.KNOWN, words):
        raise UserError("Nothing of this mail needs your attention.")
    return outgoing.outgoing_row(mail.store, found)


def edit(mail: Mail, outgoing_id: str, *, is_sure: bool = False) -> Draft:
    """Return a mail as a draft again, to those who have not got it; the draft is kept.

    One that waits is taken back. One that was refused, expired, came back or was cancelled is
    written anew, with the files it was sent with, and is dealt with. `is_sure` is the person's yes
    where it may have arrived.

    Raises:
        NotFound: no such mail.
        NeedsYes: it may have arrived.
        UserError: everybody has got it, or a server has it.
    """
    found, now = found_one(mail, outgoing_id), int(time())
    row = outgoing.outgoing_row(mail.store, found)
    if row.state in outgoing.ON_THE_WAY:
        return take_back(mail, found, is_sure=is_sure)
    left = without_it(row, is_sure=True)
    if not left and row.state is _S.HELD:
        raise UserError(held_words(row))
    if not left:
        raise UserError("There is nobody left to write to: a server has it for every recipient.")
    if not is_sure and any(one.state is _S.UNCERTAIN for one in left):
        raise NeedsYes("It may have arrived already. A yes (--yes) writes it anew.")
    draft = only_to(replace(_draft_anew(mail, row), updated=now), row, left)
    put_draft(mail.store, draft)
    words = "You began to write it anew."
    if not call_known(mail.store, found, now, Remark.WRITTEN_ANEW, words):
        outgoing.add_event(mail.store, found, now, Remark.WRITTEN_ANEW, words)
    return draft


def smaller(mail: Mail, outgoing_id: str) -> Smaller:
    """Return a mail that was too large as a draft, and what of it is large. Raises as `edit`."""
    size = len(outgoing.bytes_of(mail.store, found_one(mail, outgoing_id)))
    draft = edit(mail, outgoing_id)
    files = sorted(draft.attachments, key=lambda file: -file.size_bytes)[:3]
    named = ", ".join(f"{file.filename} ({_megabytes(file.size_bytes)})" for file in files)
    words = f"It has {_megabytes(size)} on the way. "
    return Smaller(draft, safe_line(words + (f"Largest: {named}." if named else ""), 300))


_FAILED: Final = (NextStep.RETRY, NextStep.EDIT, NextStep.CORRECT)
_STEPS: Final[Mapping[OutgoingState, Sequence[NextStep]]] = {
    _S.REFUSED: _FAILED,
    _S.BOUNCED: _FAILED,
    _S.EXPIRED: _FAILED,
    _S.UNCERTAIN: (NextStep.ARRIVED, NextStep.RETRY, NextStep.CORRECT, NextStep.EDIT),
    _S.QUEUED: (NextStep.EDIT, NextStep.CANCEL, NextStep.RETRY, NextStep.CORRECT),
    _S.SENDING: (NextStep.CANCEL,),
    _S.DELAYED: (NextStep.CORRECT,),
    _S.CANCELLED: (NextStep.EDIT, NextStep.RETRY),
}


def steps_of(recipient: RecipientRow) -> Iterator[NextStep]:
    """Yield what can be done about one recipient, what helps likeliest first. Pure.

    A step may come twice: what comes first counts.
    """
    if recipient.replaced_by is not None:
        return
    kind = _cause_of(recipient)
    if kind in _WRONG_ADDRESS and recipient.state in CORRECTABLE:
        yield NextStep.CORRECT
    if kind in _WRONG_SIZE and recipient.state in (_S.REFUSED, _S.BOUNCED):
        yield NextStep.SMALLER
    yield from _STEPS.get(recipient.state, ())
    if recipient.needs_attention:
        yield NextStep.KNOWN


def _cause_of(recipient: RecipientRow) -> Kind | None:
    """Return why a server did not take the mail for somebody, if its answer tells."""
    said = (recipient.code or 0, recipient.enhanced_code, recipient.reply.raw)
    if not any(said):
        # nobody was asked: this program knew that the server takes no mail of this size
        return Kind.TOO_LARGE if "too large" in recipient.explanation.lower() else None
    is_reported = recipient.state in (_S.BOUNCED, _S.DELAYED)
    stages = (Stage.REPORT,) if is_reported else (Stage.RCPT, Stage.DATA)
    return next((kind for stage in stages if (kind := kind_of(*said, stage)) is not None), None)


def _refuse_correction(row: OutgoingRow, address: str, meant: str) -> None:
    """Raises UserError where an address cannot be corrected so, and says why."""
    recipient = next((one for one in row.recipients if one.address == address), None)
    shown = safe_line(address, 80)
    if recipient is None:
        raise UserError(f"The mail was not sent to {shown}.")
    if recipient.replaced_by is not None:
        raise UserError(f"It was sent to a corrected address already: {recipient.replaced_by}.")
    if recipient.state is _S.SENDING:
        raise UserError("It is being sent just now.")
    if recipient.state not in CORRECTABLE:
        raise UserError(f"{shown}: it is {recipient.state.value}; there is nothing to correct.")
    if meant in [one.address for one in row.recipients]:
        raise UserError(f"{safe_line(meant, 80)} is a recipient of this mail already.")


def _draft_anew(mail: Mail, row: OutgoingRow) -> Draft:
    """Return the draft a mail was made from, with the files as they were sent."""
    raw = outgoing.bytes_of(mail.store, row.id)
    made = draft_of_bytes(mail, raw, mail.config.account(row.account))
    draft = outgoing.draft_of(mail.store, row.id)
    if draft is None:
        hidden = [one.address for one in row.recipients]
        return _with_hidden(made, hidden)
    return replace(draft, id=made.id, attachments=made.attachments)


def _with_hidden(draft: Draft, addresses: Sequence[str]) -> Draft:
    """Return a draft made from bytes with those recipients whom no field names, in Bcc."""
    named = _envelope_of(draft.to) | _envelope_of(draft.cc)
    return replace(draft, bcc=", ".join(one for one in addresses if one not in named))


def _envelope_of(text: str) -> set[str]:
    return {envelope_address(one.addr_spec) for one in parse_address_list(text)}


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
