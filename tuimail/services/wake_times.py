"""When a mail that is put off comes back, as people write it."""

import re
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import Safe, safe_line

from .send_times import LATEST_DAYS, send_time

MORNING: Final = time(8)
EVENING: Final = time(18)
_LATE: Final = timedelta(hours=3)
"""Tonight, said in the evening, is so much later."""
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DATE: Final = re.compile(r"(?:(\d{1,2})\.? ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2}))(?: (\d{4}))?(.*)")
_CLOCK: Final = re.compile(r"(?: (?:at )?(\d{1,2}):(\d\d))?")
_HOURS: Final = re.compile(r"(?:in )?(\d{1,4}) ?(m|h)(?:(?<=m)in(?:ute)?s?|(?<=h)(?:ou)?rs?)?")
_DAYS: Final = re.compile(r"(?:in )?(\d{1,4}) ?(d|w)(?:(?<=d)ays?|(?<=w)eeks?)?")
_EXAMPLES: Final = "write tonight, tomorrow, mon, 3d, 14:30 or 1 dec 9:00"
CHOICES: Final = ("3h", "tonight", "tomorrow", "sat", "mon", "1w", "4w")
"""Offered, with the moment each of them is."""


def wake_time(text: str, now: float, zone: tzinfo) -> int:
    """Return the moment a person has written, in seconds UTC.

    `tonight` (18:00), `tomorrow`, a weekday, `3d` (each at 8:00, or with a time behind it), `2h`,
    `14:30` (the next), `1 dec 9:00`, `2026-12-24T08:00`.

    Raises:
        UserError: it is no time, has passed, or lies more than a hundred years ahead.
    """
    words = " ".join(text.lower().split())
    hours = _HOURS.fullmatch(words)
    if hours:  # by the clock that no summer moves
        return int(now) + int(hours[1]) * {"m": 60, "h": 3600}[hours[2]]
    here = datetime.fromtimestamp(now, zone)
    moment = _tonight(words, here) or _in_days(words, here) or _on_date(words, here)
    if moment is None:
        return _as_sending(text, now, zone)
    if moment.timestamp() <= now:
        raise UserError(f"{safe_line(text, 40)!r} has passed already.")
    if moment - here > timedelta(days=LATEST_DAYS):
        raise UserError(f"{safe_line(text, 40)!r} is more than a hundred years away.")
    return int(moment.timestamp())


def wake_words(moment: int, now: float, zone: tzinfo) -> Safe:
    """Return a moment to come in words: 18:00, tomorrow 8:00, Mon 8:00, 1 Dec 9:00."""
    then, here = datetime.fromtimestamp(moment, zone), datetime.fromtimestamp(now, zone)
    days = (then.date() - here.date()).days
    clock = f"{then.hour}:{then.minute:02}"
    if days <= 0:
        return Safe(clock)
    if days == 1:
        return Safe(f"tomorrow {clock}")
    if days < 7:
        return Safe(f"{then:%a} {clock}")
    month = _MONTHS[then.month - 1].capitalize()
    year = "" if then.year == here.year else f" {then.year}"
    return Safe(f"{then.day} {month}{year} {clock}")


def _tonight(words: str, here: datetime) -> datetime | None:
    if words not in ("tonight", "this evening"):
        return None
    evening = datetime.combine(here.date(), EVENING, here.tzinfo)
    return evening if evening > here else here + _LATE


def _in_days(words: str, here: datetime) -> datetime | None:
    found = _DAYS.fullmatch(words)
    if not found:
        return None
    days = int(found[1]) * {"d": 1, "w": 7}[found[2]]
    return datetime.combine(here.date() + timedelta(days=days), MORNING, here.tzinfo)


def _on_date(words: str, here: datetime) -> datetime | None:
    """Return the day of a month, the next one where no year is named."""
    found = _DATE.fullmatch(words)
    clock = _CLOCK.fullmatch(found[6]) if found else None
    if found is None or clock is None:
        return None
    day, name = found[1] or found[4], found[2] or found[3]
    month = next((n for n, short in enumerate(_MONTHS, 1) if name.startswith(short)), None)
    if month is None:
        return None
    at = MORNING
    if clock[1]:
        hour, minute = int(clock[1]), int(clock[2])
        if hour > 23 or minute > 59:
            return None
        at = time(hour, minute)
    years = [int(found[5])] if found[5] else [here.year, here.year + 1]
    for year in years:
        try:
            moment = datetime(year, month, int(day), at.hour, at.minute, tzinfo=here.tzinfo)
        except ValueError:  # 30 February
            continue
        if moment > here or found[5]:
            return moment
    return None


def _as_sending(text: str, now: float, zone: tzinfo) -> int:
    try:
        return send_time(text, now, zone)
    except UserError as error:
        if "is no time" in error.hint:
            raise UserError(f"{safe_line(text, 40)!r} is no time: {_EXAMPLES}.") from None
        raise
