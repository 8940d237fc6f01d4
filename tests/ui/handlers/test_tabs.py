"""Mails and drafts left open: each has a tab, is one key away and loses nothing."""

from dataclasses import replace

import pytest

from tests.ui.screens import app_over, line, sees, shown, until
from tuimail.model.safe import Safe
from tuimail.services import splits, writing
from tuimail.ui.render.panes import Part

SIZES = [(80, 24), (120, 40), (200, 50)]
NEXT, PREVIOUS = "right_square_bracket", "left_square_bracket"


def bar(app) -> str:
    return line(app, Part.TABS)


def open_subject(app) -> str:
    row = app.desk.reader.row
    return row.subject.raw if row is not None else ""


async def opened_in_tab(pilot, app, rows_down: int = 0) -> str:
    """Give the mail so many rows below the first a tab, and go back to the list."""
    await pilot.press(*["j"] * rows_down, "g", "T")
    await until(pilot, lambda: app.desk.reader.mail is not None)
    subject = open_subject(app)
    await pilot.press(PREVIOUS)
    await until(pilot, lambda: app.desk.active is Part.LIST)
    return subject


@pytest.mark.parametrize("size", SIZES)
async def test_a_mail_left_open_is_one_key_away_and_closing_it_takes_the_row_of_tabs_away(
    mail, size
):
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        assert Part.TABS not in app.desk.panes.boxes(app.size)
        subject = await opened_in_tab(pilot, app, 2)
        assert app.desk.reader.row is None
        assert subject in bar(app)
        await pilot.press(NEXT)
        await until(pilot, lambda: open_subject(app) == subject)
        assert f"[{subject}]" in bar(app)
        await pilot.press("g", "q")
        await until(pilot, lambda: app.desk.active is Part.LIST)
        assert Part.TABS not in app.desk.panes.boxes(app.size)


async def test_other_mails_are_read_while_one_keeps_its_tab(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        kept = await opened_in_tab(pilot, app)
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.desk.reader.mail is not None)
        assert open_subject(app) not in {"", kept}
        await pilot.press("q")
        assert kept in bar(app)
        await pilot.press("g", "2")
        await until(pilot, lambda: open_subject(app) == kept)


