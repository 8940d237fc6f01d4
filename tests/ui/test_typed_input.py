"""What is typed: keys, and an Esc that nothing follows."""

import os
import subprocess
import sys

import pytest
from textual import constants, events

from tests.program import Program
from tuimail.ui.typed_input import IDLE_S, messages, reader


class Typist:
    """Types pieces; a clock that goes on by what is waited for, and nothing else."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = list(pieces)
        self.now_s = 100.0
        self.waits_s: list[float] = []

    def read(self, wait_s: float) -> str:
        self.waits_s.append(wait_s)
        piece = self.pieces.pop(0)
        if not piece:
            self.now_s += wait_s
        return piece

    def is_over(self) -> bool:
        return len(self.pieces) <= 1


@pytest.fixture
def keys(monkeypatch):
    def typed(typist: Typist) -> list[str]:
        monkeypatch.setattr("textual._parser.get_time", lambda: typist.now_s)
        found = messages(typist.read, typist.is_over)
        return [message.key for message in found if isinstance(message, events.Key)]

    return typed


def test_an_esc_alone_is_known_when_its_delay_is_over(keys) -> None:
    typist = Typist("\x1b", "", "")
    assert keys(typist) == ["escape"]
    assert typist.now_s - 100.0 < 2 * constants.ESCAPE_DELAY + IDLE_S
    assert constants.ESCAPE_DELAY < typist.waits_s[1] < 1.2 * constants.ESCAPE_DELAY


def test_a_sequence_in_two_pieces_is_one_key(keys) -> None:
    assert keys(Typist("\x1b", "[A", "j", "", "")) == ["up", "j"]


def test_an_esc_before_other_keys_waits_for_no_more(keys) -> None:
    assert keys(Typist("\x1b", "", "j", "", "")) == ["escape", "j"]


def test_at_rest_the_wait_is_long(keys) -> None:
    typist = Typist("j", "", "", "", "")
    keys(typist)
    assert typist.waits_s[2:] == [IDLE_S] * len(typist.waits_s[2:])


def test_what_came_at_the_very_end_is_not_left_to_the_shell(keys) -> None:
    assert keys(Typist("q")) == ["q"]


def test_letters_cut_in_two_are_put_together() -> None:
    mine, theirs = os.pipe()
    read = reader(mine)
    os.write(theirs, "ü".encode()[:1])
    assert read(1.0) == ""
    os.write(theirs, "ü".encode()[1:])
    assert read(1.0) == "ü"
    assert read(0.0) == ""
    os.close(mine)
    os.close(theirs)


def test_the_program_waits_25_ms_for_what_may_follow_an_esc() -> None:
    code = (
        "import os, tuimail.ui.app as app; os.environ.update(app._BEFORE_TEXTUAL);"
        "from textual import constants; print(constants.ESCAPE_DELAY)"
    )
    environ = {k: v for k, v in os.environ.items() if k != "ESCDELAY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    assert float(done.stdout) == 0.025


@pytest.mark.pty
def test_esc_ends_a_prompt_before_the_key_after_it_is_typed(tmp_path) -> None:
    program = Program(tmp_path / "p")
    program.set('[account.work]\nemail = "work@example.org"')
    with program.screen() as screen:
        screen.until("All inboxes")
        screen.press(":")
        screen.type("theme")
        screen.send(b"\x1b")
        screen.gone(":theme")  # were it waited for, what comes next would make it alt+Z
        screen.press("ZZ")
        assert screen.wait_exit() == 0
    program.end()
