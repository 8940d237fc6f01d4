"""Watching a mailbox: IDLE where offered, asking now and then where not."""

import asyncio

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError
from tuimail.protocols.imap import watch

from .dialogue import CAPABILITIES, plain_session

NO_IDLE = CAPABILITIES.replace(b" IDLE", b"")


async def test_idle_tells_what_changed_and_is_left() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b"IDLE"
        await peer.say(b"+ idling", b"* OK Still here", b"* 3 RECENT")
        await asyncio.sleep(0.05)
        await peer.say(b"* 8 EXISTS", b"* 2 EXPUNGE", b"* 7 EXISTS")
        assert await peer.line() == b"DONE"
        await peer.say(b"%T OK done")
        await peer.answer(b"NOOP")

    async with plain_session(script) as (session, _):
        assert await watch.wait_for_news(session, 5)
        await watch.ask_for_news(session)
        assert not session.unasked.has_news


async def test_idle_ends_with_the_callers_time() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")
        assert await peer.line() == b"DONE"
        await peer.say(b"%T OK done")

    async with plain_session(script) as (session, _):
        async with asyncio.timeout(1):
            assert not await watch.wait_for_news(session, 0.1)


async def test_news_known_already_are_told_without_idle() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"NOOP", b"* 4 EXISTS")
        await peer.drained()

    async with plain_session(script) as (session, server):
        await watch.ask_for_news(session)
        assert await watch.wait_for_news(session, 5)
    assert b"IDLE" not in server.received


async def test_a_refused_idle_is_said_so() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T NO not here")

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="refused to watch"):
            await watch.wait_for_news(session, 5)


async def test_a_server_that_leaves_idle_by_itself_is_not_asked_without_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "POLL_S", 0.2)

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T OK that was it")
        await peer.answer(b"NOOP", b"* 9 EXISTS")

    async with plain_session(script) as (session, server):
        assert await watch.wait_for_news(session, 5)
    assert server.received.count(b"IDLE") == 1


async def test_a_server_that_ends_idle_later_is_noticed_at_once_and_asked_with_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "POLL_S", 0.2)

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")
        await asyncio.sleep(0.05)
        await peer.say(b"%T OK that was it")
        await peer.answer(b"NOOP", b"* 9 EXISTS")

    async with plain_session(script) as (session, server), asyncio.timeout(3):
        began = asyncio.get_running_loop().time()
        assert await watch.wait_for_news(session, 1_000)
        assert asyncio.get_running_loop().time() - began >= 0.2
    assert b"DONE" not in server.received


async def test_without_idle_the_server_is_asked_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "POLL_S", 0.05)

    async def script(peer: Peer) -> None:
        await peer.answer(b"NOOP")
        await peer.answer(b"NOOP", b"* VANISHED 3:4")

    async with plain_session(script, NO_IDLE) as (session, _):
        assert await watch.wait_for_news(session, 5)


async def test_the_flood_of_an_endless_idle_is_collapsed() -> None:
    flood = b"".join(b"* %d FETCH (UID %d FLAGS ())\r\n" % (n, n) for n in range(1, 30_001))

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")
        await peer.send(flood)
        assert await peer.line() == b"DONE"
        await peer.say(b"%T OK done")

    async with plain_session(script) as (session, _):
        assert await watch.wait_for_news(session, 5)


async def test_a_server_that_never_ends_idle_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")
        while True:
            await peer.say(b"* OK still here")
            await asyncio.sleep(0.05)

    async with plain_session(script) as (session, _), asyncio.timeout(5):
        with pytest.raises(Exception, match="did not answer IDLE"):
            await watch.wait_for_news(session, 0.1)
