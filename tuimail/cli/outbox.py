"""`outbox`: what is on its way and what became of it."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus
from tuimail.model.outgoing import OutgoingRow, RecipientRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import delivery
from tuimail.services.engine_link import EngineLink

from .opening import open_mail
from .terminal import iso_time, print_json, print_lines, say, short_time


async def run_outbox(profile: Profile, options: argparse.Namespace) -> int:
    """List, show, retry or cancel."""
    mail = open_mail(profile)
    match options.action:
        case "show":
            found = [delivery.show(mail, options.id)]
        case "cancel":
            found = [delivery.cancel(mail, options.id)]
        case "retry":
            found = [delivery.retry(mail, options.id)]
            async with EngineLink(profile) as link:
                await link.ready()
                link.send()
        case _:
            found = list(delivery.outbox(mail, all_mail=options.all))
    if options.json:
        print_json([_row_json(row) for row in found])
    else:
        detailed = options.action == "show"
        print_lines(line for row in found for line in _row_lines(row, detailed=detailed))
    if not found:
        say("nothing is on its way")
    return ExitStatus.DONE if found else ExitStatus.NOTHING_FOUND


def _row_json(row: OutgoingRow) -> dict[str, object]:
    return {
        "id": row.id,
        "message_id": row.message_id,
        "account": row.account,
        "subject": row.subject.raw,
        "state": row.state.value,
        "attempts": row.attempts,
        "next_attempt": iso_time(row.due),
        "last_error": row.last_error,
        "copy_problem": row.copy_problem,
        "recipients": [_recipient_json(recipient) for recipient in row.recipients],
    }


def _recipient_json(recipient: RecipientRow) -> dict[str, object]:
    return {
        "address": recipient.address,
        "state": recipient.state.value,
        "code": recipient.code,
        "enhanced_code": recipient.enhanced_code,
        "reply": recipient.reply.raw,
        "queue_id": recipient.queue_id.raw,
        "explanation": recipient.explanation,
    }


def _row_lines(row: OutgoingRow, *, detailed: bool) -> list[Safe]:
    subject = safe_line(row.subject) or Safe("(no subject)")
    lines = [Safe(f"{row.id}  {row.state.value:<9} {short_time(row.created)}  {subject}")]
    lines += [Safe(f"    {words}") for words in (row.last_error, row.copy_problem) if words]
    if row.due is not None:
        lines.append(Safe(f"    next attempt {short_time(row.due)}"))
    for recipient in row.recipients if detailed else ():
        lines.append(Safe(f"    {safe_line(recipient.address)}: {recipient.state.value}"))
        lines += [
            Safe(f"        {words}")
            for words in (recipient.explanation, safe_line(recipient.reply))
            if words
        ]
    return lines
