"""A sent mail that nobody answers is brought up on its day; a person's answer ends the wait."""

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.outbox.reports import sample
from tests.outbox.test_reporting import ID, new_outgoing, send
from tests.sync.fake_remote import FakeMailbox, mail
from tuimail.config.load import load_config
from tuimail.events import ReminderDue
from tuimail.model.mailbox import Role
from tuimail.model.reminder import ReminderState
from tuimail.services import reminders
from tuimail.services.mail import Mail
from tuimail.store.outgoing import put_outgoing

SENT = sample("Postfix failed", "one").sent
DAY_S = 86_400


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work", "other")
    one.now = float(SENT.accepted + 60)
    yield one
    one.store.close()


def opened(home: Home) -> Mail:
    return Mail(home.profile, load_config(home.profile), home.store)


def remind(home: Home, days: int = 3) -> None:
    reminders.remind(opened(home), ID, days)


def state(home: Home) -> ReminderState | None:
    found = reminders.reminder_of(opened(home), ID)
    return found.state if found is not None else None


def answer(home: Home, *fields: str, author: str = "ada@far.example", account="work", box="INBOX"):
    head = "".join(f"{field}\r\n" for field in fields)
    raw = (
        f"From: {author}\r\nSubject: Re: Plans\r\nMessage-ID: <answer@far.example>\r\n"
        f"References: <{SENT.message_id}>\r\n{head}\r\nYes, gladly.\r\n"
    )
    home.servers[account].mailboxes[box].put(raw.encode(), date=int(home.now))


async def look(home: Home, link) -> None:
    """Have every account looked through, and wait until the engine has seen it."""
    home.servers["work"].mailboxes["INBOX"].put(mail(int(home.now) % 1000), date=int(home.now))
    await link.sync()


async def test_a_mail_without_an_answer_is_told_once_on_its_day(home: Home) -> None:
    send(home.store, SENT)
    remind(home)
    told: list[ReminderDue] = []
    async with home.engine(), home.link() as link:
        home.supervisor._hub.listen(
            lambda event: told.append(event) if isinstance(event, ReminderDue) else None
        )
        await look(home, link)
        assert state(home) is ReminderState.WAITING
        home.now = float(SENT.accepted + 3 * DAY_S)
        await look(home, link)
        await until(lambda: told == [ReminderDue(ID)])
        home.now += DAY_S
        await look(home, link)
        await home.looked_around()
    assert told == [ReminderDue(ID)]
    (due,) = reminders.due(opened(home))
    assert due.mail.id == ID


async def test_a_day_that_came_while_nothing_ran_is_told_at_the_next_start(home: Home) -> None:
    send(home.store, SENT)
    remind(home)
    home.now = float(SENT.accepted + 30 * DAY_S)
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: state(home) is ReminderState.DUE)


@pytest.mark.parametrize("account", ["work", "other"])
async def test_an_answer_by_a_person_ends_the_wait(home: Home, account) -> None:
    send(home.store, SENT)
    remind(home)
    async with home.engine(), home.link() as link:
        answer(home, account=account)
        await link.sync()
        await until(lambda: state(home) is ReminderState.ANSWERED)


async def test_an_answer_that_came_while_nothing_ran_counts_before_the_day_does(home: Home) -> None:
    send(home.store, SENT)
    remind(home)
    answer(home)
    home.now = float(SENT.accepted + 30 * DAY_S)
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: state(home) is ReminderState.ANSWERED)


async def test_an_answer_that_was_sorted_away_counts(home: Home) -> None:
    send(home.store, SENT)
    remind(home)
    home.servers["work"].mailboxes["Projects"] = FakeMailbox()
    async with home.engine(), home.link() as link:
        answer(home, box="Projects")
        await link.sync()
        await until(lambda: state(home) is ReminderState.ANSWERED)


@pytest.mark.parametrize(
    ("fields", "author", "box"),
    [
        (["Auto-Submitted: auto-replied"], "ada@far.example", "INBOX"),
        (["Auto-Submitted: auto-generated"], "desk@far.example", "INBOX"),
        (["X-Autoreply: yes"], "ada@far.example", "INBOX"),
        ([], "work@example.net", "INBOX"),
        ([], "other@example.net", "INBOX"),
        ([], "ada@far.example", "Junk"),
    ],
    ids=["vacation", "ticket", "old vacation", "oneself", "one's other account", "junk"],
)
async def test_what_is_no_answer_ends_no_wait(home: Home, fields, author, box) -> None:
    home.servers["work"].mailboxes["Junk"] = FakeMailbox(role=Role.JUNK)
    send(home.store, SENT)
    remind(home)
    async with home.engine(), home.link() as link:
        answer(home, *fields, author=author, box=box)
        await link.sync()
        home.now = float(SENT.accepted + 3 * DAY_S)
        await look(home, link)
        await until(lambda: state(home) is ReminderState.DUE)


async def test_an_answer_after_the_day_ends_it_as_well(home: Home) -> None:
    send(home.store, SENT)
    remind(home)
    home.now = float(SENT.accepted + 4 * DAY_S)
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: state(home) is ReminderState.DUE)
        answer(home)
        await link.sync()
        await until(lambda: state(home) is ReminderState.ANSWERED)
    assert list(reminders.due(opened(home))) == []


async def test_what_was_never_taken_has_no_day(home: Home) -> None:
    put_outgoing(home.store, new_outgoing(SENT))
    remind(home)
    home.now = float(SENT.accepted + 30 * DAY_S)
    async with home.engine(), home.link() as link:
        await look(home, link)
        await home.looked_around()
        await look(home, link)
    assert state(home) is ReminderState.WAITING
