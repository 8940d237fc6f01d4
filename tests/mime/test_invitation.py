"""Invitations as many programs write them, and as strangers might."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tuimail.mime import zone_rules
from tuimail.mime.ical import MAX_CALENDAR_CHARS, MAX_EVENTS
from tuimail.mime.invitation import MAX_GUESTS, invitation_of
from tuimail.mime.zone_rules import MAX_RULES
from tuimail.model.invitation import Answer, Method
from tuimail.model.recurrence import dates_of_year

BERLIN = "DTSTART;TZID=Europe/Berlin:20260310T090000"
OUTLOOK_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\n"
    "DTSTART:16011028T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
    "DTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE"
)


def calendar(*properties, method="REQUEST", before=""):
    named = () if any("UID:" in one for one in properties) else ("UID:plan@far.example",)
    event = "\r\n".join(("BEGIN:VEVENT", *named, *properties, "END:VEVENT"))
    head = "\r\n".join(filter(None, (f"METHOD:{method}", before)))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}\r\n{event}\r\nEND:VCALENDAR\r\n"


def read(*properties, method="REQUEST", before=""):
    return invitation_of(calendar(*properties, method=method, before=before))


def test_everything_an_invitation_says_is_read():
    one = read(
        "SUMMARY:Plan\\, part\r\n  two",
        BERLIN,
        "DTEND;TZID=Europe/Berlin:20260310T093000",
        "DTSTAMP:20260301T000000Z",
        "SEQUENCE:3",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4",
        "EXDATE;TZID=Europe/Berlin:20260317T090000,20260324T090000",
        "LOCATION:Room 1",
        "DESCRIPTION:See https://far.example/plan\\nand come",
        'ORGANIZER;CN="Ada; A:":MAILTO:Ada@Far.Example',
        "ATTENDEE;CN=Me;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:me@home.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@far.example",
        "BEGIN:VALARM\r\nSUMMARY:alarm\r\nTRIGGER:-PT5M\r\nEND:VALARM",
    )
    assert (one.method, one.uid, one.sequence) == (Method.REQUEST, "plan@far.example", 3)
    assert one.summary.raw == "Plan, part two"
    assert one.start.at == datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert one.end.at - one.start.at == timedelta(minutes=30)
    assert one.stamp == datetime(2026, 3, 1, tzinfo=UTC)
    assert [left.at.day for left in one.left_out] == [17, 24]
    assert (one.organizer.address, one.organizer.name.raw) == ("ada@far.example", "Ada; A:")
    assert [(g.address, g.answer) for g in one.guests] == [
        ("me@home.example", Answer.NONE),
        ("bob@far.example", Answer.ACCEPTED),
    ]
    assert one.rule.count == 4
    assert one.description.raw == "See https://far.example/plan\nand come"


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("Europe/Paris", ""),
        ("Romance Standard Time", ""),
        ("/freeassociation.sourceforge.net/Europe/Paris", ""),
        ("Customized Time Zone", OUTLOOK_ZONE),
    ],
)
@pytest.mark.parametrize(("day", "hour"), [("20260310", 8), ("20260710", 7), ("20261110", 8)])
def test_zones_are_found_by_every_name_programs_give_them(name, before, day, hour):
    start = read(f'DTSTART;TZID="{name}":{day}T090000', before=before).start
    assert start.at.astimezone(UTC).hour == hour
    assert start.zone == name


def test_a_zone_of_one_mail_says_nothing_of_the_same_name_in_another():
    assert read("DTSTART;TZID=Customized Time Zone:20260310T090000", before=OUTLOOK_ZONE)
    start = read("DTSTART;TZID=Customized Time Zone:20260310T090000").start
    assert start.at.tzinfo is None
    assert start.zone == "Customized Time Zone"


@pytest.mark.parametrize(
    ("properties", "length", "is_day"),
    [
        ((BERLIN, "DURATION:PT1H30M"), timedelta(minutes=90), False),
        ((BERLIN,), timedelta(0), False),
        ((BERLIN, "DTEND;TZID=Europe/Berlin:20260309T090000"), timedelta(0), False),
        (("DTSTART:20260310T090000", "DURATION:PT1H"), timedelta(hours=1), False),
        (("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312"), timedelta(days=2), True),
        (("DTSTART;VALUE=DATE:20260310",), timedelta(days=1), True),
        (("DTSTART:20260310",), timedelta(days=1), True),
        ((BERLIN, "DURATION:P999999W"), timedelta(0), False),
        (("DTSTART:20260310T080000Z", "DTEND;TZID=Asia/Tokyo:20260310T180000"),
         timedelta(hours=1), False),
    ],
)  # fmt: skip
def test_how_long_it_takes(properties, length, is_day):
    one = read(*properties)
    assert one.length == length
    assert one.start is None or one.start.is_day is is_day


def test_the_whole_of_an_event_counts_before_its_changed_dates():
    changed = "RECURRENCE-ID:20260317T080000Z\r\nSUMMARY:moved\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n"
    one = read(changed + "SUMMARY:all\r\nUID:x", BERLIN)
    assert (one.summary.raw, one.others, one.instance) == ("all", 1, None)
    alone = read("RECURRENCE-ID:20260317T080000Z", "SUMMARY:moved")
    assert alone.instance.at == datetime(2026, 3, 17, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken",
    [
        "DTSTART:20261399T000000", "DTSTART:120000", "DTSTART;VALUE=PERIOD:20260310T090000Z/PT1H",
        "DTSTART;TZID=/etc/passwd:x", "DURATION:PTX", "SEQUENCE:99999999999999999999",
        "SEQUENCE:x", "RRULE:FREQ=FOO", "RRULE:xx", "ATTENDEE:bad", "ORGANIZER:http://x", "GEO:x",
        "garbage", "EXDATE:x", "UID:\x00y", "DTSTART:99991231T235959Z", "DTSTART:00010101T000000Z",
        "SUMMARY:a\r\nSUMMARY:b", "DTSTAMP:x", ":", ";;;:", "BEGIN:VEVENT", "END:VCALENDAR",
        "RECURRENCE-ID:x", "CATEGORIES:a,b", "ATTACH;VALUE=BINARY;ENCODING=BASE64:!!!",
        "REQUEST-STATUS:2.0;x", "TRIGGER:-PT5M", "X-A;X=\":y",
    ],
)  # fmt: skip
def test_what_is_broken_is_left_out_and_the_rest_is_read(broken):
    one = read("SUMMARY:s", broken)
    assert one is None or one.summary.raw in ("s", "")


@pytest.mark.parametrize("text", ["", "x", "BEGIN:VCALENDAR", "END:VEVENT", "BEGIN:VCARD\r\nX:1"])
def test_what_is_no_calendar_is_none(text):
    assert invitation_of(text) is None


def test_all_is_capped():
    many = "\r\n".join(f"ATTENDEE:mailto:g{n}@x.example" for n in range(2_000))
    assert len(read(many).guests) == MAX_GUESTS
    events = read("END:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:s\r\n" * 4_000)
    assert events.others < MAX_EVENTS
    assert read("UID:" + "u" * 2_000).uid == ""


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "unit",
    [
        "BEGIN:VEVENT\n", ";a=b", "X;" + "a=;" * 50 + "\n", "\n ", '"', "A:", "END:VEVENT\n",
        "BEGIN:VTIMEZONE\n", "SUMMARY:s\n", "ATTENDEE:mailto:a@b\n", "EXDATE:20260310T090000Z\n",
        "BEGIN:VALARM\nTRIGGER:-PT5M\n", 'X;P="' + "^n" * 20 + '":1\n',
    ],
)  # fmt: skip
def test_hostile_calendars_end_in_time(unit):
    opening = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nDTSTART:20260310T090000Z\n"
    many = unit * (2 * MAX_CALENDAR_CHARS // len(unit))
    invitation_of(opening + many)
    invitation_of(opening + many[: MAX_CALENDAR_CHARS // 2] + "\nEND:VEVENT\nEND:VCALENDAR")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_zone_whose_clocks_never_rest_ends_in_time(rule):
    zone = OUTLOOK_ZONE.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", rule)
    one = read("DTSTART;TZID=Customized Time Zone:20260310T090000", before=zone)
    assert isinstance(one.start.at.utcoffset(), timedelta)


@pytest.mark.timeout(30)
def test_a_zone_of_many_dear_rules_works_each_out_once_a_year(monkeypatch):
    """Each date of an event asks for its zone, some of them without end."""
    asked = []

    def counted(rule, start, year):
        asked.append(year)
        return dates_of_year(rule, start, year)

    monkeypatch.setattr(zone_rules, "dates_of_year", counted)
    never = ",".join(f"{n}{day}" for n in range(40, 53) for day in ("MO", "TU", "WE", "TH", "FR"))
    change = (
        "BEGIN:STANDARD\r\nDTSTART:19260101T000000\r\nTZOFFSETFROM:+0100\r\n"
        f"TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY={never}\r\nEND:STANDARD\r\n"
    )
    zone = f"BEGIN:VTIMEZONE\r\nTZID:Mine\r\n{change * MAX_RULES}END:VTIMEZONE"
    start = read("DTSTART;TZID=Mine:20260310T090000", before=zone).start.at
    for day in range(200):
        assert (start + timedelta(days=day)).utcoffset() == timedelta(hours=1)
    assert sorted(asked) == [2025] * MAX_RULES + [2026] * MAX_RULES


def test_a_zone_that_changes_on_the_day_it_began_keeps_that_day():
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:20000329T020000\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD\r\n"
        "BEGIN:STANDARD\r\nDTSTART:20001001T020000\r\nTZOFFSETFROM:+0200\r\n"
        "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    for day, hour in (("20260328", 8), ("20260330", 7), ("20260930", 7), ("20261002", 8)):
        start = read(f"DTSTART;TZID=Mine:{day}T090000", before=zone).start
        assert start.at.astimezone(UTC).hour == hour


def test_what_reads_calendars_is_loaded_by_nobody_who_only_shows_or_indexes_a_mail():
    code = (
        "import sys, tuimail.engine.process, tuimail.ui.mail_app, tuimail.services.reading\n"
        "from tuimail.mime.render import render_mail, searchable_text\n"
        "raw = b'Content-Type: text/calendar\\n\\nBEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:x\\n'\n"
        "render_mail(raw), searchable_text(raw)\n"
        "sys.exit('icalendar' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
