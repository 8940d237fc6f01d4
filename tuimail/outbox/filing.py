"""What follows when a mail was accepted: the copy in Sent, and what becomes of its original.

A mail that was answered or forwarded is marked; one in Drafts that was continued goes to Trash.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tuimail.model.account import Account
from tuimail.model.draft import DraftKind
from tuimail.model.flags import Flag
from tuimail.model.ids import MailboxId, MessageKey, OperationId, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.operation import Operation, OperationKind, OperationState
from tuimail.model.outgoing import CopyStep, OutgoingRow, Remark
from tuimail.model.outgoing_steps import TAKEN
from tuimail.model.places import holder_of
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import find_key
from tuimail.store.operations import newest_append
from tuimail.store.outgoing import blob_of, draft_of, original_of, outgoing_row, sender_of
from tuimail.store.projection import project_new
from tuimail.store.sent_copies import copy_step, note_copy, without_copy
from tuimail.store.targets import operation_on, targets

LOOKED_BACK_S: Final = 30 * 86_400
"""An older mail without a copy stays without one."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What was done about one mail."""

    step: CopyStep | None
    """What was written down; None where nothing has changed."""
    marked: tuple[MailboxId, ...] = ()
    """Mailboxes in which an answered or forwarded message is now marked."""


def unfiled(store: Store, account: Account, now: int) -> list[OutgoingId]:
    """Return accepted mails of the last 30 days whose copy is not in Sent yet."""
    return without_copy(store, account.name, TAKEN, now - LOOKED_BACK_S)


def file_accepted(
    store: Store,
    account: Account,
    outgoing_id: OutgoingId,
    now: int,
    no_copy: Remark | None = None,
) -> Filing:
    """Take the copy of an accepted mail a step further; with the first, mark what it answers.

    The copy is an ordinary APPEND operation: whoever carries it out looks for the Message-ID first,
    so a lost reply never makes it two. `no_copy` says why none is made here. One that was refused
    is made again when the person asks, or has chosen another mailbox.
    """
    row, last = outgoing_row(store, outgoing_id), copy_step(store, outgoing_id)
    if not sender_of(store, outgoing_id):
        no_copy = Remark.NO_COPY_WANTED  # a receipt: what a person wrote is kept
    marks = tuple(_on_original(store, outgoing_id)) if last is None else ()
    step = _next_step(store, account, row, last, no_copy)
    if step is None:
        return Filing(None)
    copies = [_copy(store, account, row, step[1], now)] if step[0] is CopyStep.RECORDED else []
    note_copy(store, outgoing_id, now, step, [*copies, *marks])
    return Filing(step[0], tuple(project_new(store)) if marks else ())


def _next_step(
    store: Store,
    account: Account,
    row: OutgoingRow,
    last: CopyStep | None,
    no_copy: Remark | None,
) -> tuple[CopyStep, str] | None:
    """Return the step that is due and what is told of it; None where there is none."""
    if no_copy and last is not CopyStep.RECORDED:
        return CopyStep.FILED, no_copy
    made = newest_append(store, account.name, row.message_id)
    if made is not None and last is CopyStep.RECORDED:
        return _what_became_of(made)
    rows = mailbox_rows(store, account.name)
    mailbox = holder_of(account, [one.listed for one in rows], Role.SENT)
    if mailbox is None:
        is_said = last is CopyStep.NO_MAILBOX or not rows  # without any, they were not listed yet
        return None if is_said else (CopyStep.NO_MAILBOX, "")
    is_still_refused = last is CopyStep.REFUSED and made is not None and made.mailbox == mailbox
    return None if is_still_refused else (CopyStep.RECORDED, mailbox)


def _what_became_of(made: Operation) -> tuple[CopyStep, str] | None:
    match made.state:
        case OperationState.PENDING:
            return None
        case OperationState.DONE:
            return CopyStep.FILED, made.mailbox
        case _:
            return CopyStep.REFUSED, made.reply


def _copy(store: Store, account: Account, row: OutgoingRow, mailbox: str, now: int) -> Operation:
    return Operation(
        id=OperationId(0),
        batch=0,
        account=account.name,
        kind=OperationKind.APPEND,
        mailbox=mailbox,
        uid_validity=0,
        uid=0,
        key=MessageKey(0),
        add=frozenset({Flag.SEEN.value}),
        blob=blob_of(store, row.id),
        message_id=row.message_id,
        created=now,
    )


def _on_original(store: Store, outgoing_id: OutgoingId) -> Iterable[Operation]:
    """Yield operations on the mail answered or forwarded, wherever it is shown, or continued.

    One that was moved meanwhile is named by its key: it will have another UID by then.
    """
    key, draft = original_of(store, outgoing_id), draft_of(store, outgoing_id)
    if key is None or draft is None:
        return
    flag = Flag.FORWARDED if draft.kind is DraftKind.FORWARD else Flag.ANSWERED
    for target in targets(store, find_key(store, key)):
        if target.is_read_only:
            continue
        if draft.kind is not DraftKind.EDIT:
            yield operation_on(target, OperationKind.FLAGS, add=frozenset({flag.value}))
            continue
        of_role = {one.role: one.name.raw for one in mailbox_rows(store, target.account)}
        trash = of_role.get(Role.TRASH)
        if trash and target.mailbox == of_role.get(Role.DRAFTS):
            yield operation_on(target, OperationKind.MOVE, destination=trash)
