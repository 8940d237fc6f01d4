"""Python's cycle collector, kept from running while somebody waits for a key.

A collection of everything stops the screen for 40 to 50 ms where Textual's objects are among it.
What the first frame made stays for good, so it is taken out of the collector's sight; the oldest
generation is looked through only at rest.
"""

import gc
from collections.abc import Callable
from typing import Final

REST_S: Final = 2.0
"""Without a key for so long, nobody waits."""
EVERY_S: Final = 60.0
THRESHOLDS: Final = (10_000, 20, 1_000_000)
"""New objects before the young are looked through, how often that is before the middle ones are,
and the oldest by themselves: never."""


def settle() -> None:
    """Take everything there is now for what stays."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


class Sweeper:
    """Looks through what was made since, now and then, at rest."""

    def __init__(self, now: float, collect: Callable[[], object] = gc.collect) -> None:
        self._swept = now
        self._collect = collect

    def sweep(self, now: float, key_at: float) -> None:
        """Collect if it is time; `key_at` is when the last key came, both by the steady clock."""
        if now - self._swept >= EVERY_S and now - key_at >= REST_S:
            self._collect()
            self._swept = now
