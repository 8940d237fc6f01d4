"""Macros: what is done is recorded with its answers, and done again until something fails."""

import threading
from functools import partial

import pytest

from tests.ui.screens import app_over, line, sees, shown, until
from tuimail.model.ids import AccountName
from tuimail.model.macro import Step
from tuimail.services import undo
from tuimail.services.macros import keep_macro, known_macros
from tuimail.services.mail import open_mail
from tuimail.ui.render.panes import Part


def left(app) -> int:
    return len(app.desk.session.contents.ids)


async def begin(pilot, name: str) -> None:
    await pilot.press("Q", name)
    await sees(pilot, f"recording {name}")


async def end(pilot) -> None:
    await pilot.press("Q")
    await until(pilot, lambda: "recording" not in line(pilot.app, Part.STATUS))


async def test_what_is_done_is_recorded_with_its_answers_and_done_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await pilot.press("m")
        await sees(pilot, "Move to mailbox")
        await pilot.press(*"lists", "enter")
        await until(pilot, lambda: left(app) == 64)
        await pilot.press("2", "j")
        await end(pilot)
        steps = (Step("move", "Lists"), Step("cursor.down", "", 2, True))
        assert known_macros(mail) == {"x": steps}
        await pilot.press("@", "x")
        await until(pilot, lambda: left(app) == 63)
        await sees(pilot, "Macro x was played.")
        assert app.desk.list.model.cursor == 4
        await pilot.press("2", "@", "@")
        await sees(pilot, "Macro x was played 2 times.")
        await until(pilot, lambda: left(app) == 61)


async def test_a_macro_stops_where_something_fails_and_says_so(mail):
    keep_macro(mail, "x", (Step("move", "Nowhere"), Step("archive")))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("5", "@", "x")
        await sees(pilot, "Macro x stopped: move could not be done")
        await until(pilot, lambda: left(app) == 65)


async def test_a_macro_stops_at_the_end_of_the_list(mail):
    keep_macro(mail, "x", (Step("toggle.flag"), Step("cursor.down")))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "2", "k")
        await pilot.press("9", "9", "@", "x")
        await sees(pilot, "Macro x stopped after 2 times: the list ends here.")
        rows = app.desk.list.visible_rows
        await until(pilot, lambda: sum(row.is_flagged for row in rows()) == 3)


async def test_a_macro_stops_where_no_mail_is_left(mail):
    keep_macro(mail, "x", (Step("archive", "", 40, True),))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("9", "9", "9", "@", "x")
        await sees(pilot, "there is no mail left.")
        await until(pilot, lambda: left(app) == 0)


async def test_a_macro_that_puts_the_last_mail_away_does_not_go_on_above_it(mail):
    keep_macro(mail, "x", (Step("archive"),))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "2", "k")
        above = list(app.desk.list.model.ids[:-3])
        await pilot.press("9", "@", "x")
        await sees(pilot, "Macro x stopped after 3 times: the list ends here.")
        await until(pilot, lambda: list(app.desk.session.contents.ids) == above)


async def test_what_goes_elsewhere_goes_on_after_the_last_mail_was_put_away(mail):
    keep_macro(mail, "x", (Step("archive"), Step("cursor.top"), Step("archive")))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "@", "x")
        await sees(pilot, "Macro x was played.")
        await until(pilot, lambda: left(app) == 63)


async def test_keys_typed_while_a_macro_plays_come_after_it(mail, monkeypatch):
    keep_macro(mail, "x", (Step("archive"), Step("archive")))
    are_typed = threading.Event()
    begin_group = undo.begin_group

    def begin_late(*of):
        are_typed.wait(8)
        return begin_group(*of)

    monkeypatch.setattr(undo, "begin_group", begin_late)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        before = list(app.desk.list.model.ids)
        await pilot.press("@", "x", "j", "j")
        are_typed.set()
        await until(pilot, lambda: app.desk.list.model.cursor == 2)
        await until(pilot, lambda: list(app.desk.session.contents.ids) == before[2:])


async def test_a_macro_cannot_play_itself(mail):
    keep_macro(mail, "x", (Step("archive"),))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await pilot.press("@", "x")
        await sees(pilot, "A macro cannot play itself.")
        await pilot.press("j")
        await end(pilot)
        assert known_macros(mail) == {"x": (Step("cursor.down"),)}
        await until(pilot, lambda: left(app) == 65)


