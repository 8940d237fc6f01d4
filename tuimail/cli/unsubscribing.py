"""`unsubscribe`: the ways a mailing list names to leave it, and the one that is one request."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading, unsubscribing
from tuimail.services.unsubscribing import Kind, WayOut

from .opening import open_mail
from .show import bytes_of
from .terminal import print_json, print_lines, say


async def run_unsubscribe(profile: Profile, options: argparse.Namespace) -> int:
    """Print the ways, or leave by one click; the command is the person's yes."""
    mail = open_mail(profile)
    row = reading.row_of_id(mail, options.id)[0]
    await bytes_of(mail, row.key)
    ways = unsubscribing.ways_out(mail, row)
    if options.one_click:
        click = next((way for way in ways if way.kind is Kind.CLICK), None)
        if click is None:
            raise UserError("No server you trust vouches for leaving this list by one click.")
        say(await unsubscribing.leave(click))
    elif options.json:
        print_json([_json(way) for way in ways])
    else:
        print_lines(map(_line, ways))
    if not ways:
        say("this mail names no safe way to leave its list")
    return ExitStatus.DONE if ways else ExitStatus.NOTHING_FOUND


def _json(way: WayOut) -> dict[str, str]:
    return {"kind": way.kind.value, "url": way.url, "to": way.whom, "about": way.about}


def _line(way: WayOut) -> Safe:
    about = f" ({way.about})" if way.about else ""
    return Safe(f"{way.kind.value:<6}{way.whom}{about}  {safe_line(way.url)}")
