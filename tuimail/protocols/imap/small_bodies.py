"""Whole messages many at a time: small ones come by one command instead of one for each."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from tuimail.model.uid_set import UidSet

from .faults import unreadable
from .fetch import FetchRow
from .messages import CHUNK_SLACK_BYTES
from .rows import Bounds, Rows
from .session import Command, Session
from .sets import written

SMALL_BYTES: Final = 256 << 10
"""Asked of each message; nearly all are smaller."""
BATCH: Final = Bounds(100, 1 << 20)
"""Parsed, stored and indexed in some 50 ms, while the next ones arrive."""


async def fetch_bodies(session: Session, uids: UidSet) -> AsyncGenerator[list[FetchRow], None]:
    r"""Yield whole messages without setting \Seen, in batches as they come.

    No row comes for a message that is gone, empty, or has SMALL_BYTES and more: ask for it alone.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`; what was yielded before is good.
    """
    for piece in uids.pieces():
        command = Command(
            "FETCH",
            (written(piece), b"(UID BODY.PEEK[]<0.%d>)" % SMALL_BYTES),
            "to give the messages",
            session.timeouts.quiet_s,
            is_uid=True,
            is_steady=True,
            literal_limit=SMALL_BYTES + CHUNK_SLACK_BYTES,
        )
        rows = Rows(piece, session.receiver.hold, BATCH)
        async with aclosing(rows.batches(session, command)) as batches:
            async for batch in batches:
                whole = [row for row in batch if _is_whole(session, row)]
                if whole:
                    yield whole


def _is_whole(session: Session, row: FetchRow) -> bool:
    size = len(row.content or b"")
    if row.section == "BODY[]":
        return size > 0
    if row.section != "BODY[]<0>" or size > SMALL_BYTES:
        raise session.abort(unreadable("another part of a message than was asked for"))
    return 0 < size < SMALL_BYTES
