"""Gmail's labels: a message lies once in All Mail, and mailboxes are labels on it (X-GM-EXT-1).

Told with flags and headers, and kept among flags. Its ids are in `object_ids`, its search in
`searching`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from tuimail.model.flags import Flags, label_flag, name_of_flag
from tuimail.model.uid_set import UidSet

from .arguments import CLOSING, OPENING, Argument
from .fetch import FetchRow
from .names import decode_mailbox, decode_utf8_mailbox
from .session import Command, Session
from .sets import written

MAX_LABEL_OCTETS: Final = 1_000
"""Gmail's own have 225 characters."""
_IMPORTANT: Final = "Important"
"""The one label of the system that is no mailbox and no flag; nobody's own can be called so."""


def labels_item(session: Session) -> bytes:
    """Return what asks for labels in a FETCH, with a blank before it; empty where none are."""
    return b" X-GM-LABELS" if session.offers("X-GM-EXT-1") else b""


def labels_of_row(session: Session, row: FetchRow) -> Flags | None:
    r"""Return the labels of a message among flags; None where the row does not tell of them.

    The label of the open mailbox is not among them, nor are those of the system that are
    mailboxes or flags, as `\Inbox` and `\Starred`.
    """
    if row.labels is None:
        return None
    own = (n for n in row.labels if 0 < len(n) <= MAX_LABEL_OCTETS and not n.startswith(b"\\"))
    found = {_among_flags(name, session.is_utf8) for name in own}
    if any(name.lower() == b"\\important" for name in row.labels):
        found.add(label_flag(_IMPORTANT))
    return frozenset(found)


async def change_labels(session: Session, uids: UidSet, add: Flags, remove: Flags) -> None:
    """Add and remove labels, as they are among flags; one that is not there yet is made.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    for sign, labels in ((b"+", add), (b"-", remove)):
        words = (OPENING, *_written(session, sorted(map(name_of_flag, labels))), CLOSING)
        for piece in uids.pieces() if labels else ():
            command = Command(
                "STORE",
                (written(piece), sign + b"X-GM-LABELS.SILENT", *words),
                "to change the labels",
                session.timeouts.work_s,
                is_uid=True,
            )
            await session.say(command)


@lru_cache(maxsize=1_024)
def _among_flags(name: bytes, is_utf8: bool) -> str:
    """Return a label as it stands among flags; mailboxes repeat a few endlessly."""
    decode = decode_utf8_mailbox if is_utf8 else decode_mailbox
    return label_flag(decode(name))


def _written(session: Session, labels: Iterable[str]) -> Iterable[Argument]:
    for label in labels:
        is_important = label.lower() == _IMPORTANT.lower()
        yield b"\\Important" if is_important else session.named(label)
