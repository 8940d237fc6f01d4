"""Resizes in the midst of everything: what was shown is there again at the old size."""

from pathlib import Path

import pytest

from tests.program import Program
from tests.ui.screens import fill
from tuimail.services import splits

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]

SIZE = (100, 30)
OTHERS = [(40, 10), (200, 50), (20, 5), (80, 24)]
SCENES = {
    "command line": ((":", "arch"), "arch"),
    "palette": (("ctrl+k", "arch"), "Move to the archive."),
    "help": (("?",), "Keys in"),
    "choice": (("gf", "bob"), "Go to mailbox"),
    "search": (("/", "from:carol"), "from:carol"),
    "new split": (("gN", "is:unread", "Enter"), "^ A split cannot ask"),
    "mailboxes": (("ctrl+w", "j"), "Outbox"),
    "reader": (("Enter",), "carol0@east.example"),
    "compose": (("c",), "Subject"),
    "tab": (("g2",), "[Ones"),
}


def test_every_overlay_and_pane_is_there_again_at_the_old_size(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.prepare()
    mail = fill(program.profile, 30)
    splits.add(mail, "Ones", "from:carol1")
    mail.close()
    program.set('[ui]\nmark_seen = "never"')
    try:
        for keys, shows in SCENES.values():
            with program.screen(size=SIZE) as session:
                session.until("[All 35]")
                for key in keys:
                    session.press(key)
                session.until(shows)
                for size in OTHERS:
                    session.resize(*size)
                    session.settle()
                session.resize(*SIZE)
                session.until(shows)
                assert session.exit_status is None
    finally:
        program.end()
