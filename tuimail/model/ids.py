"""Names and numbers that identify things, told apart by type."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NewType

AccountName = NewType("AccountName", str)
"""The block's name in config.toml, for example `work`."""
MailboxId = NewType("MailboxId", int)
"""Row id of a mailbox in the cache; valid until the cache is rebuilt."""
RowId = NewType("RowId", int)
"""Row id of a message in the cache: its date in the upper bits; valid until a rebuild."""
MessageKey = NewType("MessageKey", int)
"""63 bits made from a message's content; valid for ever."""
ThreadId = NewType("ThreadId", int)
OutgoingId = NewType("OutgoingId", str)
DraftId = NewType("DraftId", str)
OperationId = NewType("OperationId", int)

_KEY_MASK = (1 << 63) - 1
_MANY = 256
_SIZES = [size.to_bytes(4, "big") for size in range(_MANY)]
"""How long most parts of an identity are."""


def message_key(account: AccountName, *identity: bytes) -> MessageKey:
    """Return the key of a message: 63 bits of BLAKE2b over its account and content identity.

    `identity` is Message-ID, Date, From, Subject (raw field bodies) and the size the server states,
    so that the copy you sent and the copy you received, whose bytes differ, stay two messages.
    """
    pieces = [_measured(account)]
    for part in identity:
        size = len(part)
        pieces += (_SIZES[size] if size < _MANY else size.to_bytes(4, "big"), part)
    digest = blake2b(b"".join(pieces), digest_size=8).digest()
    return MessageKey(int.from_bytes(digest, "big") & _KEY_MASK)


@lru_cache(maxsize=64)
def _measured(account: AccountName) -> bytes:
    name = account.encode()
    return len(name).to_bytes(4, "big") + name


def public_id(key: MessageKey) -> str:
    """Return the opaque id that people and scripts see: 16 hexadecimal digits."""
    return f"{key:016x}"


def key_of_public_id(text: str) -> MessageKey | None:
    """Return the key of a public id, or None if it has not the form of one."""
    try:
        key = int(text, 16) if len(text) == 16 and text.isalnum() else -1
    except ValueError:
        return None
    return MessageKey(key) if 0 <= key <= _KEY_MASK else None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One message in one mailbox: what an action acts on."""

    row_id: RowId
    mailbox_id: MailboxId
