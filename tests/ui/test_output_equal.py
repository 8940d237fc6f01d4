"""The screen is the same with the output layer and without, after every key."""

import os
import random
import re

import pytest

from tests.pty_session import PtySession
from tests.terminal import Terminal as Emulator
from tests.terminal import unexplained
from tests.ui.samples import sample
from tuimail.ui.output_pieces import Terminal
from tuimail.ui.output_screen import CellScreen

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]

KEYS = ("j", "j", "k", "PgDn", "PgUp", "G", "g", "Enter", "s", "FocusOut", "FocusIn")
SIZES = ((90, 24), (120, 40), (80, 24))
STEPS = 200 if os.environ.get("PROOF_FULL") else 40


def difference(one: PtySession, other: PtySession) -> str:
    """Say where two screens differ; empty where they do not."""
    for y, (a, b) in enumerate(zip(one.terminal.cells(), other.terminal.cells(), strict=True)):
        for x, (p, q) in enumerate(zip(a, b, strict=True)):
            if p != q:
                return f"row {y}, column {x}: {p} and {q}"
    return ""


def settled_difference(one: PtySession, other: PtySession) -> str:
    """Wait a little longer where they differ: a slow machine may not be through yet."""
    for quiet_s in (0.3, 1.0):
        if not (found := difference(one, other)):
            return ""
        one.settle(quiet_s)
        other.settle(quiet_s)
    return found


@pytest.mark.proof
@pytest.mark.parametrize("seed", [5, 7] if os.environ.get("PROOF_FULL") else [5])
def test_screens_are_equal_at_every_step(seed: int) -> None:
    choose = random.Random(seed)
    with sample("stock") as stock, sample("diff") as diff:
        assert settled_difference(stock, diff) == ""
        for step in range(STEPS):
            key = choose.choice(KEYS)
            for session in (stock, diff):
                if step % 15 == 14:
                    session.resize(*SIZES[step // 15 % len(SIZES)])
                    session.settle()
                session.press(key)
            assert settled_difference(stock, diff) == "", f"step {step}, key {key}"
        ratio = diff.sent_count() / stock.sent_count()
        print(f"seed {seed}: {stock.sent_count()} bytes stock, {diff.sent_count()} with the layer")
        assert ratio < 0.2
        assert unexplained(diff.sent()) == []


def test_a_stream_cut_anywhere_gives_the_same_screen() -> None:
    with sample("stock") as stock:
        stock.press("j", "PgDn", "Enter", "G", "k", "s", "g")
        stream, cells = stock.sent().decode(), stock.terminal.cells()
    for seed in range(6):
        choose = random.Random(seed)
        screen, emulator = CellScreen(100, 30, Terminal(can_repeat=True)), Emulator(100, 30)
        at = 0
        while at < len(stream):
            piece = choose.randint(1, 3_000)
            emulator.feed(screen.write(stream[at : at + piece]).encode())
            at += piece
        assert emulator.cells() == cells


def test_what_a_frame_smuggles_in_is_not_sent() -> None:
    with sample("diff") as diff:
        before = diff.sent_count()
        diff.press("x")
        diff.until("evil")
        sent = diff.sent()[before:]
        assert b"PWNED" not in sent
        assert unexplained(diff.sent()) == []
        assert b"\x1b]52" not in diff.sent()
        assert b"\x1b[2J" not in sent


def test_a_focus_change_costs_nothing() -> None:
    with sample("diff") as diff:
        before = diff.sent_count()
        diff.press("FocusOut", "FocusIn")
        assert diff.sent_count() == before


def test_a_key_costs_few_bytes() -> None:
    with sample("diff", (120, 40)) as diff:
        before = diff.sent_count()
        diff.press("j")
        assert 0 < diff.sent_count() - before < 600


def test_redraw_sends_everything_again() -> None:
    with sample("diff") as diff:
        first = diff.terminal.cells()
        before = diff.sent_count()
        diff.terminal.feed(b"\x1b[2J\x1b[Hgarbage from another program")
        diff.press("ctrl+l")
        diff.until(lambda _: diff.terminal.cells() == first)
        assert diff.sent_count() - before > 1_000


def test_a_resize_there_and_back_is_drawn_anew() -> None:
    with sample("diff") as diff:
        first = diff.terminal.cells()
        diff.resize(90, 24)
        diff.settle()
        diff.resize(100, 30)
        diff.until(lambda _: diff.terminal.cells() == first)


def test_an_awaited_editor_gets_the_terminal_to_itself() -> None:
    with sample("diff") as diff:
        cells = diff.terminal.cells()
        diff.press("e")
        diff.until("IN-EDITOR")
        diff.settle()  # the end of its line may come by itself
        before = diff.sent_count()
        diff.settle(0.5)
        assert diff.sent_count() == before, "timers repaint, nothing is sent"
        diff.send(b"done\n")
        diff.until(lambda _: diff.terminal.cells()[:17] == cells[:17])
        assert b"LEFT-done" in diff.sent()
        diff.press("j")
        diff.press("q")
        assert diff.wait_exit() == 0


def test_the_terminal_is_given_back_as_it_was() -> None:
    with sample("diff") as diff:
        diff.press("q")
        assert diff.wait_exit() == 0
        sent = diff.sent()
        assert sent.count(b"\x1b[?1049h") == sent.count(b"\x1b[?1049l") == 1
        after = sent.partition(b"\x1b[?1049l")[2]
        assert re.fullmatch(rb"(\x1b\[\?\d+[hl])+", after), "modes alone: the shell has the cursor"
        assert b"\x1b[?25h" in after


def test_the_mouse_reports_no_motion() -> None:
    with sample("diff") as diff:
        assert b"\x1b[?1002h" in diff.sent()
        assert b"\x1b[?1003h" not in diff.sent()
