"""What is done with a mail reads no more in a long list than in a short one."""

import pytest

from tests.store.makers import arrival
from tests.ui.screens import Link, app_over, put, raw_mail, sees, shown, until
from tuimail.events import MessagesChanged
from tuimail.model.ids import AccountName
from tuimail.services.mail import Mail
from tuimail.store.database import Store
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.messages import put_messages

MANY = 10_000
SIZE = (100, 14)
MOST_ROWS = 1_000


class Read:
    """How many rows were read of the store since it was asked last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._rows = 0
        for name in ("rows", "ids"):
            self._count(monkeypatch, name)

    def _count(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        read = getattr(Store, name)

        def counted(store, *what):
            found = read(store, *what)
            self._rows += len(found)
            return found

        monkeypatch.setattr(Store, name, counted)

    def take(self) -> int:
        rows, self._rows = self._rows, 0
        return rows


@pytest.fixture
def read(monkeypatch) -> Read:
    return Read(monkeypatch)


@pytest.fixture
def mail(mail: Mail) -> Mail:
    """The inbox of alice with many older mails below those there are."""
    inbox = mailbox_named(mail.store, AccountName("alice"), "INBOX")
    for first in range(1_000, 1_000 + MANY, 2_000):
        put_messages(mail.store, inbox.id, [arrival(n) for n in range(first, first + 2_000)])
    return mail


async def at_rest(pilot) -> None:
    """Wait until all is done and shown that was asked for."""
    app = pilot.app
    await until(pilot, lambda: not app.handlers.views._is_reading)
    await app.desk.jobs.settled()


@pytest.mark.parametrize("is_folded", [False, True])
async def test_deeds_read_a_few_rows_however_long_the_list_is(mail, read, is_folded):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        if is_folded:
            await pilot.press("z", "M")
        await sees(pilot, f"1/{MANY + 65:,}")
        await at_rest(pilot)
        read.take()
        await pilot.press("j", "e")
        await sees(pilot, "1 message moved to Archive")
        await at_rest(pilot)
        assert 0 < read.take() < MOST_ROWS
        assert f"2/{MANY + 64:,}" in shown(app)
        await pilot.press("d", "d")
        await sees(pilot, "1 message moved to Trash")
        await pilot.press("s")
        await sees(pilot, "1 message flagged")
        await pilot.press("u", "u", "u")
        await sees(pilot, "Undone: 1 message moved to Archive")
        await at_rest(pilot)
        assert 0 < read.take() < MOST_ROWS
        assert f"2/{MANY + 65:,}" in shown(app)
        await until(pilot, lambda: Link.current is not None)
        Link.current.tell(MessagesChanged("alice", 1))  # of what was done here
        await at_rest(pilot)
        assert read.take() < MOST_ROWS


async def test_mail_that_comes_meanwhile_is_shown_once_the_keys_rest(mail, read):
    app = app_over(mail)
    async with app.run_test(size=SIZE) as pilot:
        await sees(pilot, f"1/{MANY + 65:,}")
        await until(pilot, lambda: Link.current is not None)
        await pilot.press("j", "e")
        put(mail, "alice", "INBOX", [raw_mail("alice", -3)], first_uid=900)
        Link.current.tell(MessagesChanged("alice", 1))
        await sees(pilot, f"3/{MANY + 65:,}")
        await sees(pilot, "1 new above")
