"""Ids of messages and conversations that outlive a move: OBJECTID, or Gmail's own.

RFC 8474 sections 5.1 and 5.2; X-GM-MSGID and X-GM-THRID of X-GM-EXT-1. They come
with headers (fetch).
"""

from .searching import Criterion, search
from .session import Session


def ids_items(session: Session) -> bytes:
    """Return what asks for ids in a FETCH, with a blank before it; empty where there are none."""
    if session.offers("OBJECTID"):
        return b" EMAILID THREADID"
    return b" X-GM-MSGID X-GM-THRID" if session.offers("X-GM-EXT-1") else b""


async def find_email_id(session: Session, email_id: str) -> list[int]:
    """Return the UIDs of what has this id in the open mailbox (RFC 8474 section 4).

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    key = b"EMAILID" if session.offers("OBJECTID") else b"X-GM-MSGID"
    return list(await search(session, Criterion((key, email_id.encode("ascii")))))
