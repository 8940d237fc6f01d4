"""A report that is surely true leaves the inbox, once; the person has the last word."""

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.engine.test_reporter import mark, report
from tests.outbox.reports import sample
from tests.outbox.test_reporting import ID, WORK, report_of, send, states
from tests.sync.fake_remote import FakeMailbox, mail
from tuimail.config.load import load_config
from tuimail.engine import reporter
from tuimail.model.account import MatchedReports
from tuimail.model.mailbox import Role
from tuimail.services import undo
from tuimail.services.mail import Mail
from tuimail.store.database import Database
from tuimail.store.outgoing import history
from tuimail.store.reports import put_report_mark


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    one.write_config("work")
    one.servers["work"].mailboxes["Archive"] = FakeMailbox(role=Role.ARCHIVE)
    yield one
    one.store.close()


def lies_in(home: Home) -> list[str]:
    """Name the mailboxes of the server that hold something."""
    boxes = home.servers["work"].mailboxes
    return [name for name, box in boxes.items() if box.messages]


def flags_in(home: Home, name: str) -> set[str]:
    box = home.servers["work"].mailboxes[name]
    return {flag for message in box.messages.values() for flag in message.flags}


def deliver(home: Home, raw: bytes) -> None:
    home.servers["work"].mailboxes["INBOX"].put(raw, date=int(home.now))


def opened(home: Home) -> Mail:
    return Mail(home.profile, load_config(home.profile), home.store)


def actions(home: Home) -> int:
    return home.store.rows(Database.LOCAL, "select count(*) from batch where kind = 'auto'")[0][0]


def reported(home: Home) -> list[tuple[str, ...]]:
    return home.store.rows(Database.LOCAL, "select address, action, grade from report")


def read_anew(home: Home) -> None:
    """Forget up to where the inbox was read, as where the engine was killed before it was noted."""
    put_report_mark(home.store, WORK, "INBOX", 1, 0)


async def test_a_sure_report_goes_to_the_archive_and_is_read(home: Home) -> None:
    raw = report(home)
    async with home.engine(), home.link() as link:
        deliver(home, raw)
        await link.sync()
        await until(lambda: lies_in(home) == ["Archive"])
        await until(lambda: flags_in(home, "Archive") == {"\\Seen"})
    assert actions(home) == 1


async def test_what_a_person_takes_back_stays_in_the_inbox(home: Home) -> None:
    raw = report(home)
    async with home.engine(), home.link() as link:
        deliver(home, raw)
        await link.sync()
        await until(lambda: lies_in(home) == ["Archive"])
        assert undo.newest(opened(home)) == 0, "nobody pressed a key"
        assert undo.undo(opened(home)).sentence == "Undone: Delivery report moved to Archive"
        await link.sync()
        await until(lambda: lies_in(home) == ["INBOX"])
        await until(lambda: flags_in(home, "INBOX") == set())
    read_anew(home)
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: mark(home) > 0)
        await link.sync()
    assert lies_in(home) == ["INBOX"]
    assert actions(home) == 1


async def test_a_kill_before_it_was_put_away_forgets_nothing(home: Home, monkeypatch) -> None:
    raw = report(home)
    with monkeypatch.context() as patched:
        patched.setattr(reporter, "put_away", lambda *_: [])
        async with home.engine(), home.link() as link:
            deliver(home, raw)
            await link.sync()
            await until(lambda: mark(home) == 1)
    assert "bounced" in states(home.store).values()
    assert lies_in(home) == ["INBOX"]
    read_anew(home)
    told = reported(home)
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: lies_in(home) == ["Archive"])
    assert reported(home) == told
    assert actions(home) == 1


async def test_a_kill_after_it_was_put_away_does_it_no_second_time(home: Home) -> None:
    raw = report(home)
    async with home.engine(), home.link() as link:
        deliver(home, raw)
        await link.sync()
        await until(lambda: lies_in(home) == ["Archive"])
    read_anew(home)
    async with home.engine(), home.link() as link:
        deliver(home, mail(1))
        await link.sync()
        await until(lambda: mark(home) == 2)
    assert actions(home) == 1


async def test_what_is_not_confirmed_stays_in_the_inbox(home: Home) -> None:
    one = sample("Exchange", "one")
    home.now = float(one.sent.accepted + 600)
    send(home.store, one.sent)
    async with home.engine(), home.link() as link:
        deliver(home, one.raw)
        await link.sync()
        await until(lambda: mark(home) == 1)
        await link.sync()
    assert lies_in(home) == ["INBOX"]
    assert actions(home) == 0


