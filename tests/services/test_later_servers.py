"""Mail put off, muted, done and archived by date, on Dovecot and where mailboxes are labels."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.demo.gmail import GmailServer, letter
from tests.servers.real import RealServers
from tests.store.makers import view
from tests.sync.walk import ACCOUNT, Walk, walk_in
from tuimail.config.load import Config
from tuimail.config.profile import Profile
from tuimail.demo.gmail import ALL_MAIL
from tuimail.model.account import Security, Server
from tuimail.model.message import MessageRow
from tuimail.model.secret import Secret
from tuimail.model.settings import ArchiveBy, Settings
from tuimail.services import archive_by_date, reading, snooze, undo, waking, watching
from tuimail.services.mail import Mail
from tuimail.store.mailboxes import mailbox_rows
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.remote import Remote

NAME = ACCOUNT.name
DAY = 86_400
NOW = 1_800_000_000
BEFORE = 1_699_000_000
"""Before the letters were written."""


class Dovecot:
    """What a walk connects to."""

    def __init__(self, servers: RealServers) -> None:
        self.servers, self.person = servers, servers.account("bob")

    async def connect(self) -> Remote:
        servers, person = self.servers, self.person
        port, user = servers.imaps_port, person.username
        server = Server(servers.host, port, Security.TLS, user, servers.ca_file)
        return await connect_imap(server, Secret(person.password))

    def deliver(self, raw: bytes) -> None:
        self.servers.deliver(raw, self.person.email)


class Desk:
    """A person before the mail of one account, and its server."""

    def __init__(self, walk: Walk, mail: Mail, deliver: Callable[[bytes], object]) -> None:
        self.walk, self.mail, self.deliver = walk, mail, deliver

    def rows(self, mailbox: str) -> list[MessageRow]:
        one = view(self.walk.id_of(mailbox))
        return list(reading.rows(self.mail, one, reading.view_ids(self.mail, one)))

    def row(self, number: int, mailbox: str = "INBOX") -> MessageRow:
        return next(r for r in self.rows(mailbox) if r.subject.raw == f"mail {number}")

    def places(self, number: int) -> list[str]:
        """Return where a mail lies, as the store was told by the server."""
        return sorted(
            box.name.raw
            for box in mailbox_rows(self.mail.store, NAME)
            for row in self.rows(box.name.raw)
            if row.subject.raw == f"mail {number}"
        )

    async def comes(self, number: int, *fields: str) -> None:
        self.deliver(letter(number, *fields))
        self.walk.agenda.wish_refresh(["INBOX"])
        await self.walk.sync()

    async def anew(self) -> None:
        """Have everything told by the server again."""
        self.walk.begin()
        await self.walk.sync()


async def desk_over(folder: Path, server: Dovecot | GmailServer, deliver) -> AsyncIterator[Desk]:
    profile = Profile.at(folder)
    profile.prepare()
    settings = Settings(time_zone="UTC", archive_by=ArchiveBy.MONTH)
    for number in (1, 2):
        deliver(letter(number))
    with walk_in(profile.data_dir, server) as walk:
        mail = Mail(profile, Config(settings, (ACCOUNT,)), walk.store)
        await walk.sync()
        yield Desk(walk, mail, deliver)


@pytest.fixture
async def dovecot(tmp_path: Path, real_servers: RealServers) -> AsyncIterator[Desk]:
    server = Dovecot(real_servers)
    async for one in desk_over(tmp_path, server, server.deliver):
        yield one


@pytest.fixture
async def gmail(tmp_path: Path, gmail_host: RunningHost) -> AsyncIterator[Desk]:
    async for one in desk_over(tmp_path, GmailServer(gmail_host), gmail_host.deliver):
        yield one


async def puts_off(desk: Desk, *also: str) -> None:
    """Put a mail off, look at it from elsewhere, wake it, and take a second one back."""
    snooze.snooze(desk.mail, [desk.row(1).ref], NOW + DAY, NOW)
    assert desk.places(1) == sorted(["Snoozed", *also])
    await desk.walk.sync()
    await desk.anew()
    assert desk.places(1) == sorted(["Snoozed", *also])
    assert desk.row(1, "Snoozed").later.wakes == NOW + DAY
    assert waking.wake_due(desk.mail, NOW + DAY) == {NAME}
    await desk.walk.sync()
    await desk.anew()
    assert desk.places(1) == sorted(["INBOX", *also])
    assert desk.row(1).is_unread
    snooze.snooze(desk.mail, [desk.row(2).ref], NOW + DAY, NOW)
    await desk.walk.sync()
    assert not desk.row(2, "Snoozed").is_unread
    undo.undo(desk.mail)
    assert desk.row(2).is_unread
    assert desk.places(2) == sorted(["INBOX", *also])
    await desk.walk.sync()
    await desk.anew()
    assert desk.places(2) == sorted(["INBOX", *also])
    assert desk.walk.pending() == []
    assert desk.walk.hints() == []


async def wakes_and_mutes(desk: Desk, archive: str, *also: str) -> None:
    """Have a reply wake one mail, another go past the inbox, and a third bring back what is done."""
    snooze.snooze(desk.mail, [desk.row(1).ref], NOW + DAY, BEFORE)
    await desk.walk.sync()
    await desk.comes(3, "References: <g1@x.test>")
    assert waking.heed(desk.mail, {NAME}) == {NAME}
    await desk.walk.sync()
    await desk.anew()
    assert desk.places(1) == sorted(["INBOX", *also])
    watching.done(desk.mail, [desk.row(2).ref], BEFORE)
    await desk.walk.sync()
    assert desk.places(2) == [archive]
    await desk.comes(4, "References: <g2@x.test>")
    assert waking.heed(desk.mail, {NAME}) == {NAME}
    await desk.walk.sync()
    assert desk.places(2) == sorted(["INBOX", *also])
    watching.mute(desk.mail, [desk.row(2).ref], NOW)
    await desk.walk.sync()
    await desk.comes(5, "References: <g2@x.test>")
    waking.heed(desk.mail, {NAME})
    await desk.walk.sync()
    await desk.anew()
    assert [desk.places(number) for number in (2, 4, 5)] == [[archive]] * 3
    assert not desk.row(5, archive).is_unread
    assert desk.walk.hints() == []


async def test_dovecot_puts_mail_to_sleep_and_gives_it_back(dovecot: Desk) -> None:
    await puts_off(dovecot)


async def test_a_label_is_sleep_where_mailboxes_are_labels(gmail: Desk) -> None:
    await puts_off(gmail, ALL_MAIL)


async def test_replies_on_dovecot_wake_bring_back_and_go_past(dovecot: Desk) -> None:
    await wakes_and_mutes(dovecot, "Archive")


async def test_replies_wake_bring_back_and_go_past_where_mailboxes_are_labels(gmail: Desk) -> None:
    await wakes_and_mutes(gmail, ALL_MAIL, ALL_MAIL)


async def test_dovecot_makes_the_mailboxes_of_months_as_they_are_needed(dovecot: Desk) -> None:
    done = archive_by_date.archive_dated(dovecot.mail, [row.ref for row in dovecot.rows("INBOX")])
    await dovecot.walk.sync()
    await dovecot.anew()
    [place] = dovecot.places(1)
    assert place in done.sentence
    assert place.endswith(("/2023/11", ".2023.11"))
    assert dovecot.places(2) == [place]
    assert dovecot.walk.hints() == []
