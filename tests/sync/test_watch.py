"""News come by themselves: of every mailbox where the server can tell of all."""

import pytest

from tests.sync.fake_remote import FakeMailbox, mail
from tests.sync.test_account import Home, running
from tests.sync.test_imap_remote import connected
from tuimail.model.uid_set import ALL_UIDS
from tuimail.store.database import open_store


@pytest.fixture
def home(tmp_path):
    store = open_store(tmp_path)
    yield Home(store)
    store.close()


@pytest.fixture
def watching(home):
    home.server.capabilities |= {"IDLE", "NOTIFY", "LIST-STATUS"}
    home.server.mailboxes["Work"] = FakeMailbox()
    return home


def all_watched(home):
    return home.is_in_step() and home.sync.agenda.is_all_watched


async def test_news_of_a_mailbox_nobody_has_open_come_by_themselves(watching):
    home = watching
    async with running(home):
        await home.until(lambda: all_watched(home))
        home.server.mailboxes["Work"].put(mail(1))
        home.server.changed = ["Work"]
        home.server.news.set()
        await home.until(lambda: home.uids("Work") == {1})


async def test_a_mailbox_that_comes_is_listed_as_soon_as_it_is_told_of(watching):
    home = watching
    async with running(home):
        await home.until(lambda: all_watched(home))
        home.server.mailboxes["New"] = FakeMailbox()
        home.server.mailboxes["New"].put(mail(1))
        home.server.changed = ["New"]
        home.server.news.set()
        await home.until(lambda: home.uids("New") == {1})


async def test_what_changed_before_the_watch_began_is_looked_for(watching):
    home = watching

    def deliver(call, mailbox):
        if call == "notify":
            home.server.mailboxes["Work"].put(mail(1))
        return ""

    home.server.refuse = deliver
    async with running(home):
        await home.until(lambda: home.uids("Work") == {1})


async def test_a_server_without_notify_is_watched_in_inbox_alone(home):
    home.server.capabilities |= {"IDLE"}
    async with running(home):
        await home.until(lambda: home.is_in_step() and home.sync.agenda.is_watched)
        assert not home.sync.agenda.is_all_watched


async def test_a_real_server_tells_of_a_mailbox_nobody_has_open(real_servers, home):
    async def connect():
        return await connected(real_servers)

    object.__setattr__(home.sync._surroundings, "connect", connect)
    other = await connect()
    async with running(home):
        await home.until(lambda: home.is_in_step() and home.sync.agenda.is_watched, 30)
        assert home.sync.agenda.is_all_watched
        await other.append("Archive", mail(1), frozenset(), 1_790_000_000)
        await home.until(lambda: len(home.uids("Archive")) == 1, 30)
        await other.open("Archive")
        await other.change_flags(ALL_UIDS, frozenset({"\\Seen"}), frozenset())
        await home.until(lambda: list(home.flags("Archive").values()) == [{"\\Seen"}], 30)
    await other.close()
