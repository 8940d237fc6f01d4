"""`snooze`, `unsnooze`, `mute`, `unmute`, `done`: written down at once; the engine does it."""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.model.ids import MessageRef
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import snooze, watching
from tuimail.services.copies import copies
from tuimail.services.mail import Mail
from tuimail.services.triage import Done
from tuimail.services.wake_times import wake_time, wake_words
from tuimail.services.zones import zone_with_summer

from .opening import open_mail
from .terminal import column, iso_time, print_json, print_lines, say
from .waiting import hand_over

_VERBS: Final[Mapping[str, Callable[[Mail, Sequence[MessageRef]], Done]]] = {
    "unsnooze": snooze.unsnooze,
    "mute": watching.mute,
    "unmute": watching.unmute,
    "done": watching.done,
}


async def run_snooze(profile: Profile, options: argparse.Namespace) -> int:
    """Put messages off, or list what sleeps."""
    mail = open_mail(profile)
    if not options.id:
        return _list(mail, as_json=options.json)
    if not options.until:
        raise UserError("Say until when: --until tomorrow.")
    until = wake_time(options.until, time.time(), zone_with_summer(mail))
    return await _act(mail, options, lambda refs: snooze.snooze(mail, refs, until), until)


async def run_verb(profile: Profile, options: argparse.Namespace) -> int:
    """Wake, mute, unmute, or archive until a reply."""
    mail, verb = open_mail(profile), _VERBS[options.command]
    return await _act(mail, options, lambda refs: verb(mail, refs))


async def _act(
    mail: Mail,
    options: argparse.Namespace,
    act: Callable[[Sequence[MessageRef]], Done],
    until: int = 0,
) -> int:
    found = [row for one in options.id for row in copies(mail, one, options.within)]
    done = act([row.ref for row in found])
    if options.json:
        more = {"until": iso_time(until)} if until else {}
        print_json({"ids": options.id, "count": done.count, "said": done.sentence, **more})
    else:
        say(done.sentence)
    return await hand_over(mail, (row.account for row in found), wait=options.wait)


def _list(mail: Mail, *, as_json: bool) -> int:
    rows = snooze.asleep(mail)
    if as_json:
        print_json([_json(row) for row in rows])
    else:
        zone, now = zone_with_summer(mail), time.time()
        words = {row.key: wake_words(row.later.wakes, now, zone) for row in rows}
        print_lines(_line(row, words[row.key]) for row in rows)
    if not rows:
        say("nothing is snoozed")
    return ExitStatus.DONE if rows else ExitStatus.NOTHING_FOUND


def _json(row: MessageRow) -> dict[str, object]:
    return {
        "id": row.id,
        "account": row.account,
        "subject": row.subject.raw,
        "until": iso_time(row.later.wakes),
    }


def _line(row: MessageRow, until: Safe) -> Safe:
    subject = safe_line(row.subject, 80)
    return Safe(f"{row.id}  {column(row.account, 12)} {column(until, 18)} {subject}".rstrip())
