"""What is done about a mail that failed: in the outbox, among sent mail, in its story."""

from dataclasses import replace

import pytest

from tests.ui.screens import app_over, line, sees, until
from tests.ui.sent import NOBODY, WORDS, becomes, sent_mail
from tuimail.model.outgoing import OutgoingState
from tuimail.services import delivery, reminders, writing
from tuimail.ui.render.panes import Part

REFUSED = {"code": 550, "enhanced_code": "5.1.1", "reply": "User unknown", "explanation": WORDS}


@pytest.fixture
def refused(mail):
    outgoing = sent_mail(mail)
    becomes(mail, outgoing, NOBODY, OutgoingState.REFUSED, **REFUSED)
    return outgoing


def of(mail, state):
    return [row for row in delivery.outbox(mail) if row.state is state]


async def in_story(pilot) -> None:
    await pilot.press("g", "o")
    await sees(pilot, NOBODY)
    await pilot.press("enter")
    await sees(pilot, "What can be done")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_corrected_address_gets_a_mail_of_its_own(mail, refused, size):
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        await in_story(pilot)
        await pilot.press("a")
        await sees(pilot, f"Instead of {NOBODY}, send to")
        await pilot.press("ctrl+u", *"dan@west.example", "enter")
        await sees(pilot, "Sent again, to dan@west.example alone.")
        (new,) = of(mail, OutgoingState.QUEUED)
        assert [one.address for one in new.recipients] == ["dan@west.example"]
        assert delivery.show(mail, refused).recipients[0].replaced_by == new.id
        await sees(pilot, "sent to another address instead")


async def test_who_may_have_been_meant_is_offered_first(mail, refused):
    writing.send(mail, replace(writing.new_draft(mail, to="nobudy@south.example"), subject="x"))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t")
        await sees(pilot, "! refused")
        await pilot.press("D", "a")
        await sees(pilot, "send to: nobudy@south.example")
        await pilot.press("escape")
        assert not delivery.show(mail, refused).recipients[0].replaced_by


async def test_what_is_no_address_is_refused_and_nothing_is_sent(mail, refused):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await in_story(pilot)
        await pilot.press("a", "ctrl+u", *"no address", "enter")
        await sees(pilot, "no address")
        assert not of(mail, OutgoingState.QUEUED)


async def test_what_a_person_knows_of_is_pointed_at_no_more(mail, refused):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await in_story(pilot)
        assert "d known" in line(app, Part.HINT)
        await pilot.press("d")
        await sees(pilot, "you know of it")
        assert "d known" not in line(app, Part.HINT)
        assert not delivery.show(mail, refused).needs_attention


async def test_a_mail_that_may_have_arrived_needs_a_yes_for_all_that_sends_it_again(mail):
    outgoing = sent_mail(mail)
    becomes(mail, outgoing, NOBODY, OutgoingState.UNCERTAIN)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await in_story(pilot)
        for key in ("r", "e"):
            await pilot.press(key)
            await sees(pilot, "The server may have this mail already.")
            await pilot.press("n")
            await until(pilot, lambda: not app.desk.overlays.is_open)
        assert delivery.show(mail, outgoing).state is OutgoingState.UNCERTAIN
        await pilot.press("y", "y")
        await sees(pilot, "Noted that it arrived.")
        assert delivery.show(mail, outgoing).state is OutgoingState.ACCEPTED


async def test_a_mail_that_failed_is_written_anew(mail, refused):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await in_story(pilot)
        await pilot.press("e")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.to == NOBODY


async def test_a_mail_that_was_too_large_is_written_anew_and_told_what_is_large(mail):
    outgoing = sent_mail(mail)
    large = {**REFUSED, "enhanced_code": "5.3.4", "explanation": "mx refused: it is too large."}
    becomes(mail, outgoing, NOBODY, OutgoingState.REFUSED, **large)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await in_story(pilot)
        await pilot.press("s")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await sees(pilot, "on the way.")


async def test_a_reminder_is_wished_for_and_given_up_at_a_sent_mail(mail):
    outgoing = sent_mail(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t")
        await sees(pilot, "→ accepted")
        await pilot.press("D", "b", "ctrl+u", *"2w", "enter")
        await sees(pilot, "You are told on")
        assert reminders.reminder_of(mail, outgoing) is not None
        await pilot.press("g", "h")
        await sees(pilot, "waited for until")
        await pilot.press("b", "ctrl+u", *"0d", "enter")
        await sees(pilot, "No answer is waited for.")
