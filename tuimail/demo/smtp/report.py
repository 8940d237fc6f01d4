"""The report of what became of a mail (RFC 3464, in the form of RFC 6522)."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .trace import Mail, new_queue_id, written_time

MAX_RETURNED_HEADER_BYTES: Final = 65_536
_MESSAGE_ID: Final = re.compile(
    rb"^Message-ID:\s*(<[^>\r\n]{1,900}>)", re.IGNORECASE | re.MULTILINE
)


class Action(StrEnum):
    """What became of it (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    RELAYED = "relayed"
    DELIVERED = "delivered"


_SUBJECTS: Final = {
    Action.FAILED: "Undelivered Mail Returned to Sender",
    Action.DELAYED: "Delayed Mail (still being retried)",
    Action.RELAYED: "Successful Mail Delivery Report",
    Action.DELIVERED: "Successful Mail Delivery Report",
}
_WORDS: Final = {
    Action.FAILED: "I'm sorry to have to inform you that your message could not be delivered.",
    Action.DELAYED: "Your message could not be delivered yet. It is still being retried; you "
    "need not send it again.",
    Action.RELAYED: "Your message was handed to a server that will not report any further.",
    Action.DELIVERED: "Your message was put into the mailbox.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is reported of one recipient."""

    recipient: str
    action: Action
    status: str
    """Enhanced code (RFC 3463), for example 5.1.1."""
    reply: str
    """What the other server said, code first."""
    remote: str
    """Which server said it; empty when none was reached."""


def report_of(mail: Mail, told: Sequence[Told], reporter: str, now: int) -> Mail:
    """Return the report to the sender of `mail`; its own reverse-path is empty.

    All of `told`, of which there is at least one, became the same.
    """
    boundary = f"=_{secrets.token_hex(12)}"
    header = _header(mail, told[0].action, reporter, boundary, now)
    parts = [
        _part("text/plain; charset=us-ascii", "Notification", _explanation(told, reporter)),
        _part("message/delivery-status", "Delivery report", _status(mail, told, reporter)),
        _part("text/rfc822-headers", "Undelivered message headers", _returned(mail)),
    ]
    opening = f"--{boundary}\r\n".encode("ascii")
    body = b"".join(opening + part for part in parts) + f"--{boundary}--\r\n".encode("ascii")
    return Mail("", (mail.sender,), header + b"\r\n" + body, new_queue_id(), now)


def message_id_in(raw: bytes) -> str:
    """Return the Message-ID of a mail with its brackets; empty if there is none."""
    found = _MESSAGE_ID.search(raw[:MAX_RETURNED_HEADER_BYTES].partition(b"\r\n\r\n")[0])
    return found.group(1).decode("ascii", "replace") if found else ""


def _header(mail: Mail, action: Action, reporter: str, boundary: str, now: int) -> bytes:
    original = message_id_in(mail.raw)
    fields = [
        f"Date: {written_time(now)}",
        f"From: Mail Delivery System <MAILER-DAEMON@{reporter}>",
        f"To: {mail.sender}",
        f"Subject: {_SUBJECTS[action]}",
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


def _explanation(told: Sequence[Told], reporter: str) -> bytes:
    lines = [
        f"This is the mail system at host {reporter}.",
        "",
        _WORDS[told[0].action],
        "What the other side said stands below each recipient.",
        "",
    ]
    for one in told:
        said = f"host {one.remote} said: " if one.remote else ""
        lines += [f"<{one.recipient}>: {said}{one.reply}", ""]
    return "\r\n".join(lines).encode("ascii", "replace")


def _status(mail: Mail, told: Sequence[Told], reporter: str) -> bytes:
    envelope_id = mail.wishes.envelope_id
    blocks = [
        [
            f"Reporting-MTA: dns; {reporter}",
            *([f"Original-Envelope-Id: {envelope_id}"] if envelope_id else []),
            f"X-Queue-ID: {mail.queue_id}",
            f"X-Sender: rfc822; {mail.sender}",
            f"Arrival-Date: {written_time(mail.arrived)}",
        ]
    ]
    for one in told:
        original = mail.wishes.originals.get(one.recipient, f"rfc822;{one.recipient}")
        remote = [f"Remote-MTA: dns; {one.remote}"] if one.remote else []
        blocks.append(
            [
                f"Final-Recipient: rfc822; {one.recipient}",
                f"Original-Recipient: {original}",
                f"Action: {one.action}",
                f"Status: {one.status}",
                *remote,
                f"Diagnostic-Code: smtp; {one.reply}",
            ]
        )
    return "\r\n".join("".join(f"{line}\r\n" for line in b) for b in blocks).encode(
        "ascii", "replace"
    )


def _returned(mail: Mail) -> bytes:
    header = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    return header[:MAX_RETURNED_HEADER_BYTES]
