"""What can be asked about the mails in a maildrop (RFC 1939 sections 5 and 7).

A message number means something within one session only; what lasts is the unique id (UIDL).
"""

import re
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from typing import Final

from .connection import Connection, Reply
from .faults import Refused, unreadable

MAX_MESSAGES: Final = 500_000
"""A maildrop that says it holds more is not read."""
MAX_MAIL_BYTES: Final = 256 << 20
MAX_LOGIN_DELAY_S: Final = 3_600
"""A server that wants more is asked every hour all the same."""
MAX_UID_CHARS: Final = 70
"""RFC 1939 section 7."""
MAX_HEADER_BYTES: Final = 1 << 20
WINDOW: Final = 16
"""Commands on their way at once where the server takes them (PIPELINING)."""
_SPARE_BYTES: Final = 1 << 20
_LISTED: Final = re.compile(rb"([0-9]{1,10})[ \t]+([^ \t]*)(?:[ \t].*)?\Z")
_UID: Final = re.compile(rb"[\x21-\x7e]{1,70}\Z")


def login_delay_s(connection: Connection) -> int:
    """Return how far apart the server wants sign-ins, in seconds (RFC 2449 section 6.5); 0: any."""
    told = connection.capabilities.get("LOGIN-DELAY", ())
    number = told[0] if told else ""
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    return min(int(number), MAX_LOGIN_DELAY_S) if is_number else 0


async def count(connection: Connection) -> int:
    """Return how many mails there are (STAT).

    Raises:
        ProtocolError: the answer cannot be read, or there are more than can be handled.
    """
    reply = await connection.command(b"STAT")
    number = reply.text.split(" ", 1)[0]
    if not reply.is_ok:
        raise Refused(f"{connection.server.host} does not say what mail there is.", reply.text)
    if not (number.isascii() and number.isdigit() and len(number) <= 10):
        raise unreadable(connection.server.host, "no number of mails")
    if int(number) > MAX_MESSAGES:
        raise unreadable(connection.server.host, f"more than {MAX_MESSAGES:,} mails")
    return int(number)


async def sizes(connection: Connection, exists: int) -> dict[int, int]:
    """Return what the server says the sizes are, in bytes, by message number (LIST)."""
    found = {}
    async for number, size in _listing(connection, b"LIST", exists):
        if not size.isdigit() or len(size) > 12:
            raise unreadable(connection.server.host, "LIST without a size")
        found[number] = int(size)
    return found


async def unique_ids(connection: Connection, exists: int) -> dict[int, str]:
    """Return the lasting name of each mail by message number (UIDL).

    One that is no name (empty, too long, with other signs) is left out. Some servers give mails of
    equal content one name.

    Raises:
        Refused: the server has no UIDL.
        ProtocolError: there are fewer lines than mails, or lines that cannot be read.
    """
    found: dict[int, str] = {}
    listed = 0
    async for number, uid in _listing(connection, b"UIDL", exists):
        listed += 1
        if _UID.match(uid):
            found[number] = uid.decode("ascii")
    if listed < exists:
        raise unreadable(connection.server.host, f"{listed} unique ids for {exists} mails")
    return found


async def header(connection: Connection, number: int) -> bytes:
    """Return a mail's header (TOP with no lines of its body).

    Raises:
        Refused: the server has no TOP, or no such mail.
    """
    reply = await connection.command(b"TOP %d 0" % number)
    if not reply.is_ok:
        raise Refused(f"{connection.server.host} does not show a header alone.", reply.text)
    return await _whole(connection, MAX_HEADER_BYTES, "TOP")


async def retrieve(
    connection: Connection, wanted: Sequence[tuple[int, int]]
) -> AsyncGenerator[tuple[int, bytes | Refused | None], None]:
    """Yield each of these mails, (number, size), exactly as the server holds it, in this order.

    One that the server does not give is yielded with what it said, one that is far longer than
    told as None: `retrieve_pieces` gives it. Whoever leaves before the end cannot use the
    connection any more.
    """
    answers = _answers(connection, (b"RETR %d" % number for number, _ in wanted))
    async with aclosing(answers):
        for number, size in wanted:
            reply = await anext(answers)
            if not reply.is_ok:
                yield number, Refused("The server does not give a mail out.", reply.text)
                continue
            yield number, await _whole_if(connection, max_bytes_of(size))


