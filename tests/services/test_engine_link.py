"""The line to the engine, with an engine in this process."""

import asyncio

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.sync.fake_remote import mail
from tuimail.events import EngineFound, EngineLost, MessagesChanged, SyncFinished


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
