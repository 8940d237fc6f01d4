"""Flags of the open mailbox's messages: which they have, which changed, and changing them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

from tuimail.model.flags import Flags
from tuimail.model.uid_set import UidSet

from .arguments import flag_list
from .fetch import FetchRow
from .gmail import labels_item
from .grammar import Untagged, Vanished
from .rows import Bounds, Rows
from .session import Command, Session
from .sets import written

FLAGS: Final = Bounds(500, 2 << 20)
"""Rows with nothing but flags are small."""

OnVanished = Callable[[UidSet], None]
"""Learns of messages that are gone."""


async def fetch_flags(
    session: Session,
    uids: UidSet,
    changed_since: int = 0,
    on_vanished: OnVanished | None = None,
) -> AsyncGenerator[list[FetchRow], None]:
    """Yield rows with UID and flags, in batches as they come; a later row of a UID counts.

    Where modseqs are kept and `changed_since` is not 0: only what changed after it. Where QRESYNC
    is on too, `on_vanished` learns which of `uids` went since then, and perhaps of some that were
    not there before (RFC 7162 section 3.2.6).

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`; what was yielded before is good.
    """
    count = 0
    for piece in uids.pieces():
        command = Command(
            "FETCH",
            (written(piece), *_items(session, changed_since, on_vanished)),
            "to give the flags",
            session.timeouts.work_s,  # a server may have to read a cold mailbox first
            is_uid=True,
            is_steady=True,
        )
        rows = _FlagRows(piece, session.receiver.hold, on_vanished)
        async with aclosing(rows.batches(session, command)) as batches:
            async for batch in batches:
                count += len(batch)
                session.believe(count)
                yield batch


def _items(session: Session, changed_since: int, on_vanished: OnVanished | None) -> list[bytes]:
    labels = labels_item(session)
    if not session.has_modseqs:
        return [b"(UID FLAGS%b)" % labels]
    items = [b"(UID FLAGS MODSEQ%b)" % labels]
    if changed_since > 0:  # Yahoo says BAD to 0, and RFC 7162 has no such value
        vanished = on_vanished is not None and "QRESYNC" in session.enabled
        items.append(b"(CHANGEDSINCE %d%b)" % (changed_since, b" VANISHED" if vanished else b""))
    return items


class _FlagRows(Rows):
    """Collects rows that say what flags a message has, whoever it is."""

    def __init__(
        self, wanted: UidSet, hold: Callable[[bool], None], on_vanished: OnVanished | None
    ) -> None:
        super().__init__(wanted, hold, FLAGS)
        self._on_vanished = on_vanished

    def take(self, response: Untagged) -> bool:
        """Keep a row with flags, and pass on what is gone."""
        if type(response) is FetchRow:
            if response.flags is None or not response.uid:
                return False
            self.keep(response)
            return True
        if isinstance(response, Vanished) and response.is_earlier and self._on_vanished is not None:
            self._on_vanished(response.uids)
            return True
        return False


async def change_flags(session: Session, uids: UidSet, add: Flags, remove: Flags) -> None:
    """Add and remove flags, silently.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    for sign, flags in ((b"+", add), (b"-", remove)):
        for piece in uids.pieces() if flags else ():
            words = (written(piece), sign + b"FLAGS.SILENT", flag_list(flags))
            command = Command(
                "STORE", words, "to change the flags", session.timeouts.work_s, is_uid=True
            )
            await session.say(command)
