"""Opening the store: folders and files made private, migrated, and mended where damaged."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tuimail.config.private import private_folder
from tuimail.errors import StoreError

from . import props
from .database import DamagedFile, Writing, connect_writer
from .files import Database, create_private, marker_of, path_of
from .index import EPOCH_KNOWN, begin_anew
from .migrate import NotOurs, bring_up_to_date
from .notices import note
from .salvage import fresh_place, salvage, set_aside

OPENING_WAIT_S: Final = 60.0
"""How long one process waits for another that is migrating or mending."""
_RETRY_S: Final = 0.005


def prepare_files(folder: Path) -> tuple[str, ...]:
    """Make or mend every file; return sentences about what was mended."""
    private_folder(folder)
    private_folder(folder / "blobs")
    with _alone(folder / "store.lock"):
        notices = _prepare_each(folder)
        try:
            _agree(folder)
        except DamagedFile:  # it is marked now
            notices += _prepare_each(folder)
            _agree(folder)
        if notices:
            with _open(path_of(folder, Database.LOCAL), Database.LOCAL) as local:
                note(local, notices)
    return tuple(notices)


def _prepare_each(folder: Path) -> list[str]:
    return [notice for database in Database if (notice := _prepare(folder, database))]


def _prepare(folder: Path, database: Database) -> str:
    path = path_of(folder, database)
    try:
        if not marker_of(path).exists():
            _bring_up_to_date(path, database)
            return ""
    except (DamagedFile, NotOurs):
        pass  # mended below
    fresh = fresh_place(path)
    _bring_up_to_date(fresh, database)
    damaged = set_aside(path, fresh)
    if database is not Database.LOCAL:
        return f"{path.name} was damaged and is being made anew; nothing is lost."
    kept = _salvaged(damaged, path)
    return (
        f"{path.name} was damaged: {kept} entries (drafts, mails on their way, waiting changes)"
        f" were saved. The damaged file is kept as {damaged.name}."
    )


def _salvaged(damaged: Path, path: Path) -> int:
    """Return how many rows could be carried over from a damaged local.db."""
    try:
        with _open(damaged, Database.LOCAL) as old, _open(path, Database.LOCAL) as new:
            return salvage(old, new)
    except DamagedFile:
        return 0
    finally:
        marker_of(damaged).unlink(missing_ok=True)


def _bring_up_to_date(path: Path, database: Database) -> None:
    with _open(path, database) as writing:
        bring_up_to_date(writing, database)


def _agree(folder: Path) -> None:
    """Make the cache know which search.db and bodies.db it belongs to.

    Row ids are new in a new cache, so an older index means other messages and is emptied; where
    bodies or index are new, the cache forgets what it believed to be in them.
    """
    with (
        _open(path_of(folder, Database.CACHE), Database.CACHE) as cache,
        _open(path_of(folder, Database.SEARCH), Database.SEARCH) as search,
        _open(path_of(folder, Database.BODIES), Database.BODIES) as bodies,
        _open(path_of(folder, Database.LOCAL), Database.LOCAL) as local,
    ):
        if _knows(cache, EPOCH_KNOWN, search) and _knows(cache, "bodies_epoch", bodies):
            return
        if not _knows(cache, EPOCH_KNOWN, search):
            has_text = bodies.rows("select 1 from body limit 1") or local.rows(
                "select 1 from local_message limit 1"
            )
            _begin_index_anew(cache, search, is_behind=bool(has_text))
        if not _knows(cache, "bodies_epoch", bodies):
            cache.run("update message set props = props & ?", (~props.HAS_BODY,))
            _remember(cache, "bodies_epoch", _epoch(bodies))


def _begin_index_anew(cache: Writing, search: Writing, *, is_behind: bool) -> None:
    has_message = cache.rows("select 1 from message limit 1")
    search.begin()
    cache.begin()
    begin_anew(search, cache, is_behind=is_behind or bool(has_message))
    _remember(cache, EPOCH_KNOWN, _epoch(search))
    search.commit()  # first: until the cache knows the epoch, this is done again
    cache.commit()


def _epoch(writing: Writing) -> int:
    return int(writing.rows("select value from state where name = 'epoch'")[0][0])


def _knows(cache: Writing, name: str, other: Writing) -> bool:
    found = cache.rows("select value from state where name = ?", (name,))
    return bool(found) and found[0][0] == _epoch(other)


def _remember(cache: Writing, name: str, value: int) -> None:
    cache.run("insert or replace into state values(?, ?)", (name, value))


@contextmanager
def _open(path: Path, database: Database) -> Iterator[Writing]:
    writing = connect_writer(path, database)
    try:
        yield writing
    finally:
        writing.close()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    create_private(lock)
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:  # a read-only disk, or files of somebody else
        raise StoreError(f"{lock.parent} cannot be written: {error.strerror}.") from error
    try:
        _lock(handle, lock)
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def _lock(handle: int, lock: Path) -> None:
    deadline = time.monotonic() + OPENING_WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise StoreError(f"{lock}: another program keeps the store busy.") from error
        time.sleep(_RETRY_S)
