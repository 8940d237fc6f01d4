"""Gmail's labels: a message lies once in All Mail, and mailboxes are labels on it (X-GM-EXT-1).

Its ids are in `object_ids`, its search in `searching`.
"""

import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Final

from tuimail.model.uid_set import UidSet

from .arguments import CLOSING, OPENING, Argument
from .lexer import Atom, Value
from .names import decode_mailbox, decode_utf8_mailbox
from .object_ids import fetch_others
from .session import Command, Session
from .sets import written

MAX_LABELS: Final = 1_000
"""On one message."""
_LABELS: Final = "X-GM-LABELS"
_SYSTEM = re.compile(r"\\[A-Za-z]{1,30}")

Labels = frozenset[str]


async def fetch_labels(
    session: Session, uids: UidSet
) -> AsyncGenerator[list[tuple[int, Labels]], None]:
    r"""Yield (UID, labels) in batches; labels of the system begin with a backslash: `\Inbox`.

    The label of the open mailbox itself is not among them.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    async with aclosing(fetch_others(session, uids, (_LABELS,))) as batches:
        async for batch in batches:
            yield [(row.uid, _labels(session, dict(row.others).get(_LABELS))) for row in batch]


async def change_labels(session: Session, uids: UidSet, add: Labels, remove: Labels) -> None:
    """Add and remove labels; one that is not there yet is made.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    for sign, labels in ((b"+", add), (b"-", remove)):
        words = (OPENING, *_written(session, sorted(labels)), CLOSING)
        for piece in uids.pieces() if labels else ():
            command = Command(
                "STORE",
                (written(piece), sign + b"X-GM-LABELS.SILENT", *words),
                "to change the labels",
                session.timeouts.work_s,
                is_uid=True,
            )
            await session.say(command)


def _labels(session: Session, value: Value) -> Labels:
    decode = decode_utf8_mailbox if session.is_utf8 else decode_mailbox
    words = value[:MAX_LABELS] if isinstance(value, list) else []
    names = (word.name if isinstance(word, Atom) else word for word in words)
    return frozenset(decode(name) for name in names if isinstance(name, bytes))


def _written(session: Session, labels: Iterable[str]) -> Iterable[Argument]:
    for label in labels:
        is_system = _SYSTEM.fullmatch(label)
        yield label.encode("ascii") if is_system else session.named(label)
