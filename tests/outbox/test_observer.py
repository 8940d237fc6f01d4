"""How far a mail has come, as it is told."""

import pytest

from tuimail.events import Progress, Task
from tuimail.outbox.observer import SHOWN_FROM_BYTES, PhaseKeeper
from tuimail.store.outgoing_attempts import claim_due

from .conftest import NORTH, START, queue


@pytest.fixture
def keeper(store):
    queue(store)
    claim = claim_due(store, NORTH, START + 1, 1)
    told = []
    one = PhaseKeeper(store, claim, told.append)
    one.told = told
    return one


def test_a_large_mail_that_stops_on_its_way_is_told_to_be_over(keeper) -> None:
    keeper.progress(1_000, SHOWN_FROM_BYTES)
    keeper.end()
    keeper.end()
    assert keeper.told == [
        Progress(NORTH, Task.SENDING, "", 1_000, SHOWN_FROM_BYTES),
        Progress(NORTH, Task.SENDING, "", 1, 1),
    ]


def test_one_that_has_gone_is_over_already(keeper) -> None:
    keeper.progress(SHOWN_FROM_BYTES, SHOWN_FROM_BYTES)
    keeper.end()
    assert len(keeper.told) == 1


def test_a_small_mail_is_gone_before_anybody_could_look(keeper) -> None:
    keeper.progress(1_000, SHOWN_FROM_BYTES - 1)
    keeper.end()
    assert keeper.told == []
