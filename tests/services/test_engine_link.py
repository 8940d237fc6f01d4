"""The line to the engine, with an engine in this process."""

import asyncio
from dataclasses import replace

import pytest

from tests.engine.home import BY_ASKING, Home
from tests.engine.patience import until
from tests.sync.fake_remote import mail
from tuimail.errors import EngineUnavailable
from tuimail.events import EngineFound, EngineLost, MessagesChanged, SyncFinished
from tuimail.model.secret import Secret
from tuimail.services.engine_socket import socket_path
from tuimail.services.engine_start import EngineStart
from tuimail.services.engine_wire import WIRE_VERSION, encode, hello


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work")
    yield one
    one.store.close()


@pytest.mark.parametrize("fault", [ValueError, OSError, ZeroDivisionError])
async def test_a_fault_of_who_listens_surfaces_and_costs_the_line_nothing(home, fault):
    heard, faults = [], []

    def listen(event):
        heard.append(event)
        if isinstance(event, MessagesChanged):
            raise fault("a bug of the screen")

    asyncio.get_running_loop().set_exception_handler(lambda _, said: faults.append(said))
    home.servers["work"].mailboxes["INBOX"].put(mail(1))
    async with home.engine(), home.link(on_event=listen) as link:
        await link.sync()
        await until(lambda: any(isinstance(event, SyncFinished) for event in heard))
        assert link.is_connected
    assert heard.count(EngineFound()) == 1
    assert not [event for event in heard if isinstance(event, EngineLost)]
    assert {type(said["exception"]) for said in faults} == {fault}


async def test_a_question_of_an_engine_that_ended_is_answered_to_no_other(home, monkeypatch):
    """Both call their first question the same, and may mean different accounts by it."""
    monkeypatch.setattr(EngineStart, "attempt", lambda *_: None)  # the engines are in this process
    home.write_config("work", password=BY_ASKING)
    asked, taken_back = [], []

    async def ask(account, prompt):
        asked.append(account)
        try:
            await (asyncio.Event() if len(asked) == 1 else is_answered).wait()
        except asyncio.CancelledError:
            taken_back.append(account)
            raise
        return Secret(f"of {account}")

    is_answered = asyncio.Event()
    async with home.link(ask=ask):
        async with home.engine():
            await until(lambda: asked == ["work"])
        await until(lambda: taken_back == ["work"])
        home.write_config("home", password=BY_ASKING)
        async with home.engine():
            await until(lambda: asked == ["work", "home"])
            is_answered.set()
            await until(lambda: home.secrets == ["of home"])


async def test_beside_a_newer_engine_a_screen_says_what_to_start(home):
    """It speaks words this program does not know, so none are said, and none other is started."""
    newer = replace(hello(), program="99.0", wire=WIRE_VERSION + 1)

    async def greet(reader, writer):
        await reader.readline()
        writer.write(encode(newer))
        await reader.read()
        writer.close()

    server = await asyncio.start_unix_server(greet, socket_path(home.profile))
    try:
        async with home.link() as link:
            await until(lambda: link._given_up)
            with pytest.raises(EngineUnavailable, match="Start that one"):
                await link.sync()
            for _ in range(2):
                with pytest.raises(EngineUnavailable, match=r"A newer tuimail \(99\.0\) runs"):
                    await link.ready(timeout_s=0.1)
    finally:
        server.close()
    assert not home.profile.lock.exists()
