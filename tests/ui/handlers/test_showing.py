"""Which mail a key is about while another one is open."""

import pytest

from tests.ui.screens import app_over, sees, shown, until


async def opened_and_left(pilot) -> None:
    """Open the first mail, go back to the list beside it, walk three mails on."""
    await pilot.press("enter")
    await sees(pilot, "Text of alice 0.")
    await pilot.press("alt+w", "j", "j", "j")
    assert pilot.app.desk.list.cursor_row.subject.raw == "Mail bob 1"


@pytest.mark.parametrize("key", ["r", "f"])
async def test_what_is_answered_is_the_mail_under_the_cursor_of_the_list(mail, key):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_and_left(pilot)
        await pilot.press(key)
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert "Mail bob 1" in app.desk.compose_pane.draft.subject


async def test_header_fields_are_those_of_the_mail_under_the_cursor_of_the_list(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_and_left(pilot)
        await pilot.press("H")
        await sees(pilot, "Message-ID: <bob-1@east.example>")
        await pilot.press("alt+w", "j", "H")
        await sees(pilot, "Message-ID: <alice-2@east.example>")
        await pilot.press("H")
        await sees(pilot, "Text of alice 2.")
        assert "Message-ID" not in shown(app)


async def test_the_open_mail_is_answered_from_the_reader(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_and_left(pilot)
        await pilot.press("ctrl+w", "r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert "Mail alice 0" in app.desk.compose_pane.draft.subject
