"""`export` and `import`: mails to files and back, byte by byte."""

import argparse
import asyncio
from contextlib import AsyncExitStack

from tuimail.config.profile import Profile
from tuimail.errors import ExitStatus, UserError
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.services.engine_link import EngineLink
from tuimail.services.exporting import Exported, export
from tuimail.services.importing import Imported, import_into, import_mails
from tuimail.services.mail import Mail
from tuimail.services.mail_files import mails_in

from .messages import view_of
from .opening import open_mail
from .terminal import ProgressLine, say
from .waiting import hand_over

ROWS_AT_ONCE = 500


async def run_export(profile: Profile, options: argparse.Namespace) -> int:
    """Write what a search finds into a folder or a file."""
    mail = open_mail(profile)
    rows = _found(mail, options)
    if not rows:
        say("nothing found")
        return ExitStatus.NOTHING_FOUND
    line = ProgressLine()
    try:
        exported = await _export(mail, rows, options, line)
    except asyncio.CancelledError:  # ctrl+c
        line.clear()
        say("Stopped. Files that are there are whole; nothing is left of an .mbox file.")
        raise
    finally:
        line.clear()
    where = safe_line(str(exported.path), 300)
    say(f"{exported.count:,} of {len(rows):,} mails written to {where}")
    if exported.gone:
        say(f"{exported.gone:,} are gone from the server, and no copy of them is here.")
    return ExitStatus.NOTHING_FOUND if exported.gone else ExitStatus.DONE


def _found(mail: Mail, options: argparse.Namespace) -> list[MessageRow]:
    """Return the mails meant, oldest first, as a mailbox grows."""
    text = " ".join(options.query)
    if not text and options.mailbox is None and options.account is None:
        raise UserError("Say which: a QUERY, --account or --mailbox.")
    view = None
    if options.mailbox is not None:
        view = view_of(mail, options.account, options.mailbox)
    elif options.account is not None:
        text = f"account:{mail.config.account(options.account).name} {text}"
    view = reading.search_view(mail, text, view) if text or view is None else view
    ids = reading.view_ids(mail, view)[::-1]
    starts = range(0, len(ids), ROWS_AT_ONCE)
    pieces = (reading.rows(mail, view, ids[start : start + ROWS_AT_ONCE]) for start in starts)
    return [row for piece in pieces for row in piece]


async def _export(
    mail: Mail, rows: list[MessageRow], options: argparse.Namespace, line: ProgressLine
) -> Exported:
    async with AsyncExitStack() as lines:
        link: EngineLink | None = None

        async def fetch(key: MessageKey) -> None:
            nonlocal link
            if link is None:  # what is here already is written offline as well
                link = await lines.enter_async_context(EngineLink(mail.profile))
                await link.ready()
            await link.body(key)

        def tell(done: int, total: int) -> None:
            line.show(Safe(f"writing {done:,}/{total:,}"))

        return await export(mail, rows, options.to, fetch, tell)


async def run_import(profile: Profile, options: argparse.Namespace) -> int:
    """Put the mails of files into a mailbox."""
    mail = open_mail(profile)
    account = AccountName(mail.config.account(options.account).name)
    box = import_into(mail, account, options.mailbox)
    add = frozenset({Flag.SEEN.value}) if options.seen else NO_FLAGS
    imported, line = Imported(), ProgressLine()
    try:
        for path in options.file:
            for so_far in import_mails(mail, box, mails_in(path), add, imported):
                line.show(Safe(f"reading {safe_line(path.name, 40)}: {so_far.seen:,}"))
                await asyncio.sleep(0)  # ctrl+c is heard here; what was recorded stays
    finally:
        line.clear()
        _tell(imported, safe_line(box.name, 80))
    if not imported.recorded:
        return ExitStatus.DONE if imported.there else ExitStatus.NOTHING_FOUND
    return await hand_over(mail, [account], wait=options.wait)


def _tell(imported: Imported, where: Safe) -> None:
    if imported.recorded:
        say(f"{_are(imported.recorded, 'mail')} being put into {where}")
    if imported.there:
        say(f"{_are(imported.there)} there already")
    for why, count in sorted(imported.refused.items()):
        say(f"{count:,} left out: {why}")


def _are(count: int, noun: str = "") -> str:
    """Return a number of mails as the beginning of a sentence."""
    words = f" {noun}{'' if count == 1 else 's'}" if noun else ""
    return f"{count:,}{words} {'is' if count == 1 else 'are'}"
