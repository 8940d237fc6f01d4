"""How much of a mailbox is kept here, as words and as a time."""

import pytest

from tuimail.model.offline import (
    DAY_S,
    EVERYTHING,
    HEADERS_ONLY,
    MAX_DAYS,
    Offline,
    offline_of_word,
)

NOW = 1_790_000_000


@pytest.mark.parametrize("offline", [EVERYTHING, HEADERS_ONLY, Offline(1), Offline(MAX_DAYS)])
def test_a_word_stands_for_what_it_was_made_of(offline):
    assert offline_of_word(offline.word) == offline


def test_mail_is_kept_from_a_day_on():
    assert EVERYTHING.since(NOW) == 0
    assert HEADERS_ONLY.since(NOW) is None
    assert Offline(90).since(NOW) == NOW - 90 * DAY_S
    assert Offline(MAX_DAYS).since(NOW) == 0


def test_it_is_said_in_words():
    assert "last 90 days" in Offline(90).sentence
    assert "mail of a day is kept" in Offline(1).sentence
    assert "all mail" in EVERYTHING.sentence
    assert "when it is opened" in HEADERS_ONLY.sentence
    assert [one.amount for one in (EVERYTHING, Offline(7), HEADERS_ONLY)] == [
        "all mail", "mail of the last 7 days", "headers alone"
    ]  # fmt: skip
