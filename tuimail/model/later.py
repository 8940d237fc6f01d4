"""Mail that is put off until a time or a reply, and conversations that are muted or done."""

from dataclasses import dataclass
from enum import StrEnum

from .ids import AccountName, MessageKey


class SnoozeState(StrEnum):
    """How far a mail that was put off is."""

    ASLEEP = "asleep"
    WOKEN = "woken"
    """It is back, and bears a mark until it is read."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """One mail that is put off."""

    account: AccountName
    key: MessageKey
    until: int
    """Seconds UTC."""
    home: str
    """The mailbox it lay in, and goes back to."""
    bed: str
    """The mailbox it sleeps in."""
    since: int
    """When it was put off, in seconds UTC."""
    known: frozenset[int] = frozenset()
    """Content keys of its conversation then: another one is a reply."""
    state: SnoozeState = SnoozeState.ASLEEP


class WatchKind(StrEnum):
    """What is to happen when mail comes into a conversation."""

    MUTED = "muted"
    """It goes past the inbox, read."""
    DONE = "done"
    """A reply brings the conversation back."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One conversation that is watched."""

    kind: WatchKind
    account: AccountName
    anchor: MessageKey
    """Its oldest mail when it began to be watched."""
    since: int
    """Seconds UTC."""
    anchors: frozenset[int]
    """Hashes by which it is found again: content keys and Message-IDs of its mails."""
    known: frozenset[int]
    """Content keys of its mails that are dealt with: another one is new."""
    home: str = ""
    """Of what is done: the mailbox that a reply brings it back to."""
    bed: str = ""
    """Of what is done: the mailbox it was put away into."""
    away: frozenset[int] = frozenset()
    """Content keys of what was put away so: what lay there before is not brought back."""

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return f"{self.kind} {self.anchor}"


@dataclass(frozen=True, slots=True)
class Later:
    """What a row of a list says of this."""

    wakes: int = 0
    """When it wakes, in seconds UTC; 0 where it is not asleep."""
    is_woken: bool = False
    is_muted: bool = False


NOT_LATER = Later()
