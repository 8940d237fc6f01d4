"""Whole mails as the server holds them: small ones compressed as rows, large ones as files."""

from typing import NamedTuple

from tuimail.model.ids import MailboxId, MessageKey

from .database import Store


class Searchable(NamedTuple):
    """What the index keeps of a mail's body."""

    text: str
    attachment_names: str
    """Separated by newlines."""
    snippet: str
    has_attachments: bool


def put_body(store: Store, key: MessageKey, raw: bytes, searchable: Searchable) -> None:
    """Keep a mail's exact bytes and index its text. Safe to repeat."""
    raise NotImplementedError


def body_of(store: Store, key: MessageKey) -> bytes | None:
    """Return a mail's exact bytes, or None if they are not here."""
    raise NotImplementedError


def has_body(store: Store, key: MessageKey) -> bool:
    """Return whether a mail's bytes are here."""
    raise NotImplementedError


def missing_bodies(
    store: Store, mailbox_id: MailboxId, limit: int, *, max_size_bytes: int = 1 << 20
) -> list[MessageKey]:
    """Return keys of messages whose bytes are not here: unread first, newest first.

    Only the newest 2,000 of the mailbox are looked at.
    """
    raise NotImplementedError
