"""When a mail is to go that is sent later, as people write it."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import safe_line

LATEST_DAYS: Final = 100 * 366
"""A time further away is a slip of the hand."""
_MORNING: Final = time(8)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST: Final = 3
"""Letters of a weekday's name."""
_UNITS: Final = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_IN: Final = re.compile(
    r"(?:in )?(\d{1,4}) ?(?:([mhdw])|(m)(?:in(?:ute)?s?)|(h)ours?|(d)ays?|(w)eeks?)"
)
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d\d))?")
_EXAMPLES: Final = "write 2026-12-24T08:00, tomorrow 9:30, fri, 18:00 or 2h"


def send_time(text: str, now: float, zone: tzinfo) -> int:
    """Return the moment a person has written, in seconds UTC.

    `2026-12-24T08:00` (in `zone` where it names none of its own), `18:00` (the next), `tomorrow`,
    a weekday (the next; at 8 where no time follows), `2h`, `30m`, `3d`.

    Raises:
        UserError: it is no time, has passed, or lies more than a hundred years ahead.
    """
    words = " ".join(text.lower().split())
    here = datetime.fromtimestamp(now, zone)
    moment = _in_a_while(words, here) or _exactly(text.strip(), zone) or _on_a_day(words, here)
    shown = safe_line(text, 40)
    if moment is None:
        raise UserError(f"{shown!r} is no time: {_EXAMPLES}.")
    if moment.timestamp() < now:
        raise UserError(f"{shown!r} has passed already.")
    if moment - here > timedelta(days=LATEST_DAYS):
        raise UserError(f"{shown!r} is more than a hundred years away.")
    return int(moment.timestamp())


def _in_a_while(words: str, here: datetime) -> datetime | None:
    found = _IN.fullmatch(words)
    if found is None:
        return None
    return here + timedelta(seconds=int(found[1]) * _UNITS[found[found.lastindex or 2]])


def _exactly(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _on_a_day(words: str, here: datetime) -> datetime | None:
    first, _, rest = words.partition(" ")
    day = _day_named(first, here.date())
    clock = _clock(rest.removeprefix("at ") if day else words)
    if day is not None:
        at = clock if rest else _MORNING
        return datetime.combine(day, at, here.tzinfo) if at else None
    if clock is None or ":" not in words:
        return None
    today = datetime.combine(here.date(), clock, here.tzinfo)
    return today if today > here else datetime.combine(_later(here.date(), 1), clock, here.tzinfo)


def _day_named(word: str, today: date) -> date | None:
    if word == "today":
        return today
    if word == "tomorrow":
        return _later(today, 1)
    if len(word) < _SHORTEST:
        return None
    weekday = next((n for n, name in enumerate(_WEEKDAYS) if name.startswith(word)), None)
    return None if weekday is None else _later(today, (weekday - today.weekday() - 1) % 7 + 1)


def _clock(words: str) -> time | None:
    found = _CLOCK.fullmatch(words)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)
