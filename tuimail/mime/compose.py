"""From a draft to the bytes that are sent: made once, 7-bit clean, CRLF, no Bcc."""

from pathlib import Path

from tuimail.model.draft import Attachment, Draft


def build_mail(draft: Draft, message_id: str, date: int) -> bytes:
    """Return the mail as it is sent.

    `message_id` without angle brackets; `date` in seconds UTC. Reads the attachments.

    Raises:
        UserError: an address or attachment cannot be used, or the mail is too large.
    """
    raise NotImplementedError


def new_message_id(addr_spec: str) -> str:
    """Return a new Message-ID without brackets: 120 random bits at the sender's mail domain."""
    raise NotImplementedError


def attachment_of(path: Path, filename: str = "", content_type: str = "") -> Attachment:
    """Return the attachment a file makes.

    Raises:
        UserError: no such file, not a regular file, not readable, or too large.
    """
    raise NotImplementedError
