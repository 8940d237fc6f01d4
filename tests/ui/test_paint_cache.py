"""What is kept of the first frame: nothing that is of one moment."""

import json
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.style import Style

from tests.program import Program
from tests.terminal import Terminal as Emulator
from tests.ui.screens import fill
from tuimail.ui.boot import FILE_NAME
from tuimail.ui.paint_cache import Frame, _frame
from tuimail.ui.render.panes import Box

LINES = (
    " All inboxes      193 │ Bob   Lunch on Tuesday ",
    " Inbox          1,416 │ Ada   Engine notes     ",
    " 2024                 │                        ",
    " Archive 7            │                        ",
    " work / Inbox        · 1/416 ·    in step 14:32",
)
TREE, LIST = Box(0, 0, 22, 4), Box(24, 0, 24, 4)
STATUS = Box(0, 4, 48, 1)


def test_counts_and_the_status_are_not_kept() -> None:
    cells = [[(char, "44") for char in line.ljust(48)] for line in LINES]
    frame = Frame(cells, LIST, counting=(TREE,), telling=(STATUS,))
    kept = _frame(frame, ColorSystem.TRUECOLOR, Style())
    shown = Emulator(48, 5)
    shown.feed(str(kept["cells"]).encode())
    assert [line.rstrip("│ ") for line in shown.text().split("\n")] == [
        " All inboxes",
        " Inbox",
        " 2024",
        " Archive",
        "",
    ]
    assert shown.screen.buffer[4][30].bg != "default", "the status line is there, and empty"


@pytest.mark.pty
def test_the_program_keeps_no_counts_and_no_status_of_its_first_frame(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.prepare()
    fill(program.profile, 30).close()
    file = program.profile.state_dir / FILE_NAME
    try:
        with program.screen(size=(120, 30)) as session:
            session.until("1/35 · 35 unread")
            session.until(lambda _: file.exists())
            tree = session.terminal.line(0)
    finally:
        program.end()
    kept = json.loads(file.read_text())["frames"]["120x30"]
    shown = Emulator(120, 30)
    shown.feed(kept["cells"].encode())
    assert "All inboxes" in tree
    assert "35" in tree
    assert "All inboxes" in shown.line(0)
    assert "35" not in shown.text()
    assert "unread" not in shown.text()
