"""When a mail goes that is sent later, as people write it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.services.send_times import send_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 17, 30, tzinfo=BERLIN)
"""A Saturday."""


def at(text: str) -> str:
    moment = datetime.fromtimestamp(send_time(text, NOW.timestamp(), BERLIN), BERLIN)
    return moment.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-24T08:00", "2026-12-24 08:00"),
        ("2026-12-24 08:00", "2026-12-24 08:00"),
        ("2026-12-24T08:00Z", "2026-12-24 09:00"),
        ("18:00", "2026-11-28 18:00"),
        ("9:05", "2026-11-29 09:05"),
        ("today 18:00", "2026-11-28 18:00"),
        ("tomorrow", "2026-11-29 08:00"),
        ("Tomorrow at 9:30", "2026-11-29 09:30"),
        ("mon", "2026-11-30 08:00"),
        ("saturday 7", "2026-12-05 07:00"),
        ("2h", "2026-11-28 19:30"),
        ("in 30 minutes", "2026-11-28 18:00"),
        ("3d", "2026-12-01 17:30"),
    ],
)
def test_people_write_times_in_many_ways(text: str, moment: str) -> None:
    assert at(text) == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("soon", "no time"),
        ("", "no time"),
        ("25:00", "no time"),
        ("17", "no time"),
        ("tomorrow noon", "no time"),
        ("monkey", "no time"),
        ("2020-01-01", "passed already"),
        ("today 8:00", "passed already"),
        ("2199-01-01", "hundred years"),
        ("9999w", "hundred years"),
    ],
)
def test_what_is_no_time_to_come_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as failure:
        at(text)
    assert failure.value.hint.isprintable()


@given(st.text(max_size=30))
def test_whatever_is_typed_only_our_error_comes_of_it(text: str) -> None:
    try:
        moment = send_time(text, NOW.timestamp(), BERLIN)
    except UserError:
        return
    assert moment >= int(NOW.timestamp())
