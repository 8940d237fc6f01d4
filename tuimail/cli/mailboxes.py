"""`mailbox`: list, create, rename, delete, subscribe, empty."""

import argparse

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxChange, MailboxRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import mailbox_changes, reading
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail
from tuimail.services.renaming import follow_rename
from tuimail.services.triage import messages_words

from .opening import open_mail
from .terminal import agree, column, print_json, print_lines, say
from .waiting import hand_over


async def run_mailbox(profile: Profile, options: argparse.Namespace) -> int:
    """List the mailboxes, or change one."""
    mail = open_mail(profile)
    account = AccountName(mail.config.account(options.account).name) if options.account else None
    match options.action:
        case "list":
            return _list(mail, account, as_json=options.json)
        case "create":
            return await _create(mail, account, options.name)
    row = mailbox_changes.mailbox_meant(mail, options.name, account)
    match options.action:
        case "rename":
            return await _rename(mail, row, options.new_name)
        case "delete":
            return await _delete(mail, row, is_agreed=options.yes)
        case "empty":
            return await _empty(mail, row, options)
        case _:
            is_wanted = options.action == "subscribe"
            await _change(mail, row.account, mailbox_changes.subscription(row, is_wanted=is_wanted))
            say(f"{safe_line(row.name, 80)} is {options.action}d")
            return ExitStatus.DONE


def _list(mail: Mail, account: AccountName | None, *, as_json: bool) -> int:
    rows = reading.mailboxes(mail, account)
    if as_json:
        print_json([_row_json(row) for row in rows])
    else:
        print_lines(_line(row) for row in rows)
    if not rows:
        say("no mailbox is known yet; fetch them: tuimail sync")
    return ExitStatus.DONE if rows else ExitStatus.NOTHING_FOUND


def _row_json(row: MailboxRow) -> dict[str, object]:
    return {
        "account": row.account,
        "name": row.name.raw,
        "role": row.role.value if row.role else None,
        "total": row.total,
        "unread": row.unread,
        "is_subscribed": row.is_subscribed,
        "is_selectable": row.is_selectable,
        "is_read_only": row.is_read_only,
    }


def _line(row: MailboxRow) -> Safe:
    said = (
        row.role.value if row.role else "",
        "" if row.is_subscribed else "not subscribed",
        "" if row.is_selectable else "holds no mails",
        "read-only" if row.is_read_only else "",
    )
    marks = ", ".join(words for words in said if words)
    counts = f"{row.total:>8,} {row.unread:>7,} unread"
    return Safe(f"{column(row.account, 12)} {column(row.name, 32)} {counts}  {marks}".rstrip())


async def _create(mail: Mail, account: AccountName | None, name: str) -> int:
    if account is None and len(mail.config.accounts) == 1:
        account = mail.config.accounts[0].name
    if account is None:
        raise UserError("Say in which account: --account.")
    await _change(mail, account, mailbox_changes.creation(name))
    say(f"{safe_line(name, 80)} is there")
    return ExitStatus.DONE


async def _rename(mail: Mail, row: MailboxRow, new_name: str) -> int:
    await _change(mail, row.account, mailbox_changes.renaming(row, new_name))
    follow_rename(mail, row, new_name)
    say(f"{safe_line(row.name, 80)} is called {safe_line(new_name, 80)} now")
    return ExitStatus.DONE


async def _delete(mail: Mail, row: MailboxRow, *, is_agreed: bool) -> int:
    doomed = mailbox_changes.doomed_with(mail, row)
    name = safe_line(row.name, 80)
    where = mailbox_changes.from_where(mail, row)
    question = Safe(f"Delete {name}{doomed.question} {where} for ever?")
    if not (is_agreed or agree(question)):
        return ExitStatus.NOTHING_FOUND
    await _change(mail, row.account, mailbox_changes.deletion(row, doomed))
    say(f"{name} is deleted")
    return ExitStatus.DONE


async def _empty(mail: Mail, row: MailboxRow, options: argparse.Namespace) -> int:
    count = mailbox_changes.to_be_emptied(mail, row)
    name = safe_line(row.name, 80)
    where = mailbox_changes.from_where(mail, row)
    question = Safe(f"Remove {messages_words(count)} of {name} {where} for ever?")
    if count and not (options.yes or agree(question)):
        return ExitStatus.NOTHING_FOUND
    done = mailbox_changes.empty(mail, row)
    say(done.sentence)
    if not done.count:
        return ExitStatus.DONE
    return await hand_over(mail, [row.account], wait=options.wait)


async def _change(mail: Mail, account: AccountName, change: MailboxChange) -> None:
    async with EngineLink(mail.profile) as link:
        await link.ready()
        await link.change_mailbox(account, change)
    mailbox_changes.note(mail, account, change)
