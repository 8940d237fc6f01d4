"""`list` and `search`: messages, newest first."""

import argparse

from tuimail.config.load import NO_ACCOUNT
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, NotFound
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.model.view import View
from tuimail.services import people, reading
from tuimail.services.mail import Mail

from .opening import open_mail
from .terminal import column, iso_time, print_json, print_lines, say, short_time


def run_list(profile: Profile, options: argparse.Namespace) -> int:
    """Print messages of a mailbox; without one, of the inbox."""
    mail = open_mail(profile)
    view = view_of(mail, options.account, options.mailbox)
    return _print_found(mail, options, view)


def run_search(profile: Profile, options: argparse.Namespace) -> int:
    """Print messages of all mailboxes that match."""
    return _print_found(open_mail(profile), options, None)


def view_of(mail: Mail, account: str | None, mailbox: str | None) -> View:
    """Return the view of the mailboxes meant: the inbox where none is named.

    Raises:
        NotFound: nothing is called that.
    """
    name = AccountName(mail.config.account(account).name) if account else None
    if mailbox is None and name is None:
        return reading.unified_inbox(mail)
    found = reading.mailbox_by_name(mail, mailbox or Role.INBOX, name)
    if not found:
        raise NotFound(
            f"There is no mailbox {safe_line(mailbox or Role.INBOX)!r}. "
            "If the account is new, fetch it first: tuimail sync"
        )
    return View(Safe("list"), tuple(row.id for row in found))


def _print_found(mail: Mail, options: argparse.Namespace, within: View | None) -> int:
    text = " ".join(options.query)
    view = within or reading.everything(mail)
    if text:
        search = reading.search(mail, text, within)
        view = search.view
        for warning in search.warnings:
            say(warning)
    found = reading.rows(mail, view, reading.view_ids(mail, view, options.limit)[: options.limit])
    if options.json:
        names = mailbox_names(mail)
        print_json([message_json(mail, row, names) for row in found])
    else:
        print_lines(_line(row) for row in found)
    if found:
        return ExitStatus.DONE
    say(_nothing(mail))
    return ExitStatus.NOTHING_FOUND


def _nothing(mail: Mail) -> str:
    if not mail.config.accounts:
        return NO_ACCOUNT
    return "nothing found" if mailbox_names(mail) else "nothing is here yet; fetch it: tuimail sync"


def mailbox_names(mail: Mail) -> dict[int, str]:
    """Return the name of each mailbox by its row id."""
    return {row.id: row.name.raw for row in reading.mailboxes(mail)}


def message_json(mail: Mail, row: MessageRow, names: dict[int, str]) -> dict[str, object]:
    """Return a message as the command line's JSON has it."""
    return {
        "id": row.id,
        "account": row.account,
        "mailbox": names.get(row.mailbox_id, ""),
        "uid": reading.server_uid(mail, row),
        "message_id": row.message_id.raw,
        "thread_id": f"{row.thread_id:x}",
        "from": people.written([people.author_of(row)]),
        "to": people.written(people.to_of(mail, row)),
        "subject": row.subject.raw,
        "date": iso_time(row.date),
        "flags": sorted(row.flags),
        "size": row.size_bytes,
        "has_attachments": row.has_attachments,
        "snippet": row.snippet.raw,
    }


def _line(row: MessageRow) -> Safe:
    marks = ("N" if row.is_unread else " ") + ("!" if row.is_flagged else " ")
    sender = column(row.sender_name or row.sender_address, 24)
    subject = safe_line(row.subject) or Safe("(no subject)")
    return Safe(f"{row.id} {marks} {short_time(row.date)}  {sender}  {subject}")
