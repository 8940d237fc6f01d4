"""A search stays as it was begun: what was read in it does not slip away under the cursor."""

import pytest

from tests.ui.screens import Link, app_over, line, put, raw_mail, sees, shown, until
from tuimail.events import MessagesChanged
from tuimail.ui.render.panes import Part


def subject(app) -> str:
    return app.desk.list.cursor_row.subject.raw


async def filtered(pilot, key: str, query: str, count: int) -> None:
    await pilot.press(key, *query, "enter")
    await until(pilot, lambda: pilot.app.desk.session.view.query is not None)
    await until(pilot, lambda: f"/{count} " in shown(pilot.app))


@pytest.mark.parametrize(("key", "query"), [("\\", "is:unread"), ("/", "is:unread in:inbox")])
async def test_a_mail_opened_among_the_unread_stays_and_none_is_skipped(mail, key, query):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, key, query, 65)
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await until(pilot, lambda: "64 unread" in shown(app))
        await until(pilot, lambda: not app.desk.list.cursor_row.is_unread)
        await pilot.press("J")
        await sees(pilot, "Text of bob 0.")
        await until(pilot, lambda: "63 unread" in shown(app))
        await pilot.press("tab")
        await sees(pilot, "Text of alice 1.")
        assert len(app.desk.list.model) == 65


async def test_new_mail_that_matches_comes_into_a_search(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, "\\", "is:unread", 65)
        await pilot.press("enter")
        await until(pilot, lambda: "64 unread" in shown(app))
        put(mail, "alice", "INBOX", [raw_mail("alice", -3, subject="Brand new")], first_uid=500)
        Link.current.tell(MessagesChanged("alice", 1))
        await sees(pilot, "Brand new")
        assert len(app.desk.list.model) == 66


@pytest.mark.parametrize(("key", "query"), [("\\", "is:unread"), ("/", "is:unread")])
async def test_what_is_put_away_leaves_a_search_and_comes_back_when_undone(mail, key, query):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, key, query, 65)
        await pilot.press("enter")
        await until(pilot, lambda: "64 unread" in shown(app))
        await pilot.press("q", "d", "d")
        await sees(pilot, "moved to Trash")
        assert len(app.desk.list.model) == 64
        Link.current.tell(MessagesChanged("alice", 1))
        await pilot.press("u")
        await sees(pilot, "Undone")
        assert len(app.desk.list.model) == 65


async def test_a_filter_says_what_it_filters_and_a_match_nothing(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, "\\", "subject:bob", 5)
        assert line(app, Part.STATUS).startswith(" All inboxes / subject:bob · 1/5")
        await pilot.press("n")
        assert line(app, Part.STATUS).startswith(" All inboxes / subject:bob · 2/5")
        assert "archive" in line(app, Part.HINT)
        await pilot.press("G", "n")
        assert "There is no further match." in line(app, Part.HINT)


async def test_a_search_over_everything_says_so(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, "/", "subject:bob", 5)
        assert line(app, Part.STATUS).startswith(" All mail / subject:bob · 1/5")
