"""Two screens, commands and a daemon on one profile at once: one truth for all of them."""

import subprocess

import pytest

from tests.program import TUIMAIL, until

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]


def test_two_screens_and_the_command_line_show_one_truth(world: World) -> None:
    world.add_account("alice")
    for subject in ("Lamp oil", "Tide tables"):
        world.servers.deliver(letter(subject), "alice@north.test")
    with world.program.screen() as one, world.program.screen(size=(80, 24)) as two:
        for screen in (one, two):
            screen.until("Lamp oil")
            screen.until("Tide tables")
        one.press("gg", "dd")
        one.until("1 message moved to Trash")
        [left] = until(
            lambda: [row["subject"] for row in world.program.done("list", "--json").json][:1],
            "for one mail that is left",
        )
        gone = next(subject for subject in ("Lamp oil", "Tide tables") if subject != left)
        two.gone(gone)
        world.arrival("alice", gone, "Trash")

        world.servers.deliver(letter("News"), "alice@north.test")
        for screen in (one, two):
            screen.until("News")
        [news] = world.program.done("search", "News", "--json").json
        world.program.done("delete", news["id"])
        for screen in (one, two):
            screen.gone("News")
        world.arrival("alice", "News", "Trash")

        engine = world.program.engine_pid()
        one.press("ZZ")
        assert one.wait_exit() == 0
        two.press("gg", "s")
        until(lambda: "\\Flagged" in world.flags("alice", left), "for \\Flagged")
        assert world.program.engine_pid() == engine


def test_a_password_is_asked_on_every_screen_and_answered_once(world: World) -> None:
    account = world.servers.account("bob")
    world.program.done(
        "account", "add", "bob", "--email", account.email, "--no-test", "--password-ask",
        "--imap", f"127.0.0.1:{world.servers.imaps_port}",
        "--ca-file", str(world.servers.ca_file),
    )  # fmt: skip
    world.servers.deliver(letter("For bob"), account.email)
    with world.program.screen() as one, world.program.screen() as two:
        one.until("bob: Password")
        two.until("bob: Password")
        two.type(account.password)
        two.press("Enter")
        one.gone("bob: Password")
        for screen in (one, two):
            screen.until("For bob")


def test_a_daemon_takes_over_under_an_open_screen(world: World) -> None:
    world.add_account("alice")
    with world.program.screen() as screen:
        screen.until("in step")
        daemon = subprocess.Popen([*TUIMAIL, *world.program.profile.arguments, "daemon"])
        try:
            until(lambda: world.program.engine_pid() == daemon.pid, "for the daemon")
            world.servers.deliver(letter("After"), "alice@north.test")
            screen.until("After")
            screen.press("ZZ")
            assert screen.wait_exit() == 0
            world.servers.deliver(letter("Without a screen"), "alice@north.test")
            until(
                lambda: world.program.run("search", "screen", "--json").json,
                "for mail that came while no screen was open",
            )
            assert daemon.poll() is None
        finally:
            daemon.terminate()
        assert daemon.wait(60) == 0


def test_new_mail_is_told_by_the_terminal(world: World) -> None:
    world.program.set('[notify]\nterminal = "osc777"')
    world.add_account("alice")
    world.servers.deliver(letter("Before"), "alice@north.test")
    with world.program.screen() as screen:
        screen.until("Before")
        screen.until("in step")
        assert b"\x1b]777;" not in screen.sent()
        world.servers.deliver(letter("Lunch; at noon"), "alice@north.test")
        screen.until("Lunch; at noon")
        told = b"\x1b]777;notify;New mail from Bob;Lunch, at noon\x1b\\"
        screen.until(lambda _: told in screen.sent())
