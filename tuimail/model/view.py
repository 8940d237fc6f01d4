"""What a list shows: which mailboxes, filtered by which search, grouped how."""

from dataclasses import dataclass
from enum import StrEnum

from .ids import MailboxId
from .query import Node
from .safe import Safe


class Grouping(StrEnum):
    """Whether a thread is one row."""

    FLAT = "flat"
    THREADS = "threads"


@dataclass(frozen=True, slots=True)
class View:
    """A list of messages, newest first."""

    title: Safe
    mailboxes: tuple[MailboxId, ...]
    """One mailbox; several for a unified view; empty means every mailbox (search)."""
    query: Node | None = None
    query_text: str = ""
    grouping: Grouping = Grouping.FLAT
