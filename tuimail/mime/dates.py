"""The Date field (RFC 5322 section 3.3), and the forms that programs write instead."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

MAX_DATE: Final = 2**32 - 1
"""In 2106; a later date is not believed but kept as this one, so that it fits everywhere."""
_MAX_CHARS = 200
_MAX_SECONDS = 86_460
"""24:00 and leap seconds are written."""

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ZONES: Final = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "MET": 1,
    "CEST": 2,
    "MEST": 2,
    "BST": 1,
    "JST": 9,
}
"""Hours east of UTC (RFC 5322 section 4.3, and the ones seen); other letters are read as UTC."""

_EXACT = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2} [A-Z][a-z]{2} \d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})"
)
"""What nearly every program writes today."""
_TIME = r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d{1,9})?"
_ZONE = r"(?:\s*\(?(?:([+-])(\d{2}):?(\d{2})|([A-Za-z]{1,5})\b)\)?)?"
_USUAL = re.compile(
    r"(?:[A-Za-z]{2,9}[.,]?\s*,?\s*)?(\d{1,2})[\s.-]+([A-Za-z]{3})[A-Za-z]{0,6}[\s.,-]+(\d{2,4})"
    rf"(?:[\sT,]+{_TIME}{_ZONE})?(?![\d])"
)
_ISO = re.compile(rf"()(\d{{4}})-(\d{{2}})-(\d{{2}})(?:[T\s]+{_TIME}{_ZONE})?")
_CTIME = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?([A-Za-z]{{3}})[A-Za-z]{{0,6}}\s+(\d{{1,2}}),?\s+{_TIME}{_ZONE}\s*,?\s+(\d{{4}})"
)


def parse_date(body: str) -> int | None:
    """Return seconds since 1970, UTC, from 0 to MAX_DATE; None where no date can be read."""
    if exact := _EXACT.match(body):
        day, hour, minute, second, zone = exact.groups()
        days = _exact_days(day)
        seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
        if days is None or seconds > _MAX_SECONDS:
            return None
        return min(max(days * 86_400 + seconds - _exact_zone(zone), 0), MAX_DATE)
    return _odd_date(body[:_MAX_CHARS].strip())


def _odd_date(text: str) -> int | None:
    if found := _USUAL.match(text):
        day, month, year, *rest = found.groups()
        return _seconds(year, month, day, rest)
    if found := _ISO.match(text):
        _, year, month, day, *rest = found.groups()
        return _seconds(year, month, day, rest)
    if found := _CTIME.match(text):
        month, day, *rest, year = found.groups()
        return _seconds(year, month, day, rest)
    return None


def _seconds(year: str, month: str, day: str, clock: list[str | None]) -> int | None:
    """Combine; `clock` is hour, minute, second, sign, zone hours, zone minutes, zone name."""
    days = _days(year, month, day)
    if days is None:
        return None
    hour, minute, second, sign, zone_hours, zone_minutes, zone = clock
    seconds = int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second or 0)
    if seconds > _MAX_SECONDS:
        return None
    offset = 0
    if sign:
        offset = int(zone_hours or 0) * 3600 + int(zone_minutes or 0) * 60
        offset = -offset if sign == "-" else offset
    elif zone:
        offset = _ZONES.get(zone.upper(), 0) * 3600
    return min(max(days * 86_400 + seconds - offset, 0), MAX_DATE)


@lru_cache(maxsize=4_096)
def _exact_days(text: str) -> int | None:
    day, month, year = text.split(" ")
    return _days(year, month, day)


@lru_cache(maxsize=256)
def _exact_zone(text: str) -> int:
    """Seconds east of UTC."""
    return int(text[:3]) * 3600 + int(text[0] + text[3:]) * 60


@lru_cache(maxsize=4_096)
def _days(year: str, month: str, day: str) -> int | None:
    """Days since 1970; years of two and three digits as RFC 5322 section 4.3 reads them."""
    number = _MONTHS.get(month.lower()) if month.isalpha() else int(month)
    full_year = int(year)
    if len(year) == 2:
        full_year += 2000 if full_year < 50 else 1900
    elif len(year) == 3:
        full_year += 1900
    try:
        return date(full_year, number or 0, int(day)).toordinal() - 719_163
    except ValueError:
        return None
