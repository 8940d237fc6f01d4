"""`invite`: what an invitation says, an answer to it, and its calendar for another program."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.model.appointment import Span
from tuimail.model.invitation import Answer, Guest
from tuimail.model.safe import safe_line
from tuimail.services import delivery, invitations, reading
from tuimail.services.engine_link import EngineLink
from tuimail.services.invitation_words import Invited

from .opening import open_mail
from .show import bytes_of
from .terminal import iso_time, print_json, print_lines, say

_ANSWERS: Final[Mapping[str, Answer]] = {
    "accept": Answer.ACCEPTED,
    "perhaps": Answer.TENTATIVE,
    "decline": Answer.DECLINED,
}


async def run_invite(profile: Profile, options: argparse.Namespace) -> int:
    """Tell, answer or save an invitation; the command is the person's yes.

    Raises:
        UserError: there are words for the organiser, and no answer they could go with.
    """
    if options.words and not options.answer:
        raise UserError("--words goes with --accept, --perhaps or --decline.")
    mail = open_mail(profile)
    row = reading.row_of_id(mail, options.id)[0]
    await bytes_of(mail, row.key)
    if options.answer:
        answer = _ANSWERS[options.answer]
        sent = delivery.show(mail, invitations.send_answer(mail, row, answer, options.words))
        say(f"the answer goes to {safe_line(sent.recipients[0].address)}")
        async with EngineLink(profile) as link:
            await link.ready()
            link.send()
        if options.json:
            state = sent.state.value
            print_json({"id": sent.id, "message_id": sent.message_id, "state": state})
    elif options.export is not None:
        path = invitations.export(mail, row, Path(options.export))
        say(f"saved as {safe_line(str(path))}")
    elif options.json:
        print_json(_json(invitations.read(mail, row), invitations.next_dates(mail, row)))
    else:
        print_lines(line.text for line in invitations.lines(mail, row))
    return ExitStatus.DONE


def _json(invited: Invited, dates: list[Span]) -> dict[str, object]:
    event = invited.invitation
    organizer = event.organizer
    return {
        "uid": event.uid,
        "method": event.method.value,
        "sequence": event.sequence,
        "standing": invited.standing.value,
        "summary": event.summary.raw,
        "where": event.place.raw,
        "description": event.description.raw,
        "all_day": event.start is not None and event.start.is_day,
        "dates": [_span_json(one) for one in dates],
        "organizer": _guest_json(organizer) if organizer is not None else None,
        "guests": [_guest_json(one) for one in event.guests],
        "answer": invited.known.answer.value if invited.known is not None else None,
        "is_cancelled": event.is_cancelled,
        "clashes": [{"summary": one.summary, **_span_json(span)} for one, span in invited.clashes],
    }


def _guest_json(guest: Guest) -> dict[str, object]:
    return {"address": guest.address, "name": guest.name.raw, "answer": guest.answer.value}


def _span_json(span: Span) -> dict[str, object]:
    return {"start": iso_time(span.start), "end": iso_time(span.end)}
