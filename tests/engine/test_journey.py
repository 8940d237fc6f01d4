"""The real engine process against the embedded mail host: headers, bodies, moves, sending, kills."""

import asyncio
import contextlib
import os
import random
import signal

import pytest

from tests.demo.fixtures import RunningHost
from tests.engine.patience import until
from tuimail.config.profile import Profile
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.engine_end import end_engine
from tuimail.demo.faults import Fault, FaultKind
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread
from tuimail.events import EngineFound, MessagesChanged, Progress
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.outgoing import OutgoingState
from tuimail.services import delivery, reading, triage, writing
from tuimail.services.engine_link import EngineLink
from tuimail.services.mail import Mail, mended_for_screen, open_mail
from tuimail.store.database import Database
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import known_flags

KILLS = 200 if os.environ.get("PROOF_FULL") else 4
MESSAGES = 5_000 if os.environ.get("PROOF_FULL") else 1_500
ALICE, BOB = AccountName("alice"), AccountName("bob")
HELLO = (
    b"From: Carol <carol@south.example>\r\nTo: alice@north.example\r\nSubject: Lunch?\r\n"
    b"Message-ID: <lunch@south.example>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\nAt noon.\r\n"
)
LUNCH = "subject:Lunch? from:carol"


def profile_on(host: RunningHost, folder) -> Profile:
    return write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))


@contextlib.contextmanager
def opened(profile: Profile):
    mail = open_mail(profile)
    try:
        yield mail
    finally:
        mail.close()
        end_engine(profile)


@pytest.fixture
def filled(filled_mail_host, host_folder):
    profile = profile_on(filled_mail_host, host_folder)
    with opened(profile) as mail:
        yield filled_mail_host, mail


def on_server(host: RunningHost, name: str) -> dict[str, dict[int, frozenset[str]]]:
    return {
        box.name: {uid: message.flags for uid, message in box.messages.items()}
        for box in host.store(name)
    }


def here(mail: Mail, account: AccountName) -> dict[str, dict[int, frozenset[str]]]:
    return {
        row.name.raw: dict(known_flags(mail.store, row.id))
        for row in mailbox_rows(mail.store, account)
    }


def found_rows(mail: Mail, query: str = LUNCH):
    view = reading.search_view(mail, query, reading.unified_inbox(mail))
    return reading.rows(mail, view, list(reading.view_ids(mail, view)))


async def test_everything_on_the_host_is_here_after_one_pass(filled):
    host, mail = filled
    async with EngineLink(mail.profile) as link:
        passes = await link.sync()
    assert {one.account for one in passes} == {"alice", "bob"}
    assert [one.hint for one in passes] == ["", ""]
    for name in (ALICE, BOB):
        assert here(mail, name) == on_server(host, name)
    totals = {box.name.raw: box.total for one in passes for box in one.mailboxes}
    assert totals["INBOX"] > 0


async def test_a_mail_that_arrives_is_told_and_its_body_can_be_read(filled):
    host, mail = filled
    events = []
    async with EngineLink(mail.profile, events.append) as link:
        await link.sync(headers_only=True)
        events.clear()
        host.deliver(HELLO)
        await until(lambda: any(isinstance(e, MessagesChanged) for e in events))
        await until(lambda: found_rows(mail))
        (row,) = found_rows(mail)
        await link.body(row.key)
        assert reading.body(mail, row.key) == HELLO
        assert "At noon." in reading.rendered(mail, row.key).plain_text


async def test_a_move_and_a_flag_reach_the_host(filled):
    host, mail = filled
    async with EngineLink(mail.profile) as link:
        host.deliver(HELLO)
        await link.sync(headers_only=True)
        (row,) = found_rows(mail)
        triage.toggle_flagged(mail, [row.ref])
        triage.move(mail, [row.ref], Role.TRASH)
        link.push()
        trash = host.store("alice").find("Trash")
        await until(
            lambda: [
                m for m in trash.messages.values() if m.raw == HELLO and "\\Flagged" in m.flags
            ]
        )
        await link.sync(ALICE, headers_only=True)
        assert here(mail, ALICE) == on_server(host, "alice")


