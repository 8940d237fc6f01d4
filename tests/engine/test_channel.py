"""The engine's socket: several clients, bad lines, newer programs."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from tests.engine.patience import until
from tuimail.engine.channel import Channel
from tuimail.engine.client import MAX_BEHIND_BYTES
from tuimail.errors import EngineUnavailable, ExitStatus, NotFound, StoreError
from tuimail.events import MailboxesChanged, Progress, Task
from tuimail.model.ids import AccountName
from tuimail.services.engine_passes import AccountPass
from tuimail.services.engine_wire import (
    MAX_LINE_BYTES,
    BodyWish,
    CancelWish,
    Done,
    Failed,
    Hello,
    Leaving,
    PushWish,
    Said,
    SendWish,
    decode,
    encode,
    hello,
)

PRIVATE = "mail of alice@example.org"
DID = (AccountPass(AccountName("work"), (), 0.5, "", ExitStatus.DONE),)


class Grantor:
    def __init__(self):
        self.heard = []
        self.clients = 0
        self.is_superseded = False
        self.cancelled = []

    async def grant(self, wish):
        if wish.key == 404:
            raise NotFound("gone")
        if wish.key == 13:
            raise ZeroDivisionError(PRIVATE)
        if wish.key == 28:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.fill_the_disk())
        if wish.key == 999:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.append(wish.request)
                raise
        return DID if wish.key == 7 else ()

    async def fill_the_disk(self):
        raise StoreError("The disk is full.")

    def heed(self, wish):
        if isinstance(wish, CancelWish):
            raise ZeroDivisionError(PRIVATE)
        self.heard.append(wish)

    def attached(self, client):
        self.clients += 1

    def detached(self, client):
        self.clients -= 1

    def superseded(self):
        self.is_superseded = True


class Visitor:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    def say(self, message):
        self.writer.write(encode(message))

    async def hear(self):
        try:
            line = await asyncio.wait_for(self.reader.readline(), 60)
        except ConnectionError:
            return None
        return decode(line) if line else None


@pytest.fixture
def grantor():
    return Grantor()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "e.sock"


@asynccontextmanager
async def serving(path, grantor):
    channel = Channel(path, grantor)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(channel.serve())
        await until(path.is_socket)
        try:
            yield channel
        finally:
            task.cancel()


@asynccontextmanager
async def visiting(path, greeting=None):
    reader, writer = await asyncio.open_unix_connection(path, limit=1 << 24)
    visitor = Visitor(reader, writer)
    if greeting is not None:
        visitor.say(greeting)
    try:
        yield visitor
    finally:
        writer.close()


async def test_the_last_word_of_a_command_that_left_is_not_lost(path, grantor):
    async with serving(path, grantor) as channel:
        with socket.socket(socket.AF_UNIX) as command:
            command.connect(str(path))
            command.send(encode(hello()))
            await until(lambda: grantor.clients == 1)
            command.send(encode(SendWish()))
        channel.publish(MailboxesChanged("work"))  # to nobody: the line breaks before it is read
        await until(lambda: grantor.clients == 0)
    assert SendWish() in grantor.heard


async def test_hello_is_answered_and_wishes_are_granted(path, grantor):
    async with serving(path, grantor), visiting(path, hello()) as visitor:
        assert await visitor.hear() == hello()
        visitor.say(BodyWish("1", 7))
        assert await visitor.hear() == Done("1", DID)
        visitor.say(BodyWish("2", 404))
        assert await visitor.hear() == Failed("2", "NotFound", "gone")
        visitor.say(PushWish())
        visitor.say(BodyWish("3", 8))
        await visitor.hear()
        assert grantor.heard == [PushWish()]


async def test_a_wish_that_fails_by_a_bug_costs_nobody_else_anything(path, grantor, caplog):
    async with serving(path, grantor), visiting(path, hello()) as visitor:
        await visitor.hear()
        visitor.say(BodyWish("1", 13))
        failed = await visitor.hear()
        assert (failed.request, failed.kind) == ("1", "EngineUnavailable")
        assert "fault of this program" in failed.hint
        visitor.say(BodyWish("2", 28))
        assert await visitor.hear() == Failed("2", "StoreError", "The disk is full.")
        visitor.say(BodyWish("3", 7))
        assert await visitor.hear() == Done("3", DID)
    assert "ZeroDivisionError" in caplog.text
    assert "alice@example.org" not in caplog.text


async def test_a_hint_that_fails_by_a_bug_costs_that_client_alone(path, grantor, caplog):
    async with (
        serving(path, grantor),
        visiting(path, hello()) as one,
        visiting(path, hello()) as two,
    ):
        await one.hear()
        await two.hear()
        one.say(CancelWish())
        assert await one.hear() is None
        two.say(BodyWish("1", 7))
        assert await two.hear() == Done("1", DID)
    assert "ZeroDivisionError" in caplog.text
    assert "alice@example.org" not in caplog.text


async def test_the_socket_is_nobody_elses(path, grantor):
    async with serving(path, grantor):
        assert path.stat().st_mode & 0o777 == 0o600


async def test_every_client_hears_every_event(path, grantor):
    async with (
        serving(path, grantor) as channel,
        visiting(path, hello()) as one,
        visiting(path, hello(can_ask=True)) as two,
    ):
        await one.hear()
        await two.hear()
        assert (channel.clients, channel.has_screen) == (2, True)
        channel.publish(MailboxesChanged("work"))
        expected = Said(MailboxesChanged("work"))
        assert [await one.hear(), await two.hear()] == [expected, expected]


@pytest.mark.parametrize(
    "line", [b"garbage\n", b"x" * (MAX_LINE_BYTES + 10), encode(Leaving()), b"{}\n"]
)
async def test_a_client_that_is_not_understood_is_left_and_the_others_stay(path, grantor, line):
    async with serving(path, grantor), visiting(path, hello()) as good:
        await good.hear()
        async with visiting(path, hello()) as bad:
            await bad.hear()
            bad.writer.write(line)
            assert await bad.hear() is None
        good.say(BodyWish("1", 7))
        assert await good.hear() == Done("1", DID)
        assert grantor.clients == 1


@pytest.mark.parametrize("line", [b"", b"garbage\n", encode(PushWish()), b"x" * MAX_LINE_BYTES * 2])
async def test_without_a_hello_nothing_is_taken(path, grantor, line, monkeypatch):
    monkeypatch.setattr("tuimail.engine.channel.HELLO_TIMEOUT_S", 0.2)
    async with serving(path, grantor), visiting(path) as visitor:
        visitor.writer.write(line)
        assert await visitor.hear() is None
        assert grantor.clients == 0
        assert grantor.heard == []


async def test_a_newer_program_gets_the_place(path, grantor):
    async with serving(path, grantor):
        async with visiting(path, Hello("99.0.0", hello().schema)) as newer:
            assert await newer.hear() == Leaving()
            assert grantor.is_superseded
        async with visiting(path, Hello("0.0.1", 0)) as older:
            assert await older.hear() == hello()


async def test_wishes_of_a_client_that_leaves_are_dropped(path, grantor):
    async with serving(path, grantor):
        async with visiting(path, hello()) as visitor:
            await visitor.hear()
            visitor.say(BodyWish("9", 999))
            visitor.say(BodyWish("1", 7))
            await visitor.hear()
        await until(lambda: not grantor.clients)
        assert grantor.cancelled == ["9"]


async def test_a_client_that_does_not_read_is_cut_off(path, grantor):
    async with serving(path, grantor) as channel, visiting(path, hello()) as visitor:
        await visitor.hear()
        visitor.writer.transport.pause_reading()
        event = Progress("work", Task.HEADERS, "x" * 60_000, 1, 2)
        for _ in range(4 * MAX_BEHIND_BYTES // 60_000):
            channel.publish(event)
        await until(lambda: not channel.clients)


async def test_goodbye_is_said_and_the_place_is_free(path, grantor):
    async with serving(path, grantor):
        reader, writer = await asyncio.open_unix_connection(path)
        visitor = Visitor(reader, writer)
        visitor.say(hello())
        await visitor.hear()
    assert await visitor.hear() == Leaving()
    assert await visitor.hear() is None
    writer.close()
    assert not path.exists()


async def test_a_socket_left_behind_by_a_crash_is_replaced(path, grantor):
    path.write_text("left behind")
    async with serving(path, grantor), visiting(path, hello()) as visitor:
        assert await visitor.hear() == hello()


async def test_a_place_that_cannot_be_used_is_said(tmp_path, grantor):
    with pytest.raises(EngineUnavailable):
        await Channel(tmp_path / "missing" / "e.sock", grantor).serve()
