"""How far fetching bodies has come, how fast it goes, and how long it will take."""

from collections.abc import Callable
from math import exp
from typing import Final

from tuimail.events import Event, Progress, Task
from tuimail.model.ids import AccountName

from .body_queue import BodyQueue

TELL_AFTER_S: Final = 2.0
"""What takes less is not worth a word: a line that flickers is worse than none."""
TELL_EVERY_S: Final = 0.5
SURE_AFTER_S: Final = 4.0
"""Of fetching, before anything is said of how long it will take."""
SPAN_S: Final = 20.0
"""The speed is that of about so many seconds."""
EACH_BYTES: Final = 2_048
"""What a small mail costs beside its bytes."""
AT_ONCE_S: Final = 0.5
"""So long one command may take: a mail that somebody opens then waits for no longer."""
LEAST_BYTES: Final = 64 << 10
FIRST_BYTES: Final = 256 << 10
MOST_BYTES: Final = 8 << 20


class BodyProgress:
    """Measures and tells, at most twice a second."""

    def __init__(
        self,
        account: AccountName,
        queue: BodyQueue,
        on_event: Callable[[Event], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._account = account
        self._queue = queue
        self._on_event = on_event
        self._monotonic = monotonic
        self._bytes = self._seconds = 0.0
        self._measured_at = 0.0
        self._began_at: float | None = None
        self._told_at: float | None = None
        self._in_hand = 0
        """Bytes of the body that is coming in pieces."""

    @property
    def at_once_bytes(self) -> int:
        """How many bytes to ask for by one command."""
        if self._seconds <= 0:
            return FIRST_BYTES
        return round(min(max(self._bytes / self._seconds * AT_ONCE_S, LEAST_BYTES), MOST_BYTES))

    @property
    def seconds_left(self) -> int:
        """How long it will take, at least 1; 0 while that is not known."""
        if self._seconds < SURE_AFTER_S or self._bytes <= 0:
            return 0
        left = self._queue.bytes_left - self._in_hand + EACH_BYTES * self._queue.left
        return max(1, round(left * self._seconds / self._bytes))

    def go_on(self) -> None:
        """Fetching begins, or goes on after something else."""
        self._measured_at = self._monotonic()
        self._in_hand = 0
        if self._began_at is None:
            self._began_at = self._measured_at

    def came(self, count: int, size_bytes: int, in_hand: int = 0) -> None:
        """So many bodies came, or a part of one; `in_hand` bytes of that are here."""
        now = self._monotonic()
        fades = exp((self._measured_at - now) / SPAN_S)
        self._bytes = self._bytes * fades + size_bytes + EACH_BYTES * count
        self._seconds = self._seconds * fades + now - self._measured_at
        self._measured_at = now
        self._in_hand = in_hand
        self._tell(now)

    def rest(self) -> None:
        """Nothing is left, or fetching was stopped: if it was told of, tell that it ended."""
        if self._told_at is not None:
            done = max(1, self._queue.done)
            self._on_event(Progress(self._account, Task.BODIES, "", done, done))
        self._began_at = self._told_at = None

    def _tell(self, now: float) -> None:
        left, done = self._queue.left, self._queue.done
        is_early = self._began_at is None or now - self._began_at < TELL_AFTER_S
        if (
            not left
            or is_early
            or (self._told_at is not None and now - self._told_at < TELL_EVERY_S)
        ):
            return
        self._told_at = now
        left_s = self.seconds_left
        self._on_event(Progress(self._account, Task.BODIES, "", done, done + left, left_s))
