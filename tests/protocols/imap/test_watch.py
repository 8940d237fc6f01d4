"""Watching a mailbox: IDLE where offered, asking now and then where not."""

import asyncio
from dataclasses import replace

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import NetworkError, ProtocolError, Scope
from tuimail.protocols.imap import mailboxes, watch
from tuimail.protocols.imap.grammar import parse_untagged
from tuimail.protocols.imap.session import Session
from tuimail.protocols.imap.unasked import News, Unasked

from .dialogue import CAPABILITIES, FAST, plain_session

NO_IDLE = CAPABILITIES.replace(b" IDLE", b"")


async def test_idle_tells_what_changed_and_is_left() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b"IDLE"
        await peer.say(b"+ idling", b"* OK Still here", b"* 3 RECENT")
        await peer.say(b"* 8 EXISTS", b"* 2 EXPUNGE", b"* 7 EXISTS")
        assert await peer.line() == b"DONE"
        await peer.say(b"%T OK done")
        await peer.answer(b"NOOP")

    async with plain_session(script) as (session, _):
        assert await watch.wait_for_news(session, 5)
        await watch.ask_for_news(session)
        assert not session.unasked.has_news


@pytest.mark.parametrize(
    ("said", "is_news"),
    [
        (b"* 8 EXISTS", True),
        (b"* 2 EXPUNGE", True),
        (b"* VANISHED 3:4", True),
        (b"* 2 FETCH (FLAGS ())", True),
        (b"* VANISHED (EARLIER) 3:4", False),
        (b"* 2 FETCH (UID 7)", False),
        (b"* 3 RECENT", False),
        (b"* FLAGS (\\Seen)", False),
        (b"* OK Still here", False),
        (b"* STATUS Sent (MESSAGES 5)", False),
        (b'* LIST () "/" Sent', False),
    ],
)
def test_only_what_tells_of_a_change_is_news(said: bytes, is_news: bool) -> None:
    unasked = Unasked()
    unasked.note(parse_untagged([said]))
    assert (unasked.has_news, unasked.arrived.is_set()) == (is_news, is_news)
    assert bool(unasked.take()) is is_news
    assert not unasked.has_news
    assert not unasked.arrived.is_set()


async def test_idle_ends_with_the_callers_time() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")
        assert await peer.line() == b"DONE"
        await peer.say(b"%T OK done")

    async with plain_session(script) as (session, _):
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
    monkeypatch.setattr(watch, "POLL_S", 0.01)

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
    monkeypatch.setattr(watch, "POLL_S", 0.01)
    waits: list[float] = []
    is_idle = asyncio.Event()
    wait = watch._news

    async def noted(session: Session, timeout_s: float) -> None:
        waits.append(timeout_s)
        is_idle.set()
        await wait(session, timeout_s)

    monkeypatch.setattr(watch, "_news", noted)

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"+ idling")
        await is_idle.wait()
        await peer.say(b"%T OK that was it")
        await peer.answer(b"NOOP", b"* 9 EXISTS")

    async with plain_session(script) as (session, server):
        assert await watch.wait_for_news(session, 1_000)
    assert waits == [1_000, 0.01]
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

    hasty = replace(FAST, command_s=0.2)
    async with plain_session(script, timeouts=hasty) as (session, _):
        with pytest.raises(NetworkError, match="did not answer IDLE"):
            await watch.wait_for_news(session, 0.1)


# NOTIFY

NOTIFY = CAPABILITIES + b" NOTIFY"
SET = b"NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange)) "
ALL_EVENTS = b"(PERSONAL (MessageNew MessageExpunge FlagChange MailboxName))"


async def test_every_mailbox_is_watched_where_the_server_can() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.answer(b"NOTIFY") == SET + ALL_EVENTS
        assert await peer.command() == b"IDLE"
        await peer.say(b"+ idling", b"* STATUS Entw&APw-rfe (HIGHESTMODSEQ 5)")
        await peer.say(
            b'* LIST () "/" "N\xc3\xa9w"', b"* STATUS Entw&APw-rfe (MESSAGES 4 UIDNEXT 9)"
        )
        assert await peer.line() == b"DONE"
        await peer.say(b"* 3 EXISTS", b"%T OK done")
        await peer.answer(b"SELECT", b"* 3 EXISTS", b"* STATUS Old (MESSAGES 1)")
        await peer.drained()

    async with plain_session(script, NOTIFY, is_selected=False) as (session, _):
        assert await watch.watch_all(session)
        news = await watch.wait_for_news(session, 5)
        assert news == News(is_here=True, elsewhere=frozenset({"Entwürfe", "Néw"}))
        await mailboxes.select(session, "INBOX")
        assert session.unasked.take() == News(is_here=False, elsewhere=frozenset({"Old"}))


async def test_opening_a_mailbox_forgets_no_news_of_others() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"NOTIFY")
        await peer.answer(b"NOOP", b"* STATUS Sent (MESSAGES 1)", b"* 3 EXPUNGE")
        await peer.answer(b"SELECT", b"* 3 EXISTS")
        await peer.drained()

    async with plain_session(script, NOTIFY) as (session, _):
        await watch.watch_all(session)
        await watch.ask_for_news(session)
        await mailboxes.select(session, "INBOX")
        news = await watch.wait_for_news(session, 5)
    assert news == News(is_here=False, elsewhere=frozenset({"Sent"}))


async def test_fewer_events_are_asked_for_where_all_are_too_many() -> None:
    async def script(peer: Peer) -> None:
        for _ in range(2):
            await peer.command()
            await peer.say(b"%T NO [BADEVENT (MessageNew MessageExpunge)] too many")
        assert await peer.answer(b"NOTIFY") == SET + b"(PERSONAL (MessageNew MessageExpunge))"
        await peer.drained()

    async with plain_session(script, NOTIFY) as (session, _):
        assert await watch.watch_all(session)


@pytest.mark.parametrize("refusal", [b"NO not for you", b"BAD what", b"NO [BADEVENT ()] none"])
async def test_a_server_that_refuses_tells_of_the_open_mailbox_alone(refusal: bytes) -> None:
    async def script(peer: Peer) -> None:
        while await peer.command():
            await peer.say(b"%T " + refusal)

    async with plain_session(script, NOTIFY) as (session, _):
        assert not await watch.watch_all(session)
        session.unasked.note(parse_untagged([b"* STATUS Sent (MESSAGES 5)"]))
        assert not session.unasked.has_news


async def test_a_server_without_notify_is_not_asked() -> None:
    async with plain_session(Peer.drained) as (session, server):
        assert not await watch.watch_all(session)
    assert b"NOTIFY" not in server.received


@pytest.mark.parametrize(
    "lines",
    [
        (b"* OK [NOTIFICATIONOVERFLOW] too much",),
        tuple(b"* STATUS m%d (MESSAGES 1)" % n for n in range(9)),
    ],
    ids=["the server gives up", "mailboxes without end"],
)
async def test_where_not_all_can_be_told_the_watch_ends(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr("tuimail.protocols.imap.unasked.MAX_ELSEWHERE", 5)

    async def script(peer: Peer) -> None:
        await peer.answer(b"NOTIFY")
        await peer.command()
        await peer.say(b"+ idling", *lines)
        await peer.drained()

    async with plain_session(script, NOTIFY) as (session, _):
        await watch.watch_all(session)
        with pytest.raises(ProtocolError) as found:
            await watch.wait_for_news(session, 5)
    assert found.value.scope is Scope.CONNECTION
