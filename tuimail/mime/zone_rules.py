"""Time zones as invitations name them: by the IANA, by Windows, or by rules of their own."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tuimail.model.recurrence import Frequency, Rule, dates_of_year

from .ical import WINDOWS_ZONES, Properties
from .recurrence import parse_rule

MAX_RULES: Final = 50
"""Changes of clocks that one zone is made of; Outlook writes two."""
_MAX_NAME_CHARS = 200
_IANA = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
_LOCAL = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)")
_LONGEST: Final = timedelta(hours=18)
_STILL: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Change:
    """Clocks are put to another offset from UTC, once or every year."""

    start: datetime
    """By the clock before it, without a zone."""
    before: timedelta
    after: timedelta
    rule: Rule | None

    def onsets(self, year: int) -> Iterator[datetime]:
        """Yield when one that is repeated happens in a year."""
        if self.rule is None or year < self.start.year:
            return
        until = self.rule.until
        if until is None or year <= until.year:
            found = dates_of_year(self.rule, self.start, year)
            yield from (one for one in found if one >= self.start)


_Onset = tuple[datetime, timedelta]
"""When clocks are put, and how far they are ahead of UTC from then on."""
_onset_of = itemgetter(0)


def _latest(onsets: Sequence[_Onset], local: datetime) -> _Onset | None:
    """Return the last of some that stand in their order, up to a moment."""
    at = bisect_right(onsets, local, key=_onset_of)
    return onsets[at - 1] if at else None


class RuledZone(tzinfo):
    """A zone by the rules that came with an invitation (RFC 5545 section 3.6.5)."""

    def __init__(self, name: str, changes: Sequence[_Change]) -> None:
        self._name = name
        self._changes = sorted(changes, key=lambda one: one.start)
        self._once = [(one.start, one.after) for one in self._changes if one.rule is None]
        self._by_year: dict[int, list[_Onset]] = {}
        """What is worked out once: every date of an event asks, and rules may be dear."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return how far the clock on the wall is ahead of UTC."""
        if moment is None:
            return self._changes[0].after
        local = moment.replace(tzinfo=None)
        repeated = _latest(self._of(local.year), local) or _latest(self._of(local.year - 1), local)
        found = [one for one in (_latest(self._once, local), repeated) if one is not None]
        return max(found, key=_onset_of)[1] if found else self._changes[0].before

    def _of(self, year: int) -> list[_Onset]:
        """Return the changes of a year that are made by rules, in their order."""
        if year not in self._by_year:
            found = [(at, one.after) for one in self._changes for at in one.onsets(year)]
            self._by_year[year] = sorted(found, key=_onset_of)
        return self._by_year[year]

    def dst(self, _moment: datetime | None) -> timedelta:
        """Return nothing: nobody here asks what part of the offset is summer time."""
        return _STILL

    def tzname(self, _moment: datetime | None) -> str:
        """Return what the zone is called in the mail."""
        return self._name


def zone_of(name: str, zones: Mapping[str, Sequence[Properties]]) -> tzinfo | None:
    """Return the zone an event names, None where nobody knows it.

    A name everybody knows counts over rules that came along: those are often wrong.
    """
    name = name[:_MAX_NAME_CHARS].strip().strip('"')
    if name.upper() in ("UTC", "GMT", "ETC/UTC", "Z"):
        return UTC
    return _known(WINDOWS_ZONES.get(name, name)) or _ruled(name, zones.get(name, ()))


def _known(name: str) -> tzinfo | None:
    """Return a zone of the IANA, also where programs put their own name before it."""
    words = name.strip("/").split("/")
    for count in (len(words), 3, 2):
        candidate = "/".join(words[-count:])
        if count <= len(words) and _IANA.fullmatch(candidate):
            try:
                return ZoneInfo(candidate)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return None


def _ruled(name: str, rules: Sequence[Properties]) -> tzinfo | None:
    changes = [one for rule in rules[:MAX_RULES] if (one := _change(rule)) is not None]
    return RuledZone(name, changes) if changes else None


def _change(rule: Properties) -> _Change | None:
    start = _local(_text(rule, "DTSTART"))
    before, after = _offset(_text(rule, "TZOFFSETFROM")), _offset(_text(rule, "TZOFFSETTO"))
    if start is None or after is None:
        return None
    repeated = parse_rule(_text(rule, "RRULE"))
    is_yearly = (
        repeated is not None and repeated.is_whole and repeated.frequency is Frequency.YEARLY
    )
    return _Change(
        start, after if before is None else before, after, repeated if is_yearly else None
    )


def _text(rule: Properties, name: str) -> str:
    values = rule.get(name)
    return str(values[0].value) if values else ""


def _local(text: str) -> datetime | None:
    found = _LOCAL.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return (-size if found[1] == "-" else size) if size <= _LONGEST else None
