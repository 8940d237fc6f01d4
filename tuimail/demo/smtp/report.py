"""The report that a mail could not be delivered (RFC 3464, in the form of RFC 6522)."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .trace import Mail, new_queue_id, written_time

MAX_RETURNED_HEADER_BYTES: Final = 65_536
_MESSAGE_ID: Final = re.compile(
    rb"^Message-ID:\s*(<[^>\r\n]{1,900}>)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that could not be reached for good."""

    recipient: str
    status: str
    """Enhanced code (RFC 3463), for example 5.1.1."""
    reply: str
    """What the other server said, code first."""
    remote: str
    """Which server said it; empty when none was reached."""


def bounce_of(mail: Mail, failures: Sequence[Failure], reporter: str, now: int) -> Mail:
    """Return the report to the sender of `mail`; its own reverse-path is empty."""
    boundary = f"=_{secrets.token_hex(12)}"
    header = _header(mail, reporter, boundary, now)
    parts = [
        _part("text/plain; charset=us-ascii", "Notification", _explanation(failures, reporter)),
        _part("message/delivery-status", "Delivery report", _status(mail, failures, reporter)),
        _part("text/rfc822-headers", "Undelivered message headers", _returned(mail)),
    ]
    opening = f"--{boundary}\r\n".encode("ascii")
    body = b"".join(opening + part for part in parts) + f"--{boundary}--\r\n".encode("ascii")
    return Mail("", (mail.sender,), header + b"\r\n" + body, new_queue_id(), now)


def _header(mail: Mail, reporter: str, boundary: str, now: int) -> bytes:
    found = _MESSAGE_ID.search(mail.raw[:MAX_RETURNED_HEADER_BYTES])
    original = found.group(1).decode("ascii", "replace") if found else ""
    fields = [
        f"Date: {written_time(now)}",
        f"From: Mail Delivery System <MAILER-DAEMON@{reporter}>",
        f"To: {mail.sender}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{secrets.token_hex(10)}@{reporter}>",
        *([f"In-Reply-To: {original}", f"References: {original}"] if original else []),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{boundary}"',
    ]
    return "".join(f"{line}\r\n" for line in fields).encode("ascii", "replace")


def _part(content_type: str, description: str, content: bytes) -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Description: {description}\r\n\r\n"
    return head.encode("ascii") + content + b"\r\n"


def _explanation(failures: Sequence[Failure], reporter: str) -> bytes:
    lines = [
        f"This is the mail system at host {reporter}.",
        "",
        "I'm sorry to have to inform you that your message could not",
        "be delivered to one or more recipients. What the other side said",
        "stands below each of them.",
        "",
    ]
    for failure in failures:
        said = f"host {failure.remote} said: " if failure.remote else ""
        lines += [f"<{failure.recipient}>: {said}{failure.reply}", ""]
    return "\r\n".join(lines).encode("ascii", "replace")


def _status(mail: Mail, failures: Sequence[Failure], reporter: str) -> bytes:
    blocks = [
        [
            f"Reporting-MTA: dns; {reporter}",
            f"X-Queue-ID: {mail.queue_id}",
            f"X-Sender: rfc822; {mail.sender}",
            f"Arrival-Date: {written_time(mail.arrived)}",
        ]
    ]
    for failure in failures:
        remote = [f"Remote-MTA: dns; {failure.remote}"] if failure.remote else []
        blocks.append(
            [
                f"Final-Recipient: rfc822; {failure.recipient}",
                f"Original-Recipient: rfc822;{failure.recipient}",
                "Action: failed",
                f"Status: {failure.status}",
                *remote,
                f"Diagnostic-Code: smtp; {failure.reply}",
            ]
        )
    return "\r\n".join("".join(f"{line}\r\n" for line in b) for b in blocks).encode(
        "ascii", "replace"
    )


def _returned(mail: Mail) -> bytes:
    header = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    return header[:MAX_RETURNED_HEADER_BYTES]
