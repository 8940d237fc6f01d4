"""How an event is repeated (RFC 5545 section 3.3.10): a rule, and the dates it makes. Pure.

Rules come from strangers: what is worked out is bounded by steps taken, not by dates found, since
the dearest rule is one that never comes true.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

MAX_PERIODS: Final = 20_000
"""Days, weeks, months or years of a rule that are looked at: 54 years of days."""
MAX_CANDIDATES: Final = 100_000
"""Days that are looked at in them."""
LAST_YEAR: Final = 2200
_WEEK: Final = 7

Weekday = tuple[int, int]
"""Which one of a month or year (0: every one, -1: the last) and the day of the week, Monday 0."""


class Frequency(StrEnum):
    """How often, before an interval is counted."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of repetition."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    """The last moment it may begin; in UTC, or without a zone as the event has none."""
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    """From 1; negative ones count from the end of the month."""
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    """Which of the days of a period are meant, from 1 or from the end."""
    week_start: int = 0
    is_whole: bool = True
    """False where the rule says more than is worked out here: only its words are told."""


def dates(rule: Rule, start: datetime, after: datetime | None = None) -> Iterator[datetime]:
    """Yield the beginnings of a repeated event by the clock of its zone, the first one first.

    `start` has no zone; `until` is not looked at, since it may have one. Dates long before `after`,
    which has none either, are left out where nobody has to count them. Ends by itself.
    """
    if not rule.is_whole:
        yield start
    elif rule.count is not None:
        yield from islice(_found(rule, start, 0), rule.count)
    else:
        yield from _found(rule, start, 0 if after is None else _periods_until(rule, start, after))


def dates_of_year(rule: Rule, start: datetime, year: int) -> list[datetime]:
    """Return the dates a yearly rule makes in one year, whatever came before it."""
    return _placed(rule, _of_year(rule, start, year))


def _periods_until(rule: Rule, start: datetime, after: datetime) -> int:
    """Return how many periods surely end before a moment."""
    months = (after.year - start.year) * 12 + after.month - start.month
    units = {
        Frequency.DAILY: (after - start).days,
        Frequency.WEEKLY: (after - start).days // _WEEK,
        Frequency.MONTHLY: months,
        Frequency.YEARLY: after.year - start.year,
    }
    return max(0, units[rule.frequency] // rule.interval - 2)


def _found(rule: Rule, start: datetime, first: int) -> Iterator[datetime]:
    candidates = 0
    for index in range(first, first + MAX_PERIODS):
        days = set(_period(rule, start, index))
        candidates += max(1, len(days))
        if candidates > MAX_CANDIDATES:
            return
        yield from (day for day in _placed(rule, days) if day >= start and day.year <= LAST_YEAR)
        if _year(rule, start, index) > LAST_YEAR:
            return


def _placed(rule: Rule, days: Iterable[datetime]) -> list[datetime]:
    """Return the days of a period that are meant, in their order."""
    found = sorted(set(days))
    if rule.positions:
        return sorted({found[at] for at in _indices(rule.positions, len(found))})
    return found


def _indices(positions: Iterable[int], count: int) -> Iterator[int]:
    for position in positions:
        index = position - 1 if position > 0 else count + position
        if 0 <= index < count:
            yield index


def _year(rule: Rule, start: datetime, index: int) -> int:
    """Return in which year a period lies, about."""
    days = {
        Frequency.DAILY: 1,
        Frequency.WEEKLY: _WEEK,
        Frequency.MONTHLY: 30,
        Frequency.YEARLY: 365,
    }
    return start.year + index * rule.interval * days[rule.frequency] // 366


def _period(rule: Rule, start: datetime, index: int) -> Iterator[datetime]:
    """Yield the days of one period, in no order; outside of it where the calendar ends none."""
    step = index * rule.interval
    match rule.frequency:
        case Frequency.DAILY:
            day = start + timedelta(days=step)
            if _fits(rule, day):
                yield day
        case Frequency.WEEKLY:
            yield from _of_week(rule, start, step)
        case Frequency.MONTHLY:
            year, month = divmod(start.year * 12 + start.month - 1 + step, 12)
            if not rule.months or month + 1 in rule.months:
                yield from _of_month(rule, start, year, month + 1)
        case Frequency.YEARLY:
            yield from _of_year(rule, start, start.year + step)


def _fits(rule: Rule, day: datetime) -> bool:
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.weekdays or any(day.weekday() == one for _, one in rule.weekdays))
        and (not rule.month_days or _is_month_day(rule, day))
    )


def _is_month_day(rule: Rule, day: datetime) -> bool:
    from_end = day.day - monthrange(day.year, day.month)[1] - 1
    return day.day in rule.month_days or from_end in rule.month_days


def _of_week(rule: Rule, start: datetime, step: int) -> Iterator[datetime]:
    first = start - timedelta(days=(start.weekday() - rule.week_start) % _WEEK)
    wanted = {one for _, one in rule.weekdays} or {start.weekday()}
    for offset in range(_WEEK):
        day = first + timedelta(days=step * _WEEK + offset)
        if day.weekday() in wanted and (not rule.months or day.month in rule.months):
            yield day


def _of_month(rule: Rule, start: datetime, year: int, month: int) -> Iterator[datetime]:
    length = monthrange(year, month)[1]
    days = [start.replace(year=year, month=month, day=n + 1) for n in range(length)]
    if rule.weekdays:
        days = _on_weekdays(rule, days)
    if rule.month_days:
        days = [day for day in days if _is_month_day(rule, day)]
    if not (rule.weekdays or rule.month_days):
        days = [day for day in days if day.day == start.day]
    yield from days


def _of_year(rule: Rule, start: datetime, year: int) -> Iterator[datetime]:
    if not (rule.weekdays or rule.month_days):
        for month in rule.months or (start.month,):
            if start.day <= monthrange(year, month)[1]:
                yield start.replace(year=year, month=month, day=start.day)
        return
    if rule.weekdays and not rule.months and not rule.month_days:
        first = start.replace(year=year, month=1, day=1)
        count = 365 + (monthrange(year, 2)[1] == 29)
        yield from _on_weekdays(rule, [first + timedelta(days=n) for n in range(count)])
        return
    for month in rule.months or range(1, 13):
        yield from _of_month(rule, start, year, month)


def _on_weekdays(rule: Rule, days: list[datetime]) -> list[datetime]:
    """Return those of a month or a year that are one of the weekdays, counted within it."""
    by_weekday: list[list[datetime]] = [[] for _ in range(_WEEK)]
    for day in days:
        by_weekday[day.weekday()].append(day)
    found: list[datetime] = []
    for which, weekday in rule.weekdays:
        of_kind = by_weekday[weekday]
        found += of_kind if which == 0 else [of_kind[i] for i in _indices((which,), len(of_kind))]
    return found
