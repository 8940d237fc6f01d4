"""Opening mail: the next unread one, wherever it is."""

import asyncio
import signal
import sys
from dataclasses import replace

import pytest

from tests.ui.screens import Link, app_over, fill, line, put, raw_mail, sees, shown, until
from tuimail import __version__
from tuimail.events import AccountChanged, BodyArrived, Connection
from tuimail.mime.apart.asked import message
from tuimail.mime.apart.process import Apart
from tuimail.model.flags import Flag
from tuimail.model.part import Searchable
from tuimail.services import reading, triage
from tuimail.store.bodies import put_body
from tuimail.ui.render.panes import Part


def subject(app) -> str:
    return app.desk.list.cursor_row.subject.raw


async def test_the_next_unread_mail_is_found_among_many_that_are_read(profile, monkeypatch):
    mail = fill(profile, messages=3_000)
    view = reading.unified_inbox(mail)
    ids = reading.view_ids(mail, view)
    old = ids[2_500]
    del ids[2_500]
    triage.mark_read(mail, view, ids)
    fetched = []
    rows = reading.rows
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        monkeypatch.setattr(reading, "rows", lambda *a: fetched.extend(a[2]) or rows(*a))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: app.desk.reader.row is not None)
        assert app.desk.reader.row.row_id == old
        assert len(fetched) < 400
    mail.close()


async def test_the_next_unread_mail_is_searched_from_the_top_after_the_end(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "tab")
        await until(pilot, lambda: subject(app) == "Mail alice 0")


async def test_a_mail_just_opened_is_not_the_next_unread_one(mail):
    view = reading.unified_inbox(mail)
    triage.mark_read(mail, view, reading.view_ids(mail, view)[1:])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("tab")
        await sees(pilot, "Everything here has been read.")


async def test_marking_all_read_leaves_alone_what_was_not_shown(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        put(mail, "alice", "INBOX", [raw_mail("alice", -3, subject="Brand new")], first_uid=500)
        await pilot.press("g", "A")
        await sees(pilot, "65 messages marked as read")
        await until(pilot, lambda: len(app.desk.list.model) == 66)
        rows = reading.rows(mail, app.desk.session.view, app.desk.list.model.ids)
        assert [r.subject.raw for r in rows if Flag.SEEN not in r.flags] == ["Brand new"]
        assert " 1 unread" in shown(app)


async def test_the_reader_says_how_far_one_has_read(mail):
    long = "".join(f"Line {n}.\r\n" for n in range(100))
    put(mail, "alice", "INBOX", [raw_mail("alice", -3, subject="Long", body=long)], first_uid=500)
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Line 3.")
        assert " · 17 % " in line(app, Part.STATUS)
        await pilot.press("G")
        assert " · end " in line(app, Part.STATUS)
        await pilot.press("q")
        assert " · end " not in line(app, Part.STATUS)


async def open_one_that_is_not_here(pilot) -> None:
    """Open a mail of alice whose body is not here, while nothing can be reached."""
    await until(pilot, lambda: Link.current is not None)
    Link.failure = "mail.north.example cannot be reached."
    await pilot.press("G", "enter")
    await sees(pilot, "mail.north.example cannot be reached.")
    assert "left open" in shown(pilot.app)


async def test_a_mail_that_could_not_be_fetched_comes_when_its_account_is_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_one_that_is_not_here(pilot)
        asked = Link.wishes.count("body")
        Link.failure = ""
        Link.current.tell(AccountChanged("bob", Connection.IN_STEP, "", 1))
        Link.current.tell(AccountChanged("alice", Connection.CONNECTING, "", 1))
        await pilot.pause(0.4)
        assert Link.wishes.count("body") == asked
        Link.current.tell(AccountChanged("alice", Connection.SYNCING, "", 1))
        await sees(pilot, "The text is being fetched")
        assert Link.wishes.count("body") == asked + 1
        row = app.desk.reader.row
        raw = raw_mail("alice", 59, body="Here at last.\r\n")
        put_body(mail.store, row.key, raw, Searchable("", "", "", has_attachments=False))
        Link.current.tell(BodyArrived(row.key))
        await sees(pilot, "Here at last.")


async def test_a_mail_that_was_closed_meanwhile_is_not_asked_for_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_one_that_is_not_here(pilot)
        asked = Link.wishes.count("body")
        await pilot.press("q")
        Link.current.tell(AccountChanged("alice", Connection.IN_STEP, "", 1))
        await pilot.pause(0.4)
        assert Link.wishes.count("body") == asked


async def test_a_mail_that_was_left_before_its_text_came_stays_closed_and_unread(mail, monkeypatch):
    arrived = asyncio.Event()

    async def body(*_):
        Link.wishes.append("body")
        await arrived.wait()

    monkeypatch.setattr(Link, "body", body)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "enter")
        await sees(pilot, "The text is being fetched")
        row = app.desk.reader.row
        await pilot.press("q")
        assert app.desk.reader.row is None
        raw = raw_mail("alice", 59)
        put_body(mail.store, row.key, raw, Searchable("", "", "", has_attachments=False))
        arrived.set()
        await until(pilot, lambda: all(w.group != "reader" for w in app.workers))
        await app.desk.jobs.settled()
        assert app.desk.reader.row is None
        assert app.desk.list.cursor_row.is_unread


LONG = raw_mail("alice", -4, subject="A long one", body="A line of it.\r\n" * 9_000)
HANGS = "import socket, time; line = socket.socket(fileno=0); line.sendall({!r}); time.sleep(600)"


