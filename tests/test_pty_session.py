"""The terminal that tests type in waits for a program that is slow, not for a time."""

import sys

import pytest

from tests.pty_session import PtySession

SLOW = """
import os, tty
tty.setraw(0)
print("ready", flush=True)
os.read(0, 1)
sum(range(20_000_000))
print("done", flush=True)
os.read(0, 1)
"""


@pytest.mark.pty
def test_a_key_is_over_when_the_program_has_nothing_left_to_do() -> None:
    with PtySession([sys.executable, "-c", SLOW]) as session:
        session.until("ready")
        session.press("x")
        assert "done" in session.text()
        session.press("x")
        assert session.wait_exit() == 0
