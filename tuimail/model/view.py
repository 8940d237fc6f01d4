"""What a list shows: which mailboxes, filtered by which search, grouped how."""

from dataclasses import dataclass
from enum import StrEnum

from .ids import MailboxId, ThreadId
from .query import Node, Order
from .safe import Safe
from .sort import NEWEST_FIRST, Sort, SortBy
from .split import Slice


class Grouping(StrEnum):
    """Whether a thread is one row."""

    FLAT = "flat"
    THREADS = "threads"


@dataclass(frozen=True, slots=True)
class View:
    """A list of messages, newest first unless it says otherwise."""

    title: Safe
    mailboxes: tuple[MailboxId, ...]
    """One mailbox; several for a unified view; empty means every mailbox (search)."""
    query: Node | None = None
    query_text: str = ""
    grouping: Grouping = Grouping.FLAT
    order: Order = Order.DATE
    """Counts where a search has words; else the newest come first."""
    saved: str = ""
    """The name under which this search is kept, if it is shown as a mailbox."""
    sort: Sort = NEWEST_FIRST
    """In it what a search found stands too, by relevance only where this is by date."""
    slice: Slice | None = None
    """Which split of the inboxes is shown; None means all that lies there."""
    others: frozenset[ThreadId] = frozenset()
    """Threads shown the other way: unfolded among folded ones, or folded in a flat list."""
    sent: tuple[MailboxId, ...] = ()
    """Mailboxes of sent mail: one's own answers stand inside the threads of this view."""

    @property
    def thread_mailboxes(self) -> tuple[MailboxId, ...]:
        """Where mails of its threads lie; empty means everywhere. What is searched is searched."""
        has_threads = self.grouping is Grouping.THREADS or bool(self.others)
        has_answers = has_threads and self.mailboxes and self.query is None
        return (*self.mailboxes, *self.sent) if has_answers else self.mailboxes

    @property
    def unfolded(self) -> frozenset[ThreadId]:
        """Threads shown as trees."""
        return self.others if self.grouping is Grouping.THREADS else frozenset()

    @property
    def is_newest_first(self) -> bool:
        """Whether row ids fall from each group of rows to the next: the order in which they lie."""
        return self.sort == NEWEST_FIRST and not self.is_ranked

    @property
    def is_ranked(self) -> bool:
        """Whether what fits a search best comes first."""
        is_by_date = self.sort.by is SortBy.DATE
        return is_by_date and self.query is not None and self.order is Order.RELEVANCE

    def folds(self, thread_id: ThreadId) -> bool:
        """Whether a thread is one row."""
        return (self.grouping is Grouping.THREADS) is not (thread_id in self.others)
