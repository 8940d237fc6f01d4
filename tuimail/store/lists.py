"""Lists of messages: ids of a view, rows of a window, counters."""

from array import array
from collections.abc import Sequence

from tuimail.model.ids import RowId, ThreadId
from tuimail.model.message import MessageRow
from tuimail.model.view import View

from .database import Store


def view_ids(store: Store, view: View, limit: int | None = None) -> "array[int]":
    """Return the row ids of a view, newest first; of a thread the newest message."""
    raise NotImplementedError


def rows_of(store: Store, view: View, row_ids: Sequence[int]) -> list[MessageRow]:
    """Return the rows of these ids, in their order; ids that are gone are left out."""
    raise NotImplementedError


def thread_rows(store: Store, thread_id: ThreadId) -> list[MessageRow]:
    """Return every message of a thread, oldest first, each once."""
    raise NotImplementedError


def rows_of_ids(store: Store, row_ids: Sequence[RowId]) -> list[MessageRow]:
    """Return one row for each message wherever it is shown, in the order of the ids."""
    raise NotImplementedError


def counts(store: Store, view: View) -> tuple[int, int]:
    """Return (total, unread) of a view: from counters, or counted where it is a search."""
    raise NotImplementedError
