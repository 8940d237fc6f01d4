"""What an invitation says (RFC 5545, RFC 5546): an event, who asks, who is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .recurrence import Rule
from .safe import Untrusted

MAX_UID_CHARS: Final = 1_000
"""A longer name of an event is no name: nothing is answered, nothing is kept."""


class Method(StrEnum):
    """What a calendar in a mail is for (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    COUNTER = "COUNTER"
    ADD = "ADD"
    REFRESH = "REFRESH"
    DECLINE_COUNTER = "DECLINECOUNTER"
    PUBLISH = "PUBLISH"
    NONE = ""
    """A calendar that is handed on, or a method nobody knows."""


class Answer(StrEnum):
    """What a guest answered, as PARTSTAT has it in lower case (RFC 5545 section 3.2.12)."""

    NONE = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    DELEGATED = "delegated"


@dataclass(frozen=True, slots=True)
class Guest:
    """The organiser, or somebody who is asked to come."""

    address: str
    """In lower case, without `mailto:`."""
    name: Untrusted
    answer: Answer = Answer.NONE


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time of an event."""

    at: datetime
    """With a zone; without one it is the clock on the wall, wherever one is. Midnight of a day."""
    is_day: bool = False
    """The whole day."""
    zone: str = ""
    """As the mail names its zone; with an `at` that has none, a zone nobody here knows."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event of a calendar part, and what the part is for."""

    method: Method
    uid: str
    """What every version of the event is called by; empty where it has no usable name."""
    sequence: int
    """Rises with each version that counts (RFC 5546 section 2.1.4)."""
    stamp: datetime | None
    """When this version was written, in UTC."""
    instance: Moment | None
    """Of a repeated event the one date that is meant, by when it would begin; None: all of it."""
    summary: Untrusted
    start: Moment | None
    length: timedelta
    organizer: Guest | None
    guests: tuple[Guest, ...] = ()
    place: Untrusted = Untrusted("")  # noqa: RUF009  nobody changes one
    description: Untrusted = Untrusted("")  # noqa: RUF009
    link: Untrusted = Untrusted("")  # noqa: RUF009
    rule: Rule | None = None
    left_out: tuple[Moment, ...] = ()
    """Dates of a repeated event on which it is not."""
    is_cancelled: bool = False
    is_free: bool = False
    """Who comes is not busy by it, as with birthdays (RFC 5545 section 3.8.2.7)."""
    others: int = 0
    """Events beside this one in the calendar: changed dates of it, as a rule."""

    @property
    def end(self) -> Moment | None:
        """When it ends; of whole days the day after the last."""
        if self.start is None:
            return None
        return Moment(self.start.at + self.length, self.start.is_day, self.start.zone)

    def guest(self, addresses: frozenset[str]) -> Guest | None:
        """Return the one of the guests that these addresses, in lower case, belong to."""
        return next((one for one in self.guests if one.address in addresses), None)
