"""Where the store's files lie, and how they are made so that nobody else can read them."""

import os
import shutil
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from tuimail.config.private import FILE_MODE
from tuimail.errors import StoreError

FULL_BYTES: Final = 64 << 10
"""With less room the shared index of a log cannot be made."""


class Database(StrEnum):
    """The files: what exists nowhere else apart from what can be rebuilt."""

    LOCAL = "local"
    CACHE = "cache"
    SEARCH = "search"
    BODIES = "bodies"


def path_of(folder: Path, database: Database) -> Path:
    """Return where a database lies."""
    return folder / f"{database}.db"


def marker_of(path: Path) -> Path:
    """Return the file whose presence says that a database was found damaged."""
    return path.with_name(path.name + ".damaged")


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read, under any umask; an old one is closed up.

    SQLite gives its -wal and -shm files the mode of the database. A file that is there is not
    opened: closing it would drop this process's locks on a database it uses (POSIX locks belong to
    process and file), and the next process to leave would remove the log in use.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
        if path.stat().st_mode & 0o077:
            path.chmod(FILE_MODE)
    except OSError as error:
        reason = error.strerror or "it cannot be made"
        raise StoreError(f"{path}: {reason}. Check permissions and free space.") from error


def inodes(folder: Path) -> tuple[int, ...]:
    """Return what moves when a file was replaced; 0 for one that is not there."""
    found = []
    for database in Database:
        try:
            found.append(os.stat(path_of(folder, database)).st_ino)  # noqa: PTH116 - asked at each write
        except OSError:
            found.append(0)
    return tuple(found)


def is_full(folder: Path) -> bool:
    """Whether the disk has no room for another file of the store."""
    try:
        return shutil.disk_usage(folder).free < FULL_BYTES
    except OSError:
        return False
