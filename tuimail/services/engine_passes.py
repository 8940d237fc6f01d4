"""What one pass over the accounts did, as the engine tells it."""

from dataclasses import dataclass

from tuimail.errors import ExitStatus
from tuimail.model.ids import AccountName
from tuimail.model.safe import Untrusted


@dataclass(frozen=True, slots=True)
class MailboxPass:
    """What one pass did to one mailbox."""

    name: Untrusted
    total: int
    unread: int
    new: int
    changed: int
    vanished: int


@dataclass(frozen=True, slots=True)
class AccountPass:
    """What one pass over one account did."""

    account: AccountName
    mailboxes: tuple[MailboxPass, ...]
    seconds: float
    hint: str
    """A sentence where the pass failed; empty when it went well."""
    exit_status: ExitStatus
