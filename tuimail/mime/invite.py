"""Invitations (RFC 5545, RFC 6047): what a calendar part says, in a few lines.

Nothing is added to a calendar, nothing is answered, no rule of repetition is worked out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line

from .link_spans import spans_with_links
from .links import LinkTable

MAX_CALENDAR_CHARS: Final = 200_000
MAX_EVENTS: Final = 5
"""Shown of one part; a whole calendar is not for reading in a mail."""
_MAX_VALUE_CHARS = 500
_MAX_PROPERTIES = 5_000

_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(r'([A-Za-z-]{1,40})((?:;[^:;="]{1,60}=(?:"[^"]*"|[^;:"]*))*):(.*)')
_PARAMETER = re.compile(r';([^:;="]{1,60})=(?:"([^"]*)"|([^;:"]*))')
_ESCAPED = re.compile(r"\\(.)")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
_FREQUENCY = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)", re.IGNORECASE)
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_METHODS: Final = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Another time is proposed",
    "ADD": "One more date",
    "REFRESH": "Asks for the latest version",
}


@dataclass(frozen=True, slots=True)
class _Property:
    value: str
    parameters: dict[str, str]


_Event = dict[str, list[_Property]]


def invite_lines(calendar: str, links: LinkTable) -> tuple[Line, ...]:
    """Return what a text/calendar part says, or nothing. Never raises."""
    return tuple(_lines(calendar[:MAX_CALENDAR_CHARS], links))


def _lines(calendar: str, links: LinkTable) -> Iterator[Line]:
    method, events = _events(calendar)
    kind = _METHODS.get(method, "Event")
    for index, event in enumerate(events[:MAX_EVENTS]):
        if index:
            yield Line(())
        is_off = _value(event, "STATUS").upper() == "CANCELLED"
        title = f"{'Cancelled' if is_off else kind}: {_value(event, 'SUMMARY') or '(no title)'}"
        yield Line((Span(safe_line(title, _MAX_VALUE_CHARS), "heading"),))
        for label, text in _facts(event, method):
            shown = safe_line(text, _MAX_VALUE_CHARS)
            yield Line((Span(Safe(label), "dim"), *spans_with_links(shown, "text", links)), 8)
    if len(events) > MAX_EVENTS:
        yield Line((Span(Safe(f"(and {len(events) - MAX_EVENTS} more events)"), "dim"),))


def _facts(event: _Event, method: str) -> Iterator[tuple[str, str]]:
    if when := _when(event):
        yield "When:   ", when
    if place := _value(event, "LOCATION"):
        yield "Where:  ", place
    if method == "REPLY":
        for attendee in event.get("ATTENDEE", [])[:MAX_EVENTS]:
            answer = attendee.parameters.get("PARTSTAT", "").replace("-", " ").lower()
            yield "Answer: ", f"{_person(attendee)}: {answer or 'not said'}"
    elif organizer := event.get("ORGANIZER"):
        yield "By:     ", _person(organizer[0])


def _events(calendar: str) -> tuple[str, list[_Event]]:
    """Return the method and the events; what is nested in an event (alarms) is left out."""
    method, events, inside = "", list[_Event](), list[str]()
    for line in _FOLD.sub("", calendar).splitlines()[:_MAX_PROPERTIES]:
        found = _PROPERTY.fullmatch(line.strip())
        if found is None:
            continue
        name, value = found[1].upper(), found[3]
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] == "VEVENT":
                events.append({})
        elif name == "END":
            del inside[-1:]
        elif name == "METHOD":
            method = value.strip().upper()
        elif inside[-1:] == ["VEVENT"] and events:
            parameters = {
                key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(found[2])
            }
            events[-1].setdefault(name, []).append(_Property(value, parameters))
    return method, events


def _value(event: _Event, name: str) -> str:
    values = event.get(name)
    return _ESCAPED.sub(_unescaped, values[0].value).strip() if values else ""


def _unescaped(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]


def _person(person: _Property) -> str:
    address = person.value.strip()
    address = address[7:] if address[:7].lower() == "mailto:" else address
    name = person.parameters.get("CN", "")
    return f"{name} <{address}>" if name and name != address else address


def _when(event: _Event) -> str:
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if not start:
        return ""
    day, clock, zone = start
    text = f"{day} {clock}".strip()
    if end and clock:
        text += f" to {end[1] if end[0] == day else f'{end[0]} {end[1]}'.strip()}"
    text += f" ({zone})" if zone else ""
    if repeated := _FREQUENCY.search(_value(event, "RRULE")):
        text += f", repeated {repeated[1].lower()}"
    return text


def _moment(event: _Event, name: str) -> tuple[str, str, str] | None:
    """Return day, time of day (empty: the whole day) and zone, as they are written."""
    values = event.get(name)
    found = _TIME.match(values[0].value.strip()) if values else None
    if not values or found is None:
        return None
    year, month, day, hour, minute, utc = found.groups()
    try:
        written = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))  # noqa: DTZ001
    except ValueError:
        return None
    zone = "UTC" if utc else values[0].parameters.get("TZID", "")
    day_of_week = _DAYS[written.weekday()]  # strftime writes it in the machine's language
    clock = f"{written:%H:%M}" if hour else ""
    return f"{day_of_week} {written:%Y-%m-%d}", clock, zone