async def test_who_wants_to_keep_reports_keeps_them(home: Home) -> None:
    text = home.profile.config_file.read_text()
    home.profile.config_file.write_text(
        text.replace("email", f'reports = "{MatchedReports.KEEP}"\nemail', 1)
    )
    raw = report(home)
    async with home.engine(), home.link() as link:
        deliver(home, raw)
        await link.sync()
        await until(lambda: mark(home) == 1)
        assert "bounced" in states(home.store).values()
        await link.sync()
    assert lies_in(home) == ["INBOX"]
    assert actions(home) == 0


async def test_without_an_archive_it_is_marked_read(home: Home) -> None:
    del home.servers["work"].mailboxes["Archive"]
    raw = report(home)
    async with home.engine(), home.link() as link:
        deliver(home, raw)
        await link.sync()
        await until(lambda: flags_in(home, "INBOX") == {"\\Seen"})
    assert lies_in(home) == ["INBOX"]


async def test_a_report_among_junk_is_left_there(home: Home) -> None:
    raw = report(home)
    home.servers["work"].mailboxes["Junk"] = FakeMailbox(role=Role.JUNK)
    async with home.engine(), home.link() as link:
        home.servers["work"].mailboxes["Junk"].put(raw, date=int(home.now))
        await link.sync()
        await until(lambda: mark(home, "Junk") == 1)
    assert lies_in(home) == ["Junk"]


async def test_an_automatic_reply_is_told_at_its_mail_and_stays(home: Home) -> None:
    one = sample("Postfix failed", "one")
    home.now = float(one.sent.accepted + 600)
    send(home.store, one.sent)
    raw = (
        f"From: {one.address}\r\nSubject: I am away\r\nMessage-ID: <away@far.example>\r\n"
        f"Auto-Submitted: auto-replied\r\nIn-Reply-To: <{one.sent.message_id}>\r\n\r\nBack soon.\r\n"
    ).encode()
    async with home.engine(), home.link() as link:
        deliver(home, raw)
        await link.sync()
        await until(lambda: mark(home) == 1)
    assert states(home.store) == {one.address: "accepted"}
    last = history(home.store, ID)[-1]
    assert (last.what, last.detail.raw.split(".")[0]) == (
        "auto reply",
        f"A machine answers for {one.address.split('.')[0]}",
    )
    assert lies_in(home) == ["INBOX"]


async def test_a_mail_by_a_person_that_names_ours_is_no_report(home: Home) -> None:
    one = sample("Postfix failed", "one")
    home.now = float(one.sent.accepted + 600)
    send(home.store, one.sent)
    raw = f"From: {one.address}\r\nSubject: Re\r\nIn-Reply-To: <{one.sent.message_id}>\r\n\r\nYes.\r\n"
    async with home.engine(), home.link() as link:
        deliver(home, raw.encode())
        await link.sync()
        await until(lambda: mark(home) == 1)
    assert reported(home) == []


async def test_what_names_none_of_the_recipients_stays_where_it_is_seen(home: Home) -> None:
    one = sample("Postfix failed", "one of three")
    home.now = float(one.sent.accepted + 600)
    secret = send(home.store, one.sent)
    raw = one.raw.replace(one.sent.envelope_id.encode(), secret.encode())
    async with home.engine(), home.link() as link:
        deliver(home, raw.replace(one.address.encode(), b"inner@else.example"))
        await link.sync()
        await until(lambda: mark(home) == 1)
        await link.sync()
    assert reported(home) == [("", "", "confirmed")]
    words = "could not deliver it to one of the recipients, through inner@else.example."
    assert history(home.store, ID)[-1].detail.raw.endswith(words)
    assert lies_in(home) == ["INBOX"]
    assert actions(home) == 0


async def test_of_two_sure_reports_that_disagree_the_second_stays_where_it_is_seen(
    home: Home,
) -> None:
    one = sample("Postfix failed", "one")
    home.now = float(one.sent.accepted + 600)
    secret = send(home.store, one.sent)
    async with home.engine(), home.link() as link:
        deliver(home, report_of(one, "delivered", secret))
        await link.sync()
        await until(lambda: lies_in(home) == ["Archive"])
        deliver(home, one.raw.replace(one.sent.envelope_id.encode(), secret.encode()))
        await link.sync()
        await until(lambda: len(reported(home)) == 2)
        await link.sync()
    assert states(home.store) == {one.address: "delivered"}
    assert lies_in(home) == ["INBOX", "Archive"]
