"""What is asked about mails: exact bytes, bounded answers, and lines that end after any mishap."""

import asyncio
from contextlib import aclosing

import pytest

from tests.protocols.certificates import Trust
from tests.protocols.scripted import Peer
from tuimail.errors import NetworkError, ProtocolError, Scope
from tuimail.protocols.pop3 import messages
from tuimail.protocols.pop3.connection import Connection
from tuimail.protocols.pop3.faults import Refused

from .dialogue import answering, connected, expect

MAIL = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nbare \n.\n and \r here\r\n\xff\x00\r\n"
STUFFED = (
    b"+OK\r\nSubject: dots\r\n\r\n..\r\n...\r\n..a\r\nbare \n.\n and \r here\r\n\xff\x00\r\n.\r\n"
)


async def retrieved(
    connection: Connection, *wanted: tuple[int, int]
) -> list[bytes | Refused | None]:
    async with aclosing(messages.retrieve(connection, wanted)) as mails:
        return [mail async for _, mail in mails]


async def test_a_mail_comes_exactly_as_the_server_holds_it(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await answering(peer, {b"RETR": STUFFED})

    async with connected(trust, script) as (connection, _):
        assert await retrieved(connection, (1, len(MAIL)), (2, len(MAIL))) == [MAIL, MAIL]


async def test_mails_are_asked_for_ahead_where_the_server_takes_it(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        asked = [await peer.line() for _ in range(messages.WINDOW)]
        assert asked[:2] == [b"RETR 1", b"RETR 2"]
        for number in range(1, 21):
            await peer.say(b"+OK", b"mail %d" % number, b".")
        await peer.drained()

    async with connected(trust, script) as (connection, _):
        mails = await retrieved(connection, *((number, 10) for number in range(1, 21)))
        assert mails == [b"mail %d\r\n" % number for number in range(1, 21)]


async def test_without_pipelining_one_command_is_on_its_way(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        for number in (1, 2):
            await expect(peer, b"RETR %d" % number)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(peer.reader.read(1), 0.05)
            await peer.say(b"+OK", b".")

    async with connected(trust, script, (b"SASL PLAIN",)) as (connection, _):
        assert await retrieved(connection, (1, 0), (2, 0)) == [b"", b""]


async def test_one_mail_that_is_refused_does_not_cost_the_others(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await expect(peer, b"RETR 1", b"-ERR broken file")
        await expect(peer, b"RETR 2", b"+OK", b"here", b".")
        await peer.drained()

    async with connected(trust, script) as (connection, _):
        first, second = await retrieved(connection, (1, 5), (2, 5))
        assert isinstance(first, Refused)
        assert "broken file" in first.hint
        assert second == b"here\r\n"


async def test_sizes_ids_headers_and_deletions_are_asked(trust: Trust) -> None:
    answers = {
        b"STAT": b"+OK 2 400 extra\r\n",
        b"LIST": b"+OK\r\n1 100\r\n2 300 extra\r\n.\r\n",
        b"UIDL": b"+OK\r\n1 ../../etc/passwd\r\n2 " + b"~" * 70 + b"\r\n.\r\n",
        b"TOP": b"+OK\r\nSubject: x\r\n\r\n.\r\n",
        b"DELE": b"+OK\r\n",
        b"NOOP": b"+OK\r\n",
        b"QUIT": b"+OK bye\r\n",
    }

    async def script(peer: Peer) -> None:
        await answering(peer, answers)

    async with connected(trust, script) as (connection, server):
        assert await messages.count(connection) == 2
        assert await messages.sizes(connection, 2) == {1: 100, 2: 300}
        # CVE-2018-14362: a name is never a path here, only a value.
        assert await messages.unique_ids(connection, 2) == {1: "../../etc/passwd", 2: "~" * 70}
        assert await messages.header(connection, 1) == b"Subject: x\r\n\r\n"
        assert await messages.delete(connection, [1, 2]) == [1, 2]
        await connection.command(b"NOOP")
        await messages.leave(connection)
    assert server.received.endswith(b"QUIT\r\n")


async def test_a_server_without_uidl_says_so_and_the_line_goes_on(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await answering(peer, {b"NOOP": b"+OK\r\n"})

    async with connected(trust, script) as (connection, _):
        with pytest.raises(Refused, match="has no UIDL") as found:
            await messages.unique_ids(connection, 3)
        assert found.value.scope is Scope.COMMAND
        await connection.command(b"NOOP")


NO_NAMES = {
    "empty": b"",
    "71 signs": b"x" * 71,
    "control": b"a\x1b[31m",
    "binary": bytes(range(128, 255)),
}


@pytest.mark.parametrize("name", NO_NAMES.values(), ids=NO_NAMES.keys())
async def test_a_name_that_is_none_costs_no_other_mail_its_name(trust: Trust, name: bytes) -> None:
    async def script(peer: Peer) -> None:
        await answering(peer, {b"UIDL": b"+OK\r\n1 " + name + b"\r\n2 b\r\n3 b\r\n.\r\n"})

    async with connected(trust, script) as (connection, _):
        assert await messages.unique_ids(connection, 3) == {2: "b", 3: "b"}


BAD_IDS = {
    "missing": b"1 a\r\n",
    "no number": b"a b\r\n2 c\r\n",
    "number zero": b"0 a\r\n1 b\r\n",
    "number beyond": b"1 a\r\n3 b\r\n",
    "number twice": b"1 a\r\n1 b\r\n",
    "negative": b"-1 a\r\n2 b\r\n",
    "binary": bytes(range(128, 255)) * 3 + b"\r\n",
    "endless line": b"1 " + b"x" * 1_000_000,
    "endless list": b"1 a\r\n" + b"2 b\r\n" * 1_000_000,
}


@pytest.mark.parametrize("listed", BAD_IDS.values(), ids=BAD_IDS.keys())
async def test_ids_that_cannot_tell_mails_apart_are_refused(trust: Trust, listed: bytes) -> None:
    async def script(peer: Peer) -> None:
        await answering(peer, {b"UIDL": b"+OK\r\n" + listed + b".\r\n"})

    async with connected(trust, script) as (connection, _):
        with pytest.raises(ProtocolError, match="cannot be read") as found:
            await messages.unique_ids(connection, 2)
        assert found.value.scope is Scope.CONNECTION


@pytest.mark.parametrize("told", [b"4000000000 1", b"x", b"-1 0", b"1" * 100, b""])
async def test_a_count_nobody_can_hold_is_refused(trust: Trust, told: bytes) -> None:
    async def script(peer: Peer) -> None:
        await answering(peer, {b"STAT": b"+OK " + told + b"\r\n"})

    async with connected(trust, script) as (connection, _):
        with pytest.raises(ProtocolError, match="cannot be read"):
            await messages.count(connection)


async def test_a_mail_far_longer_than_told_costs_no_other(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.line()
        await peer.send(b"+OK\r\n" + b"x" * 3_000_000 + b"\r\n.\r\n")
        await answering(peer, {b"RETR": b"+OK\r\nfine\r\n.\r\n"})

    async with connected(trust, script) as (connection, _):
        assert await retrieved(connection, (1, 1_000), (2, 10)) == [None, b"fine\r\n"]


async def test_a_mail_without_an_end_is_cut_off(trust: Trust, monkeypatch) -> None:
    monkeypatch.setattr(messages, "MAX_MAIL_BYTES", 4 << 20)

    async def script(peer: Peer) -> None:
        await peer.line()
        await peer.send(b"+OK\r\n")
        while True:
            await peer.send(b"x" * 65_536 + b"\r\n")

    async with connected(trust, script) as (connection, server):
        with pytest.raises(ProtocolError, match="RETR has no end"):
            await retrieved(connection, (1, 1_000))
        with pytest.raises(NetworkError):
            await connection.command(b"NOOP")
    assert server.sent_bytes < 20_000_000


async def test_a_mail_that_drips_is_given_up(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.line()
        await peer.send(b"+OK\r\n")
        while True:
            await peer.send(b".\r\n"[:2])
            await asyncio.sleep(0.2)

    async with connected(trust, script) as (connection, _):
        with pytest.raises(NetworkError, match="did not answer RETR in time"):
            await retrieved(connection, (1, 100_000))


async def test_a_cut_within_a_mail_is_no_mail(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.line()
        await peer.send(b"+OK\r\nSubject: half\r\n")

    async with connected(trust, script) as (connection, _):
        with pytest.raises(NetworkError, match="closed the connection"):
            await retrieved(connection, (1, 100))


async def test_a_line_is_not_used_again_after_a_cancellation(trust: Trust) -> None:
    is_asked = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.line()
        is_asked.set()
        await peer.drained()

    async with connected(trust, script) as (connection, _):
        asking = asyncio.ensure_future(messages.count(connection))
        await is_asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        with pytest.raises(NetworkError):
            await messages.count(connection)


async def test_a_line_is_not_used_again_when_mails_on_their_way_are_left(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.line()
        await peer.say(b"+OK", b"one", b".", b"+OK", b"two", b".")
        await peer.drained()

    async with connected(trust, script) as (connection, _):
        async with aclosing(messages.retrieve(connection, [(1, 9), (2, 9)])) as mails:
            assert await anext(mails) == (1, b"one\r\n")
        with pytest.raises(NetworkError):
            await messages.count(connection)


async def test_words_nobody_asked_for_end_the_line(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.line()
        await peer.say(b"+OK 0 0", b"+OK 9 9")
        await peer.drained()

    async with connected(trust, script) as (connection, _):
        await messages.count(connection)
        with pytest.raises(ProtocolError, match="it spoke unasked"):
            await messages.count(connection)


async def test_a_refused_quit_says_what_was_not_done(trust: Trust) -> None:
    async def script(peer: Peer) -> None:
        await answering(peer, {b"QUIT": b"-ERR some deleted messages not removed\r\n"})

    async with connected(trust, script) as (connection, _):
        with pytest.raises(Refused, match="did not remove all"):
            await messages.leave(connection)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(b"900", 900), (b"900 USER", 900), (b"99999999", 3_600), (b"-5", 0), (b"x" * 99, 0), (b"", 0)],
)
async def test_the_pause_a_server_wants_is_known(trust: Trust, told: bytes, seconds: int) -> None:
    async def script(peer: Peer) -> None:
        await peer.drained()

    capabilities = (b"SASL PLAIN", b"LOGIN-DELAY " + told)
    async with connected(trust, script, capabilities) as (connection, _):
        assert messages.login_delay_s(connection) == seconds
