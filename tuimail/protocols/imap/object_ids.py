"""Ids of messages and conversations that outlive a move: OBJECTID, or Gmail's own.

RFC 8474 sections 5.1 and 5.2; X-GM-MSGID and X-GM-THRID of X-GM-EXT-1.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, NamedTuple

from tuimail.model.uid_set import UidSet

from .fetch import FetchRow
from .grammar import Untagged
from .lexer import Atom, Value
from .rows import Rows
from .session import Command, Session
from .sets import written

MAX_ID_CHARS: Final = 255
"""RFC 8474 section 7, `objectid`."""


class ObjectIds(NamedTuple):
    """What a message is, wherever it lies on the server."""

    uid: int
    email_id: str
    """The same for each copy of the same content; empty where nobody says."""
    thread_id: str
    """The same for each message of a conversation; empty where nobody says."""


async def fetch_object_ids(session: Session, uids: UidSet) -> AsyncGenerator[list[ObjectIds], None]:
    """Yield ids in batches as they come; none where the server has no such ids.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    if session.offers("OBJECTID"):
        names = ("EMAILID", "THREADID")
    elif session.offers("X-GM-EXT-1"):
        names = ("X-GM-MSGID", "X-GM-THRID")
    else:
        return
    async with aclosing(fetch_others(session, uids, names)) as batches:
        async for batch in batches:
            yield [_ids(row, names) for row in batch]


async def fetch_others(
    session: Session, uids: UidSet, names: tuple[str, ...]
) -> AsyncGenerator[list[FetchRow], None]:
    """Yield rows with items of an extension in `others`, in batches as they come.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    items = ("(UID " + " ".join(names) + ")").encode("ascii")
    for piece in uids.pieces():
        command = Command(
            "FETCH",
            (written(piece), items),
            "to tell more of the messages",
            session.timeouts.work_s,
            is_uid=True,
            is_steady=True,
        )
        rows = _OtherRows(piece, session.receiver.hold)
        async with aclosing(rows.batches(session, command)) as batches:
            async for batch in batches:
                yield batch


class _OtherRows(Rows):
    """Collects rows of wanted messages that carry items of an extension."""

    def take(self, response: Untagged) -> bool:
        if type(response) is not FetchRow or not response.others:
            return False
        if response.uid in self._wanted:
            self.keep(response)
        return True


def _ids(row: FetchRow, names: tuple[str, str]) -> ObjectIds:
    told = dict(row.others)
    return ObjectIds(row.uid, _id(told.get(names[0])), _id(told.get(names[1])))


def _id(value: Value) -> str:
    match value:
        case [Atom(name)]:  # OBJECTID puts it in parentheses
            return name.decode("ascii")[:MAX_ID_CHARS]
        case [int() as number] | (int() as number):
            return str(number)
        case Atom(name) if name.isdigit():  # Gmail's have 64 bits without a sign
            return name.decode("ascii")[:MAX_ID_CHARS]
        case _:
            return ""