@pytest.fixture
def hanging(mail):
    """The profile, read by a process that greets and then never answers."""
    command = (sys.executable, "-S", "-c", HANGS.format(message(__version__)))
    slow = replace(mail, reading=Apart(command, patience_s=600))
    put(slow, "alice", "INBOX", [LONG], first_uid=500)
    yield slow
    slow.reading.end()


async def test_a_mail_that_is_read_for_long_says_so_until_it_is_left(hanging):
    app = app_over(hanging)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "The mail is being read …")
        running = hanging.reading._worker._process
        await pilot.press("J")
        await sees(pilot, "Text of alice 0.")
        await until(pilot, lambda: running.returncode is not None)


async def test_a_mail_whose_reading_is_ended_is_shown_as_it_is(hanging):
    app = app_over(hanging)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "The mail is being read …")
        hanging.reading._worker._process.send_signal(signal.SIGPROF)  # its time is over
        await sees(pilot, "Reading this mail would take more")
        await sees(pilot, "Subject: A long one")


async def test_a_long_mail_is_shown_from_its_beginning_to_its_end(mail):
    put(mail, "alice", "INBOX", [LONG], first_uid=500)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        reader, beginnings = app.desk.reader, []
        complete = reader.complete

        def noted(whole):
            beginnings.append(reader.mail)
            complete(whole)

        reader.complete = noted
        await pilot.press("enter")
        await until(pilot, lambda: reader.mail is not None and len(reader.mail.lines) == 9_000)
        (beginning,) = beginnings
        assert 0 < len(beginning.lines) < 9_000
        await pilot.press("G")
        await sees(pilot, "end")


HOSTS = "\r\n".join(f"Host https://h{n}.example/ here." for n in range(90))


@pytest.fixture
def linked(mail):
    """The newest mail is from a list whose page of hosts is longer than the screen."""
    put(
        mail, "alice", "INBOX", [raw_mail("alice", -1, subject="Linked", body=HOSTS)], first_uid=900
    )
    return mail


async def on_its_page(pilot, *, from_reader: bool) -> None:
    await sees(pilot, "Linked")
    if from_reader:
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.desk.reader.mail is not None)
    await pilot.press("g", "w")
    await until(pilot, lambda: pilot.app.desk.reader.has_page)


@pytest.mark.parametrize("from_reader", [True, False])
async def test_a_page_is_read_on_by_the_key_that_reads_mail_on(linked, from_reader):
    app = app_over(linked)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_its_page(pilot, from_reader=from_reader)
        for _ in range(9):
            await pilot.press("space")
        assert app.desk.reader.has_page
        assert app.desk.mail_at_hand().subject.raw == "Linked"
        assert app.desk.list.model.cursor == 0


@pytest.mark.parametrize("key", ["J", "tab", "}"])
async def test_from_a_page_about_a_mail_one_goes_on_to_the_next_mail(linked, key):
    app = app_over(linked)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_its_page(pilot, from_reader=True)
        await pilot.press(key)
        await until(pilot, lambda: app.desk.reader.mail is not None)
        assert subject(app) == "Mail alice 0"


async def test_a_page_asked_for_from_the_list_is_about_its_mail_and_leads_back_to_the_list(linked):
    app = app_over(linked)
    async with app.run_test(size=(120, 40)) as pilot:
        await on_its_page(pilot, from_reader=False)
        await pilot.press("j", "j", "ctrl+w")
        assert app.desk.mail_at_hand().subject.raw == "Linked"
        await pilot.press("q")
        await until(pilot, lambda: not app.desk.reader.has_page)
        assert app.desk.reader.row is None
        assert app.desk.active is Part.LIST


async def test_a_mail_put_away_while_its_page_lies_beside_the_list_opens_no_other(linked):
    app = app_over(linked)
    async with app.run_test(size=(120, 40)) as pilot:
        await on_its_page(pilot, from_reader=False)
        await pilot.press("e")
        await until(pilot, lambda: not app.desk.reader.has_page)
        await sees(pilot, "moved to Archive")
        assert app.desk.reader.row is None


async def test_one_page_after_another_leads_back_to_the_mail(linked):
    app = app_over(linked)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_its_page(pilot, from_reader=True)
        await pilot.press("g", "W")
        await sees(pilot, "carol")
        assert app.desk.mail_at_hand().subject.raw == "Linked"
        await pilot.press("g", "h")
        await sees(pilot, "nothing of its path")
        await pilot.press("q")
        await until(pilot, lambda: app.desk.reader.mail is not None)
        assert subject(app) == "Linked"


@pytest.mark.parametrize("keys", ["H", "gr", "gw", "gW", "gwH"])
async def test_what_stood_in_the_place_of_a_mail_leads_back_to_where_one_was(linked, keys):
    app = app_over(linked)
    async with app.run_test(size=(80, 24)) as pilot:
        await sees(pilot, "Linked")
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.reader.mail is not None)
        await pilot.press("ctrl+f", "ctrl+f")
        place = app.desk.reader.on_top
        assert place.line > 20
        await pilot.press(*keys)
        await until(pilot, lambda: app.desk.reader.shows or app.desk.reader.has_page)
        await pilot.press("ctrl+f", "q")
        await until(pilot, lambda: app.desk.reader.on_top == place)
        assert not app.desk.reader.shows
        assert not app.desk.reader.has_page
