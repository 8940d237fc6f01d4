"""How long tasks take, told from how fast they went."""

from dataclasses import replace

from tuimail.events import Progress, Task
from tuimail.ui.pace import SURE_AFTER_S, Pace

BEGUN = Progress("alice", Task.HEADERS, "INBOX", 1_000, 9_000)


def test_the_rest_takes_as_long_as_what_came_tells() -> None:
    pace = Pace()
    assert pace.seconds_left(BEGUN, 10.0) == 0
    assert pace.seconds_left(replace(BEGUN, done=1_500), 10.0 + SURE_AFTER_S - 0.1) == 0
    assert pace.seconds_left(replace(BEGUN, done=3_000), 20.0) == 30
    assert "about 1 min" in replace(BEGUN, seconds_left=50 + 10).words


def test_what_a_task_says_itself_counts() -> None:
    pace = Pace()
    pace.seconds_left(BEGUN, 0.0)
    assert pace.seconds_left(replace(BEGUN, done=3_000, seconds_left=7), 10.0) == 7


def test_a_task_begun_anew_and_one_that_ended_are_measured_anew() -> None:
    pace = Pace()
    pace.seconds_left(BEGUN, 0.0)
    assert pace.seconds_left(replace(BEGUN, done=500), 10.0) == 0
    assert pace.seconds_left(replace(BEGUN, done=1_500), 20.0) == 75
    assert pace.seconds_left(replace(BEGUN, done=9_000), 21.0) == 0
    assert pace.seconds_left(BEGUN, 30.0) == 0


def test_what_stands_still_has_no_end() -> None:
    pace = Pace()
    pace.seconds_left(BEGUN, 0.0)
    assert pace.seconds_left(BEGUN, 60.0) == 0
