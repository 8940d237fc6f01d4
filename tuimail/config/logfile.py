"""What goes into the log and where: one file, for the background process, screens and commands.

The level is named by `--log-level`, or by TUIMAIL_LOG_LEVEL, which hands it on to the background
process. Only what this program says is written: a library may quote a mail.
"""

import fcntl
import logging
import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Final

LOG_LEVELS: Final = ("error", "warning", "info", "debug")
DEFAULT_LEVEL: Final = "info"
LEVEL_VARIABLE: Final = "TUIMAIL_LOG_LEVEL"
LOG_BYTES: Final = 1 << 20
"""A longer file is set aside as `tuimail.log.1`."""
LOGS_KEPT: Final = 2
"""Files set aside."""


def log_level(environ: Mapping[str, str] = os.environ) -> str:
    """Return the level that was asked for; a word that is none counts as the default."""
    asked = environ.get(LEVEL_VARIABLE, DEFAULT_LEVEL).lower()
    return asked if asked in LOG_LEVELS else DEFAULT_LEVEL


def choose_log_level(level: str) -> None:
    """Use a level in this process and in those it starts from now on."""
    os.environ[LEVEL_VARIABLE] = level


@contextmanager
def open_log(file: Path) -> Iterator[None]:
    """Write what this program says into a file whose folder exists, and never to the terminal."""
    handler = _LogFile(file, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours, everyone, nowhere = logging.getLogger("tuimail"), logging.root, logging.NullHandler()
    level, ours.propagate, raises = ours.level, False, logging.raiseExceptions
    ours.addHandler(handler)
    ours.setLevel(log_level().upper())
    everyone.addHandler(nowhere)  # what has no handler at all is printed
    logging.raiseExceptions = False  # a full disk must not print a traceback onto the screen
    try:
        yield
    finally:
        ours.removeHandler(handler)
        everyone.removeHandler(nowhere)
        ours.setLevel(level)
        ours.propagate, logging.raiseExceptions = True, raises
        handler.close()


def without_message(error: BaseException) -> str:
    """Return an error's type and place for the log, without its message: that may quote a mail."""
    cause = error.__cause__ or error.__context__
    before = f"{without_message(cause)}after that: " if cause is not None else ""
    if isinstance(error, BaseExceptionGroup):
        return before + "".join(without_message(inner) for inner in error.exceptions)
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"{before}{type(error).__name__} at\n{frames}"


class _LogFile(WatchedFileHandler):
    """Follows the file when another process has set it aside, and sets it aside when it is long."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, if that is possible."""
        with suppress(OSError):
            super().emit(record)
            if self.stream is not None and self.stream.tell() > LOG_BYTES:
                fcntl.flock(self.stream, fcntl.LOCK_EX)
                self._set_aside(os.fstat(self.stream.fileno()).st_ino)
                fcntl.flock(self.stream, fcntl.LOCK_UN)

    def _set_aside(self, inode: int) -> None:
        """Rename the file, unless another process has done so meanwhile."""
        path = Path(self.baseFilename)
        if path.stat().st_ino != inode:
            return
        for number in range(LOGS_KEPT, 0, -1):
            newer = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
            with suppress(FileNotFoundError):
                newer.replace(path.with_name(f"{path.name}.{number}"))
