"""Folded threads: each can be unfolded by itself, and none of their mails is out of reach."""

import pytest

from tests.ui.screens import NEWEST, app_over, put, raw_mail, sees, shown, until
from tuimail.services.mail import Mail


def answer(n: int, hours: int) -> bytes:
    """Return an answer to mail alice 3."""
    import email.utils

    raw = raw_mail("alice", 100 + n, subject="Re: Mail alice 3", body=f"Answer {n}.\r\n")
    head, _, body = raw.partition(b"Date: ")
    date = email.utils.formatdate(NEWEST - 3600 * hours).encode()
    thread = b"References: <alice-3@east.example>\r\nDate: "
    return head + thread + date + body[body.index(b"\r\n") :]


@pytest.fixture
def mail(mail: Mail) -> Mail:
    """The inbox with a thread of three whose newest mail stands third, whose oldest is 3."""
    put(mail, "alice", "INBOX", [answer(1, 5), answer(2, 2)], first_uid=500)
    return mail


def subjects(app) -> list[str]:
    return [r.subject.raw for r in app.desk.list.visible_rows()]


async def test_a_folded_thread_opens_its_oldest_unread_mail_and_then_the_next(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j")
        await sees(pilot, "3/65")
        assert app.desk.list.cursor_row.thread_count == 3
        await pilot.press("enter")
        await sees(pilot, "Text of alice 3.")
        await pilot.press("J")
        await sees(pilot, "Answer 1.")
        await pilot.press("tab")
        await sees(pilot, "Answer 2.")
        await until(pilot, lambda: app.desk.list.cursor_row.thread_unread == 0)
        await pilot.press("J")
        await sees(pilot, "Text of bob 1.")
        await pilot.press("K")
        await sees(pilot, "Answer 2.")


async def test_one_thread_is_unfolded_and_folded_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "z", "a")
        await sees(pilot, "3/67")
        assert subjects(app)[2:5] == ["Re: Mail alice 3", "Re: Mail alice 3", "Mail alice 3"]
        assert shown(app).count("└ ") == 2
        await pilot.press("j", "j", "enter")
        await sees(pilot, "Text of alice 3.")
        await pilot.press("z", "a")
        await sees(pilot, "3/65")
        assert app.desk.list.cursor_row.thread_count == 3


async def test_one_thread_of_a_flat_list_is_folded(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j", "z", "a")
        await sees(pilot, "3/65")
        assert "Mail alice 3" not in subjects(app)
        await pilot.press("z", "R")
        await sees(pilot, "3/67")


async def test_folding_in_the_reader_opens_no_answer(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("z", "M")
        await sees(pilot, "/65")
        assert app.desk.compose_pane is None


async def test_what_is_deleted_in_the_reader_is_the_open_mail_of_a_thread(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "enter")
        await sees(pilot, "Text of alice 3.")
        await pilot.press("d", "d")
        await sees(pilot, "Answer 1.")
        await sees(pilot, "1 message moved to Trash")
        await until(pilot, lambda: app.desk.list.cursor_row.thread_count == 2)
        assert "/65" in shown(app)


async def test_what_is_deleted_in_the_list_is_the_whole_thread(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "d", "d")
        await sees(pilot, "3 messages moved to Trash")
        assert "/64" in shown(app)
