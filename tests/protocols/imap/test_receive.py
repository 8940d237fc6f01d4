"""The receive path: every response delivered, every waiter told, nothing of aioimaplib's own left."""

import asyncio
import inspect
import logging
import ssl

import pytest
from aioimaplib import aioimaplib as stock

from tests.engine.patience import turns
from tests.protocols.scripted import Peer
from tuimail.errors import NetworkError, ProtocolError, Scope
from tuimail.model.uid_set import ALL_UIDS
from tuimail.protocols.imap import watch
from tuimail.protocols.imap.grammar import Exists, Expunged, Untagged
from tuimail.protocols.imap.receive import TURN_BYTES, Receiver, Spoken
from tuimail.protocols.imap.session import Command
from tuimail.protocols.tls import TlsState

from .dialogue import all_flags, plain_session

NOOP = Command("NOOP", (), "NOOP", 2.0)
USED_COMMANDS = [
    "APPEND",
    "AUTHENTICATE",
    "CAPABILITY",
    "COPY",
    "CREATE",
    "EXAMINE",
    "EXPUNGE",
    "FETCH",
    "ID",
    "IDLE",
    "LIST",
    "LOGIN",
    "LOGOUT",
    "MOVE",
    "NOOP",
    "SEARCH",
    "SELECT",
    "STARTTLS",
    "STATUS",
    "STORE",
    "SUBSCRIBE",
]


def test_aioimaplib_still_has_the_private_names_in_use() -> None:
    assert set(USED_COMMANDS) <= set(stock.Commands)
    assert stock.Commands["FETCH"].valid_states == (stock.SELECTED,)
    assert stock.Commands["LOGIN"].valid_states == (stock.NONAUTH,)
    assert {stock.NONAUTH, stock.AUTH, stock.SELECTED, stock.LOGOUT} == {
        "NONAUTH",
        "AUTH",
        "SELECTED",
        "LOGOUT",
    }
    assert list(inspect.signature(stock.Command.__init__).parameters)[:3] == ["self", "name", "tag"]
    assert list(inspect.signature(stock.Command.close).parameters) == ["self", "line", "result"]
    for name in ("data_received", "connection_made", "connection_lost", "new_tag"):
        assert callable(getattr(stock.IMAP4ClientProtocol, name))


async def test_aioimaplib_still_has_the_private_attributes_in_use() -> None:
    command = stock.Command("NOOP", "A1")
    assert isinstance(command._event, asyncio.Event)
    assert isinstance(command._timer, asyncio.Handle)
    protocol = stock.IMAP4ClientProtocol(asyncio.get_running_loop())
    assert (protocol.transport, protocol.pending_sync_command) == (None, None)
    assert protocol.state == stock.STARTED
    assert protocol.new_tag() != protocol.new_tag()
    for mine, theirs in ((Receiver, stock.IMAP4ClientProtocol), (Spoken, stock.Command)):
        assert issubclass(mine, theirs)


async def test_aioimaplib_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.DEBUG)

    async def script(peer: Peer) -> None:
        await peer.answer(b"NOOP", b"* 1 FETCH (UID 1 FLAGS (canary))")

    async with plain_session(script) as (session, _):
        await session.say(NOOP)
    assert [r for r in caplog.records if r.name.startswith("aioimaplib")] == []


async def test_the_wire_log_masks_what_it_shows(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")

    async def script(peer: Peer) -> None:
        await peer.answer(b"NOOP", b'* 1 FETCH (ENVELOPE ("canary" BODY[] {6}\r\ncanary))')

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError):
            await session.say(NOOP)
    assert "NOOP" in caplog.text
    assert "canary" not in caplog.text


async def test_twenty_thousand_lines_in_one_segment_are_delivered() -> None:
    flood = b"".join(b"* %d EXISTS\r\n" % n for n in range(1, 20_001)) + b"* 5 EXPUNGE\r\n"

    async def script(peer: Peer) -> None:
        command = await peer.command()
        assert command == b"NOOP"
        await peer.send(flood + peer.tag + b" OK done\r\n")

    heard: list[Untagged] = []

    def take(response: Untagged) -> bool:
        heard.append(response)
        return True

    async with plain_session(script) as (session, _):
        await session.say(NOOP, take)
    assert heard == [*(Exists(n) for n in range(1, 20_001)), Expunged(5)]


async def test_a_hundred_thousand_flags_come_in_one_go() -> None:
    count = 100_000
    rows = b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (n, n) for n in range(1, count + 1))

    async def script(peer: Peer) -> None:
        assert await peer.command() == b"UID FETCH 1:* (UID FLAGS)"
        await peer.send(rows + peer.tag + b" OK done\r\n")

    async with plain_session(script) as (session, _):
        session.exists = count
        found = await all_flags(session, ALL_UIDS)
    assert [row.uid for row in found] == list(range(1, count + 1))


async def test_others_on_the_loop_get_their_turn_in_a_flood() -> None:
    flood = b"".join(b"* %d FETCH (UID %d FLAGS ())\r\n" % (n, n) for n in range(1, 40_001))

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(flood + peer.tag + b" OK done\r\n")

    turns = 0

    async def ticker() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with plain_session(script) as (session, _):
        session.exists = 40_000
        ticking = asyncio.ensure_future(ticker())
        await all_flags(session, ALL_UIDS)
        ticking.cancel()
    assert turns >= len(flood) // TURN_BYTES


