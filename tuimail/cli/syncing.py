"""`sync`: one pass over the accounts, with progress."""

import argparse
import asyncio

from tuimail.config.load import NO_ACCOUNT
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.events import Event, Progress
from tuimail.model.ids import AccountName
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.services.engine_link import AccountPass, EngineLink
from tuimail.services.mail import Mail

from .opening import open_mail
from .terminal import ProgressLine, print_json, print_lines, say


async def run_sync(profile: Profile, options: argparse.Namespace) -> int:
    """Make one pass and say what it did."""
    mail = open_mail(profile)
    if not mail.config.accounts:
        raise UserError(NO_ACCOUNT)
    account = AccountName(mail.config.account(options.account).name) if options.account else None
    line = ProgressLine()

    def note(event: Event) -> None:
        if isinstance(event, Progress) and event.account:
            place = safe_line(f"{event.account} {event.mailbox}".rstrip())
            line.show(Safe(f"{place}: {event.words}"))

    try:
        async with EngineLink(profile, note) as link:
            await link.ready()
            passes = [
                one
                for name, mailbox in _wanted(mail, account, options.mailbox)
                for one in await link.sync(name, mailbox, headers_only=options.headers_only)
            ]
    except asyncio.CancelledError:  # ctrl+c
        line.clear()
        say("Stopped. What was fetched so far is kept.")
        raise
    finally:
        line.clear()
    if options.json:
        print_json([_pass_json(one) for one in passes])
    else:
        print_lines(text for one in passes for text in _pass_lines(one))
    failed = [one for one in passes if one.hint]
    for one in failed:
        say(f"{one.account}: {one.hint}")
    return failed[0].exit_status if failed else ExitStatus.DONE


def _wanted(
    mail: Mail, account: AccountName | None, mailbox: str | None
) -> list[tuple[AccountName | None, str | None]]:
    """Return what to pass over: a mailbox that is known, by name or role, in its accounts alone."""
    found = reading.mailbox_by_name(mail, mailbox, account) if mailbox else []
    return [(row.account, row.name.raw) for row in found] or [(account, mailbox)]


def _pass_json(one: AccountPass) -> dict[str, object]:
    return {
        "account": one.account,
        "mailboxes": [
            {
                "name": box.name.raw,
                "total": box.total,
                "unread": box.unread,
                "new": box.new,
                "changed": box.changed,
                "vanished": box.vanished,
            }
            for box in one.mailboxes
        ],
        "seconds": round(one.seconds, 3),
        "hint": one.hint,
    }


def _pass_lines(one: AccountPass) -> list[Safe]:
    count = len(one.mailboxes)
    mailboxes = "1 mailbox" if count == 1 else f"{count:,} mailboxes"
    return [
        Safe(f"{safe_line(one.account)}: {mailboxes} in {one.seconds:.1f} s"),
        *(
            Safe(
                f"  {safe_line(box.name)}: {box.new} new, {box.changed} changed, "
                f"{box.vanished} gone; {box.total} in all, {box.unread} unread"
            )
            for box in one.mailboxes
            if box.new or box.changed or box.vanished
        ),
    ]
