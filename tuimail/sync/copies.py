"""Whether a message lies in a mailbox already: what tells two copies of it from another message."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    email_id: str = field(default="", compare=False)
    """What the server calls it; empty where it has no such ids."""

    def is_copied_by(self, other: "Copy", *, ids_decide: bool) -> bool:
        """Tell whether another is the same message.

        Equal ids prove it. Different ones prove the opposite only where a copy always keeps its
        id, as at Gmail (`ids_decide`): RFC 8474 section 5.1 says no more than SHOULD.
        """
        if self.email_id and other.email_id:
            is_same_id = self.email_id == other.email_id
            if is_same_id or ids_decide:
                return is_same_id
        return self == other


def copy_of(row: RemoteHeader) -> Copy:
    """Return what is to be found in another mailbox."""
    envelope = parse_envelope(row.raw)
    return Copy(envelope.message_id, envelope.identity, row.size_bytes, row.email_id)


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


async def has_copy(remote: Remote, original: Copy, least_uid: int) -> bool:
    """Tell whether a copy of a message, of this UID or above, lies in the open mailbox."""
    alike = await remote.find_email_id(original.email_id) if original.email_id else ()
    found = {*sorted(alike)[-MAX_CANDIDATES:], *await candidates(remote, original.message_id)}
    recent = UidSet.of(uid for uid in found if uid >= least_uid)
    there = await copies(remote, recent) if recent else {}
    decide = remote.is_gmail
    return any(original.is_copied_by(one, ids_decide=decide) for one in there.values())
