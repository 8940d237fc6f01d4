"""When a mail that was not taken is tried again, and when no more."""

import pytest

from tuimail.outbox.pauses import (
    DEFER_MOST_S,
    GIVE_UP_AFTER_S,
    OFFLINE_MOST_S,
    deferral_s,
    is_given_up,
    offline_s,
)


@pytest.mark.parametrize(
    ("pause", "first", "most"),
    [(deferral_s, 60, DEFER_MOST_S), (offline_s, 5, OFFLINE_MOST_S)],
)
def test_pauses_double_up_to_their_most(pause, first, most) -> None:
    plain = [pause(attempt, 0.5) for attempt in range(1, 60)]
    assert plain[:3] == [first, 2 * first, 4 * first]
    assert plain[-1] == max(plain) == most
    assert pause(1, 0.0) == round(first * 0.8)
    assert pause(1, 1.0) == round(first * 1.2)


def test_a_server_down_for_an_hour_is_asked_at_most_25_times() -> None:
    passed, attempts = 0, 0
    while passed < 3600:
        attempts += 1
        passed += offline_s(attempts, 0.0)
    assert attempts <= 25
    assert offline_s(1, 0.0) <= 5


def test_giving_up_needs_both_time_and_attempts() -> None:
    assert is_given_up(GIVE_UP_AFTER_S + 1, 5, None, GIVE_UP_AFTER_S)
    assert not is_given_up(GIVE_UP_AFTER_S + 1, 4, None, GIVE_UP_AFTER_S)
    assert not is_given_up(GIVE_UP_AFTER_S, 99, None, GIVE_UP_AFTER_S)
