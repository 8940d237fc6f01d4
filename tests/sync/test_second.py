"""A second line: bodies never wait behind headers, and one line is enough where there is no more."""

import asyncio
import logging

import pytest

from tests.engine.patience import turns, until
from tests.sync.fake_remote import FakeMailbox, FakeRemote, mail
from tests.sync.test_account import Home, fill, running
from tuimail.errors import NetworkError, ProtocolError, SignInRefused
from tuimail.store.bodies import bodies_here
from tuimail.store.database import open_store
from tuimail.sync import second


class Held(FakeRemote):
    """A connection on which the older headers of Archive are long in coming."""

    async def headers(self, uids):
        async for rows in super().headers(uids):
            if self.selected == "Archive" and rows and rows[0].uid < 100:
                self.server.reached.set()
                await self.server.gate.wait()
            yield rows


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(second, "GRACE_S", 0.0)
    store = open_store(tmp_path)
    one = Home(store)
    one.server.gate, one.server.reached = asyncio.Event(), asyncio.Event()
    one.server.opened = []
    one.server.mailboxes["Archive"] = FakeMailbox()
    one.has_screen = True

    async def connect():
        one.server.connections += 1
        remote = Held(one.server)
        one.server.opened.append(remote)
        return remote

    object.__setattr__(one.sync._surroundings, "connect", connect)
    fill(one, 3)
    for number in range(1_000, 1_400):
        one.server.mailboxes["Archive"].put(mail(number))
    yield one
    store.close()


async def test_a_body_somebody_waits_for_comes_while_headers_are_long_in_coming(home):
    async with running(home), asyncio.timeout(60):
        await home.server.reached.wait()
        await home.sync.body(home.key(2))
        assert bodies_here(home.store, [home.key(2)])
        assert not home.server.gate.is_set()
        assert home.server.connections == 2
        home.server.gate.set()
        await home.until(lambda: len(home.uids("Archive")) == 400)


async def test_bodies_ahead_of_time_come_while_headers_are_long_in_coming(home):
    async with running(home), asyncio.timeout(60):
        await home.server.reached.wait()
        await home.until(lambda: all(bodies_here(home.store, [home.key(uid)]) for uid in (1, 2, 3)))
        assert not home.server.gate.is_set()


async def test_a_second_line_without_work_is_closed(home, monkeypatch):
    monkeypatch.setattr(second, "IDLE_S", 0.05)
    async with running(home), asyncio.timeout(60):
        await home.server.reached.wait()
        await home.sync.body(home.key(2))
        await until(lambda: home.server.opened[1].is_dead)
        assert not home.sync.agenda.has_helper
        home.server.gate.set()
        await home.until(home.is_in_step)
        assert not home.server.opened[0].is_dead


@pytest.mark.parametrize("error", [NetworkError, ProtocolError, SignInRefused])
async def test_where_one_line_is_all_there_is_it_does_everything(home, error):
    connect = home.sync._surroundings.connect

    async def once():
        if home.server.connections:
            home.server.connections += 1
            raise error("Too many connections.")
        return await connect()

    object.__setattr__(home.sync._surroundings, "connect", once)
    async with running(home), asyncio.timeout(60):
        await home.server.reached.wait()
        waiting = asyncio.ensure_future(home.sync.body(home.key(2)))
        await turns()
        home.server.gate.set()
        await waiting
        await home.until(lambda: len(home.uids("Archive")) == 400)
        assert home.server.connections == 2


async def test_a_second_line_that_is_cut_leaves_its_bodies_to_the_first(home, caplog):
    caplog.set_level(logging.INFO, "tuimail.sync.second")

    def cut(call, mailbox):
        if (
            call in ("body", "bodies")
            and home.server.connections > 1
            and not home.server.gate.is_set()
        ):
            home.server.gate.set()
            raise NetworkError("The line was cut.")
        return ""

    home.server.refuse = cut
    async with running(home), asyncio.timeout(60):
        await home.until(lambda: len(home.uids("Archive")) == 400)
        await home.until(lambda: all(bodies_here(home.store, [home.key(uid)]) for uid in (1, 2, 3)))
    assert "second line ended: NetworkError" in caplog.messages


async def test_what_the_first_line_comes_to_soon_opens_no_second_one(home, monkeypatch):
    monkeypatch.setattr(second, "GRACE_S", 60.0)
    home.server.gate.set()
    async with running(home), asyncio.timeout(60):
        await home.until(home.is_in_step)
        await home.sync.body(home.key(2))
    assert home.server.connections == 1
