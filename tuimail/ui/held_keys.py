"""Keys that wait: for what is about to open, or behind a server until Esc gives that up."""

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from typing import Any, Final

from textual.worker import Worker, get_current_worker

GIVES_UP: Final = ("escape", "ctrl+c")
"""Textual's names of the keys that end a wait for a server."""


class HeldKeys:
    """Who lets keys wait, and which of them wait for a stranger themselves."""

    def __init__(self, on_release: Callable[[], object]) -> None:
        self._on_release = on_release
        self._holds: set[object] = set()
        """Jobs that may ask, and the overlays while an answer is taken."""
        self._patient: set[Worker[Any]] = set()
        self._are_void = False

    def __bool__(self) -> bool:
        """Whether keys wait."""
        return bool(self._holds)

    @property
    def holds(self) -> Set[object]:
        """Who lets keys wait now."""
        return frozenset(self._holds)

    def hold(self, by: object) -> None:
        """Let keys wait until what holds them lets go."""
        self._holds.add(by)

    def release(self, holds: Set[object]) -> None:
        """Let go; who holds nothing any more is no matter."""
        if self._holds & holds:
            self._holds -= holds
            self._on_release()

    def void(self) -> None:
        """Have the keys that wait thrown away: what they were typed after was not done."""
        self._are_void = True

    def take_void(self) -> bool:
        """Return whether the keys that waited so far are to be thrown away."""
        are_void, self._are_void = self._are_void, False
        return are_void

    @contextmanager
    def patience(self) -> Iterator[None]:
        """Wait for a stranger: while keys wait for that, `give_up` cancels the worker it is in."""
        worker = get_current_worker()
        if self._holds:
            self._patient.add(worker)
        try:
            yield
        finally:
            self._patient.discard(worker)

    def give_up(self) -> bool:
        """Cancel what waits for a stranger; return whether anything did."""
        for worker in self._patient:
            worker.cancel()
        return bool(self._patient)
