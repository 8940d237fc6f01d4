"""When a mail that was not taken is tried again, and when no more. Pure."""

from dataclasses import dataclass
from typing import Final

DEFER_FIRST_S: Final = 60
DEFER_MOST_S: Final = 4 * 3600
"""Greylisting wants minutes, a full mailbox hours."""
REFUSED_FIRST_S: Final = 3600
"""Servers lock out who comes with a wrong password several times within minutes."""
OFFLINE_FIRST_S: Final = 5
OFFLINE_MOST_S: Final = 300
"""Nobody was asked anything yet: the network may be back any moment."""
JITTER: Final = 0.2
LONGEST_S: Final = round(DEFER_MOST_S * (1 + JITTER))
"""No pause is longer: what seems to be was begun by a clock that has been set back since."""
GIVE_UP_ATTEMPTS: Final = 5
"""Not before so many answers: a machine switched off for a week has not tried."""
ASLEEP_S: Final = 15 * 60
"""A machine that let so much time pass between two looks was not there."""
AWAKE_S: Final = 30 * 60
"""So long one that woke up tries before it gives up what nobody answers."""


def deferral_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after a temporary refusal.

    `attempt` counts from 1; `chance` in 0 to 1 spreads the time by JITTER either way.
    """
    return _doubled(DEFER_FIRST_S, DEFER_MOST_S, attempt, chance)


def refused_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after the server refused the password."""
    return _doubled(REFUSED_FIRST_S, DEFER_MOST_S, attempt, chance)


def offline_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after the server could not be reached."""
    return _doubled(OFFLINE_FIRST_S, OFFLINE_MOST_S, attempt, chance)


def is_given_up(age_s: float, attempt: int, own_s: int | None, usual_s: int) -> bool:
    """Whether a mail refused for now, tried so long and so often, is tried no more.

    `own_s` is the time set for this mail: then it alone decides.
    """
    if own_s is not None:
        return age_s > own_s
    return age_s > usual_s and attempt >= GIVE_UP_ATTEMPTS


@dataclass(slots=True)
class InVain:
    """Whether the server was asked so long in vain that waiting has become hopeless.

    The first tries after a machine woke up or this program began say nothing: the network may not
    be there yet.
    """

    _looked: float = 0.0
    _awake_since: float = 0.0
    _tries: int = 0

    def look(self, now: float) -> None:
        """Take note of the time, in seconds UTC; call it with every look at what is due."""
        if not 0 <= now - self._looked <= ASLEEP_S:
            self._awake_since, self._tries = now, 0
        self._looked = now

    def tried(self, *, is_in_vain: bool) -> None:
        """Take note of an attempt."""
        self._tries = self._tries + 1 if is_in_vain else 0

    def is_hopeless(self, now: float) -> bool:
        """Whether what is overdue is to be given up."""
        return self._tries >= GIVE_UP_ATTEMPTS and now - self._awake_since >= AWAKE_S


def _doubled(first_s: int, most_s: int, attempt: int, chance: float) -> int:
    plain = min(first_s << min(attempt - 1, 20), most_s)
    return round(plain * (1 + JITTER * (2 * chance - 1)))
