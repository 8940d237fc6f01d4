"""Beginning a mail as another one, and sending one on."""

from tests.ui.screens import Link, app_over, put, sees, until
from tuimail.services import delivery


async def test_a_mail_is_edited_as_a_new_one(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("E")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        draft = app.desk.compose_pane.draft
        assert (draft.to, draft.subject) == ("alice@north.example", "Mail alice 0")
        assert "Text of alice 0." in draft.body


async def test_a_mail_is_sent_on_after_a_yes(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("B", *"dan@west.example", "enter")
        await sees(pilot, "Send “Mail alice 0” on to dan@west.example as it is?")
        await pilot.press("n")
        await until(pilot, lambda: not app.desk.overlays.is_open)
        assert not delivery.outbox(mail)
        await pilot.press("B", *"dan@west.example", "enter", "y")
        await sees(pilot, "On its way to dan@west.example.")
        (row,) = delivery.outbox(mail)
        assert row.subject.raw == "Mail alice 0"
        assert "send" in Link.wishes


async def test_an_answer_quotes_the_form_that_was_shown(mail):
    raw = (
        b"From: Eve <eve@east.example>\r\nSubject: two forms\r\nMessage-ID: <two@east.example>\r\n"
        b"Date: Mon, 25 Jan 2027 00:00:00 +0000\r\n"
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nI will pay you 1000 euro\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>lunch at noon?</p>\r\n--b--\r\n"
    )
    put(mail, "alice", "INBOX", [raw], first_uid=500)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "two forms")
        await pilot.press("g", "g", "enter")
        await sees(pilot, "1000 euro")
        await pilot.press("T")
        await sees(pilot, "lunch at noon?")
        for key in ("r", "f"):
            await pilot.press(key)
            await until(pilot, lambda: app.desk.compose_pane is not None)
            body = app.desk.compose_pane.draft.body
            assert "lunch at noon?" in body
            assert "1000 euro" not in body
            await pilot.press("escape", "q")
            await until(pilot, lambda: app.desk.compose_pane is None)
