"""What a mail reports about another one that was sent: delivered, delayed, failed, opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from .ids import AccountName

NO_ACCOUNT: Final = AccountName("")


class ReportKind(StrEnum):
    """What sort of answer by a machine it is."""

    DELIVERY = "delivery"
    """About the delivery, in a standard form or in a server's own words."""
    RECEIPT = "receipt"
    """A program says that it showed the mail, or threw it away (RFC 8098)."""
    AUTO_REPLY = "auto reply"
    """The mail arrived; a machine answers for the person (RFC 3834)."""
    CHALLENGE = "challenge"
    """A machine holds the mail until its sender confirms something."""


class ReportAction(StrEnum):
    """What became of it for one recipient (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


class Grade(StrEnum):
    """How sure it is that a report is true."""

    CONFIRMED = "confirmed"
    """It names the secret that only servers on the way of the mail know (ENVID, RFC 3461)."""
    PROVIDER = "from your provider"
    """The account's own server vouches for it, or it names the queue id we were given."""
    UNCONFIRMED = "reported, unconfirmed"
    """It names the mail and one of its recipients, which others may know as well."""


SURE: Final = (Grade.CONFIRMED, Grade.PROVIDER)
"""Grades that are believed: what they say takes the place of what others said."""


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """What a report says about one recipient; every text is a stranger's, on one line."""

    address: str
    """addr-spec the report ends with (Final-Recipient); it may be one we never wrote to."""
    original: str = ""
    """addr-spec it was sent to (Original-Recipient), where the server says."""
    action: ReportAction | None = None
    status: str = ""
    """Enhanced status code (RFC 3463), or empty."""
    diagnostic: str = ""
    """The words of the server that decided."""
    remote_mta: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says, before anybody asks whether it is true."""

    kind: ReportKind
    message_id: str
    """Its own."""
    date: int | None
    """Seconds UTC."""
    sender: str
    """addr-spec in From, in lower case."""
    is_null_path: bool | None
    """Whether the topmost Return-Path is `<>`; None where there is none."""
    envelope_ids: tuple[str, ...] = ()
    """Original-Envelope-Id, xtext decoded too; more than one is a contradiction."""
    original_ids: tuple[str, ...] = ()
    """Message-IDs of the mail it is about, as it returns or names them."""
    references: tuple[str, ...] = ()
    """Message-IDs it answers."""
    queue_id: str = ""
    reporting_mta: str = ""
    recipients: tuple[RecipientFacts, ...] = ()
    failed_recipients: tuple[str, ...] = ()
    """X-Failed-Recipients, which Exim and Gmail write."""
    text: str = ""
    """What is said to people, without the copy that was returned."""


@dataclass(frozen=True, slots=True)
class SentMail:
    """What is known of a mail that a report may be about."""

    message_id: str
    envelope_id: str
    """The secret given with it; empty where the server takes none."""
    accepted: int
    """Seconds UTC at which the first server took it, or may have; 0 where none has."""
    servers: tuple[str, ...]
    """What the submission server is called: as configured, and as it calls itself."""
    queue_ids: Collection[str]
    recipients: tuple[str, ...]
    """addr-specs."""
    account: AccountName = NO_ACCOUNT
    exchanges: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Hosts that take mail for a recipient's domain, as sure reports have told so far."""
    left: int = 0
    """Seconds UTC at which it went last: tried anew, or let go by a server that held it."""
    is_being_sent: bool = False
    """Whether an attempt is under way: what it comes to is not written down yet."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """How a report came, as the account's own servers state."""

    came_from: tuple[str, ...] = ()
    """Hosts it was taken from; empty where it never left the account's own."""
    is_known: bool = True
    """Whether a server of the account's own says so; else nobody knows where it came from."""
    is_proven: bool = True
    """Whether that was found out, not only told by the other side."""
    is_vouched: bool = False
    """The account's own provider wrote it: a service of its own signed it, and that was checked."""
    account: AccountName = NO_ACCOUNT
    """To which it came; the mail may have been sent by another."""
    own: tuple[str, ...] = ()
    """Hosts and domains of that account."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a report that was matched says of one recipient, or of the mail alone."""

    address: str
    """One of the mail's recipients; empty where the report names none of them."""
    action: ReportAction | None
    """None for what changes no state: a receipt, an automatic reply."""
    facts: RecipientFacts | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """That a report is about one mail, how sure that is, and what it says."""

    grade: Grade
    outcomes: tuple[Outcome, ...]
