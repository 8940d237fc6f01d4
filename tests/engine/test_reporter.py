"""The engine reads reports as they come, also those that came while it did not run."""

import threading
from dataclasses import replace

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.outbox.reports import sample
from tests.outbox.test_reporting import ACCEPTED, ID, WORK, new_outgoing, send, states
from tests.sync.fake_remote import FakeMailbox, mail
from tuimail.engine import reporter, stirred
from tuimail.engine.hands import Hands
from tuimail.errors import ProtocolError, Scope
from tuimail.events import OutgoingChanged
from tuimail.model.mailbox import Role
from tuimail.model.outgoing import OutgoingState
from tuimail.services.mail import Mail
from tuimail.store import reports
from tuimail.store.database import Database
from tuimail.store.mailboxes import mailbox_named, put_sync_state, sync_state
from tuimail.store.outgoing import history, put_outgoing
from tuimail.store.outgoing_attempts import Claim, LineFacts, Outcome, claim_due, end_claim
from tuimail.store.reports import put_report_mark, report_mark


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


async def test_more_than_one_look_takes_are_read_to_the_end(home: Home, monkeypatch) -> None:
    for room in (reports, reporter):
        monkeypatch.setattr(room, "MAX_CANDIDATES", 2)
    raw = report(home)
    box = home.servers["work"].mailboxes["INBOX"]
    for n in range(5):
        box.put(raw.replace(b"Message-ID: <", b"Message-ID: <%d" % n, 1), date=int(home.now))
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: mark(home) == 5)


async def test_while_older_mail_is_still_to_come_no_mark_is_set_above_it(home: Home) -> None:
    raw = report(home)
    async with home.engine(), home.link() as link:
        home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))
        await link.sync()
        await until(lambda: mark(home) == 1)
    row = mailbox_named(home.store, WORK, "INBOX")
    assert row is not None
    state = replace(sync_state(home.store, row.id), uid_validity=99, backlog_done=False)
    put_sync_state(home.store, row.id, state)
    one, opened = alone(home, fetched_never)
    account = opened.config.account(WORK)
    await one._read(opened, account, row)
    assert mark(home) == 0
    put_sync_state(home.store, row.id, replace(state, backlog_done=True))
    await one._read(opened, account, row)
    assert mark(home) == 1


def alone(home: Home, fetch) -> tuple[reporter.Reporter, Mail]:
    """Make a reporter outside the engine, and the profile it works on."""
    hands = Hands(lambda _: None, fetch, lambda _: None, lambda *_: None)
    opened = home.supervisor._readers.reporter._mail
    assert opened is not None
    return reporter.Reporter(home.store, hands, lambda: home.now), opened


async def fetched_never(_name, _key) -> None:
    """Fetch nothing: all is here."""
    raise AssertionError


async def test_a_mail_that_the_server_refuses_holds_up_none_behind_it(home: Home) -> None:
    raw = report(home)
    async with home.engine(), home.link() as link:
        for n in range(2):
            one = raw.replace(b"Message-ID: <", b"Message-ID: <%d" % n, 1)
            home.servers["work"].mailboxes["INBOX"].put(one, date=int(home.now))
        await link.sync()
        await until(lambda: mark(home) == 2)
    row = mailbox_named(home.store, WORK, "INBOX")
    assert row is not None
    asked = []

    async def refused(_name, key) -> None:
        asked.append(key)
        raise ProtocolError("Refused.", Scope.COMMAND, "NO")

    with home.store.writing(Database.BODIES) as writing:
        writing.run("delete from body")
    put_report_mark(home.store, WORK, "INBOX", sync_state(home.store, row.id).uid_validity, 0)
    one, opened = alone(home, refused)
    await one._read(opened, opened.config.account(WORK), row)
    assert len(asked) == 2
    assert mark(home) == 2


async def test_mail_that_is_no_report_is_not_looked_at_again(home: Home) -> None:
    for number in range(1, 6):
        home.servers["work"].mailboxes["INBOX"].put(mail(number))
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: mark(home) == 5)


async def test_a_report_that_overtakes_the_answer_is_read_once_that_is_written(
    home: Home, monkeypatch
) -> None:
    monkeypatch.setattr(stirred, "BREATH_S", 0.0)
    overtaking = sample("Postfix failed", "one")
    sent, home.now = overtaking.sent, float(overtaking.sent.accepted + 600)
    put_outgoing(home.store, new_outgoing(sent))
    first = claimed(home)
    raw = overtaking.raw.replace(sent.envelope_id.encode(), first.envelope_id.encode())
    async with home.engine(), home.link() as link:  # which ends that attempt
        home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))
        await link.sync()
        await until(lambda: mark(home) == 1)
    row = mailbox_named(home.store, WORK, "INBOX")
    assert row is not None
    put_report_mark(home.store, WORK, "INBOX", sync_state(home.store, row.id).uid_validity, 0)
    one, opened = alone(home, fetched_never)
    account, again = opened.config.account(WORK), claimed(home)
    await one._read(opened, account, row)
    assert mark(home) == 0
    line = LineFacts(sent.servers[0], sent.servers[1], "", reports_delivery=True)
    taken = Outcome(dict.fromkeys(sent.recipients, ACCEPTED), line=line)
    end_claim(home.store, again, taken, sent.accepted, 0)
    one.overhear(OutgoingChanged(ID, OutgoingState.ACCEPTED))
    assert await one._stirred.take() == {WORK}
    await one._read(opened, account, row)
    assert mark(home) == 1
    assert is_bounced(home)


def claimed(home: Home) -> Claim:
    claim = claim_due(home.store, WORK, int(home.now), 100)
    assert claim is not None
    return claim


async def test_what_is_told_is_told_from_the_loop(home: Home) -> None:
    raw = report(home)
    told: dict[str, int] = {}
    async with home.engine(), home.link() as link:
        home.supervisor._hub.listen(
            lambda event: told.update({type(event).__name__: threading.get_ident()})
        )
        home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))
        await link.sync()
        await until(lambda: "OutgoingChanged" in told)
    assert set(told.values()) == {threading.get_ident()}
