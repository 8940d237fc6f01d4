"""Folders and files that nobody else may look into; new files never take the place of others."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tuimail.errors import StoreError

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
MAX_NAME_TRIES: Final = 1_000
"""`report (2).pdf` and so on; a folder with more of the same name is no folder for files."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ENDING = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,10}\Z")


def private_folder(folder: Path, advice: str = "") -> None:
    """Make a folder that only its owner may enter, under any umask; an old one is closed up.

    Raises:
        StoreError: it cannot be made; ends with the advice.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(FOLDER_MODE)
    except OSError as error:
        reason = error.strerror or "it cannot be made"
        raise StoreError(f"{folder}: {reason}. {advice}".rstrip()) from error


def new_file(folder: Path, name: str, pieces: Iterable[bytes] = (), mode: int = FILE_MODE) -> Path:
    """Write a file that was not there, under `name` or that name with a number; return where.

    What the pieces raise is passed on; nothing of the file is left then.

    `name` is one path component. Never over another file, through a link, or executable; the
    folder is made where it is missing.

    Raises:
        StoreError: it cannot be written; nothing of it is left.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        within = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            return folder / _write(within, name, pieces, mode & ~0o111)
        finally:
            os.close(within)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise StoreError(f"{folder}: {reason}. Nothing was saved.") from error


def _write(within: int, name: str, pieces: Iterable[bytes], mode: int) -> str:
    """Half a document is worse than none: what is not finished, for whatever reason, is removed."""
    chosen, handle = _create(within, name, mode)
    is_whole = False
    try:
        with os.fdopen(handle, "wb") as stream:
            for piece in pieces:
                stream.write(piece)
        is_whole = True
    finally:
        if not is_whole:
            os.unlink(chosen, dir_fd=within)
    return chosen


def _create(within: int, name: str, mode: int) -> tuple[str, int]:
    for candidate in _names(name):
        try:
            return candidate, os.open(candidate, _NEW, mode, dir_fd=within)
        except FileExistsError:
            continue
    raise OSError(None, f"there are {MAX_NAME_TRIES} files of this name already")


def _names(name: str) -> Iterator[str]:
    yield name
    ending = _ENDING.search(name)
    at = ending.start() if ending else len(name)
    for number in range(2, MAX_NAME_TRIES + 1):
        yield f"{name[:at]} ({number}){name[at:]}"
