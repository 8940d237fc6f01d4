"""What was reported of one sent mail, as its story shows it."""

from dataclasses import dataclass

from .ids import MessageKey
from .report import Grade, ReportAction, ReportKind
from .safe import Safe, Untrusted


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What one report says of one recipient, or of the mail alone."""

    time: int
    """Seconds UTC, when it was read here."""
    address: str
    """Empty where it is about the mail alone."""
    kind: ReportKind
    action: ReportAction | None
    """None for what changes no state: a receipt, an automatic reply."""
    grade: Grade
    who: Untrusted
    """The server that reports, or who wrote it."""
    explanation: Safe
    """Our words."""
    message_key: MessageKey
    """Of the report itself."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What came back about a mail, and whether anything can."""

    reports: tuple[ReportRow, ...]
    """Oldest first."""
    can_be_confirmed: bool | None
    """Whether the server that took it said that it reports (RFC 3461); None before one took it."""
