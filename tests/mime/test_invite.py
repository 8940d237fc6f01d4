import pytest

from tuimail.mime.invite import MAX_EVENTS, invite_lines
from tuimail.mime.links import LinkTable


def texts(*properties, method="REQUEST"):
    event = "\r\n".join(("BEGIN:VEVENT", *properties, "END:VEVENT"))
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n{event}\r\nEND:VCALENDAR\r\n"
    return [line.text for line in invite_lines(calendar, LinkTable())]


def test_an_invitation_is_told_in_a_few_lines():
    assert texts(
        "SUMMARY:Plan\\, part\r\n  two",
        "DTSTART;TZID=Europe/Berlin:20260310T090000",
        "DTEND;TZID=Europe/Berlin:20260310T093000",
        "RRULE:FREQ=WEEKLY;COUNT=1000000",
        "LOCATION:Room 1\\nhttps://meet.example/x",
        'ORGANIZER;CN="Bob; B:":mailto:bob@example.org',
        "BEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM",
    ) == [
        "Invitation: Plan, part two",
        "When:   Tue 2026-03-10 09:00 to 09:30 (Europe/Berlin), repeated weekly",
        "Where:  Room 1 https://meet.example/x⟦1⟧",
        "By:     Bob; B: <bob@example.org>",
    ]


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        ("DTSTART:20260310T230000Z", "DTEND:20260311T010000Z", "Tue 2026-03-10 23:00 to Wed 2026-03-11 01:00 (UTC)"),
        ("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260311", "Tue 2026-03-10"),
        ("DTSTART:20260310T0900", "", "Tue 2026-03-10 09:00"),
    ],
)  # fmt: skip
def test_times_are_shown_as_they_are_written(start, end, when):
    assert texts(start, end)[1] == f"When:   {when}"


@pytest.mark.parametrize("start", ["20261399T000000", "00000000", "x", "", "99999999T999999Z"])
def test_times_that_are_none_are_left_out(start):
    assert texts(f"DTSTART:{start}", "SUMMARY:s") == ["Invitation: s"]


def test_answers_and_cancellations_are_named():
    answer = texts("SUMMARY:s", "ATTENDEE;CN=Al;PARTSTAT=NEEDS-ACTION:mailto:al@x", method="REPLY")
    assert answer == ["Answer to an invitation: s", "Answer: Al <al@x>: needs action"]
    assert texts("SUMMARY:s", method="CANCEL") == ["Cancelled: s"]
    assert texts("STATUS:CANCELLED", method="PUBLISH") == ["Cancelled: (no title)"]


def test_events_are_capped():
    lines = texts(*["END:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:s"] * 100)
    assert sum("Invitation" in line for line in lines) == MAX_EVENTS
    assert "more events" in lines[-1]


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "unit", ["BEGIN:VEVENT\n", ";a=b", "X;" + "a=;" * 50 + "\n", "\n ", '"', "A:"]
)
def test_hostile_calendars_end_in_time(unit):
    assert isinstance(invite_lines("BEGIN:VEVENT\n" + unit * 500_000, LinkTable()), tuple)
