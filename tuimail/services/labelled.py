"""Where mailboxes are labels (Gmail): what it means to put a mail away that lies in several.

Its one copy lies in the mailbox of all mail; the others show it. Trash and Junk alone take it from
all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tuimail.model.flags import ANY_LABEL
from tuimail.model.ids import AccountName, MailboxId, MessageKey, MessageRef
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.store.mailboxes import mailbox_row, sync_state
from tuimail.store.targets import Target, targets

from . import reading
from .mail import Mail

APART: Final = frozenset({Role.TRASH, Role.JUNK})
"""What lies there lies nowhere else, and removing it there is for ever."""


def labels(mail: Mail, mailboxes: Iterable[MailboxId]) -> set[MailboxId]:
    """Return those of these mailboxes that are labels."""
    return {box for box in set(mailboxes) if _takes_labels(mail, box)}


def each_once(mail: Mail, found: Sequence[Target]) -> list[Target]:
    """Leave out what names a mail again by another of its labels.

    Two alike in one mailbox are two mails.
    """
    are_labels = labels(mail, (target.mailbox_id for target in found))
    first: dict[tuple[AccountName, MessageKey], MailboxId] = {}
    return [
        target
        for target in found
        if target.mailbox_id not in are_labels
        or first.setdefault((target.account, target.key), target.mailbox_id) == target.mailbox_id
    ]


def keeping(mail: Mail, found: Sequence[Target]) -> set[MailboxId]:
    """Return the mailboxes out of which a mail that is removed stays in that of all mail."""
    are_labels = labels(mail, (target.mailbox_id for target in found))
    return {box for box in are_labels if mailbox_row(mail.store, box).role not in APART}


def leaving_inbox(
    mail: Mail, found: Sequence[Target], boxes: Mapping[AccountName, MailboxRow]
) -> list[Target]:
    """Return what is to be moved so that these are archived: among labels, from INBOX.

    A label by which such a mail was found stays on it; one that is not in INBOX is left alone.
    """
    keep = keeping(mail, found)
    are_labels = labels(mail, (box.id for box in boxes.values()))
    leaving: list[Target] = []
    elsewhere: list[Target] = []
    for target in found:
        is_kept = target.mailbox_id in keep and boxes[target.account].id in are_labels
        (elsewhere if is_kept else leaving).append(target)
    refs: set[MessageRef] = set()
    for account in {target.account for target in elsewhere}:
        inbox = reading.mailbox_for_role(mail, account, Role.INBOX)
        rows = {one.row_id for one in elsewhere if one.account == account}
        refs |= {MessageRef(row, inbox.id) for row in rows} if inbox else set()
    return [*leaving, *targets(mail.store, list(refs))]


def _takes_labels(mail: Mail, mailbox: MailboxId) -> bool:
    return ANY_LABEL in sync_state(mail.store, mailbox).permanent_flags
