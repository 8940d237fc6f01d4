"""Files that are there whole or not at all, and never in the place of others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from tuimail.errors import StoreError, UserError

from .private import FILE_MODE, new_file

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(slots=True)
class WholeFile:
    """A file being written."""

    stream: BinaryIO
    path: Path
    """Where it is to be, or is once it is whole."""


@contextmanager
def whole_file(folder: Path, name: str, *, is_numbered: bool) -> Iterator[WholeFile]:
    """Yield a file that has its name once the block has ended well; otherwise nothing is left.

    `name` is one path component. Where that is taken, the file gets a number, or is refused. The
    folder is made where it is missing.

    Raises:
        UserError: there is such a file already.
        StoreError: it cannot be written.
    """
    if not is_numbered and (folder / name).exists():
        raise UserError(f"{folder / name} is there already. Choose another name, or remove it.")
    unfinished = folder / f".{token_hex(8)}.unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, _NEW, FILE_MODE), "wb") as stream:
            file = WholeFile(stream, folder / name)
            yield file
            stream.flush()
            os.fsync(stream.fileno())
        file.path = new_file(folder, name)  # the name is ours now, and empty for this moment
        if not is_numbered and file.path.name != name:
            file.path.unlink()
            raise UserError(f"{folder / name} is there already. Choose another name.")
        unfinished.replace(file.path)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise StoreError(f"{folder}: {reason}. Nothing was saved.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
