"""Folded threads: each can be unfolded by itself, and none of their mails is out of reach."""

from dataclasses import replace

import pytest
from textual.events import Key

from tests.ui.screens import NEWEST, app_over, put, raw_mail, sees, shown, until
from tuimail.model.ids import AccountName
from tuimail.services import reading, triage
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
        assert subjects(app)[2:5] == ["Mail alice 3", "Re: Mail alice 3", "Re: Mail alice 3"]
        assert shown(app).count("└ ") == 2
        await pilot.press("enter")
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


async def test_removing_a_folded_thread_for_ever_asks_about_each_of_its_mails(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", ":", *"expunge", "enter")
        await sees(pilot, "Remove these 3 mails for ever? This cannot be undone.")
        await pilot.press("n")


def own_answer(mail: Mail) -> None:
    """Put one's own answer to mail alice 3 into Sent."""
    raw = answer(3, 1).replace(b"From: Carol Number 103 <carol103@east", b"From: Me <alice@north")
    put(mail, "alice", "Sent", [raw])


def sent_mails(mail: Mail) -> int:
    box = next(b for b in reading.mailboxes(mail, AccountName("alice")) if b.name.raw == "Sent")
    return box.total


async def test_ones_own_answers_stand_inside_a_thread_and_are_counted(mail):
    own_answer(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j")
        await sees(pilot, "3/65")
        assert app.desk.list.cursor_row.thread_count == 4
        await pilot.press("z", "a")
        await sees(pilot, "3/68")
        mine = next(line for line in shown(app).split("\n") if " me " in line)
        assert "└ Re: Mail alice 3" in mine
        await pilot.press("j", "j", "j", "enter")
        await sees(pilot, "Answer 3.")


async def test_what_is_done_with_a_folded_thread_leaves_sent_mail_where_it_is(mail):
    own_answer(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "d", "d")
        await sees(pilot, "3 messages moved to Trash")
        assert sent_mails(mail) == 1


@pytest.mark.parametrize("keys", ["X dd", "4dd"])
async def test_mails_chosen_as_a_thread_or_by_a_count_are_not_ones_own(mail, keys):
    own_answer(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "z", "a")
        await sees(pilot, "3/68")
        await pilot.press(*keys.replace(" ", ""))
        await sees(pilot, "3 messages moved to Trash")
        assert sent_mails(mail) == 1


async def test_threads_with_something_unread_are_unfolded_where_a_list_is_opened(mail):
    view = reading.unified_inbox(mail)
    newest = reading.view_ids(mail, view)[2]
    triage.mark_read(mail, view, [i for i in reading.view_ids(mail, view) if i != newest])
    read = [answer(7, 30).replace(b"alice-3@", b"alice-20@")]
    put(mail, "alice", "INBOX", read, first_uid=600)
    every = reading.view_ids(mail, view)
    triage.mark_read(mail, view, [i for i in every if i != newest])
    settings = replace(mail.config.settings, threads=True)
    app = app_over(replace(mail, config=replace(mail.config, settings=settings)))
    async with app.run_test(size=(120, 40)) as pilot:
        await sees(pilot, "/67")
        assert shown(app).count("└ ") == 2
        await pilot.press("g", "i")
        await sees(pilot, "1/67")
        await pilot.press("z", "M")
        await sees(pilot, "/65")
        assert "└ " not in shown(app)


async def test_one_walks_from_thread_to_thread_and_up_to_what_is_answered(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "z", "a")
        await sees(pilot, "3/67")
        await pilot.press("}")
        await sees(pilot, "6/67")
        await pilot.press("{")
        await sees(pilot, "3/67")
        await pilot.press("j", "j", "z", "p")
        await sees(pilot, "3/67")
        await pilot.press("z", "p")
        await sees(pilot, "It answers no mail that is here.")
        await pilot.press("2", "{")
        await sees(pilot, "1/67")
        await pilot.press("{")
        assert "1/67" in shown(app)


async def test_what_is_answered_is_opened_where_the_list_does_not_show_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j")
        await sees(pilot, "3/65")
        assert app.desk.list.cursor_row.subject.raw == "Re: Mail alice 3"
        await pilot.press("z", "p")
        await sees(pilot, "Text of alice 3.")


async def test_a_chain_of_a_thousand_answers_is_unfolded(mail):
    raws = [
        raw_mail("alice", 2_000 - n, subject=f"Chain {n}").replace(
            b"\r\nMessage-ID: <alice-%d@east.example>" % (2_000 - n),
            b"\r\nMessage-ID: <chain-%d@east.example>\r\nReferences: <chain-%d@east.example>"
            % (n, n - 1),
        )
        for n in range(1_000)
    ]
    put(mail, "bob", "Lists", raws, bodies=0)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        app.desk.invoke("goto.mailbox", argument="bob/Lists")
        await sees(pilot, "1/1,000")
        await pilot.press("z", "M")
        await sees(pilot, "1/1 ")
        assert app.desk.list.cursor_row.thread_count == 1_000
        await pilot.press("z", "a")
        await sees(pilot, "1/1,000")
        assert "  └ Chain 6 " in shown(app)
        assert "> Chain 30 " in shown(app)
        await pilot.press("}")
        assert "1/1,000" in shown(app)


@pytest.mark.parametrize("keys", [("%",), ("ctrl+v", "G"), ("ctrl+v", "G", "ctrl+v")])
async def test_deleting_all_of_a_list_leaves_ones_own_answers_inside_it(mail, keys):
    own_answer(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j", "z", "a")
        await sees(pilot, "3/68")
        await pilot.press("g", "g", *keys)
        await sees(pilot, "67 selected")
        await pilot.press("d", "d")
        await sees(pilot, "67 messages moved to Trash")
        assert sent_mails(mail) == 1


async def test_a_thread_found_anywhere_is_put_away_without_ones_own_answers(mail):
    own_answer(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"subject:alice", "space", *"subject:3", "enter")
        await sees(pilot, "All mail / subject:alice subject:3 · 1/4")
        await pilot.press("z", "M")
        await sees(pilot, "1/1 ")
        assert app.desk.list.cursor_row.thread_count == 4
        newest = app.desk.list.cursor_row.row_id
        await pilot.press("d", "d")
        await sees(pilot, "3 messages moved to Trash")
        assert (len(app.desk.list.model), sent_mails(mail)) == (0, 1)
        await pilot.press("u")
        await until(pilot, lambda: len(app.desk.list.model) == 1)
        assert app.desk.list.cursor_row.row_id == newest


async def test_keys_typed_while_a_thread_is_unfolded_are_meant_for_its_mails(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "j", "j")
        await sees(pilot, "3/65")
        app.desk.invoke("thread.collapse")
        assert app.dispatcher.takes(Key("j", "j"))
        await sees(pilot, "4/67")
        assert app.desk.list.cursor_row.subject.raw == "Re: Mail alice 3"


async def test_a_deed_in_a_filter_of_folded_threads_leaves_the_cursor_on_its_mail(mail):
    view = reading.unified_inbox(mail)
    rows = {r.message_id.raw: r for r in reading.rows(mail, view, reading.view_ids(mail, view))}
    older, newest = (rows[f"alice-{n}@east.example"] for n in (101, 102))
    triage.mark_opened(mail, newest.ref)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z", "M", "backslash", *"is:unread", "enter")
        await until(pilot, lambda: app.desk.session.view.query is not None)
        app.desk.list.move_to(app.desk.list.model.ids.index(older.row_id))
        await pilot.press("s")
        await sees(pilot, "1 message flagged")
        await until(pilot, lambda: not app.handlers.views._is_reading)
        await app.desk.jobs.settled()
        assert app.desk.list.cursor_row.row_id == older.row_id
