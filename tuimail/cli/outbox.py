"""`outbox`: what is on its way, what became of it, and what to do about it."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus
from tuimail.model.explained import our_words, server_words
from tuimail.model.next_step import NextStep
from tuimail.model.outgoing import OutgoingRow, RecipientRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import delivery, next_steps, reminders
from tuimail.services.engine_hint import hint
from tuimail.services.engine_link import EngineLink
from tuimail.services.engine_wire import SendWish
from tuimail.services.mail import Mail
from tuimail.services.reported import reported
from tuimail.services.suggestions import suggestions_for

from .opening import open_mail
from .reminders import reminder_json, reminder_lines
from .reports import report_json
from .terminal import iso_time, print_json, print_lines, say, short_time

_CONCERNS_ENGINE: Final = frozenset({"retry", "correct", "arrived"})
"""Sends, or has a copy filed."""
Meant = Mapping[str, Sequence[str]]
"""What may have been meant, by the address as it was written."""


async def run_outbox(profile: Profile, options: argparse.Namespace) -> int:
    """List, show, or take a next step."""
    mail = open_mail(profile)
    found = _acted(mail, options)
    if options.action in _CONCERNS_ENGINE:
        async with EngineLink(profile) as link:
            await link.ready()
            link.send()
    if options.action in ("cancel", "edit"):
        await hint(profile, SendWish())  # it ends an upload that is under way
    meant, is_shown = _meant(mail, found), options.action == "show"
    if options.json:
        print_json([_row_json(mail, row, meant, is_shown=is_shown) for row in found])
    else:
        lines = (_row_lines(mail, row, meant, is_shown=is_shown) for row in found)
        print_lines(line for of_row in lines for line in of_row)
    if not found:
        is_of_answers = options.action == "unanswered"
        say("no answer is overdue" if is_of_answers else "nothing is on its way")
    return ExitStatus.DONE if found else ExitStatus.NOTHING_FOUND


def _acted(mail: Mail, options: argparse.Namespace) -> Sequence[OutgoingRow]:
    """Do what is asked for; return the mails to be printed."""
    match options.action:
        case "show":
            row = delivery.show(mail, options.id)
        case "cancel":
            row = delivery.cancel(mail, options.id)
        case "retry":
            row = delivery.retry(mail, options.id, is_sure=options.yes)
        case "correct":
            row = delivery.show(mail, _corrected(mail, options))
        case "arrived":
            row = next_steps.arrived(mail, options.id)
        case "known":
            row = next_steps.known(mail, options.id)
        case "edit":
            next_steps.edit(mail, options.id, is_sure=options.yes)
            row = _told(mail, options, "It is a draft again; the interface has it.")
        case "smaller":
            row = _told(mail, options, next_steps.smaller(mail, options.id).words)
        case "remind":
            row = _reminded(mail, options)
        case _:
            return _listed(mail, options)
    return [row]


def _listed(mail: Mail, options: argparse.Namespace) -> Sequence[OutgoingRow]:
    if options.action == "unanswered":
        return [one.mail for one in reminders.due(mail)]
    return delivery.outbox(mail, all_mail=options.all)


def _reminded(mail: Mail, options: argparse.Namespace) -> OutgoingRow:
    row = delivery.show(mail, options.id)
    reminders.remind(mail, row.id, reminders.days_of(options.days))
    return row


def _corrected(mail: Mail, options: argparse.Namespace) -> str:
    return next_steps.correct(mail, options.id, options.address, options.to, undo_window_s=0)


def _told(mail: Mail, options: argparse.Namespace, words: str) -> OutgoingRow:
    say(words)
    return delivery.show(mail, options.id)


def _meant(mail: Mail, found: Sequence[OutgoingRow]) -> Meant:
    """Return what may have been meant by each address that is likely to be wrong."""
    wrong = [
        one.address
        for row in found
        for one in row.recipients
        if one.needs_attention and next(next_steps.steps_of(one), None) is NextStep.CORRECT
    ]
    offered = suggestions_for(mail, wrong)
    return {address: [one.addr_spec for one in right] for address, right in offered.items()}


def _row_json(mail: Mail, row: OutgoingRow, meant: Meant, *, is_shown: bool) -> dict[str, object]:
    shown: dict[str, object] = {
        "id": row.id,
        "message_id": row.message_id,
        "account": row.account,
        "subject": row.subject.raw,
        "state": row.state.value,
        "attempts": row.attempts,
        "next_attempt": iso_time(row.due),
        "last_error": row.last_error,
        "copy_problem": row.copy_problem,
        "send_at": iso_time(row.send_at or None),
        "needs_attention": row.needs_attention,
        "replaces": row.replaces or None,
        "reminder": reminder_json(reminders.reminder_of(mail, row.id)),
        "next_steps": [step.value for step in next_steps.next_steps(row)],
        "recipients": [_recipient_json(one, meant) for one in row.recipients],
    }
    if is_shown:
        said = delivery.transcripts(mail, row.id)
        shown["transcripts"] = [{"attempt": number, "text": text.raw} for number, text in said]
        shown["reports"] = [report_json(one) for one in reported(mail, row.id).reports]
    return shown


def _recipient_json(recipient: RecipientRow, meant: Meant) -> dict[str, object]:
    return {
        "address": recipient.address,
        "state": recipient.state.value,
        "code": recipient.code,
        "enhanced_code": recipient.enhanced_code,
        "reply": recipient.reply.raw,
        "queue_id": recipient.queue_id.raw,
        "explanation": recipient.explanation,
        "needs_attention": recipient.needs_attention,
        "replaced_by": recipient.replaced_by,
        "suggestions": meant.get(recipient.address, []),
    }


def _row_lines(mail: Mail, row: OutgoingRow, meant: Meant, *, is_shown: bool) -> list[Safe]:
    subject = safe_line(row.subject) or Safe("(no subject)")
    lines = [Safe(f"{row.id}  {row.state.value:<9} {short_time(row.created)}  {subject}")]
    told = {one.explanation for one in row.recipients} if is_shown else set()
    troubles = dict.fromkeys((row.last_error, row.copy_problem))
    lines += [Safe(f"    {words}") for words in troubles if words and words not in told]
    if row.due is not None:
        lines.append(Safe(f"    next attempt {short_time(row.due)}"))
    lines += reminder_lines(reminders.reminder_of(mail, row.id))
    for recipient in row.recipients if is_shown else ():
        lines += _recipient_lines(row, recipient, meant)
    if row.needs_attention and not is_shown:
        lines.append(Safe(f"    what can be done: tuimail outbox show {row.id}"))
    steps = next_steps.next_steps(row) if is_shown else ()
    if steps:
        lines.append(Safe(f"    you can: {', '.join(steps)}"))
    return lines + (_said(mail, row) if is_shown else [])


def _said(mail: Mail, row: OutgoingRow) -> list[Safe]:
    """Return what was said to the server, where it was kept."""
    lines = []
    for number, text in delivery.transcripts(mail, row.id):
        lines.append(Safe(f"    said at attempt {number}:"))
        lines += [Safe(f"        {safe_line(line)}") for line in text.raw.split("\n")]
    return lines


def _recipient_lines(row: OutgoingRow, recipient: RecipientRow, meant: Meant) -> list[Safe]:
    address = safe_line(recipient.address)
    lines = [Safe(f"    {address}: {recipient.state.value}")]
    said = server_words(recipient)
    words = [our_words(recipient.explanation), Safe(f"the server said: {said}" if said else "")]
    if recipient.replaced_by is not None:
        words.append(Safe(f"sent to a corrected address: {recipient.replaced_by}"))
    words += [
        Safe(f"meant {right}? tuimail outbox correct {row.id} {address} {right}")
        for right in map(safe_line, meant.get(recipient.address, []))
    ]
    return lines + [Safe(f"        {one}") for one in words if one]
