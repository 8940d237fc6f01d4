"""Whether a message lies in a mailbox already: what tells two copies of it from another message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.mime.headers import parse_envelope
from tuimail.model.flags import Flag
from tuimail.model.uid_set import UidSet

from .remote import Remote, RemoteHeader

MAX_CANDIDATES: Final = 50
"""Messages looked at to see whether a Message-ID is there."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What two copies of one message have in common; a Message-ID alone proves nothing."""

    message_id: str
    identity: tuple[bytes, bytes, bytes, bytes]
    size_bytes: int


def copy_of(row: RemoteHeader) -> Copy:
    """Return what is to be found in another mailbox."""
    envelope = parse_envelope(row.raw)
    return Copy(envelope.message_id, envelope.identity, row.size_bytes)


async def copies(remote: Remote, uids: UidSet, *, also_leaving: bool = False) -> dict[int, Copy]:
    r"""Return what these messages of the open mailbox are, by UID.

    What is marked \Deleted is left out unless asked for: anybody's EXPUNGE removes it, so it is
    no copy for whose sake another may be taken away.
    """
    return {
        row.uid: copy_of(row)
        async for rows in remote.headers(uids)
        for row in rows
        if also_leaving or Flag.DELETED not in row.flags
    }


async def candidates(remote: Remote, message_id: str) -> Sequence[int]:
    """Return UIDs of what may be the message: without a Message-ID, of what came last."""
    if not message_id:
        return list((await remote.uids()).tail(MAX_CANDIDATES))
    return sorted(await remote.find_message_id(message_id))[-MAX_CANDIDATES:]
