"""What was done is written whatever ends the program: a key, the system, a line that was cut."""

import os
import signal

import pytest

from tests.program import until

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

SUBJECTS = [f"Crate {number}" for number in range(12)]


def quit_by_key(screen) -> None:
    screen.send(b"ZZ")


def told_to_end(screen) -> None:
    os.kill(screen.pid, signal.SIGTERM)


def terminal_closed(screen) -> None:
    screen.hang_up()


@pytest.mark.parametrize("leave", [quit_by_key, told_to_end, terminal_closed])
def test_twelve_mails_archived_in_one_breath_are_archived_after_leaving(
    world: World, leave
) -> None:
    world.add_account("alice")
    for subject in SUBJECTS:
        world.servers.deliver(letter(subject), "alice@north.test")
    with world.program.screen() as screen:
        screen.until("1/12")
        screen.until("in step")
        screen.send(b"e" * len(SUBJECTS))
        screen.until("empty")
        leave(screen)
        assert screen.wait_exit() == 0
    until(lambda: len(world.subjects("alice", "Archive")) == 12, "for 12 mails in the archive")
    assert world.subjects("alice") == []
