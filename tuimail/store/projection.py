"""What is shown: the server's state plus pending operations, kept in the cache as flags and place."""

from tuimail.model.ids import MailboxId

from .database import Store


def apply_projection(store: Store) -> list[MailboxId]:
    """Make the projection again from the server's state and what is pending.

    Called at start, after a pull and when an operation ended. Returns the mailboxes that changed.
    """
    raise NotImplementedError


def project_new(store: Store) -> list[MailboxId]:
    """Show operations recorded since the last projection. Returns the mailboxes that changed."""
    raise NotImplementedError
