"""The engine reads reports as they come, also those that came while it did not run."""

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.outbox.reports import sample
from tests.outbox.test_reporting import ID, WORK, send, states
from tests.sync.fake_remote import FakeMailbox, mail
from tuimail.events import OutgoingChanged
from tuimail.model.mailbox import Role
from tuimail.store.mailboxes import mailbox_named, sync_state
from tuimail.store.outgoing import history
from tuimail.store.reports import report_mark


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work")
    yield one
    one.store.close()


def report(home: Home, kind: str = "Postfix failed") -> bytes:
    """Send a mail from here, and return a report about it."""
    one = sample(kind, "one")
    home.now = float(one.sent.accepted + 600)
    secret = send(home.store, one.sent)
    return one.raw.replace(one.sent.envelope_id.encode(), secret.encode())


def is_bounced(home: Home) -> bool:
    return "bounced" in states(home.store).values()


def mark(home: Home, name: str = "INBOX") -> int:
    row = mailbox_named(home.store, WORK, name)
    assert row is not None
    validity = sync_state(home.store, row.id).uid_validity
    return report_mark(home.store, WORK, name, validity)


async def test_a_report_that_comes_is_told_at_its_mail(home: Home) -> None:
    raw = report(home)
    told = []
    async with home.engine(), home.link() as link:
        home.supervisor._hub.listen(told.append)
        await link.sync()
        home.servers["work"].mailboxes["INBOX"].put(mail(1))
        home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))
        await link.sync()
        await until(lambda: is_bounced(home))
        await until(lambda: any(isinstance(one, OutgoingChanged) for one in told))


async def test_what_came_while_nothing_ran_is_read_at_the_next_start(home: Home) -> None:
    raw = report(home)
    async with home.engine(), home.link() as link:
        await link.sync()
    home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: is_bounced(home))


async def test_a_report_among_junk_counts_and_one_elsewhere_does_not(home: Home) -> None:
    raw = report(home)
    boxes = home.servers["work"].mailboxes
    boxes["Junk"], boxes["Archive"] = FakeMailbox(role=Role.JUNK), FakeMailbox()
    async with home.engine(), home.link() as link:
        boxes["Archive"].put(raw, date=int(home.now))
        await link.sync()
        await home.looked_around()
        assert not is_bounced(home)
        boxes["Junk"].put(raw, date=int(home.now))
        await link.sync()
        await until(lambda: is_bounced(home))


async def test_a_mailbox_that_was_read_is_not_read_again(home: Home) -> None:
    raw = report(home)
    home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: mark(home) == 1)
    before = history(home.store, ID)
    async with home.engine(), home.link() as link:
        await link.sync()
        home.servers["work"].mailboxes["INBOX"].put(
            raw, date=int(home.now)
        )  # the same, delivered twice
        await link.sync()
        await until(lambda: mark(home) == 2)
    assert history(home.store, ID) == before
