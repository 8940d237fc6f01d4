"""`repeat`: what was done last, with what was answered, from the list and from the reader."""

from tests.ui.screens import app_over, sees, until
from tuimail.services import reading
from tuimail.store.lists import view_ids
from tuimail.ui.action_table import ACTIONS
from tuimail.ui.actions import Call, Context
from tuimail.ui.call_log import CallLog
from tuimail.ui.render.panes import Part

LIST = Context.LIST


def test_what_moves_or_shows_is_not_repeated():
    log = CallLog()
    archive = Call(ACTIONS["archive"], LIST, 3, True)
    log.note(archive)
    for action_id in ("cursor.down", "message.open", "undo", "raw", "goto.inbox", "search"):
        log.note(Call(ACTIONS[action_id], LIST))
    assert log.last is archive


def test_an_answer_belongs_to_the_call_that_asked():
    log = CallLog()
    asked, later = Call(ACTIONS["move"], LIST), Call(ACTIONS["archive"], LIST)
    log.note(asked)
    log.answer(asked, "Lists")
    assert log.last is not None
    assert log.last.argument == "Lists"
    log.note(later)
    log.answer(asked, "Trash")
    assert log.last is later


def in_lists(mail) -> int:
    box = next(b for b in reading.mailboxes(mail) if (b.account, b.name.raw) == ("alice", "Lists"))
    return len(view_ids(mail.store, reading.mailbox_view(mail, box.id)))


async def test_a_move_goes_to_the_same_place_again_without_asking(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("m")
        await sees(pilot, "Move to mailbox")
        await pilot.press(*"lists", "enter")
        await until(pilot, lambda: in_lists(mail) == 1)
        await pilot.press("j", ".")
        await until(pilot, lambda: in_lists(mail) == 2)
        assert not app.desk.overlays.is_open


async def test_a_deed_is_repeated_from_the_reader(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s", "j", "enter")
        await until(pilot, lambda: app.desk.active is Part.READER)
        await pilot.press(".")
        await until(pilot, lambda: all(row.is_flagged for row in app.desk.list.visible_rows()[:2]))


async def test_a_count_with_repeat_takes_the_place_of_the_first(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: len(app.desk.session.contents.ids) == 64)
        await pilot.press("3", ".")
        await until(pilot, lambda: len(app.desk.session.contents.ids) == 61)
