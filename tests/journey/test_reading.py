"""A conversation is read in one scroll, a quote unfolded, a mail inside of a mail answered."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

QUOTE = "".join(f"> Quoted line {n}.\n" for n in range(9))


def answer(subject: str, text: str, hour: int, first: str = "") -> EmailMessage:
    """Return a mail of the conversation that a subject began."""
    mail = message_from_bytes(letter(subject, text), policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    mail.replace_header("Date", f"Mon, 23 Nov 2026 {hour}:00:00 +0000")
    if first:
        mail["References"] = f"<{first}@north.test>"
    return mail


def deliver_talk(world: World) -> None:
    """Three mails; with the last hangs another one."""
    inner = message_from_bytes(letter("From afar", "Words from afar.", "Eve <eve@far.test>"))
    last = answer(
        "Re: Harbour plan agreed", f"Agreed.\n\nBob wrote:\n{QUOTE}\n", 12, "Harbour-plan"
    )
    last.add_attachment(inner)
    first = answer("Harbour plan", "The first words.\n", 10)
    second = answer("Re: Harbour plan", f"Second words.\n\n{QUOTE}\nBut no.\n", 11, "Harbour-plan")
    for mail in (first, second, last):
        world.servers.deliver(mail.as_bytes(), "alice@north.test")


def test_a_conversation_is_read_and_put_away_from_within(world: World) -> None:
    world.add_account("alice")
    deliver_talk(world)
    with world.program.screen(size=(80, 24)) as screen:
        screen.until("Re: Harbour plan agreed")
        screen.until("in step")
        screen.press("gg", "gc")
        screen.until("3 of 3")
        screen.until("Agreed.")
        screen.until("9 quoted lines")
        screen.press("K")
        screen.until("2 of 3")
        screen.until("Second words.")
        screen.press("zq")
        screen.until("> Quoted line 8.")
        screen.press("e")
        screen.until("2 of 2")
        world.arrival("alice", "Re: Harbour plan", "Archive")

        screen.press("gc")
        screen.until("Files")
        screen.press(":")
        screen.type("inside")
        screen.press("Enter")
        screen.until("eve@far.test")
        screen.press("r")
        screen.until("Re: From afar")
        screen.until("> Words from afar.")
        screen.press("Esc", "q")
        screen.gone("Re: From afar")
        screen.until("eve@far.test")
        screen.press("q")
        screen.until("Re: Harbour plan agreed")
