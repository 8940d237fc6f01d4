"""The engine wakes mail by the clock and on replies, and minds what is muted or done."""

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.sync.fake_remote import FakeMailbox, mail
from tuimail.config.load import load_config
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.services import archive_by_date, reading, snooze, watching
from tuimail.services.mail import Mail
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.operations import pending

WORK = AccountName("work")
DAY_S = 86_400


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work")
    one.now = 1_750_000_000.0
    boxes = one.servers["work"].mailboxes
    boxes["Archive"] = FakeMailbox(role=Role.ARCHIVE)
    boxes["INBOX"].put(mail(1), date=int(one.now))
    yield one
    one.store.close()


def opened(home: Home) -> Mail:
    return Mail(home.profile, load_config(home.profile), home.store)


def rows(home: Home, name: str):
    one = opened(home)
    box = mailbox_named(home.store, WORK, name)
    if box is None:
        return []
    view = reading.mailbox_view(one, box.id)
    return reading.rows(one, view, reading.view_ids(one, view))


def refs(home: Home, name: str = "INBOX"):
    return [row.ref for row in rows(home, name)]


def on_server(home: Home) -> dict[str, int]:
    """Return how many mails lie in each mailbox that has any."""
    boxes = home.servers["work"].mailboxes
    return {name: len(box.messages) for name, box in boxes.items() if box.messages}


def reply(home: Home, to: int = 1) -> None:
    raw = (
        b"From: ada@far.example\r\nSubject: Re\r\nMessage-ID: <reply@far.example>\r\n"
        b"References: <m%d@example.org>\r\n\r\nYes.\r\n" % to
    )
    home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))


async def carried_out(home: Home, link) -> None:
    """Have the server do what waits, and wait until it has."""
    link.push()
    await until(lambda: not pending(home.store, WORK))


async def test_a_mail_goes_to_sleep_on_the_server_and_comes_back_by_the_clock(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        snooze.snooze(opened(home), refs(home), int(home.now) + DAY_S, home.now)
        await carried_out(home, link)
        assert on_server(home) == {"Snoozed": 1}
        home.now += DAY_S
        await link.sync()
        home.supervisor._readers.waker._stirred.add(WORK)
        await until(lambda: on_server(home) == {"INBOX": 1})
    [row] = rows(home, "INBOX")
    assert row.is_unread


async def test_what_was_due_while_nothing_ran_wakes_at_the_next_start(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        snooze.snooze(opened(home), refs(home), int(home.now) + DAY_S, home.now)
        await carried_out(home, link)
    home.now += 8 * DAY_S
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: on_server(home) == {"INBOX": 1})


async def test_a_reply_wakes_a_mail(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        snooze.snooze(opened(home), refs(home), int(home.now) + DAY_S, home.now)
        await carried_out(home, link)
        reply(home)
        await link.sync()
        await until(lambda: on_server(home) == {"INBOX": 2})


async def test_what_comes_of_a_muted_conversation_is_archived_on_the_server(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        watching.mute(opened(home), refs(home), home.now)
        await carried_out(home, link)
        reply(home)
        await link.sync()
        await until(lambda: on_server(home) == {"Archive": 2})
        await until(lambda: all(not row.is_unread for row in rows(home, "Archive")))


async def test_a_reply_brings_back_what_was_done(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
        watching.done(opened(home), refs(home), home.now)
        await carried_out(home, link)
        assert on_server(home) == {"Archive": 1}
        reply(home)
        await link.sync()
        await until(lambda: on_server(home) == {"INBOX": 2})


async def test_mail_archived_by_date_offline_finds_its_mailbox_made(home: Home) -> None:
    async with home.engine(), home.link() as link:
        await link.sync()
    archive_by_date.archive_dated(opened(home), refs(home))
    async with home.engine(), home.link() as link:
        await link.sync()
        await carried_out(home, link)
    [(name, count)] = on_server(home).items()
    assert name.startswith("Archive/")
    assert count == 1


async def test_where_no_mailbox_can_be_made_the_mail_stays_and_wakes_where_it_lies(
    home: Home,
) -> None:
    home.servers["work"].refuse = lambda call, _: "not here" if call == "create" else ""
    async with home.engine(), home.link() as link:
        await link.sync()
        snooze.snooze(opened(home), refs(home), int(home.now) + DAY_S, home.now)
        await carried_out(home, link)
        assert on_server(home) == {"INBOX": 1}
        home.now += DAY_S
        await link.sync()
        home.supervisor._readers.waker._stirred.add(WORK)
        await until(lambda: rows(home, "INBOX")[0].later.is_woken)
