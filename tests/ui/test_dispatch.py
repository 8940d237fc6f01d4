"""Keys typed ahead: each reaches what was asked for before it; and keys without a meaning."""

import re

import pytest
from textual import events

from tests.ui.screens import app_over, line, sees, shown, until
from tuimail.model.safe import Safe
from tuimail.ui.render.panes import Part

NAMES = {"/": "slash", "\r": "enter", "\t": "tab", "\x1b": "escape"}


def keys(text: str) -> list[events.Key]:
    return [events.Key(NAMES.get(c, c), c if c.isprintable() else None) for c in text]


def type_ahead(app, text: str) -> None:
    for key in keys(text):
        app.post_message(key)


async def test_keys_typed_ahead_of_the_first_frame_reach_what_they_are_for(mail):
    app = app_over(mail)
    assert all(app.dispatcher.takes(key) for key in keys("/edd"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.desk.search.text == "edd")
        assert app.focused is not None


async def test_keys_that_waited_make_later_ones_wait_where_they_ask_themselves(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        type_ahead(app, "gftrash\r/edd")
        await until(pilot, lambda: app.desk.search.text == "edd")
        assert len(app.desk.session.contents.ids) in (0, 65)


async def test_keys_typed_ahead_of_another_list_move_in_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        type_ahead(app, "jjgijjj")
        await until(pilot, lambda: app.desk.list.model.cursor == 3)


@pytest.mark.parametrize(("typed", "cursor"), [("/carol\rjj", 2), ("/carol\x1bjjj", 3)])
async def test_keys_after_the_end_of_a_search_are_no_part_of_it(mail, typed, cursor):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        type_ahead(app, typed)
        await until(pilot, lambda: app.desk.list.model.cursor == cursor)
        assert app.desk.search.text == "carol"
        assert not app.desk.is_searching


async def test_a_mail_is_typed_ahead_of_its_screen(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        type_ahead(app, "cdan\t\t\tHi")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        fields = app.desk.compose_pane.fields
        await until(pilot, lambda: fields["subject"].value == "Hi")
        assert fields["to"].value == "dan"


@pytest.mark.parametrize("keys", [["C"], ["P"], ["g", "y"], ["d", "y"]])
async def test_a_key_that_means_nothing_says_so(mail, keys):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        assert f" {''.join(keys)} does nothing here; ? lists the keys." in line(app, Part.HINT)
        assert not app.desk.session.said
        app.desk.warn(Safe("The disk is full."))
        await pilot.press(*keys)
        assert "The disk is full." in line(app, Part.HINT)


async def test_leaving_where_there_is_nothing_to_leave_says_how_to_quit(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.reader.row is not None)
        await pilot.press("q")
        assert "quits" not in line(app, Part.HINT)
        await pilot.press("q")
        assert "ZZ or :q quits" in line(app, Part.HINT)


@pytest.mark.parametrize("size", [(120, 30), (90, 40), (60, 20), (200, 50)])
async def test_which_key_survives_a_resize(mail, size):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g")
        await sees(pilot, "Go to inbox")
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: app.desk.overlays.size.width == size[0])
        await sees(pilot, "g …")
        assert app.desk.pending_keys == "g"
        await pilot.press("escape")
        await until(pilot, lambda: "g …" not in shown(app))


async def test_a_long_which_key_is_turned_page_by_page(mail):
    app = app_over(mail)
    async with app.run_test(size=(52, 24)) as pilot:
        await pilot.press("g")
        await sees(pilot, "PgDn shows more")
        found = re.search(r" 1/(\d+), PgDn", shown(app))
        assert found is not None
        for page in (*range(2, int(found[1]) + 1), 1):  # and round
            await pilot.press("pagedown")
            await sees(pilot, f" {page}/{found[1]}, PgDn")
            assert app.desk.pending_keys == "g"
        await pilot.press("i")
        await until(pilot, lambda: not app.desk.pending_keys)
        cursor = app.desk.list.model.cursor
        await pilot.press("pagedown")
        await until(pilot, lambda: app.desk.list.model.cursor > cursor)
