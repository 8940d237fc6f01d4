"""The seconds after sending: the newest thing done is what is taken back."""

import asyncio
from dataclasses import replace

from tests.ui.screens import app_over, line, sees, shown, until
from tuimail.model.outgoing import OutgoingState
from tuimail.services import delivery, writing
from tuimail.ui.render.panes import Part


async def sent(pilot) -> None:
    desk = pilot.app.desk
    await pilot.press("c")
    await until(pilot, lambda: desk.compose_pane is not None)
    await pilot.press(*"dan@west.example", "tab", "tab", "tab", *"Hello", "tab", *"Text.")
    await pilot.press("escape", "y")
    await sees(pilot, "u takes back")


async def test_what_was_done_after_sending_is_taken_back_before_the_mail(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sent(pilot)
        await pilot.press("d", "d", "u")
        await sees(pilot, "Undone: 1 message moved to Trash")
        assert app.desk.compose_pane is None
        await sees(pilot, "u takes back")
        await pilot.press("u")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert [row.state for row in delivery.outbox(mail)] == [OutgoingState.CANCELLED]
        await pilot.press("escape", "p", "g", "o")
        await sees(pilot, "Nothing is on its way.")


async def test_a_mail_sent_before_the_screen_was_opened_is_still_taken_back(mail):
    draft = writing.new_draft(mail, to="dan@west.example")
    writing.send(mail, replace(draft, subject="Hello", body="Text."), undo_window_s=600)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "u takes back")
        assert "sends in 5" in line(app, Part.STATUS) or "sends in 6" in line(app, Part.STATUS)
        await pilot.press("u")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert [row.state for row in delivery.outbox(mail)] == [OutgoingState.CANCELLED]


async def test_only_one_notice_offers_to_take_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d", "d")
        await sees(pilot, "u takes it back")
        await sent(pilot)
        assert "u takes it back" not in shown(app)
        await pilot.press("d", "d")
        await sees(pilot, "u takes it back")
        await until(pilot, lambda: "takes back" not in line(app, Part.STATUS))
        assert "sends in" in line(app, Part.STATUS)


async def test_the_story_of_a_mail_offers_what_its_outbox_does(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await sent(pilot)
        await pilot.press("g", "o")
        await sees(pilot, "dan@west.example")
        await pilot.press("enter")
        await sees(pilot, "Written down to be sent.")
        assert "x cancel" in line(app, Part.HINT)
        assert "reply" not in line(app, Part.HINT)
        await pilot.press("e")
        await until(pilot, lambda: app.desk.compose_pane is not None)


async def test_a_mail_that_went_while_it_was_to_be_taken_back_costs_nothing_else(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d", "d")
        await sees(pilot, "u takes it back")
        await sent(pilot)
        await until(pilot, lambda: app.desk.active is Part.LIST)
        busy = asyncio.Event()
        app.desk.do(busy.wait)
        await pilot.press("u")
        (row,) = delivery.outbox(mail)
        app.handlers.undo_window.take_state(row.id, OutgoingState.SENDING)
        busy.set()
        await sees(pilot, "It is on its way already.")
        assert not any("Undone" in sentence for _, sentence in app.desk.session.said)
