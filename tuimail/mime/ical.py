"""The one place that knows icalendar: a calendar part taken apart into events and zones.

The library keeps the zones of every calendar it reads for those it reads later, and works their
rules out without a bound. It is therefore given the events alone; alarms, which nobody here sets
off, are left out as well.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event
from icalendar.prop import vCalAddress, vDDDLists, vDDDTypes, vDuration, vInt, vText, vUri
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

MAX_CALENDAR_CHARS: Final = 200_000
MAX_LINES: Final = 5_000
MAX_EVENTS: Final = 50
"""Read of one part; a whole calendar is not for reading in a mail."""
MAX_ZONES: Final = 20
ZONE: Final = "X-TUIMAIL-TZID"
"""The parameter that names the zone of a time, as it is given on."""
MAX_VALUES: Final = 1_000
"""Of one property of an event: guests, dates left out."""

WINDOWS_ZONES: Final[Mapping[str, str]] = WINDOWS_TO_OLSON
"""IANA names by those of Windows."""

_LINE_END = re.compile(r"\r\n?")
_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"[A-Za-z0-9-]{1,60}[;:].*")
_NOISE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_USED: Final = frozenset(
    {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "EXDATE"),
        *("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "STATUS", "TRANSP", "ORGANIZER", "ATTENDEE"),
    }
)
"""Properties that are looked at; RRULE is read here, as it is written."""
_PARAMETERS: Final = ("VALUE", "TZID", "CN", "PARTSTAT")
_RENAMED: Final = {"TZID": ZONE}
_VALUES: Final = frozenset({"", "DATE", "DATE-TIME", "DURATION", "TEXT", "URI", "CAL-ADDRESS"})
_FAILURES: Final = (ValueError, TypeError, AttributeError, LookupError)
"""What the library raises: the first on purpose, the others where its own code stumbles."""
_PARAMETER = re.compile(r';([^:;="]{1,60})=(?:"([^"]*)"|([^;:"]*))')


@dataclass(frozen=True, slots=True)
class Property:
    """One value of an event with its parameters, their names in upper case."""

    value: str | int | date | datetime | timedelta
    parameters: Mapping[str, str]


Properties = Mapping[str, Sequence[Property]]
"""The values of an event or of a rule of a zone by the names of their properties."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a calendar part holds."""

    method: str
    """In upper case, or empty."""
    events: tuple[Properties, ...]
    zones: Mapping[str, tuple[Properties, ...]]
    """The rules of each zone the part brings along, by its TZID; values are as they are written."""


def read_calendar(text: str) -> Contents | None:
    """Return what a calendar part holds; None where it is none, or none that can be read.

    Never raises. What is beyond the caps of this file is left out.
    """
    plain = _NOISE.sub(" ", _LINE_END.sub("\n", text[:MAX_CALENDAR_CHARS]))
    lines = _FOLD.sub("", plain).split("\n")[:MAX_LINES]
    sections = _Sections()
    for line in lines:
        if _LINE.fullmatch(line):
            sections.take(line)
    found = tuple(filter(None, map(_event, sections.events[:MAX_EVENTS])))
    return Contents(sections.method, found, sections.zones) if found else None


