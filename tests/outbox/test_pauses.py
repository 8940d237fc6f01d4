"""When a mail that was not taken is tried again, and when no more."""

import pytest

from tuimail.outbox.pauses import (
    DEFER_MOST_S,
    OFFLINE_MOST_S,
    InVain,
    deferral_s,
    is_given_up,
    offline_s,
    refused_s,
)

USUAL_S = 5 * 86_400


@pytest.mark.parametrize(
    ("pause", "first", "most"),
    [
        (deferral_s, 60, DEFER_MOST_S),
        (offline_s, 5, OFFLINE_MOST_S),
        (refused_s, 3600, DEFER_MOST_S),
    ],
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
    assert is_given_up(USUAL_S + 1, 5, None, USUAL_S)
    assert not is_given_up(USUAL_S + 1, 4, None, USUAL_S)
    assert not is_given_up(USUAL_S, 99, None, USUAL_S)


def test_a_time_set_for_one_mail_needs_no_number_of_attempts() -> None:
    assert is_given_up(61, 1, 60, USUAL_S)
    assert not is_given_up(60, 99, 60, USUAL_S)
    assert not is_given_up(USUAL_S + 1, 99, 10 * USUAL_S, USUAL_S)


def tried(in_vain: InVain, begin: float, times: int, every_s: float = 400) -> float:
    """Let time pass with so many attempts in vain; return when the last one was made."""
    for number in range(times):
        in_vain.look(begin + number * every_s)
        in_vain.tried(is_in_vain=True)
    return begin + (times - 1) * every_s


def test_waiting_is_hopeless_after_enough_tries_over_a_while() -> None:
    in_vain = InVain()
    assert not in_vain.is_hopeless(0)
    assert not in_vain.is_hopeless(tried(in_vain, 1_000_000, 4))
    assert in_vain.is_hopeless(tried(in_vain, 1_000_000, 6))


def test_the_first_tries_after_waking_up_are_not_hopeless() -> None:
    in_vain = InVain()
    night = tried(in_vain, 1_000_000, 50)
    assert in_vain.is_hopeless(night)
    morning = night + 8 * 3600
    for number in range(20):  # the network comes and goes: hints make a try of each
        in_vain.look(morning + number)
        in_vain.tried(is_in_vain=True)
        assert not in_vain.is_hopeless(morning + number)
    assert in_vain.is_hopeless(tried(in_vain, morning + 100, 6))


def test_a_server_that_answers_gives_hope() -> None:
    in_vain = InVain()
    now = tried(in_vain, 1_000_000, 10)
    in_vain.tried(is_in_vain=False)
    assert not in_vain.is_hopeless(now)


def test_a_clock_set_back_counts_as_waking_up() -> None:
    in_vain = InVain()
    now = tried(in_vain, 1_000_000, 10)
    in_vain.look(now - 5)
    assert not in_vain.is_hopeless(now - 5)