async def retrieve_pieces(connection: Connection, number: int) -> AsyncGenerator[bytes, None]:
    """Yield one large mail in pieces as it comes.

    Raises:
        Refused: the server does not give it out; the connection is fine.
        ProtocolError: it is longer than MAX_MAIL_BYTES, whatever was told.
    """
    reply = await connection.command(b"RETR %d" % number)
    if not reply.is_ok:
        raise Refused("The server does not give a mail out.", reply.text)
    async with aclosing(connection.block(MAX_MAIL_BYTES, "RETR")) as pieces:
        async for piece in pieces:
            yield piece


def max_bytes_of(size: int) -> int:
    """Return how long a mail may be to be kept in memory: Exchange only guesses its size."""
    return min(size * 2 + _SPARE_BYTES, MAX_MAIL_BYTES)


async def delete(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """Mark mails for deletion at QUIT; return those the server took the mark for."""
    answers = _answers(connection, (b"DELE %d" % number for number in numbers))
    async with aclosing(answers):
        return [number for number in numbers if (await anext(answers)).is_ok]


async def leave(connection: Connection) -> None:
    """End the session in good order; what was marked is removed now.

    Raises:
        ProtocolError: the server could not remove everything (RFC 1939 section 6).
        NetworkError: nobody knows what was removed.
    """
    reply = await connection.quit()
    await connection.close()
    if not reply.is_ok:
        raise Refused(
            f"{connection.server.host} did not remove all that was to be removed.", reply.text
        )


async def _answers(
    connection: Connection, commands: Iterator[bytes]
) -> AsyncGenerator[Reply, None]:
    """Yield the first line of each answer, with further commands on their way if that is taken."""
    window = WINDOW if connection.offers("PIPELINING") else 1
    waiting: deque[bytes] = deque()
    is_whole = False
    try:
        _fill(connection, commands, waiting, window)
        while waiting:
            verb = waiting.popleft()[:4].decode()
            reply = await connection.reply(connection.timeouts.command_s, verb)
            yield reply
            _fill(connection, commands, waiting, window)
        is_whole = True
    finally:
        if not is_whole and waiting:
            connection.abort()


def _fill(
    connection: Connection, commands: Iterable[bytes], waiting: deque[bytes], window: int
) -> None:
    for command in commands:
        connection.send(command)
        waiting.append(command)
        if len(waiting) >= window:
            return


async def _listing(
    connection: Connection, command: bytes, exists: int
) -> AsyncGenerator[tuple[int, bytes], None]:
    """Yield number and word of each line of a listing."""
    host, what = connection.server.host, command.decode()
    reply = await connection.command(command)
    if not reply.is_ok:
        raise Refused(f"{host} has no {what}.", reply.text)
    seen: set[int] = set()
    rest = b""
    limit = (exists + 1) * (MAX_UID_CHARS * 2)
    async with aclosing(connection.block(limit, what)) as pieces:
        async for piece in pieces:
            *lines, rest = (rest + piece).split(b"\r\n")
            for line in lines:
                listed = _LISTED.match(line)
                number = int(listed[1]) if listed else 0
                if listed is None or not 0 < number <= exists or number in seen:
                    raise unreadable(host, f"a line of {what}")
                seen.add(number)
                yield number, listed[2]


async def _whole_if(connection: Connection, max_bytes: int) -> bytes | None:
    """Return a mail, or None where it is longer; it is read to its end all the same."""
    content, size = bytearray(), 0
    async with aclosing(connection.block(MAX_MAIL_BYTES, "RETR")) as pieces:
        async for piece in pieces:
            size += len(piece)
            if size <= max_bytes:
                content += piece
            else:
                content.clear()
    return bytes(content) if size <= max_bytes else None


async def _whole(connection: Connection, max_bytes: int, what: str) -> bytes:
    content = bytearray()
    async with aclosing(connection.block(max_bytes, what)) as pieces:
        async for piece in pieces:
            content += piece
    return bytes(content)
