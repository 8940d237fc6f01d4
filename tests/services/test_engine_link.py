"""The line to the engine, with an engine in this process."""

import asyncio

import pytest

from tests.engine.home import BY_ASKING, Home
from tests.engine.patience import until
from tests.sync.fake_remote import mail
from tuimail.events import EngineFound, EngineLost, MessagesChanged, SyncFinished
from tuimail.model.secret import Secret


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


async def test_a_question_of_an_engine_that_ended_is_answered_to_no_other(home):
    """Both call their first question the same, and may mean different accounts by it."""
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
