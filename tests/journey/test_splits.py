"""Splits over the mail of a real server: told apart as it comes, counted, acted on in its account."""

import pytest

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

SIZES = [(80, 24), (120, 40), (200, 50)]


def a_letter(subject: str, header: str = "", hour: int = 0) -> bytes:
    raw = letter(subject, f"About {subject.lower()}.").replace(b" 10:00:", b" 1%d:00:" % hour)
    return f"{header}\r\n".encode() + raw if header else raw


@pytest.mark.parametrize("size", SIZES)
def test_mail_is_read_part_by_part(world: World, size: tuple[int, int]) -> None:
    world.add_account("alice")
    for hour, (subject, header) in enumerate(
        (
            ("From a machine", "Auto-Submitted: auto-generated"),
            ("From the list", "List-Id: <talk.lists.example>"),
            ("From a person", ""),
        )
    ):
        world.servers.deliver(a_letter(subject, header, hour), "alice@north.test")
    with world.program.screen(size=size) as screen:
        screen.until("3 unread")
        screen.type(":toggle.splits")
        screen.press("Enter")
        screen.until("[All 3]")
        screen.until("Lists 1")
        screen.until("Notifications 1")
        for _ in range(5):
            screen.press("]")
        screen.press("[", "[")
        screen.until("[Lists 1]")
        screen.until("From the list")
        screen.gone("From a person")
        screen.press("e")
        screen.until("1 message moved to Archive")
        screen.until("[Lists]")
        world.arrival("alice", "From the list", "Archive")
        world.servers.deliver(
            a_letter("More of the list", "List-Id: <talk.lists.example>", 5), "alice@north.test"
        )
        screen.until("[Lists 1]")
        screen.until("More of the list")
        screen.press("ZZ")
        assert screen.wait_exit() == 0
    with world.program.screen(size=size) as screen:  # the tabs are there from the first frame
        screen.until("[All 3]")
        screen.until("From a person")
        screen.press("gN")
        screen.until("New split of")
        screen.type("subject:person is:read")
        screen.press("Enter")
        screen.until("^ A split cannot ask for what changes")
        screen.press("ctrl+u")
        screen.type("subject:person")
        screen.press("Enter")
        screen.until("Call it")
        screen.type("Mine")
        screen.press("Enter")
        screen.until("“Mine” has a tab now")
        screen.press("ZZ")
        assert screen.wait_exit() == 0
