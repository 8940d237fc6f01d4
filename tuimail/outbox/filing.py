"""What follows when a mail was accepted: the copy in Sent, and what becomes of its original.

A mail that was answered or forwarded is marked; one in Drafts that was gone on with goes to Trash.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import Final

from tuimail.model.account import Account
from tuimail.model.draft import DraftKind
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.ids import MailboxId, MessageKey, OperationId, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.outgoing import OutgoingRow, OutgoingState
from tuimail.model.places import holder_of
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import places_of_key
from tuimail.store.operations import record
from tuimail.store.outgoing import (
    add_event,
    blob_of,
    draft_of,
    has_event,
    original_of,
    outgoing_row,
    without_event,
)
from tuimail.store.projection import project_new

FILED: Final = "copy for Sent recorded"
LOOKED_BACK_S: Final = 30 * 86_400
"""An older mail without a copy stays without one."""
_ONE_AT_A_TIME: Final = Lock()
"""A sender that was stopped may still be filing in its thread when the next one looks."""
_TAKEN: Final = frozenset(
    {
        OutgoingState.ACCEPTED,
        OutgoingState.HELD,
        OutgoingState.DELAYED,
        OutgoingState.DELIVERED,
        OutgoingState.BOUNCED,
    }
)
"""States in which some server has taken the mail."""


_DRAFT_TO_TRASH: Final = (Role.DRAFTS, Role.TRASH)


class Filed(StrEnum):
    """How filing ended."""

    DONE = "done"
    NO_SENT_MAILBOX = "no Sent mailbox"
    NOT_WANTED = "not wanted"
    """Nothing was accepted, it is filed already, or the account keeps no mail on a server."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What was recorded."""

    sent: Filed
    marked: tuple[MailboxId, ...] = ()
    """Mailboxes in which an answered or forwarded message is now marked."""


def file_accepted(store: Store, account: Account, outgoing_id: OutgoingId, now: int) -> Filing:
    """Record the copy in Sent and the flag on the original, once for each mail.

    The copy is an ordinary APPEND operation: whoever carries it out looks for the Message-ID first,
    so a server that files sent mail by itself, and a lost reply, never make it two.
    """
    with _ONE_AT_A_TIME:
        return _file(store, account, outgoing_row(store, outgoing_id), now)


def unfiled(store: Store, account: Account, now: int) -> list[OutgoingId]:
    """Return accepted mails of the last 30 days whose copy was never recorded."""
    if account.imap is None:
        return []
    return without_event(store, account.name, FILED, _TAKEN, now - LOOKED_BACK_S)


def _file(store: Store, account: Account, row: OutgoingRow, now: int) -> Filing:
    if account.imap is None or not _is_unfiled(store, row):
        return Filing(Filed.NOT_WANTED)
    listed = [one.listed for one in mailbox_rows(store, account.name)]
    holders = {role: holder_of(account, listed, role) for role in (Role.SENT, *_DRAFT_TO_TRASH)}
    mailbox = holders[Role.SENT]
    if mailbox is None:
        return Filing(Filed.NO_SENT_MAILBOX)
    copy = Operation(
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
    record(store, [copy, *_on_original(store, row, holders, now)])
    add_event(store, row.id, now, FILED, mailbox)
    return Filing(Filed.DONE, tuple(project_new(store)))


def _is_unfiled(store: Store, row: OutgoingRow) -> bool:
    is_taken = any(recipient.state in _TAKEN for recipient in row.recipients)
    return is_taken and not has_event(store, row.id, FILED)


def _on_original(
    store: Store, row: OutgoingRow, holders: Mapping[Role, str | None], now: int
) -> Iterable[Operation]:
    """Yield operations on the mail answered or forwarded, wherever it lies, or gone on with.

    `holders` names the account's mailboxes for roles.
    """
    key, draft = original_of(store, row.id), draft_of(store, row.id)
    if key is None or draft is None:
        return
    flag = Flag.FORWARDED if draft.kind is DraftKind.FORWARD else Flag.ANSWERED
    drafts, trash = (holders[role] for role in _DRAFT_TO_TRASH)
    for place in places_of_key(store, key):
        mark = Operation(
            id=OperationId(0),
            batch=0,
            account=place.account,
            kind=OperationKind.FLAGS,
            mailbox=place.mailbox,
            uid_validity=place.uid_validity,
            uid=place.uid,
            key=key,
            add=frozenset({flag.value}),
            created=now,
        )
        if draft.kind is not DraftKind.EDIT:
            yield mark
        elif trash and (place.account, place.mailbox) == (row.account, drafts):
            yield replace(mark, kind=OperationKind.MOVE, add=NO_FLAGS, destination=trash)
