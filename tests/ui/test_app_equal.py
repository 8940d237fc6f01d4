"""The program itself looks the same with the output layer and without, wherever one goes in it."""

import time
from pathlib import Path

import pytest

from tests.program import Program
from tests.pty_session import PtySession, PtyTimeout
from tests.ui.test_boot import arrival
from tests.ui.test_output_equal import difference
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.store.database import open_store
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes
from tuimail.store.messages import put_messages

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]

STILL_CLOCK = Path(__file__).parents[1] / "still_clock"
ENVIRON = {"PYTHONPATH": str(STILL_CLOCK), "STILL_CLOCK": str(int(time.time()))}
SIZES = {7: (90, 24), 14: (80, 24), 21: (120, 40)}
KEYS = (
    *("j", "j", "PgDn", "Enter", "Space", "q", "G", "g", "g", "x", "j", "Esc"),
    *("Tab", "j", "k", "Tab", "?", "PgDn", "Esc", ":", "t", "h", "Esc", "Esc"),
    *("/", "f", "r", "Esc", "Esc", "c", "a", "b", "Tab", "Esc", "Esc"),
)


def made(folder: Path, output: str) -> Program:
    """Make a profile with mail in it and no server."""
    program = Program(folder, ENVIRON)
    program.set(
        f'[ui]\noutput = "{output}"\nearly_paint = false\n'
        '[account.work]\nemail = "work@example.org"'
    )
    store = open_store(program.profile.data_dir)
    listed = [ListedMailbox("INBOX", "/", Role.INBOX, True), ListedMailbox("L", "/", None, True)]
    put_mailboxes(store, AccountName("work"), listed)
    put_messages(store, mailbox_rows(store)[0].id, [arrival(n) for n in range(90)])
    store.close()
    return program


def ready(session: PtySession) -> None:
    session.until("Person")
    session.settle(0.5)


def become_equal(one: PtySession, other: PtySession) -> str:
    """Wait until both show the same; return where they still differ if they never do."""
    where = "not looked yet"

    def looks_the_same(_: str) -> bool:
        nonlocal where
        one.settle(0.02)
        where = difference(one, other)
        return not where

    try:
        other.until(looks_the_same)
    except PtyTimeout:
        return where
    return ""


@pytest.mark.proof
def test_the_program_looks_the_same_wherever_one_goes(tmp_path: Path) -> None:
    programs = [made(tmp_path / output, output) for output in ("stock", "diff")]
    with programs[0].screen() as stock, programs[1].screen() as diff:
        ready(stock)
        ready(diff)
        assert become_equal(stock, diff) == ""
        for step, key in enumerate(KEYS):
            for session in (stock, diff):
                if step in SIZES:
                    session.resize(*SIZES[step])
                    session.settle()
                session.press(key)
            assert become_equal(stock, diff) == "", f"step {step}, key {key}"
        assert diff.sent_count() < stock.sent_count() / 2
    for program in programs:
        program.end()
