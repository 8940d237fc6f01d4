"""Leaving a list: where each way leads is shown, and nothing goes by itself."""

import pytest

from tests.ui.screens import Link, app_over, put, raw_mail, sees, shown, until
from tuimail.services import delivery

FIELD = (
    b"List-Unsubscribe: <https://list.example/out?u=1>, <mailto:leave@list.example?subject=go>\r\n"
)


@pytest.fixture
def listed(mail, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    put(mail, "alice", "INBOX", [FIELD + raw_mail("alice", -1)], first_uid=900)
    return mail


async def asked(pilot) -> None:
    await pilot.press("g", "U")
    await sees(pilot, "Leave the list by")


async def test_the_ways_are_shown_with_whom_they_tell(listed):
    app = app_over(listed)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        assert "a page at list.example" in shown(app)
        assert "a mail to leave@list.example, which you send" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: not app.desk.overlays.is_open)
        assert list(delivery.outbox(listed)) == []


async def test_a_mail_is_opened_to_be_read_and_sent_by_the_person(listed):
    app = app_over(listed)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        fields = app.desk.compose_pane.fields
        await until(pilot, lambda: fields["subject"].value == "go")
        assert "leave@list.example" in fields["to"].value
        assert list(delivery.outbox(listed)) == []


async def test_without_a_browser_the_address_is_said(listed):
    app = app_over(listed)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        await pilot.press("enter")
        await sees(pilot, "There is no browser here. https://list.example/out?u=1")


async def test_a_mail_of_no_list_says_so(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "U")
        await sees(pilot, "This mail names no way to leave its list.")
        assert "body" not in Link.wishes
