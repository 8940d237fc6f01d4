"""A day in mutt's keys: triage by patterns, tags and macros, a reply, searches, undo."""

import pytest

from tests.program import until

from .test_journey import two_accounts_with_mail
from .world import World

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=str)
def test_a_day_in_mutt_s_keys(world: World, size: tuple[int, int]) -> None:
    world.program.set('keymap = "mutt"')
    two_accounts_with_mail(world)
    with world.program.screen(size=size) as screen:
        screen.until("1/4 · 4 unread")
        screen.press("Enter")
        screen.until("About harbour plan.")
        screen.press("r")
        screen.until("> About harbour plan.")
        screen.type("As in mutt.")
        screen.press("alt+s")
        screen.until("The server has taken your mail")
        answer = world.arrival("bob", "Re: Harbour plan")
        assert "As in mutt." in answer.get_content()
        screen.until("2/5")
        screen.press("i")
        screen.until("F flag" if size[0] > 80 else "r reply")

        screen.press("3", "Enter")  # a number goes there
        screen.until("3/5")
        screen.press("d")
        screen.until("1 message moved to Trash")
        world.arrival("alice", "Tide tables", "Trash")
        screen.press("u")
        screen.until("Undone: 1 message moved to Trash")
        world.arrival("alice", "Tide tables")

        screen.press("T")
        screen.until("Select")
        screen.type("~s tide | ~s lamp")
        screen.press("Enter")
        screen.until("2 selected")
        screen.press("ctrl+t")
        screen.until("Unselect")
        screen.type("~s lamp")
        screen.press("Enter")
        screen.until("1 selected")
        screen.press("s")
        screen.until("Move to mailbox")
        screen.type("archive")
        screen.press("Enter")
        screen.until("1 message moved to Archive")
        world.arrival("alice", "Tide tables", "Archive")

        screen.press("D")
        screen.until("Delete")
        screen.type("~s lamp")
        screen.press("Enter")
        screen.until("1 message moved to Trash")
        world.arrival("alice", "Lamp oil", "Trash")

        screen.press("=", "S")
        screen.until("Find in this list")
        screen.type("rope")
        screen.press("Enter")
        screen.until("3/3")
        screen.press("F")
        until(lambda: "\\Flagged" in world.flags("alice", "Old rope"), "for \\Flagged")
        screen.press("l")
        screen.type("~F ~f bob")
        screen.press("Enter")
        screen.until("1/1")
        screen.press("Esc")
        screen.until("/3")
        screen.press("q")
        assert screen.wait_exit() == 0


def test_a_macro_in_mutt_s_keys(world: World) -> None:
    world.program.set('keymap = "mutt"')
    two_accounts_with_mail(world)
    with world.program.screen() as screen:
        screen.until("1/4 · 4 unread")
        screen.press("Q", "a")
        screen.until("recording a")
        screen.press("F", "j", "Q")
        screen.gone("recording a")
        screen.press("2", "@", "a")
        screen.until("Macro a was played 2 times.")
        for subject in ("Harbour plan", "Tide tables", "Lamp oil"):
            until(lambda one=subject: "\\Flagged" in world.flags("alice", one), f"for {subject}")
        assert "\\Flagged" not in world.flags("alice", "Old rope")
        screen.press("q")
        assert screen.wait_exit() == 0
    with world.program.screen() as screen:  # and it is there the next day
        screen.until("in step")
        screen.press("*", "@")
        screen.until("Play which macro?")
        assert "toggle.flag, cursor.down" in screen.text()
        screen.press("a")
        until(lambda: "\\Flagged" in world.flags("alice", "Old rope"), "for \\Flagged")
        screen.until("Macro a stopped: the list ends here.")


def test_what_differs_from_mutt_stands_at_the_end_of_the_help(world: World) -> None:
    world.program.set('keymap = "mutt"')
    world.add_account("alice")
    with world.program.screen(size=(80, 24)) as screen:
        screen.until("in step")
        screen.press("?")
        screen.until("Keys in list")
        screen.press("/")
        screen.type("autocrypt")
        screen.until("manage autocrypt")
        assert "archive (there is no cryptography" in screen.text()
