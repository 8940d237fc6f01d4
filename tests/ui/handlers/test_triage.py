"""Sorting mail through the keys: what is taken back, and what is not hidden."""

from dataclasses import replace

from tests.ui.screens import MAILBOXES, app_over, line, put, raw_mail, sees, shown, until
from tuimail.model.flags import ANY_LABEL
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.services.mail import Mail
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes, put_sync_state, sync_state
from tuimail.ui.render.panes import Part


def make_labels_of_mailboxes(mail: Mail) -> None:
    """Have the mailboxes of alice be as at Gmail, with what is in Archive in All Mail."""
    alice = AccountName("alice")
    roles = dict(MAILBOXES) | {"Archive": Role.ALL}
    put_mailboxes(mail.store, alice, [ListedMailbox(n, "/", r, True) for n, r in roles.items()])
    for box in mailbox_rows(mail.store, alice):
        state = sync_state(mail.store, box.id)
        labels = state.permanent_flags | {ANY_LABEL}
        put_sync_state(mail.store, box.id, replace(state, permanent_flags=labels))


def subject(app) -> str:
    return app.desk.list.cursor_row.subject.raw


async def test_undo_after_deleting_in_the_reader_takes_the_deleting_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("d", "d")
        await sees(pilot, "Text of bob 0.")
        await until(pilot, lambda: "62 unread" not in shown(app) and "63 unread" in shown(app))
        await pilot.press("u")
        await sees(pilot, "Undone: 1 message moved to Trash")
        await until(pilot, lambda: "/65" in shown(app))


async def test_opening_a_mail_leaves_what_can_be_done_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "d", "d", "u")
        await sees(pilot, "Undone: 1 message moved to Trash")
        await pilot.press("g", "g", "enter")
        await sees(pilot, "Text of alice 0.")
        await until(pilot, lambda: "64 unread" in shown(app))
        await pilot.press("ctrl+r")
        await sees(pilot, "Done again: 1 message moved to Trash")


async def test_the_cursor_goes_to_what_undo_brought_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j", "2", "d", "d", "G")
        await sees(pilot, "63/63")
        await pilot.press("u")
        await sees(pilot, "3/65")
        assert subject(app) == "Mail alice 1"


async def test_deleting_in_trash_leaves_the_mail_in_sight_and_names_the_command(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "d", "d", "g", "x")
        await sees(pilot, "Trash of all accounts · 1/2")
        await pilot.press("d", "d")
        assert len(app.desk.list.model) == 2
        await sees(pilot, "It is in the trash already; :expunge removes it for ever")
        await until(pilot, lambda: subject(app) == "Mail alice 0")


async def test_a_label_is_seen_in_the_row_and_in_the_open_mail_and_removed_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        await pilot.press("t", *"urgent", "enter")
        await until(pilot, lambda: "#urgent" in line(app, Part.LIST))
        await until(pilot, lambda: "Labels #urgent" in shown(app))
        await pilot.press("t")
        await sees(pilot, "Label to add, or to remove: urgent")
        await pilot.press(*"URG", "tab", "enter")
        await until(pilot, lambda: "#urgent" not in shown(app))


async def test_a_label_of_other_case_is_the_same_label(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t", *"urgent", "enter")
        await until(pilot, lambda: "#urgent" in line(app, Part.LIST))
        await pilot.press("t", *"Urgent", "enter")
        await sees(pilot, "tag urgent removed")


async def test_a_label_of_several_words_is_put_on_and_taken_off_where_there_are_labels(mail):
    make_labels_of_mailboxes(mail)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t", *"two", "space", *"words", "enter")
        await sees(pilot, "1 message tagged two words")
        await until(pilot, lambda: "#two words" in line(app, Part.LIST))
        await pilot.press("t")
        await sees(pilot, "Label to add, or to remove: two words")
        await pilot.press(*"TWO", "tab", "enter")
        await sees(pilot, "tag two words removed")
        await until(pilot, lambda: "#two words" not in line(app, Part.LIST))


async def test_what_is_archived_already_stays_in_sight_in_a_search(mail):
    make_labels_of_mailboxes(mail)
    put(mail, "alice", "Archive", [raw_mail("alice", 90, subject="Long since put away")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"since", "enter")
        await until(pilot, lambda: "Long since put away" in line(app, Part.LIST))
        await pilot.press("e")
        await sees(pilot, "Not in the inbox: it is archived already")
        await until(pilot, lambda: "Long since put away" in line(app, Part.LIST))
