"""Invitations (RFC 5545, RFC 5546): a calendar part as values, zones found, rules read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tuimail.model.invitation import (
    MAX_UID_CHARS,
    Answer,
    Guest,
    Invitation,
    Method,
    Moment,
)
from tuimail.model.recurrence import LAST_YEAR
from tuimail.model.safe import Untrusted

from .ical import ZONE, Contents, Properties, Property, read_calendar
from .recurrence import parse_rule
from .zone_rules import zone_of

MAX_GUESTS: Final = 500
MAX_LEFT_OUT: Final = 500
MAX_TEXT_CHARS: Final = 20_000
_FIRST_YEAR: Final = 1900
_LONGEST: Final = timedelta(days=3_660)
_DAY: Final = timedelta(days=1)
_MAX_SEQUENCE: Final = 2**31 - 1
_MAX_ADDRESS_CHARS = 320


def invitation_of(calendar: str) -> Invitation | None:
    """Return what a calendar part asks for, None where it holds no event. Never raises.

    Where it holds several, it is the one that stands for all dates of the event, else the first.
    """
    contents = read_calendar(calendar)
    if contents is None:
        return None
    whole = [event for event in contents.events if "RECURRENCE-ID" not in event]
    return _invitation(contents, whole[0] if whole else contents.events[0])


def _invitation(contents: Contents, event: Properties) -> Invitation:
    start = _moment(contents, _first(event, "DTSTART"))
    uid = _text(event, "UID").strip()
    sequence = _first(event, "SEQUENCE")
    number = sequence.value if sequence is not None and isinstance(sequence.value, int) else 0
    return Invitation(
        method=_method(contents.method),
        uid=uid if uid.isprintable() and len(uid) <= MAX_UID_CHARS else "",
        sequence=min(max(0, number), _MAX_SEQUENCE),
        stamp=_stamp(_moment(contents, _first(event, "DTSTAMP"))),
        instance=_moment(contents, _first(event, "RECURRENCE-ID")),
        summary=Untrusted(_text(event, "SUMMARY")),
        start=start,
        length=_length(contents, event, start),
        organizer=next(_people(event, "ORGANIZER"), None),
        guests=tuple(_people(event, "ATTENDEE"))[:MAX_GUESTS],
        place=Untrusted(_text(event, "LOCATION")),
        description=Untrusted(_text(event, "DESCRIPTION")),
        link=Untrusted(_text(event, "URL")),
        rule=parse_rule(_text(event, "RRULE")),
        left_out=tuple(_moments(contents, event.get("EXDATE", ())))[:MAX_LEFT_OUT],
        is_cancelled=contents.method == "CANCEL" or _text(event, "STATUS").upper() == "CANCELLED",
        is_free=_text(event, "TRANSP").upper() == "TRANSPARENT",
        others=len(contents.events) - 1,
    )


def _method(name: str) -> Method:
    try:
        return Method(name)
    except ValueError:
        return Method.NONE


def _first(event: Properties, name: str) -> Property | None:
    values = event.get(name)
    return values[0] if values else None


def _text(event: Properties, name: str) -> str:
    found = _first(event, name)
    return str(found.value)[:MAX_TEXT_CHARS] if found is not None else ""


def _people(event: Properties, name: str) -> Iterator[Guest]:
    for person in event.get(name, ()):
        address = str(person.value).strip()
        address = address[7:] if address[:7].lower() == "mailto:" else address
        if "@" not in address or len(address) > _MAX_ADDRESS_CHARS:
            continue
        answer = person.parameters.get("PARTSTAT", "").lower()
        known = answer if answer in set(Answer) else Answer.NONE
        name_shown = Untrusted(person.parameters.get("CN", "")[:MAX_TEXT_CHARS])
        yield Guest(address.strip().lower(), name_shown, Answer(known))


def _moments(contents: Contents, values: Sequence[Property]) -> Iterator[Moment]:
    for value in values:
        moment = _moment(contents, value)
        if moment is not None:
            yield moment


def _moment(contents: Contents, found: Property | None) -> Moment | None:
    """Return a time as it is meant; None where it is none, or beyond what people plan."""
    if found is None or not isinstance(found.value, date):
        return None
    value, named = found.value, found.parameters.get(ZONE, "")
    if not _FIRST_YEAR <= value.year <= LAST_YEAR:
        return None
    if not isinstance(value, datetime):
        return Moment(datetime(value.year, value.month, value.day), is_day=True)  # noqa: DTZ001
    if value.tzinfo is not None and not named:
        return Moment(value.astimezone(UTC))
    local = value.replace(tzinfo=None)
    zone = zone_of(named, contents.zones) if named else None
    return Moment(local.replace(tzinfo=zone), zone=named)


def _stamp(moment: Moment | None) -> datetime | None:
    if moment is None or moment.is_day or moment.at.tzinfo is None:
        return None
    return moment.at.astimezone(UTC)


def _length(contents: Contents, event: Properties, start: Moment | None) -> timedelta:
    """Return how long it takes: to its end, by its duration, else a whole day or no time."""
    usual = _DAY if start is not None and start.is_day else timedelta(0)
    end, duration = _moment(contents, _first(event, "DTEND")), _first(event, "DURATION")
    length = usual
    if start is not None and end is not None:
        has_zones = start.at.tzinfo is not None and end.at.tzinfo is not None
        length = (
            end.at.astimezone(UTC) - start.at.astimezone(UTC)
            if has_zones
            else end.at.replace(tzinfo=None) - start.at.replace(tzinfo=None)
        )
    elif duration is not None and isinstance(duration.value, timedelta):
        length = duration.value
    return length if usual <= length <= _LONGEST else usual
