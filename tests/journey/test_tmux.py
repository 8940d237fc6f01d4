"""In tmux the screen is what it is elsewhere: with the output layer, without it, at every size."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.program import TUIMAIL, Program, until
from tests.tmux import Tmux
from tests.ui.test_app_equal import ENVIRON, made

SIZES = {6: (90, 24), 12: (80, 24), 18: (120, 40)}
KEYS = (
    *("j", "j", "PgDn", "G", "g", "g", "x", "j", "Esc", "Tab", "j", "?", "PgDn", "Esc"),
    *(":", "t", "h", "Esc", "/", "f", "r", "Esc", "c", "a", "b", "Tab", "Esc"),
)
QUIET_S = 0.3
"""Longer than Esc is waited for to be the beginning of something else."""

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _tmux() -> None:
    if shutil.which("tmux") is None:
        assert os.environ.get("TUIMAIL_REQUIRE_SERVERS") != "1", "tmux is not installed"
        pytest.skip("tmux is not installed")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return an empty folder: the path of a socket in it is short enough."""
    with tempfile.TemporaryDirectory(prefix="tm-") as folder:
        yield Path(folder)


@contextmanager
def in_tmux(program: Program) -> Iterator[Tmux]:
    argv = [*TUIMAIL, "--profile", str(program.profile.folder)]
    folder = program.profile.folder.parent
    environ = {**ENVIRON, "TZ": "UTC", "COLORTERM": "truecolor"}
    try:
        with Tmux(folder, argv, (120, 40), environ) as tmux:
            tmux.until("Person")
            yield tmux
    finally:
        program.end()


def programs(folder: Path) -> list[Program]:
    made_here = []
    for output in ("stock", "diff"):
        (folder / output).mkdir()
        made_here.append(made(folder / output / "p", output))
    return made_here


def settled(one: Tmux, other: Tmux) -> bool:
    """Whether both show the same, and go on doing so."""
    before = one.cells()
    if before != other.cells():
        return False
    time.sleep(QUIET_S)
    return before == one.cells() == other.cells()


def test_the_screen_is_the_same_with_the_output_layer_and_without(short_folder: Path) -> None:
    stock_program, diff_program = programs(short_folder)
    with in_tmux(stock_program) as stock, in_tmux(diff_program) as diff:
        until(lambda: settled(stock, diff), "for the first screens to be equal")
        for step, key in enumerate(KEYS):
            for tmux in (stock, diff):
                if step in SIZES:
                    tmux.resize(*SIZES[step])
                tmux.press(key)
            until(lambda: settled(stock, diff), f"at step {step}, key {key}")


def test_what_is_copied_lies_in_the_buffer_of_tmux(short_folder: Path) -> None:
    with in_tmux(programs(short_folder)[1]) as tmux:
        tmux.press("y", "f")
        copied = until(tmux.copied, "for something to be copied")
        assert "@" in copied
