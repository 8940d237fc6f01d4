"""Waiting between attempts."""

import asyncio
import contextlib
import os
from pathlib import Path
from random import Random

import pytest

from tests.sync.walk import ACCOUNT
from tuimail.errors import NetworkError
from tuimail.store.database import open_store
from tuimail.sync.account import AccountSync
from tuimail.sync.backoff import FIRST_S, LONGEST_S, SHORTEST_S, Backoff
from tuimail.sync.surroundings import Surroundings

SEEDS = 1_000 if os.environ.get("PROOF_FULL") else 20


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


class HastyLoop(asyncio.SelectorEventLoop):
    """A loop on which waiting takes no time: where nothing is to be done, it is later already."""

    ahead_s = 0.0

    def time(self) -> float:
        return super().time() + self.ahead_s

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self.ahead_s += max(0.0, self._scheduled[0].when() - self.time())
        super()._run_once()


def attempts_of_an_account(folder: Path, seed: int, seconds: float) -> list[float]:
    """Return when an account whose server is down was tried, in seconds from the first time."""
    loop = HastyLoop()
    tried: list[float] = []

    async def connect():
        tried.append(loop.time())
        raise NetworkError("Nothing answers.")

    async def down():
        store = open_store(folder)
        around = Surroundings(
            store=store,
            connect=connect,
            on_event=lambda _: None,
            clock=loop.time,
            monotonic=loop.time,
            random=Random(seed),
            has_screen=lambda: False,
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await AccountSync(ACCOUNT, around).run()
        store.close()

    try:
        loop.run_until_complete(down())
    finally:
        loop.close()
    return [at - tried[0] for at in tried]


@pytest.mark.proof
def test_an_account_whose_server_is_down_for_an_hour_is_tried_at_most_25_times(tmp_path):
    most = 0
    for seed in range(SEEDS):
        tried = attempts_of_an_account(tmp_path, seed, 3_600)
        most = max(most, len(tried))
        assert tried[1] < 5
    assert 10 < most <= 25
    print(f"server down for an hour, {SEEDS} times: at most {most} attempts")
