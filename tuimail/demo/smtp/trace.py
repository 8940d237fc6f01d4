"""What each server writes on top of a mail it handles (RFC 5321 section 4.4)."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from .wishes import NO_WISHES, Wishes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail on its way: envelope and content."""

    sender: str
    """The reverse-path; empty for reports, which must not be reported on."""
    recipients: tuple[str, ...]
    raw: bytes
    queue_id: str
    arrived: int
    """Seconds UTC."""
    wishes: Wishes = NO_WISHES
    """What the sender wants to be told."""


def new_queue_id() -> str:
    """Return a name for a mail in a queue, as servers print them."""
    return secrets.token_hex(5).upper()


def written_time(seconds: int) -> str:
    """Return a time as header fields have it."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


def received(mail: Mail, *, client: str, server: str, protocol: str) -> bytes:
    """Return a Received field; `protocol` is one of ESMTP, ESMTPS, ESMTPSA (RFC 3848)."""
    only = f"\r\n\tfor <{mail.recipients[0]}>" if len(mail.recipients) == 1 else ""
    return (
        f"Received: from {client} (localhost [127.0.0.1])\r\n"
        f"\tby {server} (tuimail demo) with {protocol} id {mail.queue_id}{only};\r\n"
        f"\t{written_time(mail.arrived)}\r\n"
    ).encode("ascii", "replace")


def delivery_fields(sender: str, recipient: str, server: str) -> bytes:
    """Return what the last server adds: the reverse-path and what it thinks of the sender."""
    domain = sender.rpartition("@")[2]
    verdict = f"spf=pass smtp.mailfrom={domain}" if domain else "spf=none"
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Authentication-Results: {server}; {verdict}; dkim=none\r\n"
    ).encode("ascii", "replace")
