"""A bug of one account is logged, said, and its loop is run again."""

import asyncio
import logging
from random import Random

import pytest

from tests.engine.patience import until
from tuimail.engine import caretaker
from tuimail.engine.caretaker import care_for

PRIVATE = "Subject: the secret plan of alice@example.org"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("tuimail.sync.backoff.SHORTEST_S", 0.0)
    monkeypatch.setattr("tuimail.sync.backoff.LONGEST_S", 0.001)


async def cared(run, broken, runs):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(care_for("sync of work", run, broken, Random(1)))
        await until(lambda: len(runs) >= 3)
        task.cancel()


async def test_a_crash_is_logged_with_its_place_and_without_its_message(caplog):
    runs, broken = [], []

    async def run():
        runs.append(1)
        raise ValueError(PRIVATE)

    with caplog.at_level(logging.ERROR):
        await cared(run, lambda: broken.append(1), runs)
    assert len(broken) == len(runs) >= 3
    assert "ValueError at" in caplog.text
    assert "test_caretaker.py" in caplog.text
    assert "secret plan" not in caplog.text
    assert "alice@example.org" not in caplog.text


async def test_every_crash_of_a_group_is_logged(caplog):
    runs = []

    async def run():
        runs.append(1)
        raise ExceptionGroup("x", [ValueError("two"), TypeError("three")]) from KeyError("one")

    with caplog.at_level(logging.ERROR):
        await cared(run, lambda: None, runs)
    assert "ValueError at" in caplog.text
    assert "TypeError at" in caplog.text
    assert "KeyError at" in caplog.text


@pytest.mark.parametrize(("steady_s", "counted"), [(0.0, [1, 1]), (600.0, [1, 2])])
async def test_only_a_loop_that_ran_long_is_started_again_at_once(monkeypatch, steady_s, counted):
    failures, runs = [], []

    class Noted(caretaker.Backoff):
        def next_s(self):
            seconds = super().next_s()
            failures.append(self.failures)
            return seconds

    async def run():
        runs.append(1)
        raise ValueError

    monkeypatch.setattr(caretaker, "Backoff", Noted)
    monkeypatch.setattr(caretaker, "STEADY_S", steady_s)
    await cared(run, lambda: None, runs)
    assert failures[:2] == counted


async def test_a_loop_that_ends_is_run_again():
    runs = []

    async def run():
        runs.append(1)

    await cared(run, lambda: None, runs)
    assert len(runs) >= 3
