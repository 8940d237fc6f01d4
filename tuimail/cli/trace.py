"""`trace`: what became of a sent mail, and the path a received one took."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, NotFound
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingEvent
from tuimail.model.safe import Safe, safe_line
from tuimail.services import delivery, reading
from tuimail.services.mail import Mail
from tuimail.services.path import path_of
from tuimail.services.path_words import path_lines

from .opening import open_mail
from .path import hops_json
from .show import bytes_of
from .terminal import iso_time, print_json, print_lines, short_time


async def run_trace(profile: Profile, options: argparse.Namespace) -> int:
    """Print the way of one mail, by the id that `list` or `outbox` prints."""
    mail = open_mail(profile)
    row = _received(mail, options.id)
    if row is None:
        sent = delivery.show(mail, options.id)
        message_id, events, path = sent.message_id, delivery.history(mail, sent.id), None
    else:
        await bytes_of(mail, row.key)
        found = delivery.sent_here(mail, row)
        message_id, path = row.message_id.raw, path_of(mail, row)
        events = delivery.history(mail, found.id) if found is not None else ()
    if options.json:
        print_json(
            {
                "message_id": message_id,
                "events": [_event_json(event) for event in events],
                "hops": hops_json(path) if path is not None else [],
            }
        )
        return ExitStatus.DONE
    print_lines(_event_line(event) for event in events)
    if path is not None and (path.hops or not events):
        print_lines(line.text for line in path_lines(path))
    return ExitStatus.DONE


def _received(mail: Mail, public_id: str) -> MessageRow | None:
    try:
        return reading.row_of_id(mail, public_id)[0]
    except NotFound:
        return None


def _event_json(event: OutgoingEvent) -> dict[str, object]:
    return {
        "time": iso_time(event.time),
        "what": event.what,
        "who": event.who.raw,
        "detail": event.detail.raw,
    }


def _event_line(event: OutgoingEvent) -> Safe:
    words = (safe_line(part) for part in (event.who, event.detail))
    return Safe("  ".join([short_time(event.time), event.what, *filter(None, words)]))
