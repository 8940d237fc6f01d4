"""How mail gets into a mailbox of the server once, however often it is tried.

What is there already is found by its Message-ID or content, so that a lost reply doubles nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.mime.headers import parse_envelope
from tuimail.mime.line_ends import sizes_told
from tuimail.model.operation import Operation
from tuimail.model.uid_set import UidSet

from .copies import MAX_CANDIDATES, Copy, candidates, copies
from .remote import Remote, RemoteArrival

RESENT: Final = b"Resent-"
"""A mail that was sent on begins with the block of fields that says so (RFC 5322 section 3.6.6)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way into a mailbox, and who asked for it."""

    operation: Operation
    raw: bytes

    @property
    def arrival(self) -> RemoteArrival:
        """What the server is given."""
        asked = self.operation
        return RemoteArrival(self.raw, asked.add, asked.internal_date or asked.created)


async def file_one(remote: Remote, letter: Letter) -> int:
    """Put a message into the open mailbox unless it is there; return its UID, 0 where not told.

    Raises:
        NetworkError, ProtocolError: whether it arrived is seen when it is tried again.
    """
    asked = letter.operation
    found = await candidates(remote, asked.message_id) if asked.message_id or asked.key else ()
    there = await copies(remote, UidSet.of(found)) if found else {}
    return _uid_among(there, letter) or await remote.append(asked.mailbox, *letter.arrival)


async def file_together(remote: Remote, letters: Sequence[Letter]) -> list[int]:
    """Put messages into the open mailbox by one command, but for those that are there.

    They are looked for together, too: on a line to far away that takes longer than all else.

    Returns:
        The UID of each, 0 where the server does not say.

    Raises:
        NetworkError, ProtocolError: what arrived is seen when it is tried again.
    """
    named = [one.operation.message_id for one in letters if one.operation.message_id]
    found = set(await remote.find_message_ids(named)) if named else set[int]()
    if len(named) < len(letters):
        found |= set(await candidates(remote, ""))
    nearest = UidSet.of(found).tail(MAX_CANDIDATES * len(letters))
    there = await copies(remote, nearest) if nearest else {}
    uids = [_uid_among(there, letter) for letter in letters]
    missing = [one.arrival for one, uid in zip(letters, uids, strict=True) if not uid]
    told = await remote.append_several(letters[0].operation.mailbox, missing) if missing else ()
    new = iter(told)
    return [uid or next(new, 0) for uid in uids]


def _uid_among(there: Mapping[int, Copy], letter: Letter) -> int:
    """Return the UID of the message to APPEND where it is in the open mailbox already, or 0.

    SEARCH looks for a part of the header, and some servers find what was not asked for: believed,
    that would cost the copy. One that was sent on bears the Message-ID of the mail it was made
    from, so it is told from that, and from one sent on to somebody else, by its size. One that
    came from a file is known by its content.
    """
    raw, message_id = letter.raw, letter.operation.message_id
    alike = {uid: one.size_bytes for uid, one in there.items() if one.message_id == message_id}
    if letter.operation.key:
        envelope, sizes = parse_envelope(raw), sizes_told(raw)
        wanted = {Copy(envelope.message_id, envelope.identity, size) for size in sizes}
        alike = {uid: one.size_bytes for uid, one in there.items() if one in wanted}
    elif raw.startswith(RESENT):
        alike = {uid: size for uid, size in alike.items() if size == len(raw)}
    return max(alike, default=0)
