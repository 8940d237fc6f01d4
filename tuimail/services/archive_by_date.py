"""Archiving by date: into a mailbox below the archive for each year, or each month of it."""

from collections.abc import Sequence
from datetime import datetime

from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MessageRef
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.model.settings import ArchiveBy
from tuimail.store.journal import record_batch
from tuimail.store.row_ids import date_of
from tuimail.store.targets import Target, operation_on, targets

from . import reading, triage
from .labelled import labels
from .mail import Mail
from .triage import Done, MissingRole, messages_words, refuse_read_only
from .undo import begin_group, end_group
from .wanted_mailboxes import ensured
from .zones import zone_with_summer

_SHOWN: int = 3
"""Mailboxes that are named in the sentence; of more it says how many."""


def archive_dated(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move mails below the archive by their own dates, in the person's zone.

    A mailbox that is not there yet is made once the server is reached; undo leaves it. Where
    mailboxes are labels (Gmail), or cannot lie below each other, this is plain archiving.

    Raises:
        MissingRole: an account has no archive.
        UserError: a mailbox is read-only.
    """
    found = targets(mail.store, refs)
    archives = {account: _archive(mail, account) for account in {t.account for t in found}}
    are_plain = {account for account, box in archives.items() if _is_plain(mail, box)}
    plain = [ref for ref, t in _with_refs(found) if t.account in are_plain]
    dated = [t for t in found if t.account not in are_plain]
    mark = begin_group(mail)
    done = _move(mail, dated, archives) if dated or not plain else None
    if not plain:
        return done or Done(ours("Nothing to do"), 0, 0)
    archived = triage.archive(mail, plain)
    why = "mailboxes cannot lie below the archive there: plainly archived"
    sentence = Safe(f"{archived.sentence} ({why})")
    if done is None:
        return Done(sentence, archived.count, archived.batch)
    end_group(mail, mark)
    return Done(Safe(f"{done.sentence}; {sentence}"), done.count + archived.count, done.batch)


def name_for(archive: MailboxRow, date: datetime, by: ArchiveBy) -> str:
    """Return the full name of the mailbox for a date below an archive."""
    parts = [archive.name.raw, f"{date:%Y}"]
    if by is ArchiveBy.MONTH:
        parts.append(f"{date:%m}")
    return archive.delimiter.join(parts)


def _move(mail: Mail, found: Sequence[Target], archives: dict[AccountName, MailboxRow]) -> Done:
    refuse_read_only(found)
    by, zone = mail.config.settings.archive_by, zone_with_summer(mail)
    operations: list[Operation] = []
    before: list[Flags] = []
    names: dict[str, None] = {}
    for target in found:
        archive = archives[target.account]
        name = name_for(archive, datetime.fromtimestamp(date_of(target.row_id), zone), by)
        if name == target.mailbox:
            continue
        box = ensured(mail, target.account, name, archive.delimiter)
        names[box.name.raw] = None
        operations.append(operation_on(target, OperationKind.MOVE, destination=box.name.raw))
        before.append(target.flags)
    if not operations:
        return Done(ours("Archived there already"), 0, 0)
    where = ", ".join(safe_line(one, 60) for one in sorted(names)[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    sentence = Safe(f"{messages_words(len(operations))} moved to {where}{more}")
    batch, _ = record_batch(mail.store, operations, sentence, before)
    return Done(sentence, len(operations), batch)


def _archive(mail: Mail, account: AccountName) -> MailboxRow:
    found = reading.archive_of(mail, account)
    if found is None:
        raise MissingRole(account, Role.ARCHIVE)
    return found


def _is_plain(mail: Mail, archive: MailboxRow) -> bool:
    return not archive.delimiter or bool(labels(mail, [archive.id]))


def _with_refs(found: Sequence[Target]) -> list[tuple[MessageRef, Target]]:
    return [(MessageRef(target.row_id, target.mailbox_id), target) for target in found]
