"""`saved`: searches kept under a name."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, QueryError
from tuimail.model.safe import Safe, safe_line
from tuimail.model.saved_search import SavedSearch
from tuimail.services import saved
from tuimail.services.mail import Mail

from .opening import open_mail
from .terminal import column, print_json, print_lines, say

_NAME_CELLS = 24


def run_saved(profile: Profile, options: argparse.Namespace) -> int:
    """List saved searches, or change one."""
    mail = open_mail(profile)
    match options.action:
        case "add":
            kept = saved.save_search(mail, options.name, " ".join(options.query))
            say(f"Kept as “{safe_line(kept.name)}”.")
        case "rename":
            kept = saved.rename_search(mail, options.name, options.new_name)
            say(f"It is called “{safe_line(kept.name)}” now.")
        case "remove":
            gone = saved.delete_search(mail, options.name)
            say(f"The search “{safe_line(gone.name)}” is forgotten; its mails stay.")
        case _:
            return _list(mail, options)
    return ExitStatus.DONE


def _list(mail: Mail, options: argparse.Namespace) -> int:
    found = [(one, _unread(mail, one)) for one in saved.saved_searches(mail)]
    if options.json:
        print_json(
            [{"name": s.name.raw, "query": s.query, "unread": unread} for s, unread in found]
        )
    else:
        print_lines(_line(one, unread) for one, unread in found)
    if not found and not options.json:
        say("no search is kept; keep one: tuimail saved add NAME QUERY")
    return ExitStatus.DONE if found else ExitStatus.NOTHING_FOUND


def _unread(mail: Mail, one: SavedSearch) -> int | None:
    """Return how much of it is unread; None where it cannot be understood any more."""
    try:
        return saved.unread_of(mail, one)
    except QueryError:
        return None


def _line(one: SavedSearch, unread: int | None) -> Safe:
    count = "?" if unread is None else f"{unread:,}"
    return Safe(f"{column(one.name, _NAME_CELLS)}  {count:>6} unread  {safe_line(one.query)}")
