"""When an event is: its dates, and the time they take."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Final

from tuimail.model.appointment import Span
from tuimail.model.invitation import Invitation, Moment
from tuimail.model.recurrence import dates

AHEAD: Final = timedelta(days=731)
"""How far ahead the dates of a repeated event count."""
MAX_DATES: Final = 400
_MARGIN: Final = timedelta(days=2)
"""No clock is further from UTC."""
_MAX_LOOKED_AT: Final = 100_000


def beginnings(invitation: Invitation, zone: tzinfo, now: int) -> Iterator[Moment]:
    """Yield when an event begins, each date of it that is not long before `now` (seconds UTC).

    `zone` is the person's own.
    """
    start, rule = invitation.start, invitation.rule
    if start is None:
        return
    if rule is None or invitation.instance is not None:
        yield start
        return
    left_out = {_clock(one, start) for one in invitation.left_out}
    after = datetime.fromtimestamp(now, UTC).replace(tzinfo=None) - invitation.length - _MARGIN
    for at in islice(dates(rule, start.at.replace(tzinfo=None), after), _MAX_LOOKED_AT):
        if at < after:
            continue  # one that had to be counted
        moment = Moment(at.replace(tzinfo=start.at.tzinfo), start.is_day, start.zone)
        if rule.until is not None and _is_after(moment, rule.until, zone):
            return
        if at not in left_out:
            yield moment


def coming(invitation: Invitation, zone: tzinfo, now: int, limit: int) -> list[Moment]:
    """Return the next dates that have not ended; `now` is in seconds UTC."""
    found = (
        one for one in beginnings(invitation, zone, now) if span(invitation, one, zone).end > now
    )
    latest = now + int(AHEAD.total_seconds())
    near = takewhile(
        lambda one: invitation.rule is None or span(invitation, one, zone).start <= latest, found
    )
    return list(islice(near, limit))


def spans(invitation: Invitation, zone: tzinfo, now: int) -> list[Span]:
    """Return the time the next dates take."""
    return [span(invitation, one, zone) for one in coming(invitation, zone, now, MAX_DATES)]


def span(invitation: Invitation, begins: Moment, zone: tzinfo) -> Span:
    """Return the time that one date takes."""
    start = in_utc(begins, zone)
    return Span(int(start.timestamp()), int((start + invitation.length).timestamp()))


def in_utc(moment: Moment, zone: tzinfo) -> datetime:
    """Return a moment in UTC; what has no zone of its own is by the clock of the person."""
    at = moment.at if moment.at.tzinfo is not None else moment.at.replace(tzinfo=zone)
    return at.astimezone(UTC)


def _clock(moment: Moment, start: Moment) -> datetime:
    """Return a date that is left out by the clock the event goes by."""
    if moment.is_day or moment.at.tzinfo is None or start.at.tzinfo is None:
        return moment.at.replace(tzinfo=None)
    local = moment.at.astimezone(start.at.tzinfo) if moment.zone != start.zone else moment.at
    return local.replace(tzinfo=None)


def _is_after(moment: Moment, until: datetime, zone: tzinfo) -> bool:
    if until.tzinfo is not None and not moment.is_day:
        return in_utc(moment, zone) > until
    return moment.at.replace(tzinfo=None) > until.replace(tzinfo=None)
