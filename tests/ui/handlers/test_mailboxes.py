"""Mailboxes made, renamed, deleted, subscribed to and emptied through the keys."""

from unicodedata import bidirectional, category

import pytest

from tests.hostile.mails import hostile_mailbox_names
from tests.ui.screens import MAILBOXES, Link, app_over, put, raw_mail, sees, shown, until
from tuimail.errors import NetworkError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox
from tuimail.model.offline import DEFAULT, EVERYTHING, HEADERS_ONLY
from tuimail.model.operation import OperationState
from tuimail.services import operations
from tuimail.store.mailboxes import mailbox_named, put_mailboxes
from tuimail.store.operations import finish_many as refuse
from tuimail.ui.render.panes import Part
from tuimail.ui.render.tree import EntryKind


async def to_mailbox(pilot, name: str) -> None:
    """Put the tree's cursor on a mailbox of alice."""
    desk = pilot.app.desk
    await until(pilot, lambda: Link.current is not None)
    desk.activate(Part.MAILBOXES)
    index = next(
        i for i, entry in enumerate(desk.mailboxes.entries)
        if entry.text == name and entry.account == "alice"
    )  # fmt: skip
    desk.mailboxes.move_to(index)
    await pilot.pause()


async def typed(pilot, text: str) -> None:
    await pilot.press("ctrl+u", *("space" if c == " " else c for c in text), "enter")


