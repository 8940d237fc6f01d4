"""What a terminal is known to be, by its environment and the person's settings."""

import os
import re
import subprocess
import sys

import pytest

from tests.program import Program
from tuimail.model.settings import Ascii, Colours, Settings
from tuimail.ui import terminal_kind
from tuimail.ui.output import terminal_of
from tuimail.ui.output_pieces import Terminal
from tuimail.ui.terminal_kind import Depth, kind_of

TRUE = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
SSH = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}


@pytest.mark.parametrize(
    ("environ", "depth"),
    [
        (TRUE, Depth.TRUE),
        (TRUE | SSH, Depth.MANY),
        (TRUE | {"NO_COLOR": "1"}, Depth.NONE),
        ({"TERM": "xterm-256color"}, Depth.MANY),
        ({"TERM": "tmux-256color", "TMUX": "x"}, Depth.MANY),
        ({"TERM": "xterm-kitty"}, Depth.MANY),
        ({"TERM": "xterm-direct"}, Depth.TRUE),
        ({"TERM": "xterm"}, Depth.SIXTEEN),
        ({"TERM": "linux"}, Depth.EIGHT),
        ({"TERM": "screen"}, Depth.EIGHT),
        ({"TERM": "vt220"}, Depth.EIGHT),
        ({}, Depth.SIXTEEN),
        (TRUE | {"TEXTUAL_COLOR_SYSTEM": "256"}, Depth.MANY),
        ({"TERM": "linux", "TEXTUAL_COLOR_SYSTEM": "standard"}, Depth.EIGHT),
    ],
)
def test_colours_are_those_the_environment_tells(environ: dict[str, str], depth: Depth) -> None:
    assert kind_of(environ).depth is depth


@pytest.mark.parametrize(
    ("wished", "depth"),
    [(Colours.SIXTEEN, Depth.SIXTEEN), (Colours.MANY, Depth.MANY), (Colours.TRUE, Depth.TRUE)],
)
def test_a_wish_for_colours_wins_over_what_is_guessed(wished: Colours, depth: Depth) -> None:
    for environ in (TRUE, TRUE | SSH, {"TERM": "xterm"}):
        assert kind_of(environ, Settings(colours=wished)).depth is depth
    assert kind_of({"NO_COLOR": "1"}, Settings(colours=wished)).depth is Depth.NONE


@pytest.mark.parametrize(
    ("environ", "is_unicode"),
    [
        ({"LC_ALL": "C"}, False),
        ({"LC_ALL": "de_DE.ISO-8859-15"}, False),
        ({"LC_ALL": "", "LC_CTYPE": "POSIX", "LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, True),
        ({}, True),
    ],
)
def test_letters_are_those_of_the_locale(environ: dict[str, str], is_unicode: bool) -> None:
    assert kind_of(environ).is_unicode is is_unicode
    assert not kind_of(environ, Settings(ascii=Ascii.YES)).is_unicode
    assert kind_of(environ, Settings(ascii=Ascii.NO)).is_unicode


@pytest.mark.parametrize(
    ("environ", "terminal"),
    [
        ({"TERM": "xterm-256color"}, Terminal(can_repeat=True)),
        ({"TERM": "xterm-256color", "TMUX": "x"}, Terminal()),
        ({"TERM": "screen-256color"}, Terminal(can_erase=False)),
        ({"TERM": "xterm-256color", "STY": "1.pts"}, Terminal(can_erase=False)),
        ({"TERM": "screen-256color", "TMUX": "x"}, Terminal()),
        (
            {"TERM": "linux"},
            Terminal(has_bright=False, can_scroll=False, takes_osc=False),
        ),
        ({"TERM": "vt220"}, Terminal(has_bright=False, can_scroll=False, takes_osc=False)),
        ({"TERM": "tmux-256color", "LC_ALL": "C"}, Terminal(is_unicode=False)),
    ],
)
def test_the_output_layer_knows_what_the_terminal_can(
    environ: dict[str, str], terminal: Terminal
) -> None:
    assert terminal_of(kind_of(environ)) == terminal


def test_mosh_repeats_nothing() -> None:
    kind = kind_of(TRUE | SSH, is_mosh=True)
    assert not kind.can_repeat
    assert kind.is_remote


def test_mosh_is_known_however_it_was_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "SSH_CONNECTION", "NCURSES_NO_UTF8_ACS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(terminal_kind, "_ancestors", lambda: ["sh", "mosh-server"])
    assert terminal_kind.here().can_repeat
    monkeypatch.setenv("NCURSES_NO_UTF8_ACS", "1")
    assert not terminal_kind.here().can_repeat


def test_it_is_said_in_a_line() -> None:
    assert kind_of(TRUE | SSH).words() == (
        "xterm-256color: 256 colours, Unicode, over SSH or mosh, erases in colour, "
        "repeats a character, takes title and clipboard"
    )
    plain = kind_of({"TERM": "linux", "LC_ALL": "C", "NO_COLOR": "1"}).words()
    assert plain == (
        "linux: no colours, ASCII alone, erases in colour, takes neither title nor clipboard"
    )


@pytest.mark.pty
@pytest.mark.parametrize(
    ("environ", "forbidden"),
    [
        (SSH, rb"[34]8;2;"),
        ({"TERM": "xterm", "COLORTERM": ""}, rb"[34]8;[25];"),
        (
            {"TERM": "linux", "COLORTERM": "", "LC_ALL": "C"},
            rb"[34]8;[25];|[;\[](9|10)[0-7][;m]|\x1b\]|\x1b\[\d+[ST]",
        ),
        ({"TERM": "screen", "COLORTERM": ""}, rb"[34]8;[25];|\x1b\[\d*[KXb]"),
        ({"NO_COLOR": "1", "LC_ALL": "en_US.ISO-8859-1"}, rb"[34]8;[25];"),
    ],
    ids=["ssh", "xterm", "console", "screen", "no colour"],
)
def test_a_terminal_is_sent_what_it_knows(tmp_path, environ, forbidden) -> None:
    program = Program(tmp_path / "p", environ)
    program.set('[account.work]\nemail = "work@example.org"')
    with program.screen() as screen:
        screen.until("All inboxes")
        screen.press("?")
        screen.until("Keys in list")
        screen.press("Esc")
        screen.gone("Keys in list")
        screen.press("c")
        screen.until("Subject")
        sent = screen.sent()
    program.end()
    assert not re.search(forbidden, sent)
    if "LC_ALL" in environ:
        assert sent.isascii()
        assert b"|" in sent, "the line between panes"


def test_the_early_paint_asks_without_loading_anything_heavy() -> None:
    code = (
        "import sys, tuimail.ui.terminal_kind;"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'textual', 'rich', 'asyncio'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
