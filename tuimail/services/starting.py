"""Programs of the person's own: their command lines, and those that are left to themselves."""

import shlex
import subprocess
from collections.abc import Sequence
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import safe_line

_running: Final[list[subprocess.Popen[bytes]]] = []
"""What may still run; kept so that nobody waits for it."""


def words_of(line: str, what: str) -> list[str]:
    """Return a command line as words, as a shell would part them; none ever runs it.

    Raises:
        UserError: it cannot be read, or there is none; `what` names it: "The filter".
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UserError(f"{what} cannot be read: {error}.") from error
    if not words:
        raise UserError(f"{what} is empty.")
    return words


def start_apart(command: Sequence[str], fails_within_s: float) -> int:
    """Start a program by its arguments, without a terminal that it could draw into.

    Return its status if it ends within so many seconds, else 0: it is left to itself then.

    Raises:
        UserError: it cannot be started.
    """
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
    except OSError as error:
        name = safe_line(command[0], 80)
        raise UserError(f"{name} cannot be started: {error.strerror}.") from error
    _running[:] = [one for one in _running if one.poll() is None]
    try:
        return process.wait(fails_within_s)
    except subprocess.TimeoutExpired:
        _running.append(process)
        return 0
