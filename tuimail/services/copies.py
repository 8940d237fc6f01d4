"""The copies of one message: an id names a message, and that may lie in several mailboxes."""

from collections.abc import Sequence

from tuimail.errors import NotFound, UserError
from tuimail.model.ids import MailboxId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.message import MessageRow
from tuimail.model.safe import safe_line

from . import reading
from .labelled import APART, labels
from .mail import Mail

VIRTUAL_ROLES = frozenset({Role.ALL, Role.FLAGGED})
"""Mailboxes that show what lies elsewhere too (RFC 6154): a copy there is no second one."""


def copies(mail: Mail, public_id: str, mailbox: str | None) -> list[MessageRow]:
    """Return a message as it lies in each mailbox, or in the named one alone.

    Raises:
        NotFound: there is no such message, or none in that mailbox; says where it lies.
    """
    places = {row.mailbox_id: row for row in reading.row_of_id(mail, public_id)}
    found = list(places.values())
    if mailbox is None:
        return found
    named = {box.id for box in reading.mailbox_by_name(mail, mailbox, found[0].account)}
    chosen = [row for row in found if row.mailbox_id in named]
    if not chosen:
        where = _names(mail, found)
        raise NotFound(f"{public_id} is not in {safe_line(mailbox)}; it lies in {where}.")
    return chosen


def copy_to_move(
    mail: Mail, public_id: str, mailbox: str | None, destination: str | Role
) -> MessageRow:
    """Return the one copy of a message that can be meant when it is to go elsewhere.

    Raises:
        NotFound: as `copies`.
        UserError: it might be one of several; says which.
    """
    found = copies(mail, public_id, mailbox)
    boxes = {box.id: box for box in reading.mailboxes(mail, found[0].account)}
    there = _ids(mail, found[0], destination)
    outside = [row for row in found if row.mailbox_id not in there]
    real = [row for row in outside if not _is_virtual(boxes.get(row.mailbox_id))]
    places = {row.mailbox_id for row in real}
    if destination in APART and labels(mail, places) == places:
        real = real[:1]  # it leaves all of them
    if len(real) > 1:
        names = _names(mail, real)
        raise UserError(f"{public_id} lies in {names}: say which copy with --mailbox.")
    return next(iter([*real, *outside, *found]))


def _ids(mail: Mail, row: MessageRow, mailbox: str | Role) -> set[MailboxId]:
    """Return the mailboxes meant, in the account of a message."""
    if isinstance(mailbox, Role):
        box = reading.mailbox_for_role(mail, row.account, mailbox)
        return {box.id} if box else set()
    return {box.id for box in reading.mailbox_by_name(mail, mailbox, row.account)}


def _is_virtual(box: MailboxRow | None) -> bool:
    return box is not None and box.role in VIRTUAL_ROLES


def _names(mail: Mail, rows: Sequence[MessageRow]) -> str:
    boxes = {box.id: box for box in reading.mailboxes(mail, rows[0].account)}
    names = [safe_line(boxes[r.mailbox_id].name) for r in rows if r.mailbox_id in boxes]
    return " and ".join(sorted(names))
