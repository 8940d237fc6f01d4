"""Programs started beside the screen."""

import sys

import pytest

from tuimail.errors import UserError
from tuimail.services.starting import start_apart, words_of


def test_what_takes_the_terminal_without_being_known_cannot_draw(tmp_path):
    written = tmp_path / "said"
    script = (
        "import os, pathlib; leads = os.getsid(0) == os.getpid();"
        f"pathlib.Path({str(written)!r}).write_text(str((leads, *map(os.isatty, range(3)))))"
    )
    assert start_apart((sys.executable, "-c", script), 60.0) == 0
    assert written.read_text() == "(True, False, False, False)"


def test_one_that_ends_at_once_says_how_and_one_that_goes_on_is_left():
    assert start_apart(("false",), 60.0) == 1
    assert start_apart(("sleep", "5"), 0.0) == 0


def test_one_that_is_not_there_is_told():
    with pytest.raises(UserError, match="no-such-program cannot be started: No such file"):
        start_apart(("no-such-program",), 60.0)


def test_a_command_line_is_words_and_no_shell_s():
    assert words_of("less -R '+/a b' $HOME", "The pager") == ["less", "-R", "+/a b", "$HOME"]
    with pytest.raises(UserError, match="The pager cannot be read: No closing quotation"):
        words_of("less '", "The pager")


@pytest.mark.parametrize("line", ["", " "])
def test_an_empty_command_line_is_told(line):
    with pytest.raises(UserError, match="The pager is empty"):
        words_of(line, "The pager")
