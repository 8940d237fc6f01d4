"""Servers are asked for what is not here, mailbox after mailbox, beside everything else."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.sync.fake_remote import FakeMailbox, mail
from tests.sync.test_account import Home, running
from tests.sync.walk import NAME
from tuimail.errors import NetworkError, ProtocolError
from tuimail.model.places import Places
from tuimail.store.database import Database, open_store
from tuimail.store.mailboxes import mailbox_named, mailbox_rows
from tuimail.store.query_language import parse
from tuimail.sync import asking as asking_module
from tuimail.sync.asking import Asking
from tuimail.sync.pull import Target

WHEN = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    store = open_store(tmp_path / "data")
    home = Home(store)
    box = home.server.mailboxes["INBOX"]
    box.put(mail(1, body="a lighthouse"))
    box.put(mail(2, body="nothing"))
    box.put(mail(3, body="the Lighthouse keeper"), frozenset({"\\Seen"}))
    home.server.mailboxes["Old"] = FakeMailbox()
    home.server.mailboxes["Old"].put(mail(4, body="lighthouse oil"))
    yield home
    store.close()


class Hunt:
    """One search, and what came of it."""

    def __init__(self, home, query, *names):
        self.home, self.hits, self.told = home, [], []
        node = parse(query, WHEN, Places(mailbox_rows(home.store))).node
        rows = [mailbox_named(home.store, NAME, name) for name in names]
        targets = [Target(row.id, row.name.raw) for row in rows]
        end = asyncio.get_running_loop().create_future()
        self.asking = Asking(
            node, [], targets, self._found, lambda *words: self.told.append(words), end
        )

    def _found(self, mailbox, rows):
        marks = self.home.store.rows(
            Database.CACHE,
            f"select msgid from message where id in ({','.join(map(str, rows))}) order by id desc",
        )
        self.hits += [name.split("@")[0] for (name,) in marks]


async def test_each_mailbox_is_asked_and_what_it_finds_is_told_at_once(home):
    async with running(home):
        await home.until(home.is_in_step)
        hunt = Hunt(home, "lighthouse", "INBOX", "Old")
        await home.sync.search(hunt.asking)
    assert hunt.hits == ["m3", "m1", "m4"]
    assert hunt.told == [("INBOX", 0, 2), ("Old", 1, 2), ("", 2, 2)]


async def test_headers_of_what_is_found_and_not_here_yet_are_fetched(home):
    async with running(home):
        await home.until(home.is_in_step)
        home.server.mailboxes["Old"].put(mail(5, body="lighthouse lamp"))
        assert home.uids("Old") == {1}
        hunt = Hunt(home, "lighthouse", "Old")
        await home.sync.search(hunt.asking)
    assert hunt.hits == ["m5", "m4"]


async def test_what_flags_here_decide_is_not_left_to_the_server(home):
    async with running(home):
        await home.until(home.is_in_step)
        hunt = Hunt(home, "lighthouse is:unread", "INBOX")
        await home.sync.search(hunt.asking)
    assert hunt.hits == ["m1"]


async def test_a_mailbox_that_refuses_is_told_and_the_others_are_asked(home):
    home.server.refuse = lambda call, box: "no" if (call, box) == ("search", "INBOX") else ""
    async with running(home):
        await home.until(home.is_in_step)
        hunt = Hunt(home, "lighthouse", "INBOX", "Old")
        with pytest.raises(ProtocolError):
            await home.sync.search(hunt.asking)
    assert hunt.hits == ["m4"]


async def test_without_a_line_the_answer_is_no_at_once(home):
    async with running(home):
        await home.until(home.is_in_step)
        hunt = Hunt(home, "lighthouse", "INBOX")
        home.server.cut_after = 0
        home.server.connect_error = NetworkError("The server cannot be reached.")
        with pytest.raises(NetworkError):
            await home.sync.search(hunt.asking)
        await home.until(lambda: home.sync.problem is not None)
        with pytest.raises(NetworkError):
            await home.sync.search(Hunt(home, "lighthouse", "INBOX").asking)
    assert hunt.hits == []


async def test_where_nobody_waits_any_more_no_further_mailbox_is_asked(home):
    async with running(home):
        await home.until(home.is_in_step)
        hunt = Hunt(home, "lighthouse", "INBOX", "Old")
        hunt.asking.progress = lambda *_: hunt.asking.end.cancel()
        with pytest.raises(asyncio.CancelledError):
            await home.sync.search(hunt.asking)
        await home.sync.sync("Old")
    asked = [call for call in home.server.calls if call.startswith("search")]
    assert len(asked) <= 1
    assert hunt.hits == []


async def test_only_the_newest_of_very_many_are_taken(home, monkeypatch):
    monkeypatch.setattr(asking_module, "MAX_HITS", 1)
    async with running(home):
        await home.until(home.is_in_step)
        hunt = Hunt(home, "lighthouse", "INBOX")
        await home.sync.search(hunt.asking)
    assert hunt.hits == ["m3"]