async def test_a_sent_mail_arrives_and_its_copy_is_in_sent_once(filled):
    host, mail = filled
    from dataclasses import replace

    async with EngineLink(mail.profile) as link:
        await link.sync(headers_only=True)
        draft = writing.new_draft(mail, ALICE, to="bob@south.example")
        draft = replace(draft, subject="From the engine", body="Sent by itself.\n")
        outgoing = writing.send(mail, draft, undo_window_s=0)
        link.send()
        await until(lambda: delivery.show(mail, outgoing).state is OutgoingState.ACCEPTED)
        await until(lambda: _subjects(host, "bob", "INBOX").count(b"From the engine") == 1)
        await until(lambda: _subjects(host, "alice", "Sent").count(b"From the engine") == 1)
        await until(lambda: found_rows(mail, 'subject:"From the engine"'))


async def test_a_mail_is_sent_after_the_screen_was_closed(filled):
    host, mail = filled
    from dataclasses import replace

    async with EngineLink(mail.profile) as link:
        await link.sync(headers_only=True)
        draft = writing.new_draft(mail, ALICE, to="bob@south.example")
        writing.send(mail, replace(draft, subject="Left behind", body="x\n"), undo_window_s=1)
        link.send()
    await until(lambda: _subjects(host, "bob", "INBOX").count(b"Left behind") == 1)


async def test_a_line_cut_in_the_middle_of_headers_is_taken_up_again(filled):
    host, mail = filled
    host.imap_fault(
        Fault(FaultKind.CUT, "UID FETCH", nth=1, after_bytes=700),
        Fault(FaultKind.CUT, "UID FETCH", nth=4, after_bytes=3_000),
    )
    async with EngineLink(mail.profile) as link:
        passes = await link.sync(headers_only=True)
    assert [one.hint for one in passes] == ["", ""]
    for name in (ALICE, BOB):
        assert here(mail, name) == on_server(host, name)


async def test_what_a_damaged_index_had_is_found_again_after_a_while(filled):
    host, mail = filled
    async with EngineLink(mail.profile) as link:
        host.deliver(HELLO)
        await link.sync(headers_only=True)
        (row,) = found_rows(mail)
        await link.body(row.key)
    assert found_rows(mail, "body:noon from:carol")
    mail.close()
    end_engine(mail.profile)
    for path in mail.profile.data_dir.glob("search.db*"):
        path.write_bytes(b"\xa5" * path.stat().st_size)
    events = []
    with opened(mail.profile) as again:
        assert "search.db was damaged" in mended_for_screen(again)[0]
        assert not found_rows(again)
        async with EngineLink(mail.profile, events.append):
            await until(lambda: found_rows(again, "body:noon from:carol"))
            await until(lambda: any(isinstance(e, Progress) and e.done == e.total for e in events))
        assert found_rows(again) == found_rows(again, "body:noon from:carol")


@pytest.mark.proof
async def test_an_engine_killed_while_it_fetches_loses_and_doubles_nothing(host_folder):
    chance = random.Random(4)
    killed = 0
    with HostThread(MailHost(host_folder, messages=MESSAGES)) as thread:
        host = RunningHost(thread)
        while killed < KILLS:
            profile = profile_on(host, host_folder / str(killed))
            killed += await _killed_until_in_step(host, profile, chance, KILLS - killed)
    print(f"{killed} kills in the sync of {MESSAGES} messages: lost 0, doubled 0")


async def _killed_until_in_step(host, profile, chance, most: int) -> int:
    """Kill the engine again and again while it fills a new profile; return how often."""
    events, kills = [], 0
    async with EngineLink(profile, events.append) as link:
        await link.ready()
        syncing = asyncio.ensure_future(link.sync(headers_only=True))
        while not syncing.done() and kills < min(3, most):  # the link repeats a wish three times
            await asyncio.sleep(chance.uniform(0.0, 0.25))
            found = events.count(EngineFound())
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(profile.lock.read_text()), signal.SIGKILL)
                kills += 1
            await until(lambda found=found: events.count(EngineFound()) > found)
        passes = await syncing
    assert [one.hint for one in passes] == ["", ""]
    with opened(profile) as mail:
        for name in (ALICE, BOB):
            assert here(mail, name) == on_server(host, name)
        for database in Database:
            assert mail.store.rows(database, "pragma quick_check") == [("ok",)]
    return kills


def _subjects(host: RunningHost, name: str, mailbox: str) -> list[bytes]:
    box = host.store(name).find(mailbox)
    return [
        line.removeprefix(b"Subject: ").strip()
        for message in list(box.messages.values())
        for line in message.raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
        if line.startswith(b"Subject: ")
    ]
