"""How long to wait before a server is tried again."""

from random import Random
from typing import Final

FIRST_S: Final = 2.0
"""Ceiling of the first wait, so that a short cut is mended before anyone notices."""
LONGEST_S: Final = 300.0
"""Ceiling of every wait: a server that is back is found within five minutes."""
SHORTEST_S: Final = 1.0
GROWTH: Final = 3.0
"""With these figures a server that is down for an hour is tried about 22 times."""


class Backoff:
    """Waits that grow, each drawn at random, so that many clients do not come back at once.

    Drawn from the upper half of a growing ceiling: full jitter down to zero would knock on a
    server that is down more than 25 times an hour.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often in a row it failed."""
        return self._failures

    def next_s(self) -> float:
        """Count one more failure and return the seconds to wait."""
        # The exponent is bounded: a server down for days must not overflow the float.
        ceiling = min(LONGEST_S, FIRST_S * GROWTH ** min(self._failures, 10))
        self._failures += 1
        return max(SHORTEST_S, self._random.uniform(ceiling / 2, ceiling))

    def reset(self) -> None:
        """Say that it worked again."""
        self._failures = 0
