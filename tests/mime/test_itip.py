"""Answers to invitations: what another program reads back is what was meant, and nothing more."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.mime.test_invitation import OUTLOOK_ZONE, calendar
from tuimail.errors import UserError
from tuimail.mime.compose import field_names
from tuimail.mime.fields import header_span
from tuimail.mime.headers import parse_envelope
from tuimail.mime.invitation import invitation_of
from tuimail.mime.itip import MAX_LINE_BYTES, Reply, build_reply, reply_calendar
from tuimail.mime.parse import parse_mail
from tuimail.model.address import Address
from tuimail.model.invitation import Answer

NOW = 1_772_000_000
ME = Address("Grace Hopper", "me@home.example")
ANSWERS = (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)
ASKED = (
    "SUMMARY:Plan\\, part two",
    "DTSTART;TZID=Europe/Berlin:20260310T090000",
    "DTEND;TZID=Europe/Berlin:20260310T100000",
    "SEQUENCE:7",
    "ORGANIZER;CN=Ada:mailto:ada@far.example",
    "ATTENDEE;RSVP=TRUE:mailto:me@home.example",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@far.example",
)


def asked(*properties, **about):
    return invitation_of(calendar(*(properties or ASKED), **about))


def event_of(raw):
    """Return method and event of an answer, as icalendar reads them."""
    mail = parse_mail(raw)
    part = next(one for one in mail.leaves if one.content_type == "text/calendar")
    whole = Calendar.from_ical(mail.content(part))
    (event,) = whole.walk("VEVENT")
    return str(whole["METHOD"]), event


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_read_back_is_the_answer_meant(answer):
    raw = build_reply(Reply(asked(), ME, answer, "late;\nbut there"), "i@far.example", "m@h", NOW)
    method, event = event_of(raw)
    assert (method, str(event["UID"]), int(event["SEQUENCE"])) == ("REPLY", "plan@far.example", 7)
    assert str(event["ORGANIZER"]) == "mailto:ada@far.example"
    attendee = event["ATTENDEE"]
    assert not isinstance(attendee, list)
    assert str(attendee) == "mailto:me@home.example"
    assert attendee.params["PARTSTAT"] == answer.upper()
    assert event["DTSTART"].dt == datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
    assert event["DTSTAMP"].dt == datetime.fromtimestamp(NOW, UTC)
    assert (str(event["SUMMARY"]), str(event["COMMENT"])) == ("Plan, part two", "late;\nbut there")


def test_the_mail_goes_to_the_organiser_alone_and_says_what_it_answers():
    raw = build_reply(Reply(asked(), ME, Answer.ACCEPTED), "i@far.example", "m@home", NOW)
    envelope = parse_envelope(raw)
    assert [one.addr_spec for one in envelope.to] == ["ada@far.example"]
    assert (envelope.cc, envelope.bcc, envelope.from_) == ((), (), (ME,))
    assert envelope.in_reply_to == ("i@far.example",)
    assert envelope.subject == "Accepted: Plan, part two"
    assert b"text/calendar; method=REPLY; charset=" in raw
    assert b"bob@far.example" not in raw
    text = next(one for one in parse_mail(raw).leaves if one.content_type == "text/plain")
    assert "Grace Hopper accepts: Plan, part two" in parse_mail(raw).text(text)


@pytest.mark.parametrize(
    ("properties", "name", "value"),
    [
        (("RECURRENCE-ID;TZID=Europe/Berlin:20260317T090000",), "RECURRENCE-ID",
         datetime(2026, 3, 17, 8, tzinfo=UTC)),
        (("RECURRENCE-ID;VALUE=DATE:20260317",), "RECURRENCE-ID", datetime(2026, 3, 17).date()),  # noqa: DTZ001
        (("DTSTART:20260317T090000",), "DTSTART", datetime(2026, 3, 17, 9)),  # noqa: DTZ001
        (("DTSTART;VALUE=DATE:20260317",), "DTSTART", datetime(2026, 3, 17).date()),  # noqa: DTZ001
        (("DTSTART;TZID=Customized Time Zone:20260717T090000",), "DTSTART",
         datetime(2026, 7, 17, 7, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_times_of_every_kind_are_the_same_moment(properties, name, value):
    invitation = asked("ORGANIZER:mailto:ada@far.example", *properties, before=OUTLOOK_ZONE)
    _, event = event_of(build_reply(Reply(invitation, ME, Answer.ACCEPTED), "", "m@h", NOW))
    assert event[name].dt == value


@pytest.mark.parametrize("method", ["PUBLISH", "REPLY", "CANCEL", "COUNTER", "REFRESH", "ADD", ""])
def test_nothing_but_a_request_is_answered(method):
    with pytest.raises(UserError):
        build_reply(Reply(asked(method=method), ME, Answer.ACCEPTED), "", "m@h", NOW)


@pytest.mark.parametrize(
    "organizer",
    ["X-NONE:1", "ORGANIZER:http://far.example", "ORGANIZER:mailto:a@b.example>\\nBcc:<c@d.example",
     "ORGANIZER:mailto:a b@c.example", "ORGANIZER:mailto:@", "ORGANIZER:mailto:a@b.example\x0bc"],
)  # fmt: skip
def test_an_organiser_who_is_no_address_is_not_answered(organizer):
    with pytest.raises(UserError):
        build_reply(Reply(asked("SUMMARY:s", organizer), ME, Answer.ACCEPTED), "", "m@h", NOW)


def test_whatever_an_invitation_says_an_answer_holds_no_line_of_its_own_making():
    rng = random.Random(5546)
    pieces = ("\\n", "\\N", "END:VEVENT", "\\;", "\\,", '"', ":", "^n", "ä", "灯" * 40, "\t", "x" * 90,
              "ATTENDEE:mailto:eve@evil.example", "METHOD:CANCEL", "=?utf-8?q?=0D=0ABcc=3A_a?=")  # fmt: skip
    for _ in range(300):
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 12)))
        invitation = invitation_of(
            calendar(
                *ASKED[1:4],
                f"SUMMARY:{text}",
                f"LOCATION:{text}",
                'ORGANIZER;CN="' + text.replace('"', "") + '":mailto:ada@far.example',
            )
        )
        comment = text.replace("\\n", "\n")
        reply = Reply(invitation, Address(text, "me@home.example"), Answer.DECLINED, comment)
        raw = build_reply(reply, text, "m@home.example", NOW)
        method, event = event_of(raw)
        assert method == "REPLY"
        assert str(event["ATTENDEE"]) == "mailto:me@home.example"
        assert str(event["COMMENT"]) == comment.replace("\t", " ")
        lines = reply_calendar(reply, datetime.fromtimestamp(NOW, UTC)).split("\r\n")
        assert max(len(line.encode()) for line in lines) <= MAX_LINE_BYTES
        names = field_names(raw[: header_span(raw, 0, len(raw))[0]].rstrip(b"\r"))
        assert set(names) <= {"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To",
                              "References", "MIME-Version", "Content-Type"}  # fmt: skip
        assert [one.addr_spec for one in parse_envelope(raw).to] == ["ada@far.example"]
        assert raw.isascii()
