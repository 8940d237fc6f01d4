"""Mails from files put into a mailbox: durable here first, and never twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.headers import parse_envelope
from tuimail.mime.line_ends import sizes_told
from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MessageKey, OperationId, message_key
from tuimail.model.mailbox import MailboxRow
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.safe import safe_line
from tuimail.store.blobs import put_blob
from tuimail.store.messages import keys_shown
from tuimail.store.operations import appending, record

from . import reading
from .mail import Mail
from .mail_files import FiledMail, NoMail

AT_ONCE: Final = 50
"""Mails in one transaction: so many blobs are without their row where the program dies."""


@dataclass(slots=True)
class Imported:
    """What was done so far."""

    recorded: int = 0
    """Mails that wait for the server now."""
    there: int = 0
    """Mails that are in the mailbox already, or wait to be."""
    refused: Counter[str] = field(default_factory=Counter)
    """Why what was no mail was left out, and how often."""

    @property
    def seen(self) -> int:
        """How many were looked at."""
        return self.recorded + self.there + self.refused.total()


def import_into(mail: Mail, account: AccountName, mailbox: str) -> MailboxRow:
    """Return the mailbox mails are to be put into. Raises UserError where it takes none."""
    found = reading.mailbox_by_name(mail, mailbox, account)
    if len(found) != 1:
        problem = "has several mailboxes" if found else "has no mailbox"
        raise UserError(
            f"Account {account} {problem} {safe_line(mailbox, 80)!r}."
            " What there is: tuimail mailbox list"
        )
    if not found[0].is_selectable or found[0].is_read_only:
        raise UserError(f"{safe_line(found[0].name, 80)} takes no mails.")
    return found[0]


def import_mails(
    mail: Mail,
    box: MailboxRow,
    found: Iterable[FiledMail | NoMail],
    add: Flags,
    imported: Imported,
) -> Iterator[Imported]:
    """Record mails to be put into a mailbox, in steps; `imported` counts on.

    Whoever carries them out looks for each on the server before: what is not known here yet is not
    doubled either. Raises StoreError where the disk is full; what was recorded stays.
    """
    source = iter(found)
    waiting = appending(mail.store, box.account, box.name.raw)
    while step := list(islice(source, AT_ONCE)):
        imported.refused.update(one.why for one in step if isinstance(one, NoMail))
        operations = []
        for one in step:
            if not isinstance(one, FiledMail):
                continue
            keys = _keys(box.account, one.raw)
            if waiting.isdisjoint(keys) and not keys_shown(mail.store, box.id, keys):
                operations.append(_operation(mail, box, one, keys[0], add))
                waiting.update(keys)
            else:
                imported.there += 1
        record(mail.store, operations)
        imported.recorded += len(operations)
        yield imported


def _keys(account: AccountName, raw: bytes) -> list[MessageKey]:
    """Return the keys the mail may have once a server states its size, the likeliest first."""
    identity = parse_envelope(raw).identity
    return [message_key(account, *identity, b"%d" % size) for size in sorted(sizes_told(raw))]


def _operation(
    mail: Mail, box: MailboxRow, one: FiledMail, key: MessageKey, add: Flags
) -> Operation:
    return Operation(
        id=OperationId(0),
        batch=0,
        account=box.account,
        kind=OperationKind.APPEND,
        mailbox=box.name.raw,
        uid_validity=0,
        uid=0,
        key=key,
        add=one.flags | add,
        blob=put_blob(mail.store, one.raw),
        message_id=parse_envelope(one.raw).message_id,
        internal_date=one.date,
    )
