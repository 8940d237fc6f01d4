"""APPEND: messages are put into a mailbox, one or several at once (RFC 9051, 3502, 6855)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.errors import ProtocolError
from tuimail.model.flags import Flags

from .arguments import CLOSING, OPENING, Argument, Literal, date_time, flag_list
from .session import Command, Session

MAX_AT_ONCE_BYTES: Final = 4 << 20
"""Of several messages in one command: what is refused is sent in vain."""
_HEADER_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way into a mailbox."""

    raw: bytes
    """The whole message with CRLF line ends."""
    flags: Flags
    date: int
    """Internal date, seconds UTC."""


async def append_message(
    session: Session, destination: str, raw: bytes, flags: Flags, date: int
) -> tuple[int, int]:
    """Put a message into a mailbox; return (UIDVALIDITY, UID), or (0, 0) where nobody says.

    Raises:
        MailboxMissing, Refused: the mailbox is not there, or the message is too large.
        NetworkError, ProtocolError: as `Session.say`; whether it arrived is then unknown.
    """
    validity, uids = await _append(session, destination, [Arrival(raw, flags, date)])
    return (validity, uids[0]) if uids else (0, 0)


async def append_messages(
    session: Session, destination: str, arrivals: Sequence[Arrival]
) -> list[int]:
    """Put messages into a mailbox, in their order; return the UID of each, 0 where nobody says.

    Where the server has MULTIAPPEND (RFC 3502), several go by one command, all of them or none;
    a failure leaves those of the commands before.

    Raises:
        MailboxMissing, Refused: the mailbox is not there, or a message is too large.
        NetworkError, ProtocolError: as `Session.say`; which of the last arrived is then unknown.
    """
    found: list[int] = []
    for group in _groups(arrivals, one_by_one=not session.offers("MULTIAPPEND")):
        _, uids = await _append(session, destination, group)
        found += uids or [0] * len(group)
    return found


def _groups(arrivals: Sequence[Arrival], *, one_by_one: bool) -> list[list[Arrival]]:
    groups: list[list[Arrival]] = []
    size = 0
    for arrival in arrivals:
        size += len(arrival.raw)
        if one_by_one or not groups or size > MAX_AT_ONCE_BYTES:
            groups.append([])
            size = len(arrival.raw)
        groups[-1].append(arrival)
    return groups


async def _append(
    session: Session, destination: str, arrivals: Sequence[Arrival]
) -> tuple[int, Sequence[int]]:
    words: list[Argument] = [session.named(destination)]
    for arrival in arrivals:
        _check_limit(session, len(arrival.raw))
        words += [flag_list(arrival.flags), date_time(arrival.date), *_content(session, arrival)]
    command = Command(
        "APPEND", tuple(words), "to keep the message", session.timeouts.work_s, is_steady=True
    )
    status = await session.say(command)
    told = status.code.append_uids(len(arrivals)) if status.code.name == "APPENDUID" else None
    return told or (0, ())


def _content(session: Session, arrival: Arrival) -> tuple[Argument, ...]:
    raw = arrival.raw
    has_nul = b"\0" in raw
    if has_nul and not session.offers("BINARY"):
        raise ProtocolError("This server cannot keep a message with NUL characters.")
    if session.is_utf8 and not raw.partition(_HEADER_END)[0].isascii():
        return (b"UTF8", OPENING, Literal(raw, is_literal8=True), CLOSING)  # RFC 6855 section 4
    return (Literal(raw, is_literal8=has_nul),)


def _check_limit(session: Session, size: int) -> None:
    for name in session.capabilities:
        head, _, limit = name.partition("APPENDLIMIT=")
        if not head and limit.isdigit() and size > int(limit):
            raise ProtocolError(
                f"The message has {size} bytes; this server keeps at most {int(limit)}."
            )
