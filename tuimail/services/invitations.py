"""Invitations that come by mail: read, answered when a person says so, handed on to a calendar.

Nothing is answered, added to a calendar or fetched by itself. The one thing that reading changes is
that what its organiser calls off is not counted as busy any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Final, NamedTuple

from tuimail.config.private import new_file
from tuimail.config.profile import expanded
from tuimail.errors import NotFound, UserError
from tuimail.mime.addresses import envelope_address
from tuimail.mime.compose import new_message_id
from tuimail.mime.fields import MAX_HEADER_BYTES, header_span, parse_fields
from tuimail.mime.headers import parse_envelope
from tuimail.mime.ical import MAX_CALENDAR_CHARS
from tuimail.mime.invitation import invitation_of
from tuimail.mime.invite import invite_lines
from tuimail.mime.itip import (
    Reply,
    build_reply,
    check_answerable,
    reply_calendar,
    subject_of,
    words_of,
)
from tuimail.mime.links import LinkTable
from tuimail.mime.parse import CALENDAR_TYPES, parse_mail
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.appointment import (
    Appointment,
    Span,
    Standing,
    instance_of,
    standing_of,
)
from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.invitation import Answer, Guest, Invitation
from tuimail.model.message import MessageRow
from tuimail.model.part import Line, RenderedMail
from tuimail.model.safe import Safe, Untrusted, safe_block, safe_filename
from tuimail.store.appointments import (
    appointment,
    cancel_appointment,
    cancel_date,
    clashes,
    leave_out_in,
    put_appointment_in,
    state_of_answer,
)
from tuimail.store.blobs import put_blob
from tuimail.store.database import Database
from tuimail.store.outgoing import NewOutgoing, insert_outgoing

from .invitation_times import in_utc, spans
from .invitation_words import Invited, lines_of
from .mail import Mail
from .path import own_servers, path_in
from .rendering import octets
from .writing import new_outgoing_id
from .zones import zone_with_summer

MAX_CALENDAR_BYTES: Final = 16 * 1024 * 1024
"""Of a calendar that is handed on."""
MAX_TOLD_BYTES: Final = 4 * 1024 * 1024
"""Of a mail whose invitation is told as it is opened; that of a larger one is told when asked."""
MAX_CHECKED_DATES: Final = 60
"""Dates of a repeated event for which is looked what else was accepted."""
_NONE: Final = "There is no invitation in this mail."


class Prepared(NamedTuple):
    """An answer, to be shown before it goes."""

    reply: Reply
    to: Address
    subject: str
    invited: Invited


def retold(mail: Mail, row: MessageRow, shown: RenderedMail) -> RenderedMail:
    """Return a mail with its invitation told for the person: own time, own answer, clashes.

    Where it cannot be read, or lies in a large mail, it stays as it is.
    """
    if row.size_bytes > MAX_TOLD_BYTES:
        return shown
    found = _calendar_of(mail, row.key)
    invited = _invited(mail, row, found) if found is not None else None
    if found is None or invited is None:
        return shown
    links = LinkTable()
    for link in shown.links:
        links.number(link.url.raw, link.text)
    told = [line.text for line in invite_lines(found.text, LinkTable())]
    begins = next((n for n in (0, 1) if _are(shown, n, told)), None)
    first = 0 if begins is None else begins
    rest = shown.lines[first + len(told) :] if begins is not None else shown.lines
    text = "\n".join(line.text for line in rest[:2_000])
    told_anew = lines_of(invited, zone_with_summer(mail), int(time()), text, links)
    return replace(
        shown,
        lines=(*shown.lines[:first], *told_anew, *rest),
        links=(*shown.links, *links.links[len(shown.links) :]),
    )


def read(mail: Mail, row: MessageRow) -> Invited:
    """Return the invitation in a mail, and how the person stands to it.

    Raises:
        NotFound: there is none, or the mail is not here.
    """
    found = _calendar_of(mail, row.key)
    invited = _invited(mail, row, found) if found is not None else None
    if invited is None:
        raise NotFound(_NONE)
    return invited


def lines(mail: Mail, row: MessageRow) -> tuple[Line, ...]:
    """Return what an invitation says, told for the person. Raises NotFound."""
    zone = zone_with_summer(mail)
    return lines_of(read(mail, row), zone, int(time()), "", LinkTable())


def next_dates(mail: Mail, row: MessageRow) -> list[Span]:
    """Return when the event of an invitation is, its next dates. Raises NotFound."""
    return spans(read(mail, row).invitation, zone_with_summer(mail), int(time()))


def prepare(mail: Mail, row: MessageRow, answer: Answer, comment: str = "") -> Prepared:
    """Return the answer to an invitation as it would go: to the organiser alone.

    Raises:
        NotFound: there is none, or the mail is not here.
        UserError: nobody awaits an answer, or it is one's own, called off, or an old version.
    """
    invited = read(mail, row)
    check_answerable(invited.invitation)
    if invited.is_own:
        raise UserError("You are the organiser of this yourself.")
    match invited.standing:
        case Standing.OFF | Standing.CANCELS:
            raise UserError("This was called off: nobody awaits an answer.")
        case Standing.OUTDATED:
            raise UserError("A newer version of this invitation has come: answer that one.")
        case Standing.FORGED:
            raise UserError("This is not from the organiser who asked you: it is not answered.")
        case _:
            pass
    account = mail.config.account(row.account)
    organizer = invited.invitation.organizer
    assert organizer is not None
    me = _address_of(account, invited.me)
    reply = Reply(invited.invitation, me, answer, comment)
    return Prepared(
        reply, Address(organizer.name.raw, organizer.address), subject_of(reply), invited
    )


def send_answer(mail: Mail, row: MessageRow, answer: Answer, comment: str = "") -> OutgoingId:
    """Answer an invitation: the person said yes. Durable on return, with what it makes busy.

    Raises:
        NotFound, UserError: as `prepare`; or the account has no server to send through.
    """
    ready = prepare(mail, row, answer, comment)
    account, now = mail.config.account(row.account), int(time())
    if account.way_out is None:
        raise UserError(f"Account {account.name} has no server to send through.")
    message_id = new_message_id(ready.reply.me.addr_spec)
    raw = build_reply(ready.reply, row.message_id.raw, message_id, now)
    new = NewOutgoing(
        id=new_outgoing_id(),
        message_id=message_id,
        account=account.name,
        subject=ready.subject,
        sender=envelope_address(ready.reply.me.addr_spec),
        recipients=(envelope_address(ready.to.addr_spec),),
        raw=raw,
        created=now,
        not_before=now,
        original=row.key,
    )
    blob = put_blob(mail.store, raw)
    with mail.store.writing(Database.LOCAL) as writing:
        insert_outgoing(writing, new, blob)
        put_appointment_in(writing, _answered(mail, account, ready, now))
        begins = _planned(mail, ready.reply.invitation)
        if begins is not None:  # by this answer one is busy then, or at another time, or not
            leave_out_in(writing, account.name, ready.reply.invitation.uid, begins)
    return new.id


def preview(ready: Prepared) -> Safe:
    """Return the mail that would go, as text: whom it goes to, and both forms of the answer."""
    reply = ready.reply
    now = datetime.fromtimestamp(int(time()), UTC)
    head = f"From: {reply.me.addr_spec}\nTo: {ready.to.addr_spec}\nSubject: {ready.subject}\n"
    return safe_block(f"{head}\n{words_of(reply)}\n{reply_calendar(reply, now)}")


def calendar(mail: Mail, row: MessageRow) -> bytes:
    """Return the calendar in a mail as it came, for another program. Raises NotFound."""
    found = _calendar_of(mail, row.key)
    if found is None:
        raise NotFound(_NONE)
    return found.content


def export(mail: Mail, row: MessageRow, folder: Path) -> Path:
    """Write the calendar in a mail into a folder, under the event's title; return where.

    Raises:
        NotFound: there is none.
        StoreError: it cannot be written.
    """
    content = calendar(mail, row)
    found = _calendar_of(mail, row.key)
    event = invitation_of(found.text) if found is not None else None
    title = event.summary.raw[:60].strip() if event is not None else ""
    name = safe_filename(Untrusted(f"{title or 'event'}.ics"))
    return new_file(expanded(folder), name, [content])


def _answered(mail: Mail, account: Account, ready: Prepared, now: int) -> Appointment:
    event = ready.reply.invitation
    is_busy = ready.reply.answer in (Answer.ACCEPTED, Answer.TENTATIVE) and not event.is_free
    return Appointment(
        account=account.name,
        uid=event.uid,
        instance=instance_of(event),
        sequence=event.sequence,
        stamp=int(event.stamp.timestamp()) if event.stamp is not None else 0,
        organizer=ready.to.addr_spec,
        summary=event.summary.raw[:200],
        answer=ready.reply.answer,
        times=spans(event, zone_with_summer(mail), now) if is_busy else (),
    )


def _are(shown: RenderedMail, begins: int, told: Sequence[str]) -> bool:
    return [line.text for line in shown.lines[begins : begins + len(told)]] == list(told)


class _Calendar(NamedTuple):
    """The first calendar part of a mail: often the same hangs on it again."""

    header: bytes
    """Of the mail."""
    content: bytes
    text: str


def _calendar_of(mail: Mail, key: MessageKey) -> _Calendar | None:
    with octets(mail, key) as raw:
        if raw is None:
            return None
        parsed = parse_mail(raw)
        leaves = (one for one in parsed.leaves if one.content_type in CALENDAR_TYPES)
        part = next(leaves, None)
        if part is None:
            return None
        content = parsed.content(part)[:MAX_CALENDAR_BYTES]
        return _Calendar(raw[:MAX_HEADER_BYTES], content, parsed.text(part, MAX_CALENDAR_CHARS))


def _invited(mail: Mail, row: MessageRow, found: _Calendar) -> Invited | None:
    invitation = invitation_of(found.text)
    if invitation is None:
        return None
    account = mail.config.account(row.account)
    own = frozenset(account.own_addresses)
    known = _known(mail, account, invitation)
    sender, is_believed = _sender(mail, account, found.header)
    is_inside = row.inside_of is not None  # then whom it is from is the word of who passed it on
    is_sure = is_believed and not is_inside
    standing = standing_of(invitation, sender if is_sure else None, known)
    if standing is Standing.CANCELS and known is not None:
        _call_off(mail, invitation, known)
    organizer = invitation.organizer
    return Invited(
        invitation,
        standing,
        known,
        invitation.guest(own),
        organizer is not None and organizer.address in own,
        sender or "",
        is_believed,
        tuple(_clashes(mail, account, invitation)),
        state_of_answer(mail.store, row.key),
        is_inside,
    )


def _call_off(mail: Mail, invitation: Invitation, known: Appointment) -> None:
    """Keep that an event is off, or the one date of it that the mail names."""
    instance = instance_of(invitation)
    stamp = int(invitation.stamp.timestamp()) if invitation.stamp is not None else known.stamp
    off = replace(known, instance=instance, sequence=invitation.sequence, stamp=stamp)
    begins = _planned(mail, invitation)
    if known.instance == instance or begins is None:
        cancel_appointment(mail.store, off)
    else:
        cancel_date(mail.store, off, begins)


def _planned(mail: Mail, invitation: Invitation) -> int | None:
    """Return when the one date that is meant of a repeated event would begin, in seconds UTC."""
    if invitation.instance is None:
        return None
    return int(in_utc(invitation.instance, zone_with_summer(mail)).timestamp())


def _known(mail: Mail, account: Account, invitation: Invitation) -> Appointment | None:
    """Return what was answered: to this date of it, else to all of it."""
    if not invitation.uid:
        return None
    name, instance = account.name, instance_of(invitation)
    found = appointment(mail.store, name, invitation.uid, instance)
    if found is None and instance:
        found = appointment(mail.store, name, invitation.uid)
    return found


def _sender(mail: Mail, account: Account, raw: bytes) -> tuple[str | None, bool]:
    """Return the one address a mail is from, and whether no trusted server says it is forged."""
    header = raw[: header_span(raw, 0, len(raw))[1]]
    envelope = parse_envelope(header)
    is_one = len(envelope.from_) == 1 and parse_fields(header).count("from") == 1
    path = path_in(account, raw, int(time()), own_servers(mail.store, account))
    is_forged = any(
        (one.method, one.result) == ("dmarc", "fail") for one in path.authentication or ()
    )
    return (envelope.author.addr_spec.lower() if is_one else None), not is_forged


def _clashes(
    mail: Mail, account: Account, invitation: Invitation
) -> Iterator[tuple[Appointment, Span]]:
    """Yield what else was accepted at the time, each event once."""
    if invitation.is_cancelled or invitation.is_free or not invitation.uid:
        return
    seen = {(account.name, invitation.uid)}
    wanted = spans(invitation, zone_with_summer(mail), int(time()))[:MAX_CHECKED_DATES]
    for span in wanted:
        for other, when in clashes(mail.store, span):
            if (other.account, other.uid) not in seen:
                seen.add((other.account, other.uid))
                yield other, when


def _address_of(account: Account, guest: Guest | None) -> Address:
    """Return which of the person's addresses was asked; the account's own where none was."""
    own = (account.address, *account.identities)
    asked = guest.address if guest is not None else ""
    found = next((one for one in own if one.addr_spec.lower() == asked), None)
    return found or account.address