async def test_one_turn_works_on_a_bounded_piece_of_a_segment() -> None:
    line = b"* 1 FETCH (UID 1 FLAGS ())\r\n"
    lines = 20_000
    async with plain_session(Peer.drained) as (session, _):
        seen = 0

        def take(_response: object) -> bool:
            nonlocal seen
            seen += 1
            return True

        async with session.exchange(NOOP, take):
            session.receiver.data_received(line * lines)
            assert seen <= TURN_BYTES // len(line) + 1
            while seen < lines:
                before = seen
                await asyncio.sleep(0)
                assert seen - before <= 2 * (TURN_BYTES // len(line) + 1)


@pytest.mark.parametrize(
    "wire",
    [
        b"ZZZZ9 OK what\r\n",
        b"%T MAYBE\r\n",
        b"%T PREAUTH in\r\n",
        b"%T\r\n",
        b"+ go on\r\n",
        b"garbage\r\n",
        b"* \xff\xfe FETCH\r\n",
        b"\xff\xfe\xfd\r\n",
        b"\x00\x00\r\n",
        b"* 1 FETCH (UID 0)\r\n",
        b"* 1 FETCH (UID 1 FLAGS (\\Seen)\r\n",
        b"* LIST (\r\n",
        b"* 5 EXISTS\r\nA OK\r\n",
        b"* X {99999999999}\r\n",
        b"* X {-1}\r\n",
        b"* X {70000}\r\n",
        b"* OK " + b"x" * 9_000_000,
    ],
)
async def test_what_cannot_be_read_ends_the_connection_at_once(wire: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(wire.replace(b"%T", peer.tag))
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError) as found:
            await session.say(NOOP)
        assert found.value.scope is Scope.CONNECTION
        with pytest.raises(ProtocolError):
            await session.say(NOOP)


@pytest.mark.parametrize(
    "farewell", [b"", b"* BYE restarting\r\n", b"* 1 FETCH (UI", b"* X {5}\r\nab"]
)
async def test_a_lost_line_is_known_at_once(farewell: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(farewell)

    async with plain_session(script) as (session, _):
        with pytest.raises(NetworkError, match="closed the connection") as found:
            await session.say(NOOP)
    assert ("restarting" in found.value.hint) == (b"BYE" in farewell)


async def test_a_safe_line_that_breaks_is_a_cut_and_not_an_unsafe_line() -> None:
    async with plain_session(Peer.drained) as (session, _):
        session.receiver.tls = TlsState("TLSv1.3", "TLS_AES_256_GCM_SHA384")
        session.receiver.connection_lost(ssl.SSLError(1, "decryption failed or bad record mac"))
        assert type(session.receiver.failure) is NetworkError


async def test_a_lost_line_wakes_idle_at_once() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")

    async with plain_session(script) as (session, _):
        with pytest.raises(NetworkError, match="closed the connection"):
            await watch.wait_for_news(session, 1_000)


async def test_a_lost_line_before_idle_begins_is_known_at_once() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()

    async with plain_session(script) as (session, _):
        with pytest.raises(NetworkError, match="closed the connection"):
            await watch.wait_for_news(session, 1_000)


async def test_after_a_timeout_the_connection_is_never_used_again() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.drained()

    async with plain_session(script) as (session, server):
        with pytest.raises(NetworkError, match="did not answer NOOP"):
            await session.say(Command("NOOP", (), "NOOP", 0.1))
        with pytest.raises(NetworkError, match="did not answer NOOP"):
            await session.say(NOOP)
    assert server.received.count(b"NOOP") == 1


async def test_after_a_cancellation_the_connection_is_never_used_again() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.drained()

    async with plain_session(script) as (session, server):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await session.say(NOOP)
        with pytest.raises(NetworkError, match="given up"):
            await session.say(NOOP)
    assert server.received.count(b"NOOP") == 1


async def test_a_drip_of_single_bytes_does_not_keep_a_command_alive() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        for byte in b"* 1 FETCH (UID 1 FLAGS ())" * 100:
            await peer.send(bytes((byte,)))
            await asyncio.sleep(0.05)

    async with plain_session(script) as (session, _):
        with pytest.raises(NetworkError, match="did not answer FETCH"):
            await all_flags(session, ALL_UIDS)


async def test_two_commands_at_once_take_turns() -> None:
    async def script(peer: Peer) -> None:
        for _ in range(2):
            await peer.command()
            await turns()  # a second command that does not wait would come now
            assert not peer.reader._buffer
            await peer.say(b"%T OK done")

    async with plain_session(script) as (session, server), asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(session.say(NOOP))
    assert server.received.count(b"NOOP") == 2


async def test_a_command_that_needs_a_mailbox_is_not_sent_without_one() -> None:
    async with plain_session(Peer.drained, is_selected=False) as (session, server):
        with pytest.raises(ProtocolError, match="no mailbox is open"):
            await all_flags(session, ALL_UIDS)
    assert b"FETCH" not in server.received
