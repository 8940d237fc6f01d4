"""The window's title and the mouse: what the terminal is sent, and that it gets its own back."""

import os
import re
import signal
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.program import Program, until
from tests.pty_session import PtySession
from tuimail.ui.output_screen import CellScreen
from tuimail.ui.title import BRING_BACK, KEEP, MAX_CHARS, sequence_of, title_of

TITLE = b"\x1b]2;tuimail\x1b\\"


def test_the_title_counts_what_is_unread() -> None:
    assert title_of(53) == "tuimail 53"
    assert title_of(0) == "tuimail"


@given(st.text(max_size=200))
def test_no_text_ends_the_title_early(text: str) -> None:
    inner = sequence_of(text).removeprefix("\x1b]2;").removesuffix("\x1b\\")
    assert len(inner) <= MAX_CHARS
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in inner)


def test_the_driver_lets_it_through_and_draws_nothing_anew() -> None:
    screen = CellScreen(80, 24)
    frame = "\x1b[?2026h\x1b[1;1HText\x1b[?2026l"
    screen.write(frame)
    for sequence in (KEEP, sequence_of("tuimail 5"), BRING_BACK, "\a"):
        assert screen.write(sequence) == sequence
    assert screen.write(frame) == ""
    assert screen.refused == 0


@pytest.fixture
def screen(tmp_path) -> Iterator[PtySession]:
    program = Program(tmp_path / "p")
    program.set('[account.work]\nemail = "work@example.org"\n[ui]\ntitle = true')
    with program.screen() as opened:
        opened.until("All inboxes")
        opened.until(lambda _: TITLE in opened.sent())
        yield opened
        until(program.engine_pid, "for what is to be ended below")
        opened.press("ZZ")
        assert opened.wait_exit() == 0
    program.end()


@pytest.mark.pty
def test_the_shell_has_its_title_while_the_program_sleeps(screen: PtySession) -> None:
    screen.send(b"\x1a")
    screen.until(lambda _: BRING_BACK.encode() in screen.sent())
    os.waitpid(screen.pid, os.WUNTRACED)
    asleep = screen.sent()
    assert asleep.index(KEEP.encode()) < asleep.index(TITLE) < asleep.index(BRING_BACK.encode())
    os.kill(screen.pid, signal.SIGCONT)
    screen.until(lambda _: TITLE in screen.sent()[len(asleep) :])
    screen.until("All inboxes")


@pytest.mark.pty
def test_the_title_is_brought_back_when_the_program_is_left(tmp_path) -> None:
    program = Program(tmp_path / "p")
    program.set('[account.work]\nemail = "work@example.org"\n[ui]\ntitle = true')
    with program.screen() as screen:
        screen.until(lambda _: TITLE in screen.sent())
        until(program.engine_pid, "for what is to be ended below")
        screen.press("ZZ")
        assert screen.wait_exit() == 0
        sent = screen.sent()
    program.end()
    assert sent.count(KEEP.encode()) == sent.count(BRING_BACK.encode()) == 1
    assert sent.index(TITLE) < sent.index(BRING_BACK.encode())


@pytest.mark.pty
@pytest.mark.parametrize(("term", "wanted"), [("xterm-256color", "false"), ("linux", "true")])
def test_no_title_is_sent_unasked_nor_where_none_is_known(tmp_path, term, wanted) -> None:
    program = Program(tmp_path / "p", {"TERM": term, "COLORTERM": ""})
    program.set(f'[account.work]\nemail = "work@example.org"\n[ui]\ntitle = {wanted}')
    with program.screen() as screen:
        screen.until("All inboxes")
        until(program.engine_pid, "for what is to be ended below")
        screen.press("ZZ")
        assert screen.wait_exit() == 0
        assert not re.search(rb"\x1b\][012];|\x1b\[2[23];0t", screen.sent())
    program.end()


@pytest.mark.pty
def test_the_mouse_is_left_to_the_terminal_and_taken_back(screen: PtySession) -> None:
    def last_mode() -> bytes:
        return re.findall(rb"\x1b\[\?1000[hl]", screen.sent())[-1]

    assert last_mode() == b"\x1b[?1000h"
    for words, mode in (
        ("The mouse is left to the terminal", b"\x1b[?1000l"),
        ("The mouse opens mail", b"\x1b[?1000h"),
    ):
        screen.press(":")
        screen.type("mouse")
        screen.press("Enter")
        screen.until(words)
        assert last_mode() == mode
