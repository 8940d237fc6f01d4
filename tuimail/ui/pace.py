"""How long tasks will take, from how fast they went so far. No Textual, no clock of its own."""

from typing import Final

from tuimail.events import Progress, Task

SURE_AFTER_S: Final = 4.0
"""Of a task, before anything is said of how long it will take."""


class Pace:
    """Measures tasks by what is told of them."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, Task, str], tuple[float, int]] = {}
        """When each task was first heard of, and how far it was then."""

    def seconds_left(self, event: Progress, now_s: float) -> int:
        """Return how long a task will take, at least 1; 0 while that is not known.

        `now_s` is a steady clock's. What a task says itself counts.
        """
        key = (event.account, event.task, event.mailbox)
        if event.done >= event.total:
            self._begun.pop(key, None)
            return 0
        begun_s, done = self._begun.setdefault(key, (now_s, event.done))
        if event.done < done:  # begun anew
            self._begun[key] = (now_s, event.done)
            return event.seconds_left
        passed_s, came = now_s - begun_s, event.done - done
        if event.seconds_left or passed_s < SURE_AFTER_S or not came:
            return event.seconds_left
        return max(1, round((event.total - event.done) * passed_s / came))
