"""The automatic reply of somebody who is away (RFC 3834)."""

import re
import secrets
from typing import Final

from .report import message_id_in
from .trace import Mail, new_queue_id, written_time

_BY_MACHINE: Final = re.compile(
    rb"^(?:Auto-Submitted:[ \t]*(?!no\b)|List-Id:|Precedence:[ \t]*(?:bulk|list|junk))",
    re.IGNORECASE | re.MULTILINE,
)


def vacation_reply(mail: Mail, person: str, domain: str, now: int) -> Mail | None:
    """Return the reply of a person to a mail, or None where a machine wrote it (section 2)."""
    head = mail.raw.partition(b"\r\n\r\n")[0]
    if not mail.sender or _BY_MACHINE.search(head):
        return None
    original = message_id_in(mail.raw)
    fields = [
        f"Date: {written_time(now)}",
        f"From: {person}",
        f"To: {mail.sender}",
        "Subject: Automatic reply: I am away",
        f"Message-ID: <{secrets.token_hex(10)}@{domain}>",
        *([f"In-Reply-To: {original}", f"References: {original}"] if original else []),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
    ]
    text = "I am away until Monday and read your mail then.\r\n"
    raw = "".join(f"{line}\r\n" for line in fields) + "\r\n" + text
    return Mail("", (mail.sender,), raw.encode("ascii", "replace"), new_queue_id(), now)
