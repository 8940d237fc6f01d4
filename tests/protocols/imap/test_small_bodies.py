"""Whole messages many at a time: exact bytes of what is small, nothing of what is not."""

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError, Scope
from tuimail.model.uid_set import UidSet
from tuimail.protocols.imap.session import Session
from tuimail.protocols.imap.small_bodies import SMALL_BYTES, fetch_bodies

from .dialogue import plain_session

ASKED = UidSet.of((7, 8, 9))
COMMAND = b"UID FETCH 7:9 (UID BODY.PEEK[]<0.%d>)" % SMALL_BYTES


async def fetched(session: Session) -> list[tuple[int, bytes | None]]:
    return [(row.uid, row.content) async for rows in fetch_bodies(session, ASKED) for row in rows]


@pytest.mark.parametrize("section", [b"BODY[]<0>", b"BODY[]"])
async def test_small_messages_come_by_one_command(section: bytes) -> None:
    async def script(peer: Peer) -> None:
        rows = [b"* 1 FETCH (UID %d %b {3}\r\n\r\n%d)" % (uid, section, uid) for uid in (7, 8, 9)]
        await peer.answer(COMMAND, *rows)

    async with plain_session(script) as (session, server):
        assert await fetched(session) == [(7, b"\r\n7"), (8, b"\r\n8"), (9, b"\r\n9")]
    assert server.received.count(b"FETCH") == 1


async def test_what_is_gone_or_empty_or_large_or_another_message_is_left_out() -> None:
    async def script(peer: Peer) -> None:
        large = b"x" * SMALL_BYTES
        await peer.answer(
            COMMAND,
            b"* 1 FETCH (UID 7 BODY[]<0> {%d}\r\n%b)" % (len(large), large),
            b'* 2 FETCH (UID 8 BODY[]<0> "")',
            b"* 4 FETCH (UID 12 BODY[]<0> {2}\r\nno)",
            b"* 4 FETCH (FLAGS (\\Seen))",
        )

    async with plain_session(script) as (session, _):
        assert await fetched(session) == []
        assert session.receiver.failure is None


@pytest.mark.parametrize(
    "row",
    [
        b"* 3 FETCH (UID 7 BODY[]<9> {2}\r\nxx)",
        b"* 3 FETCH (UID 7 BODY[TEXT] {2}\r\nxx)",
        b"* 3 FETCH (UID 7 BODY[]<0> {%d}\r\n%b)" % (SMALL_BYTES + 1, b"x" * (SMALL_BYTES + 1)),
        b"* 3 FETCH (UID 7 BODY[]<0> {%d}\r\n" % (SMALL_BYTES * 2),
    ],
)
async def test_another_piece_than_asked_for_ends_the_connection(row: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(COMMAND, row)
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError) as found:
            await fetched(session)
    assert found.value.scope is Scope.CONNECTION
