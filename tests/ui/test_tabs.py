"""Tabs at the start of the program: painted early, right in the first frame."""

from pathlib import Path

import pytest

from tests.program import Program
from tests.pty_session import PtySession
from tests.ui.screens import fill
from tuimail.services import splits
from tuimail.services.mail import open_mail

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]


def painted_early(session: PtySession) -> bool:
    """Whether rows were sent before Textual asked anything of the terminal."""
    return b"Mail alice 0" in session.sent().partition(b"\x1b[?1004h")[0]


def start_and_leave(program: Program, tabs: str) -> bool:
    """Start the program and leave it; return whether it was painted early."""
    with program.screen(size=(100, 30)) as session:
        session.until("Mail alice 0")
        session.until(tabs)
        session.until(lambda text: "Mail alice 0" in text.splitlines()[1 if tabs[0] == "[" else 0])
        session.press("ZZ")
        assert session.wait_exit() == 0
        return painted_early(session)


def test_the_row_of_tabs_is_there_from_the_first_frame_on(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.prepare()
    mail = fill(program.profile, 30)
    splits.add(mail, "Ones", "from:carol1")
    mail.close()
    try:
        assert not start_and_leave(program, "[All 35]")
        assert start_and_leave(program, "[All 35]")
        with program.screen(size=(100, 30)) as session:
            session.until("[All 35]")
            session.type(":toggle.splits")
            session.press("Enter")
            session.gone("[All 35]")
            session.press("ZZ")
            assert session.wait_exit() == 0
        assert not start_and_leave(program, "1/35"), "its frame had a row of tabs"
        assert start_and_leave(program, "1/35")
    finally:
        program.end()


def test_a_store_whose_splits_are_on_shows_them_to_every_screen(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.prepare()
    fill(program.profile, 30).close()
    try:
        with program.screen(size=(100, 30)) as session:
            session.until("Mail alice 0")
            other = open_mail(program.profile)
            splits.add(other, "Ones", "from:carol1")
            other.close()
            session.until("[All 35]")
            session.press("ZZ")
            assert session.wait_exit() == 0
    finally:
        program.end()
