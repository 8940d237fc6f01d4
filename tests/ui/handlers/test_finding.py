"""A search stays as it was begun: what was read in it does not slip away under the cursor."""

import pytest

from tests.ui.screens import Link, app_over, line, put, raw_mail, sees, shown, until
from tuimail.events import MessagesChanged
from tuimail.ui.render.panes import Part
from tuimail.ui.roles import StyleRole


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


async def test_what_fits_best_comes_first_where_that_is_asked_and_back(mail):
    put(
        mail,
        "alice",
        "INBOX",
        [
            raw_mail("alice", -3, subject="Of many things", body="a beacon " + "and else " * 200),
            raw_mail("alice", 90, subject="The beacon", body="beacon beacon"),
        ],
        first_uid=500,
    )
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, "/", "beacon", 2)
        assert subject(app) == "Of many things"
        await pilot.press("O")
        await until(pilot, lambda: subject(app) == "The beacon")
        assert "beacon sort:relevance" in line(app, Part.STATUS)
        await pilot.press("enter")
        await sees(pilot, "beacon beacon")
        await until(pilot, lambda: not app.desk.list.cursor_row.is_unread)
        assert subject(app) == "The beacon"
        await pilot.press("q", "O")
        await until(pilot, lambda: subject(app) == "Of many things")
        assert "sort:" not in line(app, Part.STATUS)


async def test_by_relevance_a_mail_that_was_read_keeps_its_place(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await filtered(pilot, "/", "text is:unread sort:relevance", 45)
        await pilot.press("j", "j")
        place, read = app.desk.list.model.cursor, subject(app)
        await pilot.press("enter")
        await until(pilot, lambda: "44 unread" in shown(app))
        assert (app.desk.list.model.cursor, subject(app)) == (place, read)
        assert len(app.desk.list.model) == 45


async def test_the_order_of_a_list_that_is_no_search_cannot_be_changed(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("O")
        await sees(pilot, "Nothing is searched for; / begins a search.")


async def test_rows_of_a_search_show_the_place_found_with_the_words_marked(mail):
    body = "First words.\r\n" + "much else \x1b[31m" * 30 + "\r\nthe Béacon stands there\r\n"
    found = raw_mail("alice", -3, subject="Short", body=body)
    put(mail, "alice", "INBOX", [found], first_uid=500)
    app = app_over(mail)
    async with app.run_test(size=(150, 40)) as pilot:
        await sees(pilot, "First words.")
        await filtered(pilot, "/", "beacon", 1)
        await sees(pilot, "the Béacon stands")
        roles = {text.strip(): role for text, role in app.desk.list.line(0)}
        assert roles["Béacon"] is StyleRole.MATCH
        assert "\x1b" not in shown(app)
        await pilot.press("q")
        await sees(pilot, "First words.")
