"""QUOTA: how much a person may keep on the server, and how much there is (RFC 9208, 2087)."""

from collections.abc import Sequence
from typing import Final

from .about import Quota
from .faults import Refused, unreadable
from .grammar import Untagged
from .session import Command, Session

MAX_ROOTS: Final = 1_000
STORAGE_UNIT_BYTES: Final = 1_024


async def quotas(session: Session, mailbox: str) -> Sequence[Quota]:
    """Return the quotas that hold for a mailbox; none where the server has none.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    found: list[Quota] = []

    def take(response: Untagged) -> bool:
        if not isinstance(response, Quota):
            return False
        found.append(response)
        if len(found) > MAX_ROOTS:
            raise unreadable("quotas without end")
        return True

    if not session.offers("QUOTA"):
        return []
    words = (session.named(mailbox),)
    command = Command("GETQUOTAROOT", words, "to tell its quota", session.timeouts.command_s)
    try:
        await session.say(command, take)
    except Refused:
        return []
    return found


def storage_of(found: Sequence[Quota]) -> tuple[int, int] | None:
    """Return (used, allowed) bytes of the quota that is nearest to full; None where none is."""
    storages = [
        (one.used * STORAGE_UNIT_BYTES, one.limit * STORAGE_UNIT_BYTES)
        for quota in found
        for one in quota.resources
        if one.name == "STORAGE" and one.limit > 0
    ]
    return max(storages, key=lambda one: one[0] / one[1], default=None)
