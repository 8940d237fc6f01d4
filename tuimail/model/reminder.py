"""A wish to be told when nobody has answered a sent mail by a day."""

from dataclasses import dataclass
from enum import StrEnum

from .ids import OutgoingId


class ReminderState(StrEnum):
    """How far such a wish has come."""

    WAITING = "waiting"
    DUE = "due"
    """The day came, and no answer: the person is told until they have seen to it."""
    ANSWERED = "answered"
    """A person answered; what machines write does not count."""
    DISMISSED = "dismissed"
    """The person has seen to it."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """The wish about one mail; there is one at most."""

    outgoing_id: OutgoingId
    due: int
    """Seconds UTC."""
    state: ReminderState
