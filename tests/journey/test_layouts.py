"""A morning in the default keys at each layout: one pane, two and three; resizes in the middle."""

import pytest

from tests.program import until
from tests.pty_session import PtySession

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

SIZES = [(80, 24), (120, 40), (200, 50)]
CRATES = 30


def a_page_of_mail(world: World) -> None:
    """Connect alice and bob; alice has 30 crates, the newest first, and a talk of three mails."""
    world.add_account("alice")
    world.add_account("bob")
    for number in range(CRATES):
        at = f" {number // 3:02}:{number % 3 * 20:02}:".encode()
        mail = letter(f"Crate {CRATES - number:02}", f"What is in crate {CRATES - number:02}?")
        world.servers.deliver(mail.replace(b" 10:00:", at), "alice@north.test")
    for number in range(3):
        mail = letter(f"Talk {number}", f"Said {number}.").replace(
            b" 10:00:", b" 12:%02d:" % number
        )
        if number:
            mail = mail.replace(b"Subject:", b"References: <Talk-0@north.test>\r\nSubject:")
        world.servers.deliver(mail, "alice@north.test")


def through_all_sizes(screen: PtySession, shows: str) -> None:
    """Change to every size and back; what is open stays open and is drawn anew."""
    size = screen.size
    for other in (*SIZES, (44, 12), size):
        screen.resize(*other)
        screen.settle()
        screen.until(shows)


def rows_with(screen: PtySession, text: str) -> list[str]:
    """Return the rows that show a text."""
    return [row for row in screen.text().split("\n") if text in row]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_page_of_mail_is_sorted_and_all_of_it_taken_back(
    world: World, size: tuple[int, int]
) -> None:
    a_page_of_mail(world)
    with world.program.screen(size=size) as screen:
        screen.until("1/33 · 33 unread")
        screen.until("in step")
        assert len(rows_with(screen, "Crate ")) >= min(CRATES, size[1] - 7)
        screen.press("j", "j", "j")
        screen.until("4/33")
        screen.press("x", "x")
        screen.until("2 selected")
        screen.press("e")
        screen.until("2 messages moved to Archive")
        screen.until("/31")
        screen.press("3", "dd")
        screen.until("3 messages moved to Trash")
        screen.until("/28")
        screen.press("s")
        until(lambda: "\\Flagged" in world.flags("alice", "Crate 06"), "for the flag")
        screen.until(lambda _: "★" in rows_with(screen, "Crate 06")[0])
        until(lambda: len(world.subjects("alice", "Trash")) == 3, "for three mails in the trash")
        screen.press("u")
        screen.until("Undone:")
        screen.press("u")
        screen.until("Undone: 3 messages moved to Trash")
        screen.press("u")
        screen.until("Undone: 2 messages moved to Archive")
        screen.until("/33")
        screen.press("u")
        screen.until("There is nothing to undo.")
        screen.press("ctrl+r")
        screen.until("Done again: 2 messages moved to Archive")
        screen.press("Esc", "ZZ")
        assert screen.wait_exit() == 0
    until(lambda: len(world.subjects("alice", "Archive")) == 2, "for two mails in the archive")
    until(lambda: len(world.subjects("alice")) == 31, "for the others in the inbox")
    until(lambda: not world.subjects("alice", "Trash"), "for an empty trash")
    assert "\\Flagged" not in world.flags("alice", "Crate 06")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_open_survives_every_size(world: World, size: tuple[int, int]) -> None:
    a_page_of_mail(world)
    with world.program.screen(size=size) as screen:
        screen.until("1/33")
        screen.until("in step")
        screen.press("G")
        screen.until("33/33")
        screen.press("Enter")
        screen.until("What is in crate 30?")
        through_all_sizes(screen, "What is in crate 30?")
        screen.press("q")
        screen.until("33/33")
        for keys, shows in (("m", "Move to mailbox"), ("Y", "Copy to mailbox")):
            screen.press(*keys)
            screen.until(shows)
            through_all_sizes(screen, shows)
            screen.press("Esc")
            screen.gone(shows)
        screen.press("/")
        screen.type("subject:talk")
        through_all_sizes(screen, "subject:talk")
        screen.press("Enter")
        screen.until("1/3")
        assert len(rows_with(screen, "Talk")) == 3
        screen.press("Esc")
        screen.until("/33")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_an_answer_is_written_while_the_window_changes(world: World, size: tuple[int, int]) -> None:
    a_page_of_mail(world)
    with world.program.screen(size=size) as screen:
        screen.until("1/33")
        screen.until("in step")
        screen.press("r")
        screen.until("> Said 2.")
        screen.type("Heard at any width.")
        through_all_sizes(screen, "Heard at any width.")
        screen.press("alt+s")
        screen.until("The server has taken your mail")
    answer = world.arrival("bob", "Re: Talk 2")
    assert "Heard at any width." in answer.get_content()
    assert "> Said 2." in answer.get_content()
    assert answer["In-Reply-To"] == "<Talk-2@north.test>"


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=str)
def test_a_thread_is_unfolded_walked_and_archived_as_one(
    world: World, size: tuple[int, int]
) -> None:
    world.program.set("threads = true\nexpand_unread = false")
    a_page_of_mail(world)
    with world.program.screen(size=size) as screen:
        screen.until("1/31")
        screen.until("in step")
        screen.until("Talk 2")
        assert not rows_with(screen, "Talk 0")
        screen.press("za")
        screen.until("Talk 0")
        screen.press("za")
        screen.gone("Talk 0")
        screen.press("e")
        screen.until("3 messages moved to Archive")
        screen.until("/30")
        screen.press("u")
        screen.until("Undone: 3 messages moved to Archive")
        screen.until("/31")
