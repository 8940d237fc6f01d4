"""Where a walk takes place: a host of random mail and a profile, in a folder that is gone after."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.demo.fixtures import RunningHost
from tests.program import Program
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.thread import HostThread

from .mails import random_host

HARMLESS = ("cat", "true")
"""Programs there are for the program: whatever else is asked to be run does not exist."""
_SETTINGS = """
[ui]
keymap = "{keymap}"
mark_seen = "never"
undo_send_s = 1
editor = "true"
print_command = "true"
threads = {threads}
"""
"""Opening a mail changes nothing: what is done by opening is not undone."""


@dataclass(frozen=True)
class Start:
    """What a walk begins with; its moves come by chance and by what the screen asks."""

    seed: int
    keymap: str
    size: tuple[int, int]
    keys: int
    """How many keys are pressed, or a few more."""

    @property
    def may_delete(self) -> bool:
        """Every third walk says yes to what is for ever; in the others nothing may be lost."""
        return self.seed % 3 == 0

    @property
    def has_threads(self) -> bool:
        return self.seed % 2 == 1


@dataclass(frozen=True)
class World:
    """A host and a program that knows its accounts."""

    host: RunningHost
    program: Program

    @property
    def home(self) -> str:
        return self.program.environ["HOME"]

    def log(self) -> str:
        """Return what the program and its engine wrote down."""
        log = self.program.profile.log
        return log.read_text(errors="replace") if log.exists() else ""


@contextmanager
def new_world(start: Start) -> Iterator[World]:
    """Give a host of random mail, and a program that has it all; nothing it runs does harm."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    home, programs = folder / "home", folder / "programs"
    home.mkdir()
    programs.mkdir()
    for name in HARMLESS:
        (programs / name).symlink_to(shutil.which(name))
    environ = {"HOME": str(home), "PATH": str(programs), "VISUAL": "true", "BROWSER": "true"}
    program = Program(folder / PROFILE_FOLDER, environ)
    try:
        with HostThread(random_host(folder, start.seed)) as thread:
            host = RunningHost(thread)
            write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
            threads = str(start.has_threads).lower()
            program.set(_SETTINGS.format(keymap=start.keymap, threads=threads))
            program.done("sync")
            yield World(host, program)
            program.end()
    finally:
        program.end()
        shutil.rmtree(folder, ignore_errors=True)
