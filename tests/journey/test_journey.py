"""The whole way with real servers: connect, read, answer, send, receive, file, leave, come back."""

from pathlib import Path

import pytest

from tests.program import until

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

SUBJECTS = ("Harbour plan", "Tide tables", "Lamp oil", "Old rope")


def two_accounts_with_mail(world: World) -> None:
    """Connect alice and bob; alice has four mails, the first of SUBJECTS on top."""
    world.add_account("alice")
    world.add_account("bob")
    for hour, subject in enumerate(reversed(SUBJECTS)):
        mail = letter(subject, f"About {subject.lower()}.").replace(b" 10:00:", b" 1%d:00:" % hour)
        world.servers.deliver(mail, "alice@north.test")


def test_a_day_with_mail(world: World) -> None:
    two_accounts_with_mail(world)
    with world.program.screen() as screen:
        screen.until("1/4 · 4 unread")
        screen.press("Enter")
        screen.until("About harbour plan.")
        screen.until("1/4 · 3 unread")

        screen.press("r")
        screen.until("> About harbour plan.")
        screen.type("I shall be there.")
        screen.press("shift+Tab")
        screen.type(" after all")
        screen.press("alt+s")
        screen.until("u takes back")
        screen.until("The server has taken your mail")
        screen.until("2/5 · 4 unread")  # bob's copy came in above what is being read
        answer = world.arrival("bob", "Re: Harbour plan after all")
        assert "I shall be there." in answer.get_content()
        assert "> About harbour plan." in answer.get_content()
        assert answer["In-Reply-To"] == "<Harbour-plan@north.test>"
        assert answer["To"] == "Bob <bob@south.test>"

        screen.press("q", "j", "e")
        screen.until("1 message moved to Archive")
        screen.press("dd")
        screen.until("1 message moved to Trash")
        world.arrival("alice", "Lamp oil", "Trash")
        screen.press("u")
        screen.until("Undone: 1 message moved to Trash")
        world.arrival("alice", "Lamp oil")
        screen.press("G", "s")
        until(lambda: "\\Flagged" in world.flags("alice", "Old rope"), "for \\Flagged")

        screen.press("/")
        screen.type("about from:bob lamp")
        screen.press("Enter")
        screen.until("1/1")
        assert "Lamp oil" in screen.text()
        screen.press("Esc", "ZZ")
        assert screen.wait_exit() == 0

    world.arrival("alice", "Re: Harbour plan after all", "Sent")
    assert world.subjects("alice", "Sent") == ["Re: Harbour plan after all"]
    until(lambda: "\\Answered" in world.flags("alice", "Harbour plan"), "for \\Answered")
    assert "\\Seen" in world.flags("alice", "Harbour plan")
    assert world.subjects("alice", "Archive") == ["Tide tables"]
    assert world.subjects("alice", "Trash") == []

    world.program.end()
    with world.program.screen() as screen:
        screen.until("1/4 · 3 unread")
        screen.until("in step")
        rows = screen.text().split("\n")
        assert "Re: Harbour plan after all" in rows[0]
        assert "←" in rows[1]
        assert "Harbour plan" in rows[1]
        assert "Lamp oil" in rows[2]
        assert "★" in rows[3]
        assert "Old rope" in rows[3]
        screen.press("ge")
        screen.until("Tide tables")
        screen.press("gt")
        screen.until("Re: Harbour plan after all")


def test_a_file_goes_out_and_comes_in(world: World, tmp_path: Path) -> None:
    world.add_account("alice")
    world.add_account("bob")
    chart = tmp_path / "Küste.bin"
    chart.write_bytes(bytes(range(256)) * 400)
    with world.program.screen(size=(80, 24)) as screen:
        screen.until("in step")
        screen.press("c")
        screen.until("alt+s send")
        screen.type("bob@south.test")
        screen.press("Tab", "Tab", "Tab")
        screen.type("The chart")
        screen.press("alt+a")
        screen.until("Attach file")
        screen.type(str(chart))
        screen.press("Enter")
        screen.until("Küste.bin (102 kB)")
        screen.press("alt+s")
        screen.until("1/1 · 1 unread")
        screen.press("Enter")
        screen.until("Files")
        screen.press("o")
        screen.until("1 file ")
        screen.press("s")
        screen.until("Save into")
        screen.press("ctrl+u")
        screen.type(str(tmp_path / "in"))
        screen.press("Enter")
        screen.until("Saved Küste.bin")
    saved = tmp_path / "in" / "Küste.bin"
    assert saved.read_bytes() == chart.read_bytes()
    assert saved.stat().st_mode & 0o777 == 0o600
