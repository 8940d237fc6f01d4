"""`send`: a mail from the shell, durable before the command returns."""

import argparse
import asyncio
import sys
import time
from dataclasses import replace
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.events import Event, OutgoingChanged
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import OutgoingRow, OutgoingState, SendOptions
from tuimail.model.safe import safe_line
from tuimail.services import delivery, reminders, writing
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail, zone_of
from tuimail.services.send_times import send_time

from .opening import open_mail
from .terminal import print_json, say

HOUR_S: Final = 3600
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
MAX_WAIT_S: Final = 900.0
"""The final reply alone may take ten minutes (RFC 5321 section 4.5.3.2.6)."""
HOLD_WAIT_S: Final = 15.0
"""So long a server is waited for that may keep a mail until its time (RFC 4865)."""
ON_ITS_WAY: Final = frozenset({OutgoingState.QUEUED, OutgoingState.SENDING})


async def run_send(profile: Profile, options: argparse.Namespace) -> int:
    """Hand a mail over; with --wait, until the server has answered."""
    mail = open_mail(profile)
    by_default = mail.config.account(options.account).reminder_days
    days = by_default if options.remind is None else reminders.days_of(options.remind)
    outgoing_id = _write_down(mail, options)
    if days:
        reminders.remind(mail, outgoing_id, days)
    changed = asyncio.Event()

    def note(event: Event) -> None:
        if isinstance(event, OutgoingChanged) and event.outgoing_id == outgoing_id:
            changed.set()

    async with EngineLink(profile, note) as link:
        await link.ready()
        link.send()
        if options.wait:
            await _until_answered(mail, outgoing_id, changed)
    row = delivery.show(mail, outgoing_id)
    if options.json:
        print_json({"id": row.id, "message_id": row.message_id, "state": row.state.value})
    _tell(row)
    return delivery.exit_status(mail, row) if options.wait else ExitStatus.DONE


def _write_down(mail: Mail, options: argparse.Namespace) -> OutgoingId:
    account = mail.config.account(options.account).name
    wishes = SendOptions(
        at=send_time(options.at, time.time(), zone_of(mail)) if options.at else None,
        give_up_s=options.give_up * HOUR_S if options.give_up else None,
        wants_success=options.tell_success,
    )
    if options.raw:
        recipients = [*options.to, *options.cc, *options.bcc]
        return writing.send_raw(mail, account, _file_bytes(options), recipients, wishes)
    draft = writing.new_draft(mail, AccountName(account))
    draft = replace(
        draft,
        to=", ".join(options.to),
        cc=", ".join(options.cc),
        bcc=", ".join(options.bcc),
        subject=options.subject,
        body=_body(),
    )
    for path in options.attach:
        draft = writing.attach(draft, path)
    for warning in writing.check(mail, draft):
        say(warning)
    return writing.send(mail, draft, undo_window_s=0, options=wishes)


def _file_bytes(options: argparse.Namespace) -> bytes:
    try:
        raw: bytes = options.raw.read_bytes()
    except OSError as error:
        raise UserError(f"{options.raw}: {error.strerror}.") from error
    return raw


def _body() -> str:
    if sys.stdin.isatty():
        say("type the text; end it with ctrl+d")
    raw = sys.stdin.buffer.read(MAX_BODY_BYTES + 1)
    if len(raw) > MAX_BODY_BYTES:
        raise UserError("The text is larger than 64 MB; send it as a file with --attach.")
    return raw.decode("utf-8", "replace")


async def _until_answered(mail: Mail, outgoing_id: OutgoingId, changed: asyncio.Event) -> None:
    is_for_later = delivery.show(mail, outgoing_id).send_at > time.time() + MAX_WAIT_S
    try:
        async with asyncio.timeout(HOLD_WAIT_S if is_for_later else MAX_WAIT_S):
            while not _is_answered(delivery.show(mail, outgoing_id)):
                try:
                    async with asyncio.timeout(1.0):  # the event is a hint that may be missed
                        await changed.wait()
                except TimeoutError:
                    continue
                changed.clear()
    except TimeoutError:
        when = "at its time" if is_for_later else "as soon as that is possible"
        say(f"no answer yet; the mail waits in the outbox and is sent {when}")


def _is_answered(row: OutgoingRow) -> bool:
    return row.state not in ON_ITS_WAY or (row.attempts > 0 and bool(row.last_error))


def _tell(row: OutgoingRow) -> None:
    say(f"{row.id}: {row.state.value}")
    if row.last_error:
        say(row.last_error)
    for recipient in row.recipients:
        if recipient.state is OutgoingState.REFUSED:
            say(f"{safe_line(recipient.address)}: {recipient.explanation}")
