"""NO_COLOR (no-color.org) means the terminal's own colours, not none that can be seen."""

import re

import pytest

from tests.program import Program, until

pytestmark = pytest.mark.pty


@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "linux"])
def test_without_colours_text_stands_in_the_terminals_own(tmp_path, term):
    program = Program(tmp_path / "p", {"NO_COLOR": "1", "TERM": term, "COLORTERM": ""})
    program.set('[account.work]\nemail = "work@example.org"')
    with program.screen() as screen:
        screen.until("All inboxes")
        screen.press("?")
        screen.until("Esc close")
        assert not re.search(rb"\x1b\[[0-9;]*(?:38|48);[25];", screen.sent())
        screen.press("Esc")
        screen.gone("Esc close")
        until(program.engine_pid, "for what is to be ended below")
        screen.press("ZZ")
        assert screen.wait_exit() == 0
    program.end()
