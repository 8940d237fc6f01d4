"""The program as a person uses it: commands and screens on one profile, ended in good order."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pty_session import PtySession
from tuimail.config.profile import Profile
from tuimail.demo.engine_end import end_engine

TUIMAIL = (sys.executable, "-m", "tuimail")
COMMAND_TIMEOUT_S = 60.0
WAIT_S = 60.0
LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """Commands and screens on the profile below a folder."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.profile = Profile.at(folder)
        self.environ: dict[str, str] = {"TZ": "UTC", **(environ or {})}

    def run(self, *words: str, stdin: bytes = b"", options: tuple[str, ...] = ()) -> Ran:
        """Run a command without a terminal, to its end."""
        done = subprocess.run(
            [*TUIMAIL, "--profile", str(self.profile.folder), *options, *words],
            input=stdin,
            check=False,
            capture_output=True,
            timeout=COMMAND_TIMEOUT_S,
            env={**os.environ, **self.environ},
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def done(self, *words: str, stdin: bytes = b"") -> Ran:
        """Run a command that must succeed."""
        ran = self.run(*words, stdin=stdin)
        assert ran.status == 0, f"{words}: {ran}"
        return ran

    def screen(
        self, *words: str, size: tuple[int, int] = (120, 40), options: tuple[str, ...] = ()
    ) -> PtySession:
        """Open the interface, or run a command, in a terminal of its own."""
        argv = [*TUIMAIL, "--profile", str(self.profile.folder), *options, *words]
        return PtySession(argv, size=size, env=self.environ)

    def set(self, text: str) -> None:
        """Write settings at the end of config.toml."""
        self.profile.prepare()
        with self.profile.config_file.open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")

    def engine_pid(self) -> int:
        """Return the process that is the engine now; 0 while there is none."""
        try:
            pid = int(self.profile.lock.read_text() or 0)
            os.kill(pid, 0)
        except (OSError, ValueError):
            return 0
        return pid

    def end(self) -> None:
        """End the engine, also one that a screen has only just started."""
        end_engine(self.profile)
        until(lambda: not self._end_beginners(), "for the engine to end")
        end_engine(self.profile)

    def _end_beginners(self) -> bool:
        """Tell engines of this profile to end that have not taken its lock yet; whether any run."""
        ours = b"\0".join([b"tuimail", *map(os.fsencode, self.profile.arguments), b"daemon"])
        is_any = False
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended meanwhile
                if ours in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGTERM)
                    is_any = True
        return is_any


def until(holds: Callable[[], Any], what: str = "", timeout_s: float = WAIT_S) -> Any:
    """Wait until something is true of the world outside this process; return it."""
    end_s = time.monotonic() + timeout_s
    while not (found := holds()):
        if time.monotonic() > end_s:
            raise AssertionError(f"waited in vain {what}")
        time.sleep(LOOK_EVERY_S)
    return found
