"""What the person answered to invitations, and what another mail about one of them may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .ids import AccountName
from .invitation import Answer, Invitation, Method


class Span(NamedTuple):
    """When somebody is busy, in seconds UTC; the end is not in it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """An event that was answered."""

    account: AccountName
    uid: str
    instance: str
    """Which date of a repeated event alone is meant (see `instance_of`); empty: all of it."""
    sequence: int
    """Of the version that was answered, or of the one that cancelled it."""
    stamp: int
    """When that version was written, in seconds UTC; 0: not known."""
    organizer: str
    """Address in lower case."""
    summary: str
    answer: Answer
    is_cancelled: bool = False
    times: Sequence[Span] = ()
    """The next dates of it."""


class Standing(StrEnum):
    """What a mail is about an event, seen from what was answered."""

    NEW = "new"
    """Nothing was answered yet."""
    SAME = "same"
    """The version that was answered."""
    CHANGED = "changed"
    """A newer version than the one that was answered."""
    OUTDATED = "outdated"
    """An older version than one that is known."""
    CANCELS = "cancels"
    """It calls the event off, and may."""
    OFF = "off"
    """The event was called off before."""
    FORGED = "forged"
    """It speaks of an event that was answered, but is not from its organiser."""
    FOREIGN = "foreign"
    """It is not from the organiser it names; of an event that was not answered."""
    OTHER = "other"
    """Neither a request nor a cancellation: nobody awaits an answer."""


def instance_of(invitation: Invitation) -> str:
    """Return the name of the one date that is meant of a repeated event; empty: all of it."""
    moment = invitation.instance
    if moment is None:
        return ""
    if moment.is_day or moment.at.tzinfo is None:
        return moment.at.isoformat()
    return str(int(moment.at.timestamp()))


def standing_of(invitation: Invitation, sender: str | None, known: Appointment | None) -> Standing:
    """Return what a mail is about an event (RFC 5546 sections 2.1.4 and 3.2.5, 6.1.1).

    `sender` is the address, in lower case, that the mail is from; None where that is not sure, as
    with two of them or where a trusted server says that it is forged.
    """
    if invitation.method not in (Method.REQUEST, Method.CANCEL):
        return Standing.OTHER
    organizer = invitation.organizer.address if invitation.organizer is not None else ""
    is_theirs = bool(organizer) and sender == organizer
    if known is None:
        return (
            (Standing.CANCELS if invitation.is_cancelled else Standing.NEW)
            if is_theirs
            else (Standing.FOREIGN)
        )
    if not is_theirs or organizer != known.organizer:
        return Standing.FORGED
    if _age(invitation) < (known.sequence, known.stamp):
        return Standing.OUTDATED
    if known.is_cancelled:
        return Standing.OFF if invitation.is_cancelled else _newer(invitation, known)
    return Standing.CANCELS if invitation.is_cancelled else _newer(invitation, known)


def _newer(invitation: Invitation, known: Appointment) -> Standing:
    is_same = invitation.sequence == known.sequence and not known.is_cancelled
    is_newer = _age(invitation) > (known.sequence, known.stamp)
    if known.is_cancelled and not is_newer:
        return Standing.OFF
    return Standing.SAME if is_same else Standing.CHANGED


def _age(invitation: Invitation) -> tuple[int, int]:
    stamp = invitation.stamp
    return invitation.sequence, int(stamp.timestamp()) if stamp is not None else 0
