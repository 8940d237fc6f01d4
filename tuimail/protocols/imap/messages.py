"""Commands about the messages of the open mailbox: by UID, never by number (RFC 9051 section 6.4).

Numbers change under a client's feet; a stale one once deleted the wrong mails (mutt, 2021).
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from tuimail.errors import NotFound, ProtocolError
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.uid_set import UidSet

from .codes import Status
from .faults import Refused, unreadable
from .fetch import FetchRow
from .flags import change_flags
from .gmail import labels_item
from .grammar import Expunged, Untagged, Vanished
from .object_ids import ids_items
from .rows import Rows
from .session import Command, Session
from .sets import written

HEADER_FIELDS: Final = (
    b"BODY.PEEK[HEADER.FIELDS (DATE FROM SENDER REPLY-TO TO CC BCC SUBJECT MESSAGE-ID "
    b"IN-REPLY-TO REFERENCES LIST-ID CONTENT-TYPE AUTO-SUBMITTED PRECEDENCE)]"
)
HEADER_LITERAL_BYTES: Final = 4 << 20
"""References and To of real mails reach some hundred kilobytes."""
FIRST_CHUNK_BYTES: Final = 256 << 10
"""Most mails are smaller: one round trip."""
CHUNK_BYTES: Final = 1 << 20
CHUNK_SLACK_BYTES: Final = 64 << 10
MAX_MESSAGE_BYTES: Final = 256 << 20

_GONE = "The message is no longer on the server."


@dataclass(frozen=True, slots=True)
class Copied:
    """Where messages went (RFC 4315); 0 and empty where the server does not say."""

    uid_validity: int = 0
    pairs: tuple[tuple[int, int], ...] = ()
    """(old, new) UIDs."""


async def fetch_headers(session: Session, uids: UidSet) -> AsyncGenerator[list[FetchRow], None]:
    """Yield rows with flags, date, size and header fields of a UID set, in batches as they come.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`; what was yielded before is good.
    """
    modseq = b" MODSEQ" if session.has_modseqs else b""
    more = modseq + labels_item(session) + ids_items(session)
    items = b"(UID FLAGS INTERNALDATE RFC822.SIZE" + more + b" " + HEADER_FIELDS + b")"
    for piece in uids.pieces():
        command = Command(
            "FETCH",
            (written(piece), items),
            "to give the headers",
            session.timeouts.quiet_s,
            is_uid=True,
            is_steady=True,
            literal_limit=HEADER_LITERAL_BYTES,
        )
        rows = Rows(piece, session.receiver.hold)
        async with aclosing(rows.batches(session, command)) as batches:
            async for batch in batches:
                yield batch


async def fetch_body(
    session: Session, uid: int, on_bytes: Callable[[int, int], None] | None = None
) -> bytes:
    r"""Return a message's exact bytes without setting \Seen, in chunks where it is large.

    What the server ends early ends here: RFC822.SIZE is an estimate on Exchange and Gmail.

    `on_bytes(done, total)` is called between commands: it may raise to give up.

    Raises:
        NotFound: the message is gone.
        ProtocolError: it is empty or larger than MAX_MESSAGE_BYTES.
        Refused, NetworkError: as `Session.say`.
    """
    chunks = bytearray()
    asked, total = FIRST_CHUNK_BYTES, 0
    while True:
        row = await fetch_chunk(session, uid, len(chunks), asked)
        content = row.content or b""
        total = max(total, row.size_bytes)
        chunks += content
        if on_bytes is not None:
            on_bytes(len(chunks), max(total, len(chunks)))
        if "<" not in row.section or len(content) < asked:
            break
        if len(chunks) > MAX_MESSAGE_BYTES or total > MAX_MESSAGE_BYTES:
            raise ProtocolError("The message is larger than 256 MB and is not fetched.")
        asked = CHUNK_BYTES
    if not chunks:
        raise ProtocolError("The server has no content for this message.")
    return bytes(chunks)


async def fetch_chunk(session: Session, uid: int, start: int, size: int) -> FetchRow:
    r"""Return a row with so many bytes of a message, from `start` on, without setting \Seen.

    Its section is `BODY[]` where the server gave the whole message instead.

    Raises:
        NotFound: the message is gone.
        ProtocolError: another part than was asked for came; the connection is closed.
        Refused, NetworkError: as `Session.say`.
    """
    size_item = b"RFC822.SIZE " if start == 0 else b""
    found: list[FetchRow] = []

    def take(response: Untagged) -> bool:
        if not isinstance(response, FetchRow) or not response.section.startswith("BODY["):
            return False
        if response.uid == uid:
            found[:] = [response]  # the last one counts, and only one is kept
        return True

    command = Command(
        "FETCH",
        (b"%d" % uid, b"(UID " + size_item + b"BODY.PEEK[]<%d.%d>)" % (start, size)),
        "to give the message",
        session.timeouts.quiet_s,
        is_uid=True,
        is_steady=True,
        literal_limit=size + CHUNK_SLACK_BYTES,
    )
    await session.say(command, take)
    if not found:
        raise NotFound(_GONE)
    row = found[0]
    is_partial = row.section == f"BODY[]<{start}>"
    if not is_partial and (start or row.section != "BODY[]"):
        raise session.abort(unreadable("another part of a message than was asked for"))
    if len(row.content or b"") > size and is_partial:
        raise session.abort(unreadable("more of a message than was asked for"))
    return row


async def copy_messages(session: Session, uids: UidSet, destination: str) -> Copied:
    """Copy messages to another mailbox.

    Raises:
        MailboxMissing, Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    return await _transfer(session, "COPY", uids, destination)


async def move_messages(session: Session, uids: UidSet, destination: str) -> Copied:
    r"""Move messages to another mailbox.

    Without MOVE: copy, then remove exactly what was copied. Without UIDPLUS too, the originals
    only get \Deleted, for a plain EXPUNGE would remove what others have marked.

    Raises:
        MailboxMissing, Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    if session.offers("MOVE"):
        return await _transfer(session, "MOVE", uids, destination)
    copied = await _transfer(session, "COPY", uids, destination)
    leaving = UidSet.of(old for old, _ in copied.pairs) if copied.pairs else uids
    await change_flags(session, leaving, frozenset({Flag.DELETED}), NO_FLAGS)
    if session.offers("UIDPLUS"):
        await _expunge(session, leaving)
    return copied


async def expunge_messages(session: Session, uids: UidSet) -> None:
    """Remove exactly these messages for ever.

    Raises:
        ProtocolError: the server has no UIDPLUS, so that others could be removed with them.
        Refused, NetworkError: as `Session.say`.
    """
    if not session.offers("UIDPLUS"):
        raise ProtocolError(
            "This server cannot remove single messages for ever (no UIDPLUS): move them instead."
        )
    await change_flags(session, uids, frozenset({Flag.DELETED}), NO_FLAGS)
    try:
        await _expunge(session, uids)
    except Refused:
        # Marked they would go with anybody's EXPUNGE, though the person is told that they stay.
        await change_flags(session, uids, NO_FLAGS, frozenset({Flag.DELETED}))
        raise


async def _transfer(session: Session, name: str, uids: UidSet, destination: str) -> Copied:
    copied = Copied()
    for piece in uids.pieces():
        taken = _Transferred(piece, is_move=name == "MOVE")
        command = Command(
            name,
            (written(piece), session.named(destination)),
            f"to {name.lower()} the messages",
            session.timeouts.work_s,
            is_uid=True,
        )
        status = await session.say(command, taken.take)
        taken.take_code(status)
        copied = replace(
            copied,
            uid_validity=taken.copied.uid_validity,
            pairs=copied.pairs + taken.copied.pairs,
        )
    return copied


class _Transferred:
    """Collects COPYUID, which MOVE sends untagged, and the expunges that are our own doing."""

    def __init__(self, uids: UidSet, *, is_move: bool) -> None:
        self.copied = Copied()
        self._uids = uids
        self._is_move = is_move
        self._expected = uids.count if is_move else 0

    def take(self, response: Untagged) -> bool:
        if isinstance(response, Status):
            return self.take_code(response)
        if isinstance(response, Vanished):  # instead of EXPUNGE where QRESYNC is on
            return self._is_move and response.uids.is_within(self._uids)
        if isinstance(response, Expunged) and self._expected > 0:
            self._expected -= 1
            return True
        return False

    def take_code(self, status: Status) -> bool:
        if status.code.name != "COPYUID":
            return False
        told = status.code.copy_uid()
        if told is not None:
            validity, pairs = told
            self.copied = Copied(validity, tuple(p for p in pairs if p[0] in self._uids))
        return True


async def _expunge(session: Session, uids: UidSet) -> None:
    for piece in uids.pieces():
        taken = _Transferred(piece, is_move=True)
        command = Command(
            "EXPUNGE",
            (written(piece),),
            "to remove the messages",
            session.timeouts.work_s,
            is_uid=True,
        )
        await session.say(command, taken.take)
