"""The person's time zone with its summer time, also where it is the system's."""

import time
from datetime import UTC, datetime, timedelta, tzinfo

from .mail import Mail, zone_of


class SystemZone(tzinfo):
    """The zone of this computer: what `time.localtime` says of each moment.

    A fixed offset, such as that of now, is an hour wrong for what lies beyond a change of clocks.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return how far a moment of the clock on the wall is ahead of UTC."""
        return timedelta(seconds=self._local(moment).tm_gmtoff)

    def dst(self, moment: datetime | None) -> timedelta:
        """Return an hour in summer: how long exactly nobody here asks."""
        return timedelta(hours=1 if self._local(moment).tm_isdst > 0 else 0)

    def tzname(self, moment: datetime | None) -> str:
        """Return the zone's name at a moment."""
        return self._local(moment).tm_zone

    def fromutc(self, moment: datetime) -> datetime:
        """Return a moment of UTC as the clock on the wall has it."""
        seconds = int(moment.replace(tzinfo=UTC).timestamp())
        offset = timedelta(seconds=time.localtime(seconds).tm_gmtoff)
        there = (moment + offset).replace(tzinfo=self)
        is_second = there.replace(fold=0).utcoffset() != offset
        return there.replace(fold=int(is_second))

    @staticmethod
    def _local(moment: datetime | None) -> time.struct_time:
        if moment is None:
            return time.localtime()
        day = (moment.year, moment.month, moment.day)
        clock = (moment.hour, moment.minute, moment.second)
        found = time.localtime(time.mktime((*day, *clock, 0, 0, -1)))
        # Where the clock is put back, a time of day is there twice.
        for seconds in (-3600, 3600):
            other = time.localtime(time.mktime(found) + seconds)
            if other[:6] == found[:6] and (seconds > 0) == bool(moment.fold):
                return other
        return found


def zone_with_summer(mail: Mail) -> tzinfo:
    """Return the zone that is set, else the system's."""
    return zone_of(mail) if mail.config.settings.time_zone else SystemZone()
