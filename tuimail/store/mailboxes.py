"""Mailboxes of every account: names, roles, counters, and how far each is in step."""

from collections.abc import Sequence
from dataclasses import dataclass

from tuimail.model.flags import NO_FLAGS, Flags
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import MailboxRow, Role

from .database import Store


@dataclass(frozen=True, slots=True)
class ListedMailbox:
    """A mailbox as the server lists it."""

    name: str
    delimiter: str
    role: Role | None
    is_selectable: bool


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far a mailbox is in step with the server. All 0 before the first pull."""

    uid_validity: int = 0
    uid_next: int = 0
    highest_modseq: int = 0
    permanent_flags: Flags = NO_FLAGS
    is_read_only: bool = False
    backlog_done: bool = False
    """Whether the last pull fetched every header."""


def put_mailboxes(store: Store, account: AccountName, listed: Sequence[ListedMailbox]) -> bool:
    """Make the account's mailboxes those listed; return whether anything changed.

    A mailbox that is no longer listed is dropped with its placements; bodies stay.
    """
    raise NotImplementedError


def mailbox_rows(store: Store, account: AccountName | None = None) -> list[MailboxRow]:
    """Return the mailboxes of one account or of all, INBOX first, then by name."""
    raise NotImplementedError


def mailbox_named(store: Store, account: AccountName, name: str) -> MailboxRow | None:
    """Return the mailbox with this exact name (INBOX in any case), or None."""
    raise NotImplementedError


def mailbox_row(store: Store, mailbox_id: MailboxId) -> MailboxRow:
    """Return one mailbox. Raises NotFound."""
    raise NotImplementedError


def mailbox_with_role(store: Store, account: AccountName, role: Role) -> MailboxRow | None:
    """Return the selectable mailbox the server gave this role, or None."""
    raise NotImplementedError


def sync_state(store: Store, mailbox_id: MailboxId) -> SyncState:
    """Return how far a mailbox is in step. Raises NotFound."""
    raise NotImplementedError


def put_sync_state(store: Store, mailbox_id: MailboxId, state: SyncState) -> None:
    """Write down how far a mailbox is in step (after its messages are in)."""
    raise NotImplementedError


def reset_mailbox(store: Store, mailbox_id: MailboxId) -> None:
    """Forget which UIDs a mailbox holds, because UIDVALIDITY changed; messages and bodies stay.

    Operations that wait for this mailbox go on by message key instead of UID.
    """
    raise NotImplementedError


def drop_account(store: Store, account: AccountName) -> None:
    """Forget the account's mailboxes and placements; what exists nowhere else stays."""
    raise NotImplementedError
