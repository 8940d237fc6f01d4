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
