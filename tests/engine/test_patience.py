"""A pass over a server that has gone silent ends for whoever waits, and not while mail still comes."""

import asyncio

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.sync.fake_remote import FakeRemote, mail
from tuimail.engine import patience
from tuimail.engine.patience import Patience
from tuimail.errors import ExitStatus, ServerSilent
from tuimail.model.ids import AccountName


async def test_silence_ends_the_wait_and_every_move_prolongs_it(monkeypatch):
    monkeypatch.setattr(patience, "SILENT_S", 0.3)
    waiting = Patience()
    moves = 0

    async def moving():
        nonlocal moves
        for _ in range(8):
            await asyncio.sleep(0.1)
            waiting.moved()
            moves += 1
        await asyncio.Event().wait()

    with pytest.raises(ServerSilent, match="tried further"):
        await waiting.wait(moving())
    assert moves == 8
    waiting.moved()
    waiting.stumbled()
    assert await waiting.wait(asyncio.sleep(0, "done")) == "done"


async def test_steps_that_come_again_after_a_cut_prolong_nothing(monkeypatch):
    monkeypatch.setattr(patience, "SILENT_S", 0.3)
    waiting = Patience()

    async def cut_again_and_again():
        while True:
            await asyncio.sleep(0.05)
            waiting.step()
            waiting.stumbled()

    async with asyncio.timeout(60):
        with pytest.raises(ServerSilent):
            await waiting.wait(cut_again_and_again())


async def test_what_comes_between_many_cuts_prolongs_nothing(monkeypatch):
    monkeypatch.setattr(patience, "SILENT_S", 0.3)
    waiting = Patience()

    async def a_little_each_time():
        while True:
            await asyncio.sleep(0.05)
            waiting.moved()
            waiting.stumbled()

    async with asyncio.timeout(60):
        with pytest.raises(ServerSilent):
            await waiting.wait(a_little_each_time())


async def test_who_waits_for_a_silent_server_is_told_and_the_other_account_goes_on(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(patience, "SILENT_S", 0.3)
    home = Home(tmp_path)
    home.write_config("work", "home")
    home.servers["home"].mailboxes["INBOX"].put(mail(1))
    is_asked, may_answer = asyncio.Event(), asyncio.Event()
    mailboxes = FakeRemote.mailboxes

    async def silent(remote):
        if remote.server is home.servers["work"]:
            is_asked.set()
            await may_answer.wait()
        return await mailboxes(remote)

    monkeypatch.setattr(FakeRemote, "mailboxes", silent)
    async with home.engine(), home.link() as link:
        passes = {one.account: one for one in await link.sync()}
        assert is_asked.is_set()
        assert passes["home"].mailboxes[0].new == 1
        assert passes["work"].exit_status == ExitStatus.NETWORK
        assert "Nothing has come of this" in passes["work"].hint
        may_answer.set()
        await until(lambda: home.servers["work"].connections)
        [again] = await link.sync(AccountName("work"))
        assert again.hint == ""
    home.store.close()
