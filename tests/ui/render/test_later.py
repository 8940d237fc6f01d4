"""What a row says of mail that is put off and of conversations that are muted."""

import time

import pytest

from tuimail.model.later import NOT_LATER, Later
from tuimail.ui.render.later import ASLEEP_MARK, MUTED_MARK, WOKEN_MARK, later_pieces

NOW = int(time.mktime((2026, 10, 23, 14, 0, 0, 0, 0, -1)))
DAY = 86_400


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (NOT_LATER, ""),
        (Later(NOW + 4 * 3600), f" {ASLEEP_MARK} 18:00"),
        (Later(NOW + 3 * DAY), f" {ASLEEP_MARK} Mon"),
        (Later(NOW + 20 * DAY), f" {ASLEEP_MARK} 12.11."),
        (Later(NOW + 200 * DAY), f" {ASLEEP_MARK} 11.5.27"),
        (Later(is_woken=True), f" {WOKEN_MARK}"),
        (Later(is_muted=True, is_woken=True), f" {MUTED_MARK} {WOKEN_MARK}"),
    ],
)
def test_a_row_says_when_it_wakes_that_it_woke_and_that_it_is_muted(later, expected):
    text = "".join(words for words, _ in later_pieces(later, NOW))
    assert text.startswith(expected)
    assert bool(text) is bool(expected)
    assert len(text) <= 20
