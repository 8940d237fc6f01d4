"""A report that was matched is shown at the mail it is about, and is no clutter in the inbox."""

from tuimail.model.flags import Flag, Flags
from tuimail.model.ids import MailboxId, MessageKey
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.safe import ours, safe_line
from tuimail.store import put_away as store_put_away
from tuimail.store.mailboxes import mailbox_row
from tuimail.store.messages import find_key
from tuimail.store.targets import Target, operation_on, targets

from . import reading
from .mail import Mail

_SEEN: Flags = frozenset({Flag.SEEN.value})


def put_away(mail: Mail, mailbox_id: MailboxId, key: MessageKey) -> list[MailboxId]:
    """Archive a report that lies in a mailbox, and mark it read; once, and only if it is sure.

    Where there is no archive it is marked read alone. It is an action like any other: undo takes
    it back, and then it stays where it is. Returns the mailboxes that show it.
    """
    if not store_put_away.is_to_be_put_away(mail.store, key):
        return []
    places = [ref for ref in find_key(mail.store, key) if ref.mailbox_id == mailbox_id]
    found = [target for target in targets(mail.store, places) if not target.is_read_only]
    operations = _marking(found)
    sentence = ours("Delivery report marked as read")
    archive = reading.archive_of(mail, mailbox_row(mail.store, mailbox_id).account)
    if archive is not None and not archive.is_read_only and archive.id != mailbox_id:
        place = archive.name.raw
        moves = [operation_on(one, OperationKind.MOVE, destination=place) for one in found]
        operations += list(zip(moves, (one.flags for one in found), strict=True))
        sentence = safe_line(f"Delivery report moved to {safe_line(archive.leaf)}")
    return store_put_away.put_away(
        mail.store,
        key,
        sentence,
        [one for one, _ in operations],
        [flags for _, flags in operations],
    )


def _marking(found: list[Target]) -> list[tuple[Operation, Flags]]:
    """Return what marks messages as read, with their flags before."""
    return [
        (operation_on(one, OperationKind.FLAGS, add=_SEEN), one.flags)
        for one in found
        if not one.flags >= _SEEN
    ]
