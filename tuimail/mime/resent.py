"""A mail sent on unchanged, with a note of who sent it on (RFC 5322 section 3.6.6)."""

from collections.abc import Sequence
from email.utils import formatdate

from tuimail.model.address import Address

from .write import address_value


def resent(raw: bytes, sender: Address, to: Sequence[Address], message_id: str, date: int) -> bytes:
    """Return the mail with a block of Resent fields above everything it has.

    `message_id` (of this sending, without angle brackets) and `date` (seconds UTC) go into the
    block; author, date and Message-ID of the mail, and what it was signed over, stay as they are.
    """
    fields = (
        ("Resent-Date", formatdate(date, localtime=False).replace("-0000", "+0000")),
        ("Resent-From", address_value([sender])),
        ("Resent-To", address_value(to)),
        ("Resent-Message-ID", f"<{message_id}>"),
    )
    block = "".join(f"{name}: {value}\r\n" for name, value in fields)
    whole = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw  # a line of mbox files
    return block.encode() + whole
