"""The four database files and the connections to them. The one place that imports sqlite3.

Every thread reads on connections of its own; each file has one guarded writing connection in this
process. Another process writes too, so a writer waits for the lock with short sleeps of its own:
SQLite's busy handler sleeps up to 100 ms and starves.
"""

import sqlite3
import threading
import time
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tuimail.errors import StoreError

from .aside import Aside
from .files import Database, create_private, inodes, is_full, marker_of, path_of
from .statement import sql
from .text import indexed

if TYPE_CHECKING:
    from .keywords import Keywords

__all__ = ["Database", "Row", "Store", "Value", "Writing", "open_store"]

Value = int | float | str | bytes | None
Row = tuple[Any, ...]
_T = TypeVar("_T")

WRITER_WAIT_S: Final = 30.0
"""How long a writer waits for another process before it gives up: a batch takes milliseconds."""
WRITER_RETRY_S: Final = 0.0005
READER_WAIT_S: Final = 5.0
"""Readers wait only while another process recovers or truncates the log."""
CHECKPOINT_PAGES: Final = 2_000
WAL_LIMIT_BYTES: Final = 64 << 20
PAGE_BYTES: Final = 8_192
CACHED_STATEMENTS: Final = 32
"""Of each connection; those with lists of ids are large, seldom come again, and fill the memory."""
ROWS_TOGETHER: Final = 250
"""Inserted by one statement; of the widest table they have 3,500 values, SQLite takes 32,766."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_HINTS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full. Nothing was lost; free some space and try again.",
    sqlite3.SQLITE_READONLY: "it cannot be written. Check its permissions.",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Check its permissions and the free space.",
    sqlite3.SQLITE_IOERR: "the disk refused a read or write. Check the disk and its free space.",
    sqlite3.SQLITE_BUSY: "another program has kept it locked for too long.",
    sqlite3.SQLITE_LOCKED: "another program has kept it locked for too long.",
}


class DamagedFile(StoreError):
    """A database file is corrupt; it is mended when the store is opened again."""


class Writing:
    """A writing connection; between `begin` and `commit` an open transaction."""

    __slots__ = ("_raw", "path")

    def __init__(self, raw: sqlite3.Connection, path: Path) -> None:
        self._raw = raw
        self.path = path

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Run one statement; return how many rows it changed."""
        return self._do(lambda: self._raw.execute(sql, parameters).rowcount)

    def insert(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Run an insert; return the row id it got."""
        return self._do(lambda: self._raw.execute(sql, parameters).lastrowid or 0)

    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> int:
        """Run one statement for each row of parameters; return how many rows it changed."""
        return self._do(lambda: self._raw.executemany(sql, rows).rowcount)

    def insert_many(self, insert: str, rows: Sequence[Sequence[Value]], then: str = "") -> None:
        """Insert rows of one width, many by one statement.

        `insert` is all before `values`, `then` all behind. Each statement lets other threads run
        and waits to get on again: `run_many` does so at every row, and so hardly moves while the
        loop is busy.
        """
        for start in range(0, len(rows), ROWS_TOGETHER):
            some = rows[start : start + ROWS_TOGETHER]
            one = "(" + ", ".join("?" * len(some[0])) + ")"
            values = ", ".join([one] * len(some))
            self.run(sql(insert, "values", values, then), tuple(chain.from_iterable(some)))

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query."""
        return self._do(lambda: self._raw.execute(sql, parameters).fetchall())

    def script(self, statements: Iterable[str]) -> None:
        """Run statements one by one, inside the transaction that is open."""
        for statement in statements:
            self.run(statement)

    def rows_until_damage(self, sql: str) -> list[Row]:
        """Return rows up to the first that cannot be read: for salvaging."""
        found: list[Row] = []
        with suppress(sqlite3.Error):
            found.extend(self._raw.execute(sql))
        return found

    def patiently(self, sql: str) -> None:
        """Run a statement that needs a lock other processes may hold."""
        deadline = time.monotonic() + WRITER_WAIT_S
        while True:
            try:
                self._raw.execute(sql)
                return
            except sqlite3.Error as error:
                if _code(error) not in _BUSY or time.monotonic() > deadline:
                    raise _store_error(error, self.path) from error
            time.sleep(WRITER_RETRY_S)

    def read_too(self, path: Path) -> None:
        """Attach another file under its own name, for reading alone: `begin` does not lock it."""
        self.run("attach ? as " + path.stem, (path.absolute().as_uri() + "?mode=ro",))

    def begin(self) -> None:
        """Open a write transaction, waiting for other processes."""
        self.patiently("begin immediate")

    def commit(self) -> None:
        """Make the transaction durable (as far as the file's `synchronous` goes)."""
        self.patiently("commit")

    def rollback(self) -> None:
        """Undo the transaction, if one is open."""
        with suppress(sqlite3.Error):
            if self._raw.in_transaction:
                self._raw.execute("rollback")

    def close(self) -> None:
        """Close the connection."""
        with suppress(sqlite3.Error):
            self._raw.close()

    def _do(self, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            raise _store_error(error, self.path) from error


class _Reader(sqlite3.Connection):
    """A reading connection; a subclass, so that it can be held weakly and ends with its thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  as the base has them
        super().__init__(*args, **kwargs)
        self.in_use = threading.Lock()
        """Held by its thread while it reads: closed meanwhile, it would end the process."""


class Store:
    """All databases of a profile, for every thread of this process."""

    def __init__(self, folder: Path, notices: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.notices = notices
        """Sentences about what was repaired when the store was opened."""
        self.aside = Aside()
        self.keywords: dict[int, Keywords] = {}
        """By row id of the account in the cache; `store.keywords` fills it."""
        self._writers: dict[Database, tuple[int, Writing]] = {}
        """Each with the epoch it was opened in, and used under its own lock alone."""
        self._locks = {database: threading.RLock() for database in Database}
        self._thread = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()
        self._hint_lock = threading.Lock()
        """Guards what follows; whoever holds it takes no other lock."""
        self._hints: dict[Database, _Reader] = {}
        self._epoch = 0
        """Moves when files were replaced: connections of an older one lead to the old files."""
        self._inodes = inodes(folder)

    @contextmanager
    def writing(self, database: Database) -> Iterator[Writing]:
        """One write transaction: committed at the end, undone by an exception."""
        with self._locks[database]:
            writer = self._writer(database)
            writer.begin()
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise

    @contextmanager
    def alone(self, database: Database) -> Iterator[None]:
        """Keep other threads of this process from writing; for work over two files."""
        with self._locks[database]:
            yield

    def rows(self, database: Database, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query; reading the cache, search.db is there as `search`."""
        try:
            reader = self._reader(database)
            with reader.in_use:
                return reader.execute(sql, parameters).fetchall()
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            raise _store_error(error, path_of(self.folder, database)) from error

    def ids(self, database: Database, sql: str, parameters: Sequence[Value] = ()) -> "array[int]":
        """Return the one integer column of a query as an array."""
        try:
            reader = self._reader(database)
            with reader.in_use:
                return array("q", chain.from_iterable(reader.execute(sql, parameters)))
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            raise _store_error(error, path_of(self.folder, database)) from error

    def data_version(
        self, databases: Sequence[Database] = (Database.LOCAL, Database.CACHE)
    ) -> tuple[int, ...]:
        """Return numbers that move when anybody, also another process, has written."""
        self._notice_replaced()
        with self._hint_lock:
            return (self._epoch, *(self._hint(database) for database in databases))

    def written_by_others(self, database: Database) -> tuple[int, int]:
        """Return numbers that move when another process has written to a file."""
        with self._locks[database]:
            writer = self._writer(database)
            return self._epoch, int(writer.rows("pragma data_version")[0][0])

    def maintain(self, database: Database, sql: str) -> list[Row]:
        """Run a statement outside any transaction: checkpoints and checks."""
        with self._locks[database]:
            return self._writer(database).rows(sql)

    def close(self) -> None:
        """Close every connection, each when the thread that is at it has done its work."""
        for database, lock in self._locks.items():
            with lock:
                _, writer = self._writers.pop(database, (0, None))
                if writer is not None:
                    writer.close()
        for reader in list(self._readers):
            with reader.in_use, suppress(sqlite3.Error):
                reader.close()
        with self._hint_lock:
            for hint in self._hints.values():
                hint.close()
            self._hints.clear()
        self._thread = threading.local()

    def _writer(self, database: Database) -> Writing:
        """Return the writing connection to the file there is now; its lock is held."""
        self._notice_replaced()
        epoch, writer = self._writers.get(database, (-1, None))
        if writer is not None and epoch == self._epoch:
            return writer
        if writer is not None:
            writer.close()
        epoch = self._epoch
        writer = connect_writer(path_of(self.folder, database), database)
        if database is Database.SEARCH:
            writer.read_too(path_of(self.folder, Database.CACHE))
        self._writers[database] = (epoch, writer)
        return writer

    def _reader(self, database: Database) -> _Reader:
        if getattr(self._thread, "epoch", None) != self._epoch:
            self._thread.epoch, self._thread.connections = self._epoch, {}
        connections: dict[Database, _Reader] = self._thread.connections
        if database not in connections:
            raw = connections[database] = _connect_reader(self.folder, database)
            self._readers.add(raw)
        return connections[database]

    def _hint(self, database: Database) -> int:
        if database not in self._hints:
            self._hints[database] = _connect_reader(self.folder, database)
        try:
            return int(self._hints[database].execute("pragma data_version").fetchone()[0])
        except sqlite3.Error as error:
            raise _store_error(error, path_of(self.folder, database)) from error

    def _notice_replaced(self) -> None:
        """Begin a new epoch when another process has set a damaged file aside.

        Each connection is left for a new one where it is used next, under its own lock.
        """
        now = inodes(self.folder)
        if now == self._inodes:
            return
        with self._hint_lock:
            if now == self._inodes:
                return
            self._inodes = now
            self._epoch += 1
            self.keywords.clear()
            for raw in self._hints.values():
                raw.close()
            self._hints.clear()


def open_store(data_dir: Path) -> Store:
    """Open the store below `data_dir`, made or migrated as needed. Files 0600, folders 0700.

    A corrupt cache is set aside and made anew; what exists nowhere else is salvaged.

    Raises:
        StoreError: written by a newer program, not writable, disk full.
    """
    from .opening import prepare_files

    return Store(data_dir, prepare_files(data_dir))


def connect_writer(path: Path, database: Database) -> Writing:
    """Connect for writing, with the pragmas this file was measured with."""
    create_private(path)
    try:
        raw = sqlite3.connect(
            path.absolute().as_uri(),
            timeout=0,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=CACHED_STATEMENTS,
            uri=True,
        )
        raw.create_function("indexed", 1, indexed, deterministic=True)
    except sqlite3.Error as error:
        raise _store_error(error, path) from error
    writer = Writing(raw, path)
    try:
        _set_up(writer, database)
    except StoreError:
        writer.close()
        raise
    return writer


def _set_up(writer: Writing, database: Database) -> None:
    is_local = database is Database.LOCAL
    writer.run(f"pragma page_size={PAGE_BYTES}")
    writer.patiently("pragma journal_mode=wal")  # needs the file alone for a moment
    writer.script(
        (
            f"pragma synchronous={'full' if is_local else 'normal'}",
            f"pragma wal_autocheckpoint={CHECKPOINT_PAGES}",
            f"pragma journal_size_limit={WAL_LIMIT_BYTES}",
            f"pragma cache_size={-2_000 if is_local else -6_000}",
            "pragma temp_store=memory",
            "pragma secure_delete=fast",
        )
    )


def _connect_reader(folder: Path, database: Database) -> _Reader:
    path = path_of(folder, database)
    try:
        raw = sqlite3.connect(
            path,
            timeout=READER_WAIT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=CACHED_STATEMENTS,
            factory=_Reader,
        )
        raw.create_function("indexed", 1, indexed, deterministic=True)
        if database is Database.CACHE:
            raw.execute("attach ? as search", (str(path_of(folder, Database.SEARCH)),))
        raw.execute("pragma query_only=1")
        raw.execute("pragma temp_store=memory")
    except sqlite3.Error as error:
        raise _store_error(error, path) from error
    return raw


def _code(error: BaseException) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _store_error(error: Exception, path: Path) -> StoreError:
    code = _code(error)
    if code in _DAMAGED:
        with suppress(OSError):
            create_private(marker_of(path))
        return DamagedFile(f"{path.name} is damaged. It is mended at the next start.")
    if code == sqlite3.SQLITE_IOERR and is_full(path.parent):
        code = sqlite3.SQLITE_FULL  # what making the file beside the log says instead
    if code in _HINTS:
        return StoreError(f"{path}: {_HINTS[code]}")
    return StoreError(f"{path.name}: the store failed ({type(error).__name__}: {error}).")
