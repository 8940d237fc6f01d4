"""Events."""

import pytest

from tuimail.events import Progress, Task


@pytest.mark.parametrize(
    ("task", "done", "total", "words"),
    [
        (Task.HEADERS, 431, 2_000, "headers 431/2,000"),
        (Task.MESSAGE, 9_999_999, 10_000_000, "message 99 %"),
        (Task.SENDING, 10, 10, "sending 100 %"),
        (Task.SENDING, 0, 0, "sending 0 %"),
        (Task.INDEX, 500, 2_000, "search index 500/2,000"),
    ],
)
def test_progress_says_how_far_it_is(task, done, total, words):
    assert Progress("work", task, "INBOX", done, total).words == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "bodies 431/2,000"),
        (1, "bodies 431/2,000, under 1 min"),
        (59, "bodies 431/2,000, under 1 min"),
        (60, "bodies 431/2,000, about 1 min"),
        (185, "bodies 431/2,000, about 3 min"),
        (3_569, "bodies 431/2,000, about 59 min"),
        (3_570, "bodies 431/2,000, about 1 h"),
        (100_000, "bodies 431/2,000, about 28 h"),
    ],
)
def test_progress_says_about_how_long_it_will_take_where_that_is_known(seconds, words):
    assert Progress("work", Task.BODIES, "", 431, 2_000, seconds).words == words
