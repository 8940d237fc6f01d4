"""What a person does with mail: flag, move, copy, delete. Durable and shown at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from tuimail.errors import UserError
from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MessageRef
from tuimail.model.mailbox import Role
from tuimail.model.safe import Safe

from .mail import Mail


class MissingRole(UserError):
    """No mailbox is known for a role: the person chooses one or has it created, once."""

    def __init__(self, account: AccountName, role: Role) -> None:
        super().__init__(
            f"Account {account} has no {role} mailbox yet: choose one or have it created."
        )
        self.account = account
        self.role = role


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did."""

    sentence: Safe
    count: int
    """Messages it changed; 0: there was nothing to do."""
    batch: int
    """The entry in the undo journal; 0 where nothing was done."""


def add_flags(mail: Mail, refs: Sequence[MessageRef], flags: Flags) -> Done:
    """Set flags."""
    raise NotImplementedError


def remove_flags(mail: Mail, refs: Sequence[MessageRef], flags: Flags) -> Done:
    """Take flags away."""
    raise NotImplementedError


def toggle_seen(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Mark as read if any is unread, else as unread."""
    raise NotImplementedError


def toggle_flagged(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Flag if any is not flagged, else take the flag away."""
    raise NotImplementedError


def move(mail: Mail, refs: Sequence[MessageRef], mailbox: str | Role) -> Done:
    """Move to the mailbox of this name or role in each message's own account.

    Raises:
        MissingRole: an account has no mailbox for the role.
        UserError: an account has no such mailbox, or one that takes no messages.
    """
    raise NotImplementedError


def copy(mail: Mail, refs: Sequence[MessageRef], mailbox: str | Role) -> Done:
    """Copy, as `move`."""
    raise NotImplementedError


def delete(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move to Trash. Raises MissingRole; UserError for messages that lie there already."""
    raise NotImplementedError


def archive(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move to Archive. Raises MissingRole."""
    raise NotImplementedError


def spam(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move to Junk and mark as junk. Raises MissingRole."""
    raise NotImplementedError


def expunge_for_ever(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Remove for ever; only after a yes."""
    raise NotImplementedError
