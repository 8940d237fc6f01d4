"""Waiting between attempts."""

from random import Random

from tuimail.sync.backoff import FIRST_S, LONGEST_S, SHORTEST_S, Backoff


def attempts_in(seconds: float, seed: int) -> int:
    backoff = Backoff(Random(seed))
    passed, attempts = 0.0, 0
    while passed < seconds:
        attempts += 1
        passed += backoff.next_s()
    return attempts


def test_a_server_down_for_an_hour_is_tried_at_most_25_times():
    assert max(attempts_in(3_600, seed) for seed in range(1_000)) <= 25


def test_waits_stay_between_their_bounds_and_grow():
    backoff = Backoff(Random(1))
    waits = [backoff.next_s() for _ in range(2_000)]
    assert SHORTEST_S <= waits[0] <= FIRST_S
    assert all(SHORTEST_S <= wait <= LONGEST_S for wait in waits)
    assert min(waits[20:]) >= LONGEST_S / 2
    assert backoff.failures == 2_000


def test_success_starts_over():
    backoff = Backoff(Random(1))
    for _ in range(9):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() <= FIRST_S