async def test_what_was_repeated_while_recording_is_done_once_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await pilot.press("e", ".")
        await until(pilot, lambda: left(app) == 63)
        await end(pilot)
        assert known_macros(mail) == {"x": (Step("archive"), Step("archive"))}
        await pilot.press("@", "x")
        await sees(pilot, "Macro x was played.")
        await until(pilot, lambda: left(app) == 61)


async def test_a_macro_that_is_not_there_or_not_named_takes_no_recording_away(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await pilot.press("@", "y")
        await sees(pilot, "There is no macro “y”.")
        await pilot.press("@")
        await sees(pilot, "Play which macro?")
        await pilot.press("escape")
        await until(pilot, lambda: not app.desk.overlays.is_open)
        await pilot.press("j")
        await end(pilot)
        assert known_macros(mail) == {"x": (Step("cursor.down"),)}


async def test_until_when_a_mail_is_put_off_is_recorded(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await pilot.press("b")
        await sees(pilot, "Snooze until")
        await pilot.press(*"3d", "enter")
        await until(pilot, lambda: left(app) == 64)
        await end(pilot)
        assert known_macros(mail) == {"x": (Step("snooze", "3d"),)}
        await pilot.press(".")
        await until(pilot, lambda: left(app) == 63)
        assert not app.desk.overlays.is_open


async def test_what_is_written_in_a_mail_is_no_part_of_a_macro(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await pilot.press("c")
        await until(pilot, lambda: app.desk.compose_pane is not None)
        await pilot.press(*"dan", "escape", "p")
        await until(pilot, lambda: app.desk.compose_pane is None)
        await end(pilot)
        assert known_macros(mail) == {"x": (Step("compose"),)}
        assert "what was written in mails is no part of it" in line(app, Part.HINT)


async def test_a_password_that_is_asked_for_is_not_recorded(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        asked = partial(app.handlers.questions.secret, AccountName("alice"), "Password")
        given = []

        async def ask():
            given.append(await asked())

        app.desk.spawn(ask)
        await sees(pilot, "gs types it")
        await pilot.press("g", "s")
        await until(pilot, lambda: app.desk.overlays.is_open)
        await pilot.press(*"hunter2", "enter")
        await until(pilot, lambda: len(given) == 1)
        await pilot.press("j")
        await end(pilot)
        assert known_macros(mail) == {"x": (Step("cursor.down"),)}


async def test_nothing_is_recorded_under_the_key_of_the_last_macro(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("Q", "@")
        await sees(pilot, "@ stands for the macro played last")
        assert app.desk.calls.recorded is None


async def test_a_recording_that_is_left_empty_takes_nothing_away(mail):
    keep_macro(mail, "x", (Step("archive"),))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "x")
        await end(pilot)
        assert "Nothing was recorded." in line(app, Part.HINT)
        assert known_macros(mail) == {"x": (Step("archive"),)}


async def test_the_known_macros_are_shown_where_one_is_asked_for(mail, profile):
    keep_macro(mail, "x", (Step("move", "Lists"), Step("cursor.down")))
    again = open_mail(profile)
    app = app_over(again)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("@")
        await sees(pilot, "Play which macro?")
        assert "move Lists" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: not app.desk.overlays.is_open)
    again.close()


@pytest.mark.parametrize("keys", [["@", "q"], [":", *"macro.play q", "enter"]])
async def test_a_macro_that_is_not_there_is_said(mail, keys):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        await sees(pilot, "There is no macro “q”.")


async def test_all_a_macro_did_is_one_undo(mail):
    keep_macro(mail, "x", (Step("archive", "", 2, True), Step("toggle.flag"), Step("cursor.down")))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3", "@", "x")
        await sees(pilot, "Macro x was played 3 times.")
        await until(pilot, lambda: left(app) == 59)
        await pilot.press("u")
        await until(pilot, lambda: left(app) == 65)
        rows = app.desk.list.visible_rows
        await until(pilot, lambda: not any(row.is_flagged for row in rows()))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: left(app) == 59)


async def test_esc_gives_a_macro_up_and_what_it_did_is_one_undo(mail):
    keep_macro(mail, "x", (Step("archive"), *(Step("cursor.down"), Step("cursor.up")) * 200))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("9", "9", "@", "x")
        await until(pilot, lambda: left(app) < 65)
        await pilot.press("escape")
        await sees(pilot, "Macro x was given up.")
        await until(pilot, lambda: not app.desk.held_keys)
        assert left(app) > 0
        await pilot.press("u")
        await until(pilot, lambda: left(app) == 65)
