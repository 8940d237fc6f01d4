"""A mail being written."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from .address import Address
from .ids import AccountName, DraftId, MessageRef
from .outgoing import AT_ONCE, SendOptions

SIGNATURE_LINE: Final = "-- "
"""What follows is a signature (RFC 3676 section 4.3)."""
FORWARDED_LINE: Final = "---------- Forwarded message ----------"
"""What follows is a mail that is passed on."""


class DraftKind(StrEnum):
    """What the draft began as; decides flags set on the original when it is accepted."""

    NEW = "new"
    REPLY = "reply"
    REPLY_ALL = "reply_all"
    REPLY_LIST = "reply_list"
    FORWARD = "forward"
    EDIT = "edit"
    """Goes on with a mail in a Drafts mailbox, which goes to Trash once this was accepted."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be sent; its bytes are read when the mail is built."""

    path: Path
    filename: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What compose holds. Address lists are text as typed; parsed when the mail is checked."""

    id: DraftId
    account: AccountName
    from_: Address
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    kind: DraftKind = DraftKind.NEW
    original: MessageRef | None = None
    """The message answered, forwarded or gone on with."""
    in_reply_to: str = ""
    """Message-ID without brackets."""
    references: tuple[str, ...] = field(default=())
    updated: int = 0
    """Seconds UTC."""
    options: SendOptions = AT_ONCE
    remind_days: int | None = None
    """To be told if nobody answers in so many days; 0: not, None: as the account says."""
