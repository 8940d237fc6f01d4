"""The store is kept whole and small beside everything else the engine does."""

import asyncio

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.sync.fake_remote import mail
from tuimail.engine import housekeeper
from tuimail.events import MailboxesChanged, Progress, Task
from tuimail.mime.apart.process import Apart
from tuimail.mime.render import searchable_text
from tuimail.model.ids import AccountName
from tuimail.model.safe import ours
from tuimail.model.view import View
from tuimail.store import upkeep
from tuimail.store.database import Database
from tuimail.store.files import marker_of, path_of
from tuimail.store.index import behind
from tuimail.store.lists import view_ids
from tuimail.store.mailboxes import known_accounts, mailbox_rows

WORK, HOME = AccountName("work"), AccountName("home")
MAILS = 60


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work", "home")
    for number in range(1, MAILS + 1):
        body = f"lighthouse number{number}"
        one.servers["work"].mailboxes["INBOX"].put(mail(number, body=body))
    yield one
    one.store.close()


def hits(home: Home, word: str) -> int:
    which = "select count(*) from ft where ft match ?"
    return int(home.store.rows(Database.SEARCH, which, (word,))[0][0])


def damage(home: Home, database: Database) -> None:
    """Make the next look at the file find it damaged."""
    marker_of(path_of(home.store.folder, database)).touch()


def leave_config_out(home: Home, *names: str) -> None:
    home.profile.config_file.write_text("")
    home.write_config(*names)


async def test_a_damaged_index_is_made_again_while_the_engine_runs(home):
    events = []
    async with home.engine(), home.link(on_event=events.append) as link:
        await link.sync()
        await until(lambda: hits(home, "lighthouse") == MAILS)
        events.clear()
        damage(home, Database.SEARCH)
        await until(lambda: hits(home, "lighthouse") == MAILS and behind(home.store) is None)
        assert hits(home, "number7") == 1
        damage(home, Database.SEARCH)  # and once more at once
        await until(lambda: hits(home, "lighthouse") == 0)
        await until(lambda: hits(home, "lighthouse") == MAILS and behind(home.store) is None)
        await until(lambda: any(isinstance(e, Progress) and e.done == e.total for e in events))
    told = [e for e in events if isinstance(e, Progress) and e.task is Task.INDEX]
    assert {(e.account, e.total) for e in told} == {("", 2 * MAILS)}


def keys_made(home: Home) -> int:
    return int(home.store.rows(Database.CACHE, "select count(*) from sort_key")[0][0])


async def test_what_lists_are_sorted_by_is_made_behind_the_fetching(home):
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: keys_made(home) == MAILS)
    assert home.store.rows(Database.CACHE, "select count(*) from unsorted") == [(0,)]


async def test_the_engine_stays_until_the_index_is_whole(home, monkeypatch):
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: hits(home, "lighthouse") == MAILS)
    damage(home, Database.SEARCH)
    upkeep.mend(home.store)

    def slowly(raw):
        home.now += 3_600
        return searchable_text(raw)

    monkeypatch.setattr(Apart, "searchable", lambda _, raw: slowly(raw))
    async with home.engine(stay=False) as task:
        await until(lambda: behind(home.store) is None)
        assert hits(home, "lighthouse") == MAILS
        await until(lambda: task.done() or passed(home))


async def test_nothing_is_done_while_an_account_is_synced(home, monkeypatch):
    looked = []
    monkeypatch.setattr(upkeep, "is_sweep_due", lambda *_: looked.append(1))
    reached, go_on = asyncio.Event(), asyncio.Event()
    work = home.servers["work"]
    connect = work.connect

    async def slowly():
        reached.set()
        await go_on.wait()
        return await connect()

    monkeypatch.setattr(work, "connect", slowly)
    async with home.engine(), home.link() as link:
        await reached.wait()
        assert looked == []
        go_on.set()
        await link.sync()
        await until(lambda: looked)


async def test_an_account_taken_out_of_the_configuration_is_forgotten_after_a_minute(home):
    home.servers["home"].mailboxes["INBOX"].put(mail(500))
    events = []
    async with home.engine(), home.link(on_event=events.append) as link:
        await link.sync()
        assert known_accounts(home.store) == {WORK, HOME}
        leave_config_out(home, "home")
        await link.sync()
        home.now += housekeeper.REMOVED_AFTER_S - 1
        await asyncio.sleep(0.1)
        assert known_accounts(home.store) == {WORK, HOME}, "an editor may be saving the file"
        await until(lambda: known_accounts(home.store) == {HOME} or passed(home))
        await until(lambda: MailboxesChanged(WORK) in events)
        everything = View(ours("All mail"), ())
        assert len(view_ids(home.store, everything)) == 1
        home.write_config("work", "home")
        await link.sync()
        assert sum(row.total for row in mailbox_rows(home.store, WORK)) == MAILS


def passed(home: Home) -> None:
    home.now += 1


async def test_without_a_readable_configuration_nothing_is_forgotten(home):
    async with home.engine(), home.link() as link:
        await link.sync()
        home.profile.config_file.unlink()
        await link.sync()
        for _ in range(20):
            home.now += housekeeper.REMOVED_AFTER_S
            await asyncio.sleep(0.01)
        home.profile.config_file.write_text("not = [toml")
        for _ in range(20):
            home.now += housekeeper.REMOVED_AFTER_S
            await asyncio.sleep(0.01)
        assert known_accounts(home.store) == {WORK, HOME}


async def test_bodies_older_than_is_kept_leave_the_disk_once_a_day(home, monkeypatch):
    monkeypatch.setattr("tuimail.store.thinning.UNREAD_AHEAD", 10)
    monkeypatch.setattr("tuimail.store.thinning.STAYS_S", -(10**10))
    monkeypatch.setattr("tuimail.store.upkeep.SWEEP_EVERY_S", 0)
    home.now = 1_800_000_000.0  # the mails are of years ago

    def here() -> int:
        return int(home.store.rows(Database.BODIES, "select count(*) from body")[0][0])

    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: here() == 10)
        [row] = [row for row in mailbox_rows(home.store, WORK) if row.name.raw == "INBOX"]
        assert row.total == MAILS
