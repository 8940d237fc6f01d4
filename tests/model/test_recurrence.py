"""Dates of repeated events: as dateutil finds them, and bounded whatever a rule asks."""

import random
from datetime import datetime
from itertools import islice

import pytest
from dateutil.rrule import rrulestr

from tuimail.mime.recurrence import parse_rule, rule_words
from tuimail.model.recurrence import MAX_CANDIDATES, dates

START = datetime(2026, 3, 10, 9, 30)  # noqa: DTZ001
RULES = (
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;COUNT=7", "FREQ=DAILY;BYDAY=MO,WE", "FREQ=WEEKLY",
    "FREQ=DAILY;BYMONTH=2", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=1,6", "FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "FREQ=YEARLY;BYMONTHDAY=1", "FREQ=YEARLY;INTERVAL=4",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
)  # fmt: skip


def first(text, count=12, start=START):
    return list(islice(dates(parse_rule(text), start), count))


@pytest.mark.parametrize("text", RULES)
def test_dates_are_those_another_program_finds(text):
    assert first(text) == list(islice(rrulestr(text, dtstart=START), 12))


@pytest.mark.parametrize("text", RULES)
@pytest.mark.parametrize("years", [0, 1, 30, 150])
def test_dates_long_ago_are_left_out_and_no_others(text, years):
    after = START.replace(year=START.year + years)
    rule = parse_rule(text)
    found = [one for one in islice(dates(rule, START, after), 400) if one >= after]
    assert found[:10] == list(islice((d for d in dates_of(text) if d >= after), 10))


def dates_of(text):
    return (
        rrulestr(f"{text};UNTIL=22000101T000000", dtstart=START)
        if "COUNT" not in text
        else (rrulestr(text, dtstart=START))
    )


def test_dates_of_made_up_rules_are_those_another_program_finds():
    rng = random.Random(6)
    for _ in range(150):
        text = f"FREQ={rng.choice(('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'))}"
        text += f";INTERVAL={rng.randint(1, 4)}"
        for name, values in (
            ("BYDAY", ("MO", "WE", "FR,SU")),
            ("BYMONTHDAY", ("1", "15,31", "-2")),
            ("BYMONTH", ("2", "3,4,11")),
        ):
            if rng.random() < 0.35 and not (name == "BYMONTHDAY" and "WEEKLY" in text):
                text += f";{name}={rng.choice(values)}"
        start = datetime(2026, rng.randint(1, 12), rng.randint(1, 28), 7)  # noqa: DTZ001
        assert first(text, 6, start) == list(islice(rrulestr(text, dtstart=start), 6)), text


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;COUNT=1000000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTHDAY=1,2,3,4,5,6,7,8,9",
        "FREQ=WEEKLY;INTERVAL=999999999", "FREQ=YEARLY;INTERVAL=1000",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=300",
    ],
)  # fmt: skip
def test_rules_of_strangers_end(text):
    assert sum(1 for _ in dates(parse_rule(text), START)) <= MAX_CANDIDATES


def test_what_a_rule_says_again_and_again_is_worked_out_once():
    rule = parse_rule(f"FREQ=YEARLY;BYDAY={'53MO,' * 90}1TU;BYMONTHDAY={'31,' * 90}1;BYMONTH=2,2")
    assert rule.weekdays == ((53, 0), (1, 1))
    assert rule.month_days == (31, 1)
    assert rule.months == (2,)


@pytest.mark.parametrize(
    "text",
    ["FREQ=SECONDLY;COUNT=9", "FREQ=HOURLY", "", "x", "FREQ=", "COUNT=3", "FREQ=DAILY\0"],
)
def test_what_repeats_within_a_day_or_not_at_all_is_no_rule(text):
    assert parse_rule(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYHOUR=1,2", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;COUNT=x", "FREQ=DAILY;UNTIL=x", "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYDAY=54MO", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
        "FREQ=DAILY;BYMONTHDAY=" + "1," * 500 + "1", "FREQ=DAILY;COUNT=" + "9" * 5_000,
    ],
)  # fmt: skip
def test_a_rule_not_worked_out_says_so_and_has_its_first_date(text):
    rule = parse_rule(text)
    assert not rule.is_whole
    assert list(dates(rule, START)) == [START]
    assert rule_words(rule).endswith("not worked out here")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tue and Thu"),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month on the 2nd Tue"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
         "every month on the last of Mon, Tue, Wed, Thu and Fri"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15", "every month on the last and 15th"),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "every year on the last Sun in October"),
        ("FREQ=YEARLY;BYDAY=-2MO", "every year on the 2nd from the end Mon"),
    ],
)  # fmt: skip
def test_rules_are_told_in_words(text, words):
    assert rule_words(parse_rule(text)) == words
