"""Dates and sizes in few cells. Standard library only, and no clock of its own."""

import time
from typing import Final

from tuimail.model.columns import DateFormat
from tuimail.model.safe import Safe

_DAY_S: Final = 86_400
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_STEPS: Final = (
    (365 * _DAY_S, "y"),
    (35 * _DAY_S, "mo"),
    (7 * _DAY_S, "wk"),
    (_DAY_S, "d"),
    (3_600, "h"),
    (60, "min"),
)
"""From how many seconds on a unit is used; a month is counted as 30 days."""
_MONTH_S: Final = 30 * _DAY_S
_WHOLE_DATE_FROM_CELLS: Final = 100
"""In narrower rows an ISO date stands without its time, and a time of today alone."""
_UNITS: Final = ("B", "kB", "MB", "GB")

SHORT_CELLS: Final = 7
SIZE_CELLS: Final = 6


def date_cells(form: DateFormat, width: int) -> int:
    """Return how wide dates are in a row of `width` cells."""
    if form is DateFormat.ISO:
        return 16 if width >= _WHOLE_DATE_FROM_CELLS else 10
    return SHORT_CELLS if form is DateFormat.SHORT else 6


def date_words(date: int, now: int, form: DateFormat, cells: int) -> str:
    """Return a date in at most so many cells, which are `date_cells`."""
    match form:
        case DateFormat.SHORT:
            return short_date(date, now)
        case DateFormat.ISO:
            return _iso_date(date, now, is_whole=cells >= 16)
        case DateFormat.RELATIVE:
            return relative_date(date, now)


def short_date(date: int, now: int) -> str:
    """Return a date in at most 7 cells: 14:32, Tue 17, 17 Nov, or Nov '24."""
    then, today = time.localtime(date), time.localtime(now)
    if then[:3] == today[:3]:
        return f"{then.tm_hour:02}:{then.tm_min:02}"
    if 0 <= now - date < 6 * _DAY_S:
        return f"{_DAYS[then.tm_wday]} {then.tm_mday:2}"
    if then.tm_year == today.tm_year or 0 <= now - date < 180 * _DAY_S:
        return f"{then.tm_mday:2} {_MONTHS[then.tm_mon - 1]}"
    return f"{_MONTHS[then.tm_mon - 1]} '{then.tm_year % 100:02}"


def relative_date(date: int, now: int) -> str:
    """Return how long ago a date is, in at most 6 cells: now, 5 min, 3 h, 2 d, 5 wk, 8 mo, 2 y."""
    ago = now - date
    for seconds, unit in _STEPS:
        if ago >= seconds:
            return f"{ago // (_MONTH_S if unit == 'mo' else seconds)} {unit}"
    return "now"


def _iso_date(date: int, now: int, *, is_whole: bool) -> str:
    then, today = time.localtime(date), time.localtime(now)
    day = f"{then.tm_year:04}-{then.tm_mon:02}-{then.tm_mday:02}"
    hour = f"{then.tm_hour:02}:{then.tm_min:02}"
    if is_whole:
        return f"{day} {hour}"
    return hour if then[:3] == today[:3] else day


def long_date(date: int | None) -> Safe:
    """Return a date with its weekday and year: Tue 17 Nov 2026 14:32."""
    return _date(date, "%a %d %b %Y %H:%M")


def exact_date(date: int) -> Safe:
    """Return a date to the second: Tue 17 Nov 14:32:05."""
    return _date(date, "%a %d %b %H:%M:%S")


def _date(date: int | None, form: str) -> Safe:
    if date is None:
        return Safe("no date")
    try:
        return Safe(time.strftime(form, time.localtime(date)))
    except (ValueError, OverflowError, OSError):
        return Safe("no date")


def size_words(size_bytes: int) -> Safe:
    """Say a size in three digits: 812 B, 3.4 kB, 12 MB."""
    size = float(max(0, size_bytes))
    unit = 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size /= 1000
        unit += 1
    return Safe(
        f"{size:.1f} {_UNITS[unit]}" if unit and size < 9.95 else f"{size:.0f} {_UNITS[unit]}"
    )
