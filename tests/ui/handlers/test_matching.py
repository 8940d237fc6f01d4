"""What a search matches in the list is found, selected and deleted; so are whole threads."""

from dataclasses import replace

import pytest

from tests.ui.screens import app_over, line, put, raw_mail, sees, until
from tuimail.services import reading
from tuimail.ui.render.panes import Part


def with_keymap(mail, name: str):
    settings = replace(mail.config.settings, keymap=name)
    return app_over(replace(mail, config=replace(mail.config, settings=settings)))


def subject(app) -> str:
    row = app.desk.list.cursor_row
    return str(row.subject.raw) if row is not None else ""


def left(app) -> int:
    return len(app.desk.session.contents.ids)


async def asks(pilot, key: str, title: str, text: str) -> None:
    await pilot.press(*key.split())
    await sees(pilot, title)
    await pilot.press(*text, "enter")
    await until(pilot, lambda: not pilot.app.desk.overlays.is_open)


async def test_find_goes_to_what_matches_and_on_and_round(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await asks(pilot, "apostrophe", "Find in this list", "subject:bob")
        await until(pilot, lambda: subject(app) == "Mail bob 0")
        await pilot.press(";")
        await until(pilot, lambda: subject(app) == "Mail bob 1")
        await pilot.press("2", ";")
        await until(pilot, lambda: subject(app) == "Mail bob 3")
        await pilot.press(",")
        await until(pilot, lambda: subject(app) == "Mail bob 2")
        await pilot.press("3", ";")
        await until(pilot, lambda: subject(app) == "Mail bob 0")
        assert left(app) == 65, "the list stays as it is"


async def test_what_is_not_there_is_not_found(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await asks(pilot, "apostrophe", "Find in this list", "xyzzy")
        await sees(pilot, "Nothing here matches.")
        assert app.desk.list.model.cursor == 0


async def test_in_the_reader_the_words_of_the_text_are_found(mail):
    text = "".join(f"Line {n} of many.\r\n\r\n" for n in range(200)) + "The needle.\r\n"
    put(mail, "alice", "INBOX", [raw_mail("alice", -1, body=text)], first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Line 0 of many.")
        await asks(pilot, "apostrophe", "Find in this mail", "LINE 10")
        await sees(pilot, "Line 10 of many.")
        await pilot.press(";")
        await sees(pilot, "Line 100 of many.")
        await pilot.press(",")
        await sees(pilot, "Line 10 of many.")
        await asks(pilot, "apostrophe", "Find in this mail", "needle")
        await sees(pilot, "The needle.")
        await pilot.press(";")
        await sees(pilot, "“needle” 1/1")
        await asks(pilot, "apostrophe", "Find in this mail", "xyzzy")
        await sees(pilot, "“xyzzy” is not in this mail.")


async def test_mutt_s_patterns_select_unselect_filter_and_delete(mail):
    app = with_keymap(mail, "mutt")
    async with app.run_test(size=(120, 40)) as pilot:
        await asks(pilot, "T", "Select", "~s bob")
        await until(pilot, lambda: "5 selected" in line(app, Part.STATUS))
        await asks(pilot, "ctrl+t", "Unselect", "~f carol1 | ~f carol2")
        await until(pilot, lambda: "3 selected" in line(app, Part.STATUS))
        await pilot.press("escape")
        await asks(pilot, "D", "Delete", "~s bob")
        await until(pilot, lambda: left(app) == 60)
        await pilot.press("u")
        await until(pilot, lambda: left(app) == 65)
        await pilot.press("l")
        await until(pilot, lambda: app.desk.is_searching)
        await pilot.press(*"~s bob", "enter")
        await until(pilot, lambda: left(app) == 5)


async def test_a_pattern_that_is_not_known_is_said_in_the_bar(mail):
    app = with_keymap(mail, "mutt")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: app.desk.is_searching)
        await pilot.press(*"~k x")
        await sees(pilot, "~k is not known here")
        await pilot.press("enter")
        await sees(pilot, "~k is not known here")
        assert app.desk.is_searching


def answers(count: int) -> list[bytes]:
    """Return the mails of one thread, the newest first."""
    raws = [raw_mail("alice", -2 - n, subject="Plan") for n in range(count)]
    reference = b"References: <alice-59@east.example>\r\n"
    return [reference + raw for raw in raws[::-1]]


@pytest.mark.parametrize(("keys", "is_gone"), [(["d", "t"], True), (["z", "U"], False)])
async def test_a_whole_thread_is_deleted_or_read(mail, keys, is_gone):
    put(mail, "alice", "INBOX", answers(3), first_uid=900)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        assert left(app) == 68
        thread = reading.thread(mail, app.desk.list.cursor_row.thread_id)
        assert len(thread) == 4
        await pilot.press(*keys)
        if is_gone:
            await until(pilot, lambda: left(app) == 64)
            await pilot.press("u")
            await until(pilot, lambda: left(app) == 68)
        else:
            rows = app.desk.list.visible_rows
            await until(pilot, lambda: not any(row.is_unread for row in rows()[:3]))
            assert rows()[3].is_unread


@pytest.mark.parametrize("text", ["-", "()"])
async def test_a_search_of_signs_alone_deletes_nothing(mail, text):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d", "/")
        await sees(pilot, "Delete")
        await pilot.press(*text, "enter")
        await sees(pilot, "There is nothing to look for in this search.")
        assert left(app) == 65


async def test_what_matches_leaves_a_range_and_the_rest_of_it_stays_selected(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+v", "3", "j")
        await until(pilot, lambda: app.desk.list.model.count_chosen == 4)
        await pilot.press("g", "V")
        await sees(pilot, "Unselect")
        await pilot.press(*'subject:"mail alice 0"', "enter")
        await until(pilot, lambda: app.desk.list.model.count_chosen == 3)


async def test_a_thread_deleted_from_a_search_of_everything_leaves_ones_own_mail(mail):
    received, own = answers(2)
    put(mail, "alice", "INBOX", [received], first_uid=900)
    put(mail, "alice", "Sent", [own], first_uid=1)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        thread = reading.thread(mail, app.desk.list.cursor_row.thread_id)
        assert len(thread) == 3
        await pilot.press("/")
        await until(pilot, lambda: app.desk.is_searching)
        await pilot.press(*"in:inbox subject:plan", "enter")
        await until(pilot, lambda: left(app) == 1)
        await pilot.press("d", "t")
        await sees(pilot, "2 messages moved to Trash")
        await until(pilot, lambda: left(app) == 0)


async def test_a_number_and_enter_goes_there(mail):
    app = with_keymap(mail, "mutt")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("1", "2", "enter")
        await until(pilot, lambda: app.desk.list.model.cursor == 11)
        assert app.desk.active is Part.LIST
        await pilot.press("H")
        await until(pilot, lambda: app.desk.list.model.cursor == 0)
        await pilot.press("M")
        await until(pilot, lambda: app.desk.list.model.cursor > 5)
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.active is Part.READER)
