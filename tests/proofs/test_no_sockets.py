"""K7: HTML mails viewed in the interface's own process open no socket and ask for no name.

Two who watch: an audit hook inside of every Python process that is started, and the kernel's own
tables of sockets for the process that shows the mails.
"""

import os
from pathlib import Path

import pytest

from tests.hostile.calling import calling_mails
from tests.hostile_pty.test_hostile_pty import walking
from tests.pty_session import PtySession, key_bytes

IS_FULL = bool(os.environ.get("PROOF_FULL"))
MAILS = 1_000 if IS_FULL else 30
SEED = 4
WHOLE_EVERY = 25 if IS_FULL else 15
GUARD = Path(__file__).parent / "guard"
QUIET_S = 0.03
READER = "├──"
CANARY = "canary.example"

pytestmark = [
    pytest.mark.pty,
    pytest.mark.proof,
    pytest.mark.timeout(3600 if IS_FULL else 240),
]


def inet_sockets(pid: int) -> set[str]:
    """Return the sockets of a process that reach beyond this machine's Unix sockets."""
    held = {handle.readlink().name for handle in Path(f"/proc/{pid}/fd").iterdir()}
    inodes = set()
    for table in ("tcp", "tcp6", "udp", "udp6", "raw"):
        lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        inodes |= {f"socket:[{line.split()[9]}]" for line in lines}
    return held & inodes


def press(screen: PtySession, *keys: str) -> None:
    for key in keys:
        screen.send(key_bytes(key))
        screen.settle(QUIET_S)


def view_all(screen: PtySession, count: int) -> tuple[int, set[str]]:
    """See every mail as HTML, some by every way.

    Return of how many it was shown whom they would call, and the sockets the process had meanwhile.
    """
    sockets: set[str] = set()
    named = 0
    press(screen, "gg", "T", "Enter")
    for number in range(1, count + 1):
        place = f" {number:,}/{count:,} "
        screen.until(lambda shown, at=place: at in shown and READER in shown, 60)
        named += CANARY in screen.text()
        if number % WHOLE_EVERY == 0:
            press(screen, "PgDn", "T", "T", "T", "T", "H", "H", "gr", "gr", "gh", "q")
            sockets |= inet_sockets(screen.pid)
        press(screen, "J")
    return named, sockets | inet_sockets(screen.pid)


def test_k7_html_mails_that_are_viewed_open_no_socket_and_ask_for_no_name() -> None:
    with walking(calling_mails(MAILS, SEED), []) as (_, program, _, folder):
        log = folder / "asked"
        watched = {"PYTHONPATH": os.pathsep.join([str(GUARD), os.environ.get("PYTHONPATH", "")])}
        program.environ |= {**watched, "GUARD_LOG": str(log)}
        program.end()  # so that the engine is watched as well, which shows that the hook works
        with program.screen(size=(120, 40)) as screen:
            screen.until("in step", 60)
            named, sockets = view_all(screen, MAILS)
            pid = screen.pid
            screen.send(b"ZZ")
            assert screen.wait_exit() == 0
        asked = log.read_text().splitlines()
    by_screen = [line for line in asked if line.startswith(f"{pid} ") or " screen " in line]
    print(
        f"\n{MAILS:,} HTML mails viewed: {len(by_screen)} questions and connections,"
        f" {len(sockets)} sockets"
    )
    assert named > MAILS * 0.9
    assert any(" engine socket.connect " in line for line in asked), "nobody watched"
    assert by_screen == []
    assert not any("canary" in line for line in asked)
    assert sockets == set()
