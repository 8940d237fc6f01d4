"""Mail that does not arrive at once: unknown people, no network, a screen closed too early."""

import pytest

from tests.program import until

from .relay import Relay
from .world import World

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


def write(screen, to: str, subject: str, text: str) -> None:
    """Write a mail in the built-in editor; it is not sent yet."""
    screen.press("c")
    screen.until("alt+s send")
    screen.type(to)
    screen.press("Tab", "Tab", "Tab")
    screen.type(subject)
    screen.press("Tab")
    screen.type(text)


def test_a_mail_to_nobody_comes_back_and_says_so(world: World) -> None:
    world.add_account("alice")
    with world.program.screen() as screen:
        screen.until("in step")
        write(screen, "nobody@south.test", "Where are you?", "Hello?")
        screen.press("alt+s")
        screen.until("Not delivered: Where are you? to nobody@south.test", 60)
        world.arrival("alice", "Undelivered Mail Returned to Sender", "Archive")
        until(lambda: world.subjects("alice") == [])


def test_offline_mail_waits_and_goes_by_itself(world: World) -> None:
    servers = world.servers
    with Relay(servers.imaps_port) as imap, Relay(servers.submissions_port) as smtp:
        world.add_account("alice", imap.port, smtp.port)
        with world.program.screen() as screen:
            screen.until("in step")
            imap.cut()
            smtp.cut()
            screen.until("offline since")
            write(screen, "bob@south.test", "From the train", "No network here.")
            screen.press("alt+s")
            screen.until("u takes back")
            screen.gone("u takes back")
            screen.until("1 in outbox")
            screen.press("go")
            screen.until("From the train")
            assert world.subjects("bob") == []
            imap.mend()
            smtp.mend()
            screen.until("The server has taken your mail", 60)
            world.arrival("bob", "From the train")
            world.arrival("alice", "From the train", "Sent")
            screen.gone("1 in outbox")
            assert world.subjects("bob") == ["From the train"]


def test_a_screen_closed_right_after_sending_leaves_no_mail_behind(world: World) -> None:
    world.add_account("alice")
    with world.program.screen() as screen:
        screen.until("in step")
        write(screen, "bob@south.test", "Last thing", "And good night.")
        screen.press("Esc")
        screen.send(b"yZZ")
        assert screen.wait_exit() == 0
    world.arrival("bob", "Last thing")
    world.arrival("alice", "Last thing", "Sent")
    assert world.subjects("alice", "Sent") == ["Last thing"]


def test_a_mail_taken_back_is_not_sent(world: World) -> None:
    world.program.profile.config_file.write_text("[ui]\nundo_send_s = 60\n")
    world.add_account("alice")
    with world.program.screen() as screen:
        screen.until("in step")
        write(screen, "bob@south.test", "Too soon", "Dear Bob")
        screen.press("alt+s")
        screen.until("u takes back")
        screen.press("u")
        screen.until("Taken back; nothing was sent.")
        screen.until("Dear Bob")
        screen.type("Well then. ")
        screen.press("alt+p")
        screen.until("Kept as a draft")
        screen.press("gd")
        screen.until("Too soon")
        screen.press("Enter")
        screen.until("Well then.")
    until(lambda: world.program.run("outbox", "--json").json[0]["state"] == "cancelled")
    assert world.subjects("bob") == []