class _Sections:
    """A calendar's lines, parted by what they belong to; never deeper than that lies."""

    def __init__(self) -> None:
        self.method = ""
        self.events: list[list[str]] = []
        self.zones: dict[str, tuple[Properties, ...]] = {}
        self._inside: list[str] = []
        self._rules: list[dict[str, list[Property]]] = []
        """Of the zone that is being read."""
        self._zone = ""

    def take(self, line: str) -> None:
        """Take the next line."""
        word, value = _word_and_value(line)
        if word == "BEGIN":
            self._begin(value.upper())
        elif word == "END":
            self._end()
        elif self._inside[1:] == ["VEVENT"]:
            self.events[-1].append(line)
        elif self._is_rule():
            self._rules[-1].setdefault(word, []).append(Property(value, {}))
        elif self._inside[1:] == ["VTIMEZONE"] and word == "TZID":
            self._zone = value
        elif len(self._inside) == 1 and word == "METHOD":
            self.method = value.upper()

    def _is_rule(self) -> bool:
        return len(self._inside) == 3 and self._inside[1] == "VTIMEZONE"

    def _begin(self, component: str) -> None:
        self._inside.append(component)
        if self._inside[1:] == ["VEVENT"]:
            self.events.append([])
        elif self._inside[1:] == ["VTIMEZONE"]:
            self._rules, self._zone = [], ""
        elif self._is_rule():
            self._rules.append({})

    def _end(self) -> None:
        is_zone = self._inside[1:] == ["VTIMEZONE"]
        if is_zone and self._zone and len(self.zones) < MAX_ZONES:
            self.zones.setdefault(self._zone, tuple(self._rules))
        del self._inside[-1:]


def _word_and_value(line: str) -> tuple[str, str]:
    """Return the name and the value of a line, its parameters left out."""
    at = _end_of_parameters(line)
    return re.split("[;:]", line, maxsplit=1)[0].upper(), line[at:].removeprefix(":").strip()


def _end_of_parameters(line: str) -> int:
    found = _NAME.match(line)
    at = found.end() if found else 0
    while found := _PARAMETER.match(line, at):
        at = found.end()
    return at


def _narrowed(line: str) -> str | None:
    """Return a line with what is used of it alone, None where that is nothing.

    The library stumbles over parameters it does not expect; and it looks zones up, guesses at
    them, warns, and keeps them: so a zone goes by another name.
    """
    word, value = _word_and_value(line)
    if word not in _USED:
        return None
    begin = _NAME.match(line)
    given = {
        name.upper(): quoted or bare
        for name, quoted, bare in _PARAMETER.findall(line[: _end_of_parameters(line)])
    }
    if given.get("VALUE", "").upper() not in _VALUES:
        return None
    kept = [(_RENAMED.get(name, name), given[name]) for name in _PARAMETERS if name in given]
    words = "".join(f';{name}="{text}"' for name, text in kept)
    return f"{begin[0]}{words}:{value}" if begin is not None else None


def _event(lines: Sequence[str]) -> Properties | None:
    narrowed = filter(None, map(_narrowed, lines))
    whole = "\r\n".join(
        ("BEGIN:VCALENDAR", "BEGIN:VEVENT", *narrowed, "END:VEVENT", "END:VCALENDAR", "")
    )
    try:
        events = Calendar.from_ical(whole).walk("VEVENT")
    except _FAILURES:
        return None
    found: dict[str, list[Property]] = {}
    for event in events:
        if isinstance(event, Event):
            for name, value in event.property_items(recursive=False):
                kept = found.setdefault(str(name).upper(), [])
                kept += list(_values(value))[: MAX_VALUES - len(kept)]
    written = [value for word, value in map(_word_and_value, lines) if word == "RRULE"]
    return found | {"RRULE": [Property(value, {}) for value in written[:1]]}


def _values(prop: object) -> Iterator[Property]:
    """Yield the values of one property; none of one that is broken or of no use here."""
    match prop:
        case vDDDLists():
            parameters = _parameters(prop)
            for one in prop.dts[:MAX_VALUES]:
                if isinstance(one.dt, date | datetime):
                    yield Property(one.dt, parameters)
        case vDDDTypes():
            if isinstance(prop.dt, date | datetime | timedelta):
                yield Property(prop.dt, _parameters(prop))
        case vDuration():
            yield Property(prop.td, {})
        case vInt():
            yield Property(int(prop), {})
        case vText() | vCalAddress() | vUri():
            yield Property(str(prop), _parameters(prop))
        case _:
            return


def _parameters(prop: vDDDLists | vDDDTypes | vText | vCalAddress | vUri) -> dict[str, str]:
    pairs = dict(prop.params).items()
    return {str(name).upper(): value for name, value in pairs if isinstance(value, str)}
