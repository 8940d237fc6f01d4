"""Delivery reports (RFC 3464) and read receipts (RFC 8098): what they say, in a sentence."""

import re
from dataclasses import dataclass
from typing import Final

from tuimail.model.safe import Safe, safe_line

from .fields import parse_fields
from .parse import ParsedMail
from .words import header_text

MAX_RECIPIENTS: Final = 1_000
STATUS_TYPES: Final = frozenset(
    {
        *("message/delivery-status", "message/global-delivery-status"),
        *("message/disposition-notification", "message/global-disposition-notification"),
        *("text/rfc822-headers", "message/global-headers"),
    }
)
"""Parts of a report that are for programs."""
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MAX_STATUS_BYTES = 512 * 1024
_GROUP = re.compile(rb"\r?\n[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a report says about one recipient; every text is a stranger's, on one line."""

    recipient: str
    """addr-spec of Final-Recipient, or of Original-Recipient."""
    action: str
    """failed, delayed, delivered, relayed, expanded, or empty."""
    status: str
    """Enhanced status code (RFC 3463), or empty."""
    diagnostic: str
    remote_mta: str


def is_report(mail: ParsedMail) -> bool:
    """Whether a mail is a multipart/report (RFC 6522)."""
    return mail.root.content_type == "multipart/report"


def recipient_reports(mail: ParsedMail) -> tuple[RecipientReport, ...]:
    """Return what a delivery report says per recipient; empty for any other mail. Never raises."""
    reports: list[RecipientReport] = []
    for part in mail.leaves:
        if part.content_type.endswith("delivery-status"):
            content = mail.content(part)[:_MAX_STATUS_BYTES]
            groups = _GROUP.split(content.strip(b"\r\n"), MAX_RECIPIENTS + 1)
            reports += [report for group in groups if (report := _report(group))]
    return tuple(reports[:MAX_RECIPIENTS])


def report_summary(mail: ParsedMail) -> Safe | None:
    """Return one line about a report, or None for any other mail."""
    if not is_report(mail):
        return None
    reports = recipient_reports(mail)
    if not reports:
        kind = mail.root.parameters.get("report-type", "").lower()
        return Safe("Read receipt") if kind == "disposition-notification" else None
    first = reports[0]
    words = [first.action or "status", "for", first.recipient or "an unnamed recipient"]
    if first.status:
        words.append(f"({first.status})")
    if len(reports) > 1:
        words.append(f"and {len(reports) - 1} more")
    return safe_line("Delivery report: " + " ".join(words), 400)


def _report(group: bytes) -> RecipientReport | None:
    fields = parse_fields(group)
    recipient = fields.first("final-recipient", 1_000) or fields.first("original-recipient", 1_000)
    action = fields.first("action", 40).lower()
    if not recipient and not action:
        return None  # the first group is about the message as a whole
    status = _STATUS.search(fields.first("status", 100))
    return RecipientReport(
        recipient=header_text(recipient.partition(";")[2] or recipient).strip("<> "),
        action=header_text(action),
        status=status[0] if status else "",
        diagnostic=header_text(fields.first("diagnostic-code", 2_000).partition(";")[2])[:1_000],
        remote_mta=header_text(fields.first("remote-mta", 500).partition(";")[2]),
    )
