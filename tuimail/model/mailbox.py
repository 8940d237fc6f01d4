"""A mailbox: a named place for messages in an account."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .ids import AccountName, MailboxId
from .safe import Untrusted


class Role(StrEnum):
    """What a mailbox is for (RFC 6154 SPECIAL-USE, and INBOX)."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    ARCHIVE = "archive"
    JUNK = "junk"
    ALL = "all"
    FLAGGED = "flagged"


ASKED_ROLES = (Role.SENT, Role.DRAFTS, Role.TRASH, Role.ARCHIVE)
"""Roles without which daily work fails; a missing one is asked for once."""


INBOX: Final = "INBOX"
"""The one name every account has, and the one that compares without regard to case (RFC 9051
section 5.1)."""


LOCAL: Final = "local"
"""Stands above every mailbox of an account that lives here and not on its server."""


def lives_here(mailbox: str) -> bool:
    """Tell whether a mailbox of an account with a server lives here."""
    return mailbox == LOCAL or mailbox.startswith(f"{LOCAL}/")


def canonical_name(name: str) -> str:
    """Return the name under which a mailbox is known here."""
    return INBOX if name.upper() == INBOX else name


@dataclass(frozen=True, slots=True)
class ListedMailbox:
    """A mailbox as the server lists it."""

    name: str
    delimiter: str
    role: Role | None
    is_selectable: bool
    is_subscribed: bool = True
    """One that is not is of no interest to the person (RFC 9051 section 6.3.7)."""


class MailboxVerb(StrEnum):
    """What can be done to a mailbox itself, on its server alone."""

    CREATE = "create"
    RENAME = "rename"
    DELETE = "delete"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class MailboxChange:
    """A change of an account's mailboxes, answered when the server has made it."""

    verb: MailboxVerb
    name: str
    new_name: str = ""
    """For RENAME."""
    at_most: int = 0
    """For DELETE: how many messages the person has agreed to lose. One more, and none is."""


def is_below(name: str, parent: str, delimiter: str) -> bool:
    """Whether a mailbox lies below another one; never in a flat name space."""
    return bool(delimiter) and name.startswith(parent + delimiter)


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox as lists show it: name and counters from the cache."""

    id: MailboxId
    account: AccountName
    name: Untrusted
    """Decoded name with the server's hierarchy delimiter."""
    delimiter: str
    """Empty where the server has a flat name space."""
    role: Role | None
    total: int
    unread: int
    is_selectable: bool
    is_read_only: bool
    generation: int
    """Moves with every commit that touches this mailbox."""
    is_subscribed: bool = True

    @property
    def listed(self) -> ListedMailbox:
        """What the server says of it, as it was last heard."""
        return ListedMailbox(
            self.name.raw, self.delimiter, self.role, self.is_selectable, self.is_subscribed
        )

    @property
    def leaf(self) -> Untrusted:
        """The last part of the name."""
        return (
            Untrusted(self.name.raw.rpartition(self.delimiter)[2]) if self.delimiter else self.name
        )

    @property
    def depth(self) -> int:
        """How many parents the name has."""
        return self.name.raw.count(self.delimiter) if self.delimiter else 0
