"""`operations`: what waits for the servers, and what they refused."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus
from tuimail.model.operation import WaitingChange
from tuimail.model.safe import Safe, safe_line
from tuimail.services import operations

from .opening import open_mail
from .terminal import iso_time, print_json, print_lines, say, short_time


def run_operations(profile: Profile, options: argparse.Namespace) -> int:
    """List what waits, or give one up."""
    mail = open_mail(profile)
    if options.action == "cancel":
        say(f"Cancelled: {operations.cancel(mail, options.id)}")
        return ExitStatus.DONE
    found = operations.operations(mail)
    if options.json:
        print_json([_change_json(one) for one in found])
    else:
        print_lines(line for one in found for line in _lines(one))
    if not found:
        say("nothing waits; every change has reached its server")
    return ExitStatus.DONE if found else ExitStatus.NOTHING_FOUND


def _change_json(change: WaitingChange) -> dict[str, object]:
    return {
        "id": str(change.first),
        "account": change.account,
        "what": change.kind.value,
        "mailbox": change.mailbox,
        "destination": change.destination,
        "add": sorted(change.add),
        "remove": sorted(change.remove),
        "count": change.count,
        "subject": change.subject.raw,
        "since": iso_time(change.since),
        "tries": change.tries,
        "state": change.state.value,
        "has_begun": change.has_begun,
        "reason": change.reply,
    }


def _lines(change: WaitingChange) -> list[Safe]:
    head = f"{change.first:>6}  {short_time(change.since)}  {operations.state_of(change)}"
    lines = [Safe(f"{head}  {safe_line(change.account)}: {operations.sentence_of(change)}")]
    if change.reply:
        lines.append(Safe(f"        {safe_line(change.reply, 300)}"))
    return lines
