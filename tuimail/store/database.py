"""The four database files and the connections to them. The one place that imports sqlite3."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

Value = int | float | str | bytes | None
Row = tuple[Any, ...]


class Database(StrEnum):
    """The files: what exists nowhere else apart from what can be rebuilt."""

    LOCAL = "local"
    CACHE = "cache"
    SEARCH = "search"
    BODIES = "bodies"


class Writing:
    """An open write transaction on one database."""

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Run one statement; return how many rows it changed."""
        raise NotImplementedError

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query."""
        raise NotImplementedError


class Store:
    """All databases of a profile, for every thread of this process."""

    folder: Path

    @contextmanager
    def writing(self, database: Database) -> Iterator[Writing]:
        """One write transaction: committed at the end, undone by an exception."""
        raise NotImplementedError

    def rows(self, database: Database, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query, on this thread's reading connection."""
        raise NotImplementedError

    def data_version(self) -> int:
        """Return a number that moves when anybody, also another process, has written."""
        raise NotImplementedError

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about what was repaired when the store was opened."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection."""
        raise NotImplementedError


def open_store(data_dir: Path) -> Store:
    """Open the store below `data_dir`, made or migrated as needed. Files 0600, folders 0700.

    A corrupt cache is set aside and made anew; what exists nowhere else is salvaged.

    Raises:
        StoreError: written by a newer program, not writable, disk full.
    """
    raise NotImplementedError
