"""Calendars of strangers: whatever they hold, they are read or not, in time, and call nobody."""

import os
import random
import sys
import time
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest

from tests.mime.test_invitation import OUTLOOK_ZONE, calendar
from tuimail.errors import UserError
from tuimail.mime.invitation import invitation_of
from tuimail.mime.itip import Reply, build_reply
from tuimail.mime.links import LinkTable
from tuimail.model.address import Address
from tuimail.model.appointment import Standing
from tuimail.model.invitation import Answer
from tuimail.model.safe import safe_line
from tuimail.services.invitation_times import spans
from tuimail.services.invitation_words import Invited, lines_of

COUNT = 20_000 if os.environ.get("PROOF_FULL") else 1_000
NOW = 1_772_000_000
BERLIN = ZoneInfo("Europe/Berlin")
SEED = calendar(
    "SUMMARY:Plan\\, part",
    "DTSTART;TZID=Customized Time Zone:20260310T090000",
    "DTEND;TZID=Europe/Berlin:20260310T093000",
    "DTSTAMP:20260301T000000Z",
    "SEQUENCE:3",
    "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4;UNTIL=20270101T000000Z",
    "EXDATE;TZID=Europe/Berlin:20260317T090000,20260324T090000",
    "LOCATION:Room 1",
    "DESCRIPTION:See https://far.example/plan\\nand come",
    'ORGANIZER;CN="Ada; A:":MAILTO:Ada@Far.Example',
    "ATTENDEE;CN=Me;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:me@home.example",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T090000Z",
    "DURATION:PT1H",
    "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA",
    "ATTACH:https://evil.example/x",
    "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT5M\r\nATTACH:https://evil.example/\r\nEND:VALARM",
    "URL:https://evil.example/y",
    before=OUTLOOK_ZONE,
)
PIECES = (
    "\r\n", "\n", ":", ";", "=", '"', ",", "\\", "\0", "\xff", "ä", "BEGIN:VEVENT\r\n", "^n",
    "END:VEVENT\r\n", "VALUE=DATE", "VALUE=", "TZID=", "99999999", "0000", "-", "Z", "T", "P",
    "\u2028", "BEGIN:VTIMEZONE\r\n", "FREQ=DAILY", "INTERVAL=99999", "COUNT=1000000",
)  # fmt: skip


def mutated(rng: random.Random) -> str:
    text = SEED
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text))
        match rng.randrange(4):
            case 0:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[at + rng.randint(1, 8) :]
            case 2:
                other = rng.randrange(len(text))
                text = text[:at] + text[other : other + rng.randint(1, 40)] + text[at:]
            case _:
                text = text[:at] + chr(rng.randint(0, 0x2100)) + text[at + 1 :]
    return text


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_k9_calendars_of_a_fuzzer_raise_nothing_and_end_in_time():
    rng, slowest, read = random.Random(9), 0.0, 0
    for _ in range(COUNT):
        text, begun = mutated(rng), time.process_time()
        invitation = invitation_of(text)
        if invitation is not None:
            read += 1
            spans(invitation, BERLIN, NOW)
            invited = Invited(invitation, Standing.NEW, None, None, False, "x@y.example", True)
            lines = lines_of(invited, BERLIN, NOW, "", LinkTable())
            assert all(safe_line(line.text, 20_000) == line.text for line in lines)
            reply = Reply(invitation, Address("Me", "me@home.example"), Answer.ACCEPTED)
            with suppress(UserError):  # it may be no invitation any more
                build_reply(reply, "", "m@home.example", NOW)
        slowest = max(slowest, time.process_time() - begun)
    assert read > COUNT // 2
    print(f"{COUNT} calendars: 0 exceptions, {read} read, the slowest in {slowest * 1e3:.0f} ms")


EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
          "socket.bind", "subprocess.Popen", "os.system", "webbrowser.open"}  # fmt: skip


def test_k9_reading_calls_nobody():
    """Every audit event that speaks to the network or starts a program, while a hundred are read."""
    seen: list[str] = []
    is_watching = True

    def watch(event: str, _: object) -> None:
        if is_watching and event in EVENTS:
            seen.append(event)

    sys.addaudithook(watch)
    try:
        rng = random.Random(10)
        for _ in range(100):
            invitation = invitation_of(mutated(rng))
            if invitation is not None:
                invited = Invited(invitation, Standing.NEW, None, None, False, "x@y.example", True)
                lines_of(invited, BERLIN, NOW, "", LinkTable())
    finally:
        is_watching = False
    assert seen == []