async def test_a_mailbox_is_made_in_the_account_under_the_cursor(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        await pilot.press("A")
        await sees(pilot, "New mailbox in alice")
        await typed(pilot, "Plans")
        await sees(pilot, "Plans is there now.")
        assert "create alice Plans" in Link.wishes


async def test_a_mailbox_is_renamed_and_what_it_was_for_is_kept(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        await pilot.press("r")
        await sees(pilot, "New name of Lists: Lists")
        await typed(pilot, "Papers")
        await sees(pilot, "Lists is called Papers now.")
        assert "rename alice Lists Papers" in Link.wishes


async def test_deleting_asks_with_what_goes_and_no_leaves_it(mail):
    put(mail, "alice", "Lists", [raw_mail("alice", n) for n in range(200, 203)])
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        await pilot.press("D")
        await sees(pilot, "Delete Lists with 3 messages from the server for ever? No undo.")
        await pilot.press("n", "D")
        await sees(pilot, "Delete Lists")
        assert not [wish for wish in Link.wishes if wish.startswith("delete")]
        await pilot.press("y")
        await sees(pilot, "Lists is deleted.")
        assert "delete alice Lists" in Link.wishes


async def test_the_inbox_is_shown_again_when_what_is_shown_is_deleted(mail, monkeypatch):
    async def change(self, account, change) -> None:
        left = [ListedMailbox(n, "/", role, True) for n, role in MAILBOXES if n != change.name]
        put_mailboxes(mail.store, account, left)

    monkeypatch.setattr(Link, "change_mailbox", change)
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        await pilot.press("enter")
        await sees(pilot, "alice / Lists")
        app.desk.invoke("mailbox.delete")
        await sees(pilot, "Delete Lists from the server for ever?")
        await pilot.press("y")
        await sees(pilot, "Lists is deleted.")
        await until(pilot, lambda: app.desk.session.is_unified)


@pytest.mark.parametrize("opens", [False, True])
async def test_after_a_deletion_the_cursor_is_on_a_neighbour_and_keeps_the_keys(
    mail, opens, monkeypatch
):
    async def change(self, account, change) -> None:
        left = [ListedMailbox(n, "/", role, True) for n, role in MAILBOXES if n != change.name]
        put_mailboxes(mail.store, account, left)

    monkeypatch.setattr(Link, "change_mailbox", change)
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")  # the last one of its account
        if opens:
            await pilot.press("enter")
            await sees(pilot, "alice / Lists")
            await to_mailbox(pilot, "Lists")
        await pilot.press("D")
        await sees(pilot, "Delete Lists")
        await pilot.press("y")
        await sees(pilot, "Lists is deleted.")
        await until(pilot, lambda: not app.desk.held_keys)
        await until(pilot, lambda: app.desk.session.is_unified)
        entry = app.desk.mailboxes.cursor_entry
        assert (entry.account, entry.text) == ("alice", "Trash")
        assert app.desk.active is Part.MAILBOXES


async def test_the_inbox_is_neither_renamed_nor_deleted_nor_emptied(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Inbox")
        await pilot.press("r")
        await sees(pilot, "The inbox cannot be renamed")
        await pilot.press("D")
        await sees(pilot, "The inbox cannot be deleted")
        await pilot.press("E")
        await sees(pilot, "INBOX is not emptied: only Trash and Junk are.")


async def test_a_server_out_of_reach_is_said_and_nothing_is_changed(mail, monkeypatch):
    async def refuse(self, account, change) -> None:
        raise NetworkError("north.example cannot be reached.")

    monkeypatch.setattr(Link, "change_mailbox", refuse)
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        await pilot.press("s")
        await sees(pilot, "Lists was not unsubscribed from: north.example cannot be reached.")
        assert mailbox_named(mail.store, AccountName("alice"), "Lists").is_subscribed


async def test_emptying_trash_asks_and_waits_as_one_change(mail):
    put(mail, "alice", "Trash", [raw_mail("alice", n) for n in range(100, 105)])
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Trash")
        await pilot.press("E")
        await sees(pilot, "Remove all 5 mails of Trash from the server for ever? No undo.")
        await pilot.press("y")
        await sees(pilot, "5 messages of Trash removed for ever")
        assert Link.wishes[-1] == "push"
        [one] = operations.operations(app.desk.session.mail)
        assert (one.count, one.mailbox) == (5, "Trash")
        await pilot.press("u")
        await sees(pilot, "Cannot be undone: 5 messages of Trash removed for ever")
        await pilot.press("u")
        await sees(pilot, "There is nothing to undo.")
        app.desk.invoke("operations")
        await sees(pilot, "5 messages: remove from Trash for ever")
        await pilot.press("enter")
        await sees(pilot, "Give this up?")
        await pilot.press("y")
        await sees(pilot, "Given up: 5 messages")
        app.desk.invoke("operations")
        await sees(pilot, "Nothing waits")
        await pilot.press("E")
        await sees(pilot, "Remove all 5 mails")


async def test_one_mail_that_waits_is_named_by_its_subject_and_a_refusal_by_its_reason(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        await pilot.press("s", "j", "e")
        await sees(pilot, "moved to Archive")
        [flagged, moved] = operations.operations(app.desk.session.mail)
        refuse(mail.store, [moved.first], OperationState.REFUSED, "No room\x1b[2J left")
        app.desk.invoke("operations")
        await sees(pilot, f"“{flagged.subject.raw}”: to be flagged in INBOX")
        await sees(pilot, "refused: No room")
        await pilot.press("down", "enter")
        await sees(pilot, "Refused, “Mail bob 0”: move from INBOX to Archive: No room")


async def test_a_mailbox_is_marked_read_and_undo_brings_it_back(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Inbox")
        await pilot.press("g", "A")
        await sees(pilot, "60 messages marked as read")
        assert "u takes it back" in shown(app)


@pytest.mark.parametrize("in_tree", [True, False])
async def test_all_inboxes_are_marked_read_at_once(mail, in_tree):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        if in_tree:
            app.desk.activate(Part.MAILBOXES)
            assert app.desk.mailboxes.cursor_entry.kind is EntryKind.ALL_INBOXES
        app.desk.invoke("mailbox.read")
        await sees(pilot, "65 messages marked as read")


async def test_what_is_read_of_several_mailboxes_is_marked_though_it_is_filtered(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("\\", *"subject:bob", "enter")
        await sees(pilot, "1/5")
        app.desk.invoke("mailbox.read")
        await sees(pilot, "65 messages marked as read")


@pytest.mark.parametrize(("name", "is_asked"), [("Lists", True), ("local/Lists", False)])
async def test_no_server_is_said_to_be_asked_about_what_is_here(mail, name, is_asked):
    listed = [ListedMailbox(n, "/", role, True) for n, role in MAILBOXES]
    put_mailboxes(mail.store, AccountName("alice"), [*listed, ListedMailbox(name, "/", None, True)])
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        app.desk.invoke("mailbox.subscribe", argument=f"alice/{name}")
        await sees(pilot, f"{name} is")
        said = [sentence for _, sentence in app.desk.session.said]
        assert ("The server is asked …" in said) is is_asked


async def test_selected_mails_are_written_into_one_file(mail, tmp_path):
    app = app_over(mail)
    file = tmp_path / "three.mbox"
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("x", "x", "x", "g", "S")
        await sees(pilot, "Write 3 mails into")
        await typed(pilot, str(file))
        await sees(pilot, "3 mails written to")
    assert file.read_bytes().count(b"\nSubject: Mail") == 3


async def test_the_hint_line_offers_what_can_be_done_with_a_mailbox(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        await pilot.press("G")
        await sees(pilot, "A new")
        await sees(pilot, "r rename")
        await pilot.press("g", "g")
        await until(pilot, lambda: "r rename" not in shown(app))
        await sees(pilot, "gA all read")


async def test_how_much_of_a_mailbox_is_kept_here_is_chosen_and_written_down(mail):
    app = app_over(mail)
    async with app.run_test(size=(160, 50)) as pilot:
        await to_mailbox(pilot, "Lists")
        app.desk.invoke("mailbox.offline")
        await sees(pilot, "How much of Lists")
        await sees(pilot, "mail of the last 30 days")
        await pilot.press(*"30d", "enter")
        await sees(pilot, "Lists: mail of the last 30 days is kept here, and headers of all.")
        app.desk.invoke("mailbox.offline", argument="headers")
        await sees(pilot, "Lists: headers are kept here; a mail is fetched when it is opened.")
        alice = app.desk.session.mail.config.account("alice")
        assert alice.offline_of("Lists") == HEADERS_ONLY
        assert alice.offline_of("INBOX") == DEFAULT
        app.desk.invoke("mailbox.offline", argument="alice/Archive all")
        await sees(pilot, "Archive: all mail is kept here.")
        assert app.desk.session.mail.config.account("alice").offline_of("Archive") == EVERYTHING
        assert Link.wishes.count("reload") == 3
        app.desk.invoke("mailbox.offline", argument="90")
        await sees(pilot, "must be")
        assert Link.wishes.count("reload") == 3


async def test_hostile_names_are_asked_about_without_drawing(mail):
    hostile = [ListedMailbox(name, "/", None, True) for name in hostile_mailbox_names()]
    listed = [ListedMailbox(name, "/", role, True) for name, role in MAILBOXES]
    put_mailboxes(mail.store, AccountName("alice"), [*listed, *hostile])
    app = app_over(mail)
    async with app.run_test(size=(100, 60)) as pilot:
        await until(pilot, lambda: Link.current is not None)
        desk = app.desk
        named = [row for row in desk.session.contents.mailboxes if "canary" in row.name.raw]
        for row in named[::3]:
            desk.activate(Part.MAILBOXES)
            desk.mailboxes.move_to(index_of(desk, row.id))
            for action, words in (("delete", "No undo."), ("rename", "New name of")):
                desk.invoke(f"mailbox.{action}")
                await sees(pilot, words)
                assert not [c for c in shown(app).replace("\n", "") if is_acted_on(c)]
                await pilot.press("escape")
                await until(pilot, lambda words=words: words not in shown(app))


def is_acted_on(char: str) -> bool:
    """Whether a terminal acts on a character, or turns the direction of others."""
    return category(char) == "Cc" or bidirectional(char) in {"RLO", "LRO", "RLI", "LRI", "PDI"}


def index_of(desk, mailbox_id) -> int:
    entries = desk.mailboxes.entries
    return next(n for n, entry in enumerate(entries) if entry.mailbox_id == mailbox_id)
