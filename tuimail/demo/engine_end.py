"""Ends the background process of the throw-away profile before its folder is removed."""

import fcntl
import os
import signal
import time
from contextlib import suppress
from typing import Final

from tuimail.config.profile import Profile

END_TIMEOUT_S: Final = 5.0
LOOK_EVERY_S: Final = 0.02


def end_engine(profile: Profile) -> None:
    """Ask the engine to end and wait for it; returns at once where none runs.

    The lock says whether one runs, and its first line who it is.
    """
    try:
        lock = profile.lock.open("rb")
    except OSError:
        return
    with lock:
        end = time.monotonic() + END_TIMEOUT_S
        number = signal.SIGTERM
        while not _is_free(lock.fileno()):
            lock.seek(0)
            first_line = lock.readline().strip()
            if first_line.isdigit():
                with suppress(ProcessLookupError):
                    os.kill(int(first_line), number)
            if time.monotonic() > end:
                if number is signal.SIGKILL:
                    return
                number, end = signal.SIGKILL, end + END_TIMEOUT_S
            time.sleep(LOOK_EVERY_S)


def _is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