async def test_a_mail_put_away_in_its_tab_takes_the_tab_along_and_shows_the_list(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened_in_tab(pilot, app)
        await pilot.press("j", "j", "j")
        at = app.desk.list.cursor_row.row_id
        await pilot.press(NEXT)
        await until(pilot, lambda: app.desk.reader.mail is not None)
        await pilot.press("e")
        await until(pilot, lambda: "moved to Archive" in shown(app))
        assert app.desk.reader.row is None
        assert app.desk.list.cursor_row.row_id == at
        assert not app.desk.tabs.opened


async def test_tabs_of_parts_come_first_and_numbers_count_on(mail):
    splits.add(mail, "Carol 1", "from:carol1")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        parts = len(app.desk.tabs.parts)
        kept = await opened_in_tab(pilot, app)
        assert bar(app).index("Carol 1") < bar(app).index(kept)
        await pilot.press("g", str(parts + 1))
        await until(pilot, lambda: open_subject(app) == kept)
        await pilot.press(NEXT)
        await until(pilot, lambda: bar(app).startswith("[All"))
        assert app.desk.reader.row is None


async def test_a_draft_left_for_a_mail_is_gone_on_with_and_nothing_of_it_is_lost(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await pilot.press(*"bob@x.example", "escape", NEXT)
        await until(pilot, lambda: app.desk.active is Part.LIST)
        assert app.desk.compose_pane is None
        assert "Draft" in bar(app)
        assert [draft.to for draft in writing.drafts(mail)] == ["bob@x.example"]
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.reader.mail is not None)
        await pilot.press(NEXT)
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.to == "bob@x.example"


async def test_an_answer_in_which_nothing_was_written_keeps_its_tab_and_its_quote(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        body = app.desk.compose_pane.draft.body
        await pilot.press("escape", NEXT)
        await until(pilot, lambda: app.desk.compose_pane is None)
        await pilot.press(NEXT)
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert app.desk.compose_pane.draft.body == body


async def test_a_mail_in_which_nothing_was_written_leaves_no_draft_and_no_tab(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened_in_tab(pilot, app)
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await pilot.press("escape", NEXT)
        await until(pilot, lambda: app.desk.compose_pane is None)
        assert not writing.drafts(mail)
        assert len(app.desk.tabs.opened) == 1


async def test_mails_being_forwarded_together_are_not_let_go_for_want_of_a_recipient(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("x", "j", "x", "f")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert len(app.desk.compose_pane.draft.attachments) == 2
        await pilot.press("escape", NEXT)
        await until(pilot, lambda: app.desk.compose_pane is None)
        assert "Draft: Fwd: 2 mails" in bar(app)
        await pilot.press(NEXT)
        await until(pilot, lambda: app.desk.compose_pane is not None)
        assert len(app.desk.compose_pane.draft.attachments) == 2


async def test_a_question_about_a_draft_is_answered_before_another_tab_is_gone_to(mail):
    """Its answer would be about whatever is written by then."""
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await pilot.press(*"bob@x.example", "escape", NEXT)
        await until(pilot, lambda: app.desk.tabs.opened != ())
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await pilot.press(*"eve@x.example", "escape")
        app.desk.invoke("compose.discard")
        await until(pilot, lambda: app.desk.overlays.is_open)
        at = bar(app).index("Draft")
        await pilot.click("#tabs", offset=(at + 1, 0))
        await pilot.pause()
        assert app.desk.compose_pane.draft.to == "eve@x.example"
        await pilot.press("y")
        await until(pilot, lambda: app.desk.compose_pane is None)
        assert [draft.to for draft in writing.drafts(mail)] == ["bob@x.example"]
        assert [tab.name for tab in app.desk.tabs.opened] == ["Draft"]


async def test_closing_keeps_the_draft_and_takes_its_tab_away(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await pilot.press(*"bob@x.example", "escape", NEXT)
        await until(pilot, lambda: app.desk.tabs.opened != ())
        await pilot.press(NEXT)
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press("escape", "g", "q")
        await until(pilot, lambda: app.desk.compose_pane is None)
        assert not app.desk.tabs.opened
        assert len(writing.drafts(mail)) == 1


async def test_a_draft_thrown_away_elsewhere_says_so_and_loses_its_tab(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.desk.active is Part.COMPOSE)
        await pilot.press(*"bob@x.example", "escape", NEXT)
        await until(pilot, lambda: app.desk.tabs.opened != ())
        writing.discard_draft(mail, writing.drafts(mail)[0].id)
        await pilot.press(NEXT)
        await until(pilot, lambda: "thrown away meanwhile" in shown(app))
        assert not app.desk.tabs.opened


async def test_where_nothing_else_is_open_the_key_says_what_opens_a_tab(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press(NEXT)
        await until(pilot, lambda: "gT gives a mail a tab" in shown(app))


async def test_a_mail_gets_a_tab_from_a_page_about_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.reader.mail is not None)
        key = app.desk.reader.row.key
        await pilot.press("g", "w")
        await until(pilot, lambda: app.desk.reader.has_page)
        await pilot.press("g", "T")
        await until(pilot, lambda: app.desk.tabs.has(key))
        await pilot.press("[")
        await until(pilot, lambda: not app.desk.reader.has_page)
        assert app.desk.reader.row is None


async def test_closing_closes_the_mail_whatever_stands_in_its_place(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 24)) as pilot:
        for keys in ("gr", "gw"):
            await pilot.press("enter")
            await until(pilot, lambda: app.desk.reader.mail is not None)
            await pilot.press("g", "T", *keys)
            await until(pilot, lambda: app.desk.reader.shows or app.desk.reader.has_page)
            app.desk.warn(Safe("Something is wrong."))
            await pilot.press("g", "q")
            assert app.desk.reader.about is None
            assert not app.desk.tabs.opened
            assert "Something is wrong." in shown(app)


async def test_a_page_about_a_mail_in_a_tab_acts_on_that_mail_and_not_on_the_list(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        kept = await opened_in_tab(pilot, app)
        await pilot.press("j", "j", NEXT)
        await until(pilot, lambda: app.desk.reader.mail is not None)
        await pilot.press("g", "w")
        await until(pilot, lambda: app.desk.reader.has_page)
        await pilot.press("e")
        await until(pilot, lambda: "moved to Archive" in shown(app))
        assert app.desk.reader.about is None
        left = [row.subject.raw for row in app.desk.list.visible_rows()]
        assert kept not in left
        await pilot.press("u")
        await until(
            pilot, lambda: kept in [row.subject.raw for row in app.desk.list.visible_rows()]
        )


async def test_in_plain_mode_the_title_says_which_tab_has_the_keys(mail):
    settings = replace(mail.config.settings, plain=True)
    app = app_over(replace(mail, config=replace(mail.config, settings=settings)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert ", tab" not in shown(app)
        subject = await opened_in_tab(pilot, app)
        await sees(pilot, "unread, tab 1 of 2")
        await pilot.press(NEXT)
        await until(pilot, lambda: open_subject(app) == subject)
        await sees(pilot, "unread, tab 2 of 2")
        await pilot.press("g", "q")
        await until(pilot, lambda: ", tab" not in shown(app))
