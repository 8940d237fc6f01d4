"""What a row says of mail that is put off and of conversations that are muted."""

import time

import pytest

from tuimail.model.later import NOT_LATER, Later
from tuimail.ui.render.later import later_pieces

NOW = int(time.mktime((2026, 10, 23, 14, 0, 0, 0, 0, -1)))
DAY = 86_400


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (NOT_LATER, ""),
        (Later(NOW + 4 * 3600), " z 18:00"),
        (Later(NOW + 3 * DAY), " z Mon"),
        (Later(NOW + 20 * DAY), " z 12.11."),
        (Later(NOW + 200 * DAY), " z 11.5.27"),
        (Later(is_woken=True), " \N{UPWARDS ARROW}"),
        (Later(is_muted=True, is_woken=True), " ~ \N{UPWARDS ARROW}"),
    ],
)
def test_a_row_says_when_it_wakes_that_it_woke_and_that_it_is_muted(later, expected):
    text = "".join(words for words, _ in later_pieces(later, NOW))
    assert text.startswith(expected)
    assert bool(text) is bool(expected)
    assert len(text) <= 20
