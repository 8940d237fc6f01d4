"""`list` and `search`: messages, newest first or best first."""

import argparse
from collections.abc import Awaitable, Sequence
from itertools import accumulate

from tuimail.config.load import NO_ACCOUNT
from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, NotFound, UserError
from tuimail.model.cells import cut_address
from tuimail.model.claimed import named
from tuimail.model.excerpt import Excerpt
from tuimail.model.flags import label_flags, labels_of
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.query import Order
from tuimail.model.safe import Safe, safe_line
from tuimail.model.view import View
from tuimail.services import people, reading
from tuimail.services.mail import Mail
from tuimail.services.saved import saved_view

from .opening import open_mail
from .terminal import column, iso_time, print_json, print_lines, say, short_time

_SENDER_CELLS = 24


def run_list(profile: Profile, options: argparse.Namespace) -> int:
    """Print messages of a mailbox or a saved search; without one, of the inbox."""
    mail = open_mail(profile)
    if options.saved is None:
        view = view_of(mail, options.account, options.mailbox)
    elif options.account or options.mailbox:
        raise UserError("A saved search is over everything: leave --account and --mailbox out.")
    else:
        view = saved_view(mail, options.saved)
    if options.query:
        view = _searched(mail, options, view)
    return _print_found(mail, options, view, reading.view_ids(mail, view, options.limit))


def run_search(profile: Profile, options: argparse.Namespace) -> int | Awaitable[int]:
    """Print messages of all mailboxes that match."""
    mail = open_mail(profile)
    view = _searched(mail, options, None)
    if options.sort:
        view = reading.ordered(view, Order(options.sort))
    if options.server:
        return _search_servers(mail, options, view)
    return _print_found(mail, options, view, reading.view_ids(mail, view, options.limit))


async def _search_servers(mail: Mail, options: argparse.Namespace, view: View) -> int:
    """Print what is found here and by the servers; one that cannot be asked is named."""
    from .asking import rows_by_servers

    rows, problem = await rows_by_servers(mail, view)
    ids = reading.ids_kept(mail, view, reading.view_ids(mail, view), rows)
    if problem is not None:
        say(problem.hint)
    status = _print_found(mail, options, view, ids)
    return problem.exit_status if problem is not None and not ids else status


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


def _searched(mail: Mail, options: argparse.Namespace, within: View | None) -> View:
    search = reading.search(mail, " ".join(options.query), within)
    for warning in search.warnings:
        say(warning)
    return search.view


def _print_found(mail: Mail, options: argparse.Namespace, view: View, ids: Sequence[int]) -> int:
    found = reading.rows(mail, view, ids[: options.limit])
    if options.json:
        print_json(_found_json(mail, view, found))
    else:
        print_lines(_line(row) for row in found)
    if found:
        return ExitStatus.DONE
    say(_nothing(mail))
    return ExitStatus.NOTHING_FOUND


def _found_json(mail: Mail, view: View, found: Sequence[MessageRow]) -> list[dict[str, object]]:
    from tuimail.services.excerpts import found_in  # it reads mails: lists alone do without

    names = mailbox_names(mail)
    excerpts = found_in(mail, view, found)
    return [
        message_json(mail, row, names) | _excerpt_json(excerpt)
        for row, excerpt in zip(found, excerpts, strict=True)
    ]


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
        "flags": sorted(row.flags - label_flags(row.flags)),
        "labels": labels_of(row.flags),
        "size": row.size_bytes,
        "has_attachments": row.has_attachments,
        "snippet": row.snippet.raw,
    }


def _excerpt_json(excerpt: Excerpt) -> dict[str, object]:
    """Return the place a search found in place of the first words, and where in it the words are.

    Nothing where the text was not searched, is not here, or holds none of the words.
    """
    if not excerpt:
        return {}
    begins = accumulate((len(piece.text.raw) for piece in excerpt), initial=0)
    hits = [
        [begin, begin + len(piece.text.raw)]
        for begin, piece in zip(begins, excerpt, strict=False)
        if piece.is_hit
    ]
    return {"snippet": "".join(piece.text.raw for piece in excerpt), "snippet_matches": hits}


def _sender(row: MessageRow) -> Safe:
    """Return who it is from: the address where there is no name or it shows another's."""
    address = safe_line(row.sender_address)
    is_address = named(row.sender_name.raw, row.sender_address.raw) == row.sender_address.raw
    return cut_address(address, _SENDER_CELLS) if is_address else safe_line(row.sender_name)


def _line(row: MessageRow) -> Safe:
    marks = ("N" if row.is_unread else " ") + ("!" if row.is_flagged else " ")
    sender = column(_sender(row), _SENDER_CELLS)
    subject = safe_line(row.subject) or Safe("(no subject)")
    return Safe(f"{row.id} {marks} {short_time(row.date)}  {sender}  {subject}")
