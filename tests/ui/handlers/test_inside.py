"""A mail inside of a mail is opened, answered and left like any other."""

import pytest

from tests.ui.screens import app_over, pastes, put, sees, shown, until
from tuimail.model.flags import Flag
from tuimail.services import reading

INNER = b"""From: "Dave" <dave@west.example>\r
Reply-To: eve@elsewhere.example\r
To: carol@east.example\r
Subject: The inner one\r
Disposition-Notification-To: dave@west.example\r
Message-ID: <inner@west.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=i\r
\r
--i\r
\r
Words inside, see https://inner.example/.\r
--i\r
Content-Disposition: attachment; filename=inner.txt\r
\r
deep\r
--i\r
Content-Type: message/rfc822\r
\r
From: fay@far.example\r
Subject: The innermost\r
\r
Deepest words.\r
--i--\r
"""
OUTER = (
    b"""From: Carol <carol@east.example>\r
To: alice@north.example\r
Subject: Look at this\r
Date: Thu, 19 Nov 2026 11:00:00 +0000\r
Message-ID: <outer@east.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=o\r
\r
--o\r
\r
Look.\r
--o\r
Content-Type: message/rfc822\r
\r
"""
    + INNER
    + b"--o--\r\n"
)


@pytest.fixture
def outer(mail):
    put(mail, "alice", "INBOX", [OUTER], first_uid=900)
    return mail


async def opens(pilot) -> None:
    await sees(pilot, "Look at this")
    pilot.app.desk.invoke("message.open")
    await sees(pilot, "Look.")
    pilot.app.desk.invoke("inside")
    await until(pilot, lambda: pilot.app.desk.reader.row.subject.raw == "The inner one")
    await until(pilot, lambda: pilot.app.desk.reader.mail is not None)


async def test_it_has_its_own_head_warnings_links_and_files(outer):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await sees(pilot, "dave@west.example")
        assert "eve@elsewhere.example" in shown(app)
        assert "inner.txt" in shown(app)
        await pilot.press("g", "l")
        await sees(pilot, "inner.example")
        await pilot.press("escape", "H")
        await sees(pilot, "Message-ID: <inner@west.example>")
        await pilot.press("q")
        await until(pilot, lambda: "Message-ID: <inner" not in shown(app))
        await pilot.press("q")
        await until(pilot, lambda: app.desk.reader.row.subject.raw == "Look at this")


async def test_its_files_are_saved(outer, tmp_path):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("S")
        await sees(pilot, "Save what?")
        await pilot.press(*"inner.txt", "enter")
        await sees(pilot, "Save into")
        await pilot.press("ctrl+u")
        await pastes(pilot, str(tmp_path))
        await pilot.press("enter")
        await sees(pilot, "Saved inner.txt")
        assert (tmp_path / "inner.txt").read_bytes() == b"deep"


async def test_an_answer_goes_to_whom_it_names_and_quotes_it(outer):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        draft = app.desk.compose_pane.draft
        assert draft.subject == "Re: The inner one"
        assert "> Words inside" in draft.body
        assert "Look." not in draft.body
        assert draft.in_reply_to == "inner@west.example"
        assert draft.original is None, "the mail around it was not answered"


async def test_a_mail_in_the_mail_inside_is_opened_and_left_one_by_one(outer):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        app.desk.invoke("inside")
        await until(pilot, lambda: app.desk.reader.row.subject.raw == "The innermost")
        for subject in ("The inner one", "Look at this"):
            await until(pilot, lambda: app.desk.reader.mail is not None)
            await pilot.press("q")
            await until(pilot, lambda s=subject: app.desk.reader.row.subject.raw == s)


async def test_what_is_done_with_it_is_done_with_the_mail_around_it(outer):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        around = app.desk.list.cursor_row
        await pilot.press("s")
        await until(
            pilot,
            lambda: (
                Flag.FLAGGED in reading.rows(outer, app.desk.session.view, [around.row_id])[0].flags
            ),
        )
        app.desk.invoke("receipt")
        await sees(pilot, "This mail asks for no receipt")


async def test_its_tab_is_gone_once_it_is_left_for_the_mail_around_it(outer):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("g", "T")
        assert [tab.name for tab in app.desk.tabs.opened] == ["The inner one"]
        await pilot.press("g", "q")
        await until(pilot, lambda: app.desk.reader.row.subject.raw == "Look at this")
        assert not app.desk.tabs.opened


async def test_a_page_about_it_is_left_for_it_and_its_tab_stays(outer):
    app = app_over(outer)
    async with app.run_test(size=(120, 40)) as pilot:
        await opens(pilot)
        await pilot.press("g", "T", "g", "w")
        await until(pilot, lambda: app.desk.reader.has_page)
        await pilot.press("q")
        await until(pilot, lambda: app.desk.reader.row is not None)
        assert app.desk.reader.row.subject.raw == "The inner one"
        assert [tab.name for tab in app.desk.tabs.opened] == ["The inner one"]


async def test_a_mail_with_none_inside_says_so(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        app.desk.invoke("inside")
        await sees(pilot, "There is no mail inside of this one.")
