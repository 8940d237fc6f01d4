"""From "not delivered" to "accepted", and a screen closed inside the undo window."""

import pytest

from tests.program import until

from .test_sending import write
from .world import World

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


def test_a_mail_to_nobody_is_corrected_and_reaches_somebody(world: World) -> None:
    world.add_account("alice")
    with world.program.screen() as screen:
        screen.until("in step")
        write(screen, "nobody@south.test", "Where are you?", "Hello?")
        screen.press("alt+s")
        screen.until("Not delivered: Where are you? to nobody@south.test", 60)
        screen.press("gh")
        screen.until("What can be done")
        screen.until("✗ bounced")
        screen.press("a")
        screen.until("Instead of nobody@south.test, send to")
        screen.press("ctrl+u")
        screen.type("bob@south.test")
        screen.press("Enter")
        screen.until("sent to another address instead")
        mail = world.arrival("bob", "Where are you?")
        assert mail["To"] == "bob@south.test"
        screen.press("q")
        screen.press("gt")
        screen.until("→ accepted")
        assert "✗ bounced" in screen.text()
    found = world.program.done("outbox", "--json").json
    states = {one["address"]: one["state"] for row in found for one in row["recipients"]}
    assert states["nobody@south.test"] == "bounced"
    assert states["bob@south.test"] in ("accepted", "delivered")


def test_a_mail_is_taken_back_in_the_screen_opened_after_the_one_it_was_sent_from(
    world: World,
) -> None:
    world.program.profile.config_file.write_text("[ui]\nundo_send_s = 120\n")
    world.add_account("alice")
    with world.program.screen() as screen:
        screen.until("in step")
        write(screen, "bob@south.test", "Too soon", "Dear Bob")
        screen.press("alt+s")
        screen.until("u takes back")
        screen.send(b"ZZ")
        assert screen.wait_exit() == 0
    with world.program.screen() as screen:
        screen.until("u takes back")
        screen.press("u")
        screen.until("Taken back; nothing was sent.")
        screen.until("Dear Bob")
    until(lambda: world.program.run("outbox", "--json").json[0]["state"] == "cancelled")
    assert world.subjects("bob") == []
