"""Starts the background process and says why it does not run."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable

PACKAGE: Final = Path(__file__).parents[1]
"""The folder `tuimail` this program runs from."""
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
"""A background process that ends at once again and again is started this seldom."""


class EngineStart:
    """Starts the engine of a profile, and again after it ended, ever more seldom."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._process: subprocess.Popen[bytes] | None = None
        self._pause_s = 0.0
        self._not_before = 0.0
        self.problem = ""
        """Why the last one ended, in a sentence; empty while all is well."""
        self.is_in_vain = False
        """One that was started since the last answer has ended, or none can be started."""

    def attempt(self, now_s: float) -> None:
        """Start one unless one that was started here still runs or the pause is not over.

        `now_s` is a monotonic clock. Never raises: a failure is in `problem`.
        """
        if self._is_running() or now_s < self._not_before:
            return
        self._pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, self._pause_s * 2))
        self._not_before = now_s + self._pause_s
        try:
            self._process = _started(self._profile)
        except OSError as error:
            self.problem = f"The background process cannot be started: {error.strerror}."
            self.is_in_vain = True

    def succeeded(self) -> None:
        """Say that it answered: the next crash is mended at once."""
        self._pause_s = self._not_before = 0.0
        self.problem = ""
        self.is_in_vain = False

    def let_go(self) -> None:
        """Leave the process to itself: it ends when nothing waits any more."""
        if self._process is not None and self._process.poll() is None:
            self._process.returncode = 0  # it outlives this program, so nobody here waits for it
        self._process = None

    def unavailable(self) -> EngineUnavailable:
        """Return the error that says why there is none."""
        problem = self.problem or "The background process does not answer."
        return EngineUnavailable(f"{problem} Its log: {self._profile.log}")

    def _is_running(self) -> bool:
        if self._process is None:
            return False
        status = self._process.poll()
        if status is None:
            return True
        # Status 0 is a second engine that found another one running, or one that had nothing to do.
        if status:
            self.problem = f"The background process ended with status {status}."
            self.is_in_vain = self._pause_s > 0
        self._process = None
        return False


def _started(profile: Profile) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tuimail", *profile.arguments, "daemon", "--until-idle"]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=PACKAGE.parent,  # -m looks into the current folder first, which may be anyone's
        start_new_session=True,
    )
