"""Rules of repetition as they are written (RFC 5545 section 3.3.10) and as people say them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tuimail.model.recurrence import Frequency, Rule, Weekday

MAX_RULE_CHARS: Final = 2_000
MAX_INTERVAL: Final = 1_000
_MAX_VALUES = 100
_MAX_MONTH_DAY = 31
_MAX_WEEK = 53
_MAX_POSITION = 366
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SHOWN_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_UNITS: Final = {
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}
_KNOWN: Final = frozenset(
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"]
)
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,9}")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")


def parse_rule(text: str) -> Rule | None:
    """Return the rule a text writes, or None where it says no way to repeat. Never raises.

    What is not understood makes a rule that is not whole.
    """
    pairs = [part.partition("=") for part in text[:MAX_RULE_CHARS].upper().split(";")]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    try:
        frequency = Frequency(parts.get("FREQ", ""))
    except ValueError:
        return None
    interval, count = _numbers(parts.get("INTERVAL", "1")), _numbers(parts.get("COUNT", ""))
    weekdays = _weekdays(parts.get("BYDAY", ""))
    lists = [_numbers(parts.get(name, "")) for name in ("BYMONTHDAY", "BYMONTH", "BYSETPOS")]
    until = _until(parts.get("UNTIL", ""))
    month_days, months, positions = (one or () for one in lists)
    is_whole = (
        parts.keys() <= _KNOWN
        and len(text) <= MAX_RULE_CHARS
        and None not in (interval, count, weekdays, until, *lists)
        and all(1 <= month <= 12 for month in months)
        and _are_within(month_days, _MAX_MONTH_DAY)
        and _are_within(positions, _MAX_POSITION)
        and bool(interval)
    )
    week_start = parts.get("WKST", "MO")
    return Rule(
        frequency,
        min(max(1, interval[0]), MAX_INTERVAL) if interval else 1,
        max(1, count[0]) if count else None,
        until[0] if until else None,
        weekdays or (),
        month_days,
        months if is_whole else (),
        positions,
        _DAYS.index(week_start) if week_start in _DAYS else 0,
        is_whole,
    )


def _are_within(numbers: Sequence[int], most: int) -> bool:
    """Whether places in a period, from its beginning or its end, are such that there are."""
    return all(1 <= abs(number) <= most for number in numbers)


def rule_words(rule: Rule) -> str:
    """Say how often and on which days: `every 2 weeks on Tue and Thu`, without when it ends."""
    unit = _UNITS[rule.frequency]
    words = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    if rule.weekdays and rule.positions:
        days = _joined([_weekday_words(one) for one in rule.weekdays])
        words += f" on the {_joined([_ordinal(n) for n in rule.positions])} of {days}"
    elif rule.weekdays:
        words += f" on {_joined([_weekday_words(one) for one in rule.weekdays])}"
    if rule.month_days:
        words += f" on the {_joined([_ordinal(day) for day in rule.month_days])}"
    if rule.months:
        words += f" in {_joined([_MONTHS[month - 1] for month in rule.months])}"
    return words if rule.is_whole else f"{words}, by more rules that are not worked out here"


def _weekday_words(weekday: Weekday) -> str:
    which, day = weekday
    return f"the {_ordinal(which)} {_SHOWN_DAYS[day]}" if which else _SHOWN_DAYS[day]


def _ordinal(number: int) -> str:
    if number == -1:
        return "last"
    n = abs(number)
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}" if number > 0 else f"{n}{ending} from the end"


def _joined(words: Sequence[str]) -> str:
    shown = list(words[:7])
    if len(words) > 7:
        shown.append(f"{len(words) - 7} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _numbers(text: str) -> tuple[int, ...] | None:
    """Return whole numbers parted by commas, each once; None for anything else, or too much."""
    if not text:
        return ()
    values = text.split(",")
    if len(values) > _MAX_VALUES or not all(map(_NUMBER.fullmatch, values)):
        return None
    return tuple(dict.fromkeys(map(int, values)))


def _weekdays(text: str) -> tuple[Weekday, ...] | None:
    if not text:
        return ()
    found = [_WEEKDAY.fullmatch(one) for one in text.split(",")[: _MAX_VALUES + 1]]
    days = [(int(one[1] or 0), _DAYS.index(one[2])) for one in found if one is not None]
    is_whole = len(days) == len(found) <= _MAX_VALUES
    is_whole = is_whole and all(abs(which) <= _MAX_WEEK for which, _ in days)
    return tuple(dict.fromkeys(days)) if is_whole else None


def _until(text: str) -> tuple[datetime, ...] | None:
    """Return the end in a tuple; a day ends it with its last second. None where it is no time."""
    if not text:
        return ()
    found = _UNTIL.fullmatch(text)
    if found is None:
        return None
    day = [int(part) for part in found.group(1, 2, 3)]
    clock = [int(part) for part in found.group(4, 5, 6)] if found[4] else [23, 59, 59]
    clock[2] = min(clock[2], 59)
    try:
        moment = datetime(day[0], day[1], day[2], clock[0], clock[1], clock[2])  # noqa: DTZ001
    except ValueError:
        return None
    return (moment.replace(tzinfo=UTC) if found[7] else moment,)
