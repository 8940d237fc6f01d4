"""Invitations over real servers: the organiser gets the answer, and alone may change the event."""

import pytest
from icalendar import Calendar

from .world import World, letter

pytestmark = [pytest.mark.pty, pytest.mark.timeout(240)]

BOB, ALICE = "bob@south.test", "alice@north.test"
SUBJECTS = ("First", "Forged", "Moved", "Stopped")
"""In the order of their dates."""


def invitation(
    subject: str, method: str, sequence: int, sender: str = BOB, at: str = "09"
) -> bytes:
    """Return a mail as calendars send them: a text, and the same for programs."""
    calendar = "\r\n".join(
        (
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", f"METHOD:{method}"),
            *("BEGIN:VEVENT", "UID:tide@south.test", f"SEQUENCE:{sequence}", "SUMMARY:High tide"),
            *(f"DTSTAMP:2026030{sequence + 1}T000000Z", f"DTSTART:21990310T{at}0000Z"),
            *("DURATION:PT1H", f"ORGANIZER;CN=Bob:mailto:{BOB}", f"ATTENDEE:mailto:{ALICE}"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        )
    )
    head, _, _ = letter(subject, sender=sender).partition(b"Content-Type:")
    head = head.replace(b" 10:00:00 ", f" 1{SUBJECTS.index(subject)}:00:00 ".encode())
    return (
        head + b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nDo come.\r\n"
        + f"--b\r\nContent-Type: text/calendar; method={method}\r\n\r\n{calendar}\r\n".encode()
        + b"--b--\r\n"
    )


def test_the_organiser_gets_the_answer_and_alone_calls_it_off(world: World) -> None:
    world.program.set('time_zone = "Europe/Berlin"')
    world.add_account("alice")
    world.servers.deliver(invitation("First", "REQUEST", 0), ALICE)
    with world.program.screen(size=(120, 50)) as screen:
        screen.until("1/1")
        screen.press("Enter")
        screen.until("Invitation: High tide")
        screen.until("Sun 2199-03-10 10:00 to 11:00 your time (09:00 to 10:00 UTC)")
        screen.until("Do come.")
        screen.send(b"Ia")
        screen.until(f"Yes, a mail to {BOB} alone")
        screen.press("Enter")
        screen.until("You:     accepted")
        answer = world.arrival("bob", "Accepted: High tide")
        assert answer["From"] == f"Alice <{ALICE}>"
        assert (answer["To"], answer["Cc"]) == (f"Bob <{BOB}>", None)
        parts = {part.get_content_type(): part for part in answer.walk()}
        calendar = parts["text/calendar"]
        assert calendar.get_param("method") == "REPLY"
        whole = Calendar.from_ical(calendar.get_payload(decode=True))
        (event,) = whole.walk("VEVENT")
        assert (str(whole["METHOD"]), str(event["UID"])) == ("REPLY", "tide@south.test")
        assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["PARTSTAT"]) == (
            f"mailto:{ALICE}", "ACCEPTED")  # fmt: skip
        world.servers.deliver(invitation("Forged", "CANCEL", 1, "Eve <eve@north.test>"), ALICE)
        screen.press("q")
        screen.until("Forged")
        screen.send(b"gg")
        screen.press("Enter")
        screen.until("this is from eve@north.test, not from bob@south.test, who asked you")
        world.servers.deliver(invitation("Moved", "REQUEST", 1, at="12"), ALICE)
        screen.press("q")
        screen.until("Moved")
        screen.send(b"gg")
        screen.press("Enter")
        screen.until("since you answered (accepted); it waits for a new answer")
        world.servers.deliver(invitation("Stopped", "CANCEL", 2), ALICE)
        screen.press("q")
        screen.until("Stopped")
        screen.send(b"gg")
        screen.press("Enter")
        screen.until("called off by its organiser; you had answered: accepted")
        screen.send(b"Ia")
        screen.until("asks for no answer")
        screen.send(b"ZZ")
        assert screen.wait_exit() == 0
    assert world.subjects("bob") == ["Accepted: High tide"]
