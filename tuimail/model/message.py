"""A message: its envelope, and the row a list shows of it."""

from dataclasses import dataclass
from typing import NamedTuple

from .address import Address
from .flags import Flag, Flags
from .ids import AccountName, MailboxId, MessageKey, MessageRef, RowId, ThreadId, public_id
from .later import NOT_LATER, Later
from .outgoing import OutgoingState
from .safe import Untrusted


class Envelope(NamedTuple):
    """What the header says: decoded text, written by a stranger, capped in size.

    The fields are `str` because sync, store and compose reckon with them; a widget refuses them
    all the same, since it takes `Safe` alone.

    Made by `mime.headers.parse_envelope`; never holds CR, LF or NUL.
    """

    message_id: str
    """With angle brackets removed; empty where there is none."""
    date: int | None
    """Seconds since 1970, UTC, from the Date field; None where it cannot be read."""
    subject: str
    from_: tuple[Address, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """Message-IDs, oldest first, without angle brackets."""
    list_id: str
    content_type: str
    """Lower-case type/subtype; `text/plain` where absent."""
    identity: tuple[bytes, bytes, bytes, bytes]
    """Raw Message-ID, Date, From and Subject field bodies, for `ids.message_key`."""
    is_automatic: bool = False
    """Whether it says that no person wrote it: Auto-Submitted (RFC 3834), Precedence."""

    @property
    def author(self) -> Address:
        """The first From address, or an empty one."""
        return self.from_[0] if self.from_ else Address("", "")


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in one mailbox, as a list shows it."""

    row_id: RowId
    key: MessageKey
    account: AccountName
    mailbox_id: MailboxId
    date: int
    """Seconds since 1970, UTC; clamped to what is plausible."""
    sender_name: Untrusted
    sender_address: Untrusted
    recipients: Untrusted
    """To and Cc names, comma separated, cut at 200 characters."""
    subject: Untrusted
    flags: Flags
    """As shown: the server's flags plus pending operations."""
    size_bytes: int
    has_attachments: bool
    thread_id: ThreadId
    thread_count: int
    """Messages of the thread in this view; 1 in a flat list."""
    thread_unread: int
    snippet: Untrusted
    """First words of the text; empty until the body is here."""
    message_id: Untrusted
    list_id: Untrusted
    became: OutgoingState | None = None
    """What became of it where it was sent from here, in lists that say so."""
    is_dealt_with: bool = False
    """It failed, and the person has seen to that."""
    later: Later = NOT_LATER
    """Whether it is put off, has come back, or its conversation is muted."""
    inside_of: MessageKey | None = None
    """The mail as a part of which it came, where it lies in no mailbox: what it says of its way
    and its sender is the word of who wrote that one."""

    @property
    def id(self) -> str:
        """The opaque id that people and scripts see."""
        return public_id(self.key)

    @property
    def ref(self) -> MessageRef:
        """What an action on this row acts on."""
        return MessageRef(self.row_id, self.mailbox_id)

    @property
    def is_unread(self) -> bool:
        """Whether the message, as shown, has not been read."""
        return Flag.SEEN not in self.flags

    @property
    def is_flagged(self) -> bool:
        """Whether the message is marked."""
        return Flag.FLAGGED in self.flags
