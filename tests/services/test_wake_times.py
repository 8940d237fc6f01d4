"""When mail comes back, as people write it: in their zone, over changes of the clock."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tuimail.errors import UserError
from tuimail.services.wake_times import CHOICES, wake_time, wake_words
from tuimail.services.zones import SystemZone

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 10, 23, 14, 0, tzinfo=BERLIN).timestamp()
"""Two days before the clocks go back."""


def moment(text: str, now: float = FRIDAY) -> str:
    return f"{datetime.fromtimestamp(wake_time(text, now, BERLIN), BERLIN):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tonight", "2026-10-23 18:00"),
        ("tomorrow", "2026-10-24 08:00"),
        ("Tomorrow 14:30", "2026-10-24 14:30"),
        ("mon", "2026-10-26 08:00"),
        ("monday 9:15", "2026-10-26 09:15"),
        ("3d", "2026-10-26 08:00"),
        ("1w", "2026-10-30 08:00"),
        ("3h", "2026-10-23 17:00"),
        ("14:30", "2026-10-23 14:30"),
        ("13:30", "2026-10-24 13:30"),
        ("1 dec 9:00", "2026-12-01 09:00"),
        ("1. December", "2026-12-01 08:00"),
        ("Jan 5", "2027-01-05 08:00"),
        ("5 jan 2028 7:05", "2028-01-05 07:05"),
        ("29 feb 2028", "2028-02-29 08:00"),
        ("2026-12-24T08:00", "2026-12-24 08:00"),
    ],
)
def test_a_time_in_words_is_meant_in_the_persons_zone(text, expected):
    assert moment(text) == expected


def test_tonight_said_at_night_is_a_few_hours_later():
    night = datetime(2026, 10, 23, 20, 30, tzinfo=BERLIN).timestamp()
    assert moment("tonight", night) == "2026-10-23 23:30"


def test_hours_pass_though_the_clock_is_put_back_and_days_end_at_the_same_time():
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN).timestamp()
    assert wake_time("3h", before, BERLIN) == before + 3 * 3600
    assert moment("1d", before) == "2026-10-26 08:00"


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "32 dec", "30 feb", "25:00", "1 dec 2020", "dec"),
        *("1 dec 9:75", "1 dec 25:00", "1 jan 0000", "31 dec 9999 23:59", "9999w"),
    ],
)
def test_what_is_no_time_or_has_passed_is_said(text):
    with pytest.raises(UserError):
        wake_time(text, FRIDAY, BERLIN)


def test_what_is_offered_is_understood():
    assert all(wake_time(one, FRIDAY, BERLIN) > FRIDAY for one in CHOICES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tonight", "18:00"),
        ("tomorrow", "tomorrow 8:00"),
        ("mon", "Mon 8:00"),
        ("1 dec 9:00", "1 Dec 9:00"),
        ("1 feb 9:00", "1 Feb 2027 9:00"),
    ],
)
def test_a_moment_is_said_in_words(text, expected):
    assert wake_words(wake_time(text, FRIDAY, BERLIN), FRIDAY, BERLIN) == expected


@pytest.fixture
def system_zone(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield SystemZone()
    monkeypatch.undo()
    time.tzset()


def test_the_systems_zone_knows_its_summer_time(system_zone):
    for day in range(365):
        for hour in (0, 1, 2, 3, 12):
            moment = datetime(2026, 1, 1, tzinfo=BERLIN).timestamp() + day * 86_400 + hour * 3600
            here = datetime.fromtimestamp(moment, system_zone)
            there = datetime.fromtimestamp(moment, BERLIN)
            assert here.replace(tzinfo=None) == there.replace(tzinfo=None)
            assert here.timestamp() == moment
    assert wake_time("mon", FRIDAY, system_zone) == wake_time("mon", FRIDAY, BERLIN)
    assert datetime.fromtimestamp(FRIDAY, system_zone).tzname() == "CEST"
