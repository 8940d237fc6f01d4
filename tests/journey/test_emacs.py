"""A day in Emacs' keys: triage, a reply, searches, a keyboard macro, undo and redo."""

import pytest

from tests.program import until

from .test_journey import two_accounts_with_mail
from .world import World

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
def test_a_day_in_emacs_keys(world: World, size: tuple[int, int]) -> None:
    world.program.set('keymap = "emacs"')
    two_accounts_with_mail(world)
    with world.program.screen(size=size) as screen:
        screen.until("1/4 · 4 unread")
        screen.press("ctrl+x")
        screen.until(lambda shown: "ctrl+x" in shown)
        screen.press("ctrl+g")  # quits the prefix, and nothing else
        screen.press("Enter")
        screen.until("About harbour plan.")
        screen.press("r")
        screen.until("> About harbour plan.")
        screen.type("As in Emacs.")
        screen.press("ctrl+c", "ctrl+c")
        screen.until("The server has taken your mail")
        answer = world.arrival("bob", "Re: Harbour plan")
        assert "As in Emacs." in answer.get_content()
        screen.until("2/5")
        screen.press("q")

        screen.press("alt+>", "ctrl+p")
        screen.until("4/5")
        screen.press("Space", "e")
        screen.until("1 message moved to Archive")
        world.arrival("alice", "Lamp oil", "Archive")
        screen.press("ctrl+x", "u")
        screen.until("Undone: 1 message moved to Archive")
        world.arrival("alice", "Lamp oil")
        screen.press("ctrl+x", "U")
        screen.until("Done again: 1 message moved to Archive")
        world.arrival("alice", "Lamp oil", "Archive")

        screen.press("alt+<", "ctrl+s")
        screen.until("Find in this list")
        screen.type("rope")
        screen.press("Enter")
        screen.until("4/4")
        screen.press("ctrl+r")
        screen.until("Find in this list")
        screen.type("tide")
        screen.press("Enter")
        screen.until("3/4")
        screen.press("d")
        screen.until("1 message moved to Trash")
        world.arrival("alice", "Tide tables", "Trash")

        screen.press("alt+<", "ctrl+x", "(")
        screen.until("recording k")
        screen.press("s", "ctrl+n", "ctrl+x", ")")
        screen.gone("recording k")
        screen.press("ctrl+x", "e")
        screen.until("Macro k was played.")
        until(lambda: "\\Flagged" in world.flags("alice", "Harbour plan"), "for \\Flagged")
        screen.press("ctrl+x", "ctrl+c")
        assert screen.wait_exit() == 0
