"""When a mail that was not taken is tried again, and when no more. Pure."""

from typing import Final

DEFER_FIRST_S: Final = 60
DEFER_MOST_S: Final = 4 * 3600
"""Greylisting wants minutes, a full mailbox hours."""
OFFLINE_FIRST_S: Final = 5
OFFLINE_MOST_S: Final = 300
"""Nobody was asked anything yet: the network may be back any moment."""
JITTER: Final = 0.2
GIVE_UP_AFTER_S: Final = 5 * 24 * 3600
GIVE_UP_ATTEMPTS: Final = 5
"""Not before so many answers: a machine switched off for a week has not tried."""


def deferral_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after a temporary refusal.

    `attempt` counts from 1; `chance` in 0 to 1 spreads the time by JITTER either way.
    """
    return _doubled(DEFER_FIRST_S, DEFER_MOST_S, attempt, chance)


def offline_s(attempt: int, chance: float) -> int:
    """Return seconds until the next attempt after the server could not be reached."""
    return _doubled(OFFLINE_FIRST_S, OFFLINE_MOST_S, attempt, chance)


def is_given_up(age_s: float, attempt: int) -> bool:
    """Whether a mail refused for now, this old and tried so often, is tried no more."""
    return age_s > GIVE_UP_AFTER_S and attempt >= GIVE_UP_ATTEMPTS


def _doubled(first_s: int, most_s: int, attempt: int, chance: float) -> int:
    plain = min(first_s << min(attempt - 1, 20), most_s)
    return round(plain * (1 + JITTER * (2 * chance - 1)))
