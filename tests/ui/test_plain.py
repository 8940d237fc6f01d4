"""Plain mode in a terminal: what a screen reader finds where the cursor is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Program
from tests.pty_session import PtySession
from tests.ui.screens import fill
from tuimail.model.safe import ours
from tuimail.ui.render.status import StatusFacts, status_line

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    made.profile.prepare()
    mail = fill(made.profile, 30)
    mail.close()
    yield made
    made.end()


def spoken(session: PtySession) -> str:
    """Return the line that the terminal's cursor is on."""
    return session.terminal.line(session.terminal.screen.cursor.y).rstrip()


def says(session: PtySession, words: str) -> None:
    """Wait until the cursor's line begins so."""
    session.until(lambda _: spoken(session).startswith(words))


def test_what_the_cursor_is_on_stands_on_its_line(program: Program) -> None:
    with program.screen("--plain", size=(100, 30)) as session:
        session.until("All inboxes, 35 mails, 35 unread")
        says(session, "unread, Carol Number 0: Mail alice 0")
        session.press("j")
        says(session, "unread, Carol Number 0: Mail bob 0")
        session.press("s")
        says(session, "unread, flagged, Carol Number 0: Mail bob 0")
        session.press("x")
        session.until("selected, unread, flagged, Carol Number 0")
        session.press("G")
        says(session, "unread, Carol Number 29: Mail alice 29")
        session.press("ctrl+w")
        says(session, " All inboxes")
        session.press("j")
        says(session, " Outbox")
        session.press("ctrl+w", "gg", "gf")
        session.until("Go to mailbox")
        session.type("bob")
        assert "bob" in spoken(session)
        session.press("Esc")
        says(session, "unread, Carol Number 0: Mail alice 0")
        session.press("ZZ")
        assert session.wait_exit() == 0


def test_the_cursor_is_shown_and_no_sign_is_drawn_that_a_voice_cannot_say(
    program: Program,
) -> None:
    with program.screen("--plain", size=(150, 30)) as session:
        says(session, "unread, Carol Number 0: Mail alice 0")
        for keys in ("j", "Enter", "q", "?", "Esc", ":", "Esc", "ctrl+w", "ctrl+w", "go", "gi"):
            session.press(keys)
            assert session.text().isascii(), session.text()
            if keys not in ("?", ":"):
                assert session.text().splitlines()[0].startswith(("All inboxes, ", "Outbox, "))
        sent = session.sent()
        assert b"\x1b[?25l" not in sent
        assert b"\x1b[?25h" in sent
        session.press("ZZ")
        assert session.wait_exit() == 0


def test_a_move_draws_the_two_rows_and_nothing_else(program: Program) -> None:
    with program.screen("--plain", size=(100, 30)) as session:
        session.until("All inboxes, 35 mails")
        session.press("j")
        says(session, "unread, Carol Number 0: Mail bob 0")
        before = session.terminal.cells()
        session.press("j")
        says(session, "unread, Carol Number 1: Mail alice 1")
        after = session.terminal.cells()
        rows = len(after) - 2  # below stands what becomes known of the accounts meanwhile
        assert {y for y in range(rows) if after[y] != before[y]} == {2, 3}
        session.press("ZZ")
        assert session.wait_exit() == 0


def test_it_can_be_set_and_has_one_pane_at_any_size(program: Program) -> None:
    program.set("[ui]\nplain = true")
    with program.screen(size=(200, 50)) as session:
        says(session, "unread, Carol Number 0: Mail alice 0")
        assert "Outbox" not in session.text()
        session.press("Enter")
        session.until("Text of alice 0.")
        assert "Mail bob 0" not in session.text()
        session.resize(80, 24)
        session.until(lambda text: len(text.splitlines()) <= 24 and "Text of alice 0." in text)
        session.press("q")
        says(session, "Carol Number 0: Mail alice 0")
        session.press("ZZ")
        assert session.wait_exit() == 0


def test_below_stands_nothing_that_moves_with_the_cursor() -> None:
    def said(position: int) -> list[object]:
        facts = StatusFacts(place=ours("Inbox"), position=position, total=9, is_plain=True)
        return list(status_line(facts, 60))

    assert said(1) == said(7)
