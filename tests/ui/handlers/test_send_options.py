"""How a mail is sent: later, with a report, with a reminder; and what speaks against it."""

import time

import pytest

from tests.ui.screens import Link, app_over, line, pastes, sees, shown, until
from tests.ui.sent import NOBODY, bounces, sent_mail
from tuimail.events import ReminderDue
from tuimail.model.ids import AccountName
from tuimail.model.outgoing import OutgoingState
from tuimail.services import delivery, reminders, writing
from tuimail.store.database import Database
from tuimail.store.reminders import put_reminder, take_due
from tuimail.ui.render.panes import Part


async def begin(pilot, to="dan@west.example") -> None:
    await pilot.press("c")
    await until(pilot, lambda: pilot.app.desk.compose_pane is not None)
    await pilot.press(*to, "tab", "tab", "tab", *"Hello", "tab", *"Text.", "escape")
    await until(pilot, lambda: pilot.app.desk.is_reviewing)


async def choose(pilot, words: str, *keys: str) -> None:
    await pilot.press("o")
    await sees(pilot, "How is it to be sent?")
    await pilot.press(*words, "enter", *keys)
    await until(pilot, lambda: not pilot.app.desk.overlays.is_open)


async def test_a_mail_that_is_to_go_later_waits_for_its_time(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await choose(pilot, "later", *"3d", "enter")
        await sees(pilot, "Options goes ")
        await pilot.press("y")
        await sees(pilot, "It is to go ")
        (row,) = delivery.outbox(mail)
        assert row.send_at > time.time() + 2 * 86_400
        await pilot.press("g", "o")
        await sees(pilot, "to go ")


async def test_wishes_for_a_mail_go_with_it_and_stay_with_its_draft(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await choose(pilot, "delivered")
        await choose(pilot, "remind", *"2w", "enter")
        await choose(pilot, "give", *"2", "enter")
        await sees(pilot, "tells when it was delivered · reminds after 14 days · gives up after 2")
        await pilot.press("p")
        await until(pilot, lambda: app.desk.compose_pane is None)
        (kept,) = writing.drafts(mail)
        assert (kept.options.wants_success, kept.remind_days) == (True, 14)
        await pilot.press("g", "d", "enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("escape", "y")
        await until(pilot, lambda: bool(delivery.outbox(mail)))
        await until(pilot, lambda: app.desk.compose_pane is None)
        (row,) = delivery.outbox(mail)
        assert (row.wants_success, row.give_up_s) == (True, 2 * 86_400)
        await until(pilot, lambda: reminders.reminder_of(mail, row.id) is not None)


async def test_what_is_no_time_is_said_and_changes_nothing(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await choose(pilot, "later", *"soon", "enter")
        await sees(pilot, "is no time")
        assert app.desk.compose_pane.draft.options.at is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_an_address_mail_came_back_from_is_told_while_it_is_typed(mail, size):
    outgoing = sent_mail(mail)
    bounces(mail, outgoing)
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press(*NOBODY)
        await sees(pilot, f"! {NOBODY}: mail came back on")
        await pilot.press("backspace")
        await until(pilot, lambda: "mail came back on" not in shown(app))
        await pilot.press("tab", *f"dan@west.example, {NOBODY}")
        await sees(pilot, "mail came back on")


async def test_a_mail_sent_before_the_screen_was_opened_can_be_taken_back(mail):
    draft = writing.new_draft(mail, to="dan@west.example")
    writing.send(mail, draft, undo_window_s=300)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "u takes back")
        assert "sends in " in line(app, Part.STATUS)
        await pilot.press("u")
        await sees(pilot, "Taken back; nothing was sent.")
        (row,) = delivery.outbox(mail)
        assert row.state is OutgoingState.CANCELLED


async def test_a_mail_nobody_answered_is_brought_up_once_and_at_the_next_start(mail):
    outgoing = sent_mail(mail)
    put_reminder(mail.store, outgoing, 1)
    take_due(mail.store, AccountName("alice"), int(time.time()))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, f"No answer yet: Offer to {NOBODY}")
        await pilot.press("escape", "g", "o")
        await sees(pilot, "no answer yet")
        await pilot.press("escape")
        Link.current.tell(ReminderDue(outgoing))
        await sees(pilot, "gh shows it")
        await pilot.press("g", "h")
        await sees(pilot, "Answer    none by")


async def test_more_than_the_account_s_server_takes_is_told_while_it_is_written(mail, tmp_path):
    outgoing = sent_mail(mail)
    with mail.store.writing(Database.LOCAL) as writing_:
        writing_.run(
            "insert into line(submission, attempt, time, host, greeting, tls, reports_delivery,"
            " max_size) select id, 1, 1, 'mx', 'mx', '', 1, 1000000 from submission"
            " where outgoing = ?",
            (outgoing,),
        )
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"x" * 900_000)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await pilot.press("a")
        await until(pilot, lambda: app.desk.overlays.is_open)
        await pastes(pilot, str(file))
        await pilot.press("enter")
        await sees(pilot, "! The attachments have 1.2 MB on the way; your server takes 1.0 MB.")
        await pilot.press("d", "enter")
        await until(pilot, lambda: "your server takes" not in shown(app))
