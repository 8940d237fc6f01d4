"""Splits in the interface: tabs over the inboxes, gone to, made and changed by keys."""

from dataclasses import replace

import pytest

from tests.ui.screens import app_over, line, sees, shown, until
from tuimail.services import splits
from tuimail.ui.render.panes import Part

SIZES = [(80, 24), (120, 40), (200, 50)]


def command(words: str) -> list[str]:
    named = {".": "full_stop", " ": "space", ":": "colon", "-": "minus", "@": "at"}
    return ["colon", *(named.get(c, c) for c in words), "enter"]


def tabs(app) -> str:
    return line(app, Part.TABS)


def subjects(app) -> list[str]:
    return [row.subject.raw for row in app.desk.list.visible_rows()]


@pytest.fixture
def split_mail(mail):
    for name, query in (("Carol 1", "from:carol1"), ("Twos", "from:carol2 OR from:carol12")):
        splits.add(mail, name, query)
    return mail


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_frame_has_the_tabs_with_what_is_unread(split_mail, size):
    app = app_over(split_mail)
    async with app.run_test(size=size):
        assert tabs(app).startswith("[All 65] Carol 1 ")
        assert tabs(app).rstrip().split()[-2] == "Other"
        assert "Mail alice 0" in shown(app)


async def test_one_goes_from_tab_to_tab_and_by_number(split_mail):
    app = app_over(split_mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "[Carol 1" in tabs(app))
        assert all("1" in one for one in subjects(app))
        everything = len(app.desk.session.contents.ids)
        await pilot.press("g", "4")
        await until(pilot, lambda: "[Other" in tabs(app))
        rest = len(app.desk.session.contents.ids)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "[Twos" in tabs(app))
        assert everything + rest + len(app.desk.session.contents.ids) == 65
        await pilot.press("g", "q")
        await until(pilot, lambda: "[All 65]" in tabs(app))


async def test_a_mail_put_away_in_a_tab_goes_to_its_own_account_and_is_counted_out(split_mail):
    app = app_over(split_mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "4")
        await until(pilot, lambda: "[Other" in tabs(app))
        row = app.desk.list.cursor_row
        before = app.desk.session.contents.tabs[3].unread
        await pilot.press("e")
        await until(pilot, lambda: app.desk.session.contents.tabs[3].unread == before - 1)
        archive = next(
            box
            for box in app.desk.session.contents.mailboxes
            if box.account == row.account and box.name.raw == "Archive"
        )
        assert archive.total == 1
        await pilot.press("u")
        await until(pilot, lambda: app.desk.session.contents.tabs[3].unread == before)


async def test_a_mail_flagged_or_unflagged_leaves_the_tab_that_asks_for_that(split_mail):
    splits.add(split_mail, "Flagged", "is:flagged")
    app = app_over(split_mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "4")
        await until(pilot, lambda: "[Flagged" in tabs(app))
        await pilot.press("g", "5")
        await until(pilot, lambda: "[Other" in tabs(app))
        first, count = subjects(app)[0], len(app.desk.list.model)
        await pilot.press("s")
        await until(pilot, lambda: len(app.desk.list.model) == count - 1)
        assert subjects(app)[0] != first
        await pilot.press("g", "4")
        await until(pilot, lambda: subjects(app) == [first])
        await pilot.press("s")
        await until(pilot, lambda: subjects(app) == [])


async def test_elsewhere_there_are_no_tabs(split_mail):
    app = app_over(split_mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "t")
        await until(pilot, lambda: not app.desk.session.contents.tabs)
        assert "[All" not in shown(app)
        await pilot.press("right_square_bracket")
        await sees(pilot, "Nothing else is open")
        await pilot.press("escape", "g", "i")
        await until(pilot, lambda: "[All" in tabs(app))


async def test_splits_are_turned_on_with_what_ships_and_off_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        assert "[All" not in shown(app)
        await pilot.press(*command("toggle.splits"))
        await sees(pilot, "[All 65] People")
        for name in ("Lists", "Notifications", "Other"):
            assert name in tabs(app)
        await pilot.press(*command("toggle.splits"))
        await until(pilot, lambda: "[All" not in shown(app))
        assert "Mail alice 0" in shown(app)


async def test_a_new_split_says_where_its_search_fails(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "N")
        await sees(pilot, "New split of")
        await pilot.press(*"is", "colon", *"unread", "enter")
        await sees(pilot, "^ A split cannot ask for what changes while you read")
        await pilot.press("ctrl+u", *"from", "colon", *"carol3", "enter")
        await sees(pilot, "Call it")
        await pilot.press(*"Third", "enter")
        await sees(pilot, "“Third” has a tab now")
        await until(pilot, lambda: "Third" in tabs(app))
        assert [one.query for one in splits.splits(mail)][-1] == "from:carol3"


async def test_the_split_shown_is_renamed_moved_changed_and_removed(split_mail):
    app = app_over(split_mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "2")
        await until(pilot, lambda: "[Carol 1" in tabs(app))
        await pilot.press(*command("split.rename"))
        await sees(pilot, "Rename “Carol 1” to")
        await pilot.press("ctrl+u", *"Ones", "enter")
        await until(pilot, lambda: "[Ones" in tabs(app))
        await pilot.press(*command("split.later"))
        await until(pilot, lambda: [s.name.raw for s in splits.splits(split_mail)][1] == "Ones")
        await pilot.press(*command("split.query"))
        await sees(pilot, "Mails of “Ones”")
        await pilot.press("ctrl+u", *"from", "colon", *"carol4", "enter")
        await until(pilot, lambda: splits.splits(split_mail)[1].query == "from:carol4")
        await pilot.press(*command("split.remove"))
        await sees(pilot, "Remove the split “Ones”?")
        await pilot.press("y")
        await until(pilot, lambda: "[All" in tabs(app))
        assert [one.name.raw for one in splits.splits(split_mail)] == ["Twos"]


async def test_a_filter_finds_in_the_part_shown_alone(split_mail):
    app = app_over(split_mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "2")
        await until(pilot, lambda: "[Carol 1" in tabs(app))
        ids = set(app.desk.session.contents.ids)
        await pilot.press("backslash", *"mail", "enter")
        await until(pilot, lambda: app.desk.session.view.query is not None)
        assert set(app.desk.session.contents.ids) == ids
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.session.view.query is None)
        assert "[Carol 1" in tabs(app)


async def test_with_one_account_a_tab_after_a_filter_is_a_part_of_all_inboxes_still(split_mail):
    one = replace(split_mail.config, accounts=split_mail.config.accounts[:1])
    app = app_over(replace(split_mail, config=one))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("backslash", *"mail", "enter")
        await until(pilot, lambda: app.desk.session.view.query is not None)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "[Carol 1" in tabs(app))
        assert app.desk.session.is_unified


async def test_a_tab_is_clicked(split_mail):
    app = app_over(split_mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click("#tabs", offset=(12, 0))
        await until(pilot, lambda: "[Carol 1" in tabs(app))


def test_the_shipped_splits_know_the_own_domain(mail):
    shipped = dict(splits.shipped(mail))
    assert list(shipped) == ["People", "Team", "Lists", "Notifications"]
    own = {account.address.addr_spec.partition("@")[2] for account in mail.config.accounts}
    assert all(f"from:@{domain}" in shipped["Team"] for domain in own)
    for query in shipped.values():
        splits.check(mail, query)
