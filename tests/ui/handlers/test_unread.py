"""The next unread mail beyond the list shown: in other mailboxes, in other accounts."""

from collections.abc import Iterable

import pytest

from tests.ui.screens import app_over, line, put, raw_mail, sees, until
from tuimail.model.ids import AccountName, MailboxId
from tuimail.services import reading, triage
from tuimail.services.mail import Mail
from tuimail.ui.render.panes import Part
from tuimail.ui.render.tree import EntryKind, TreeEntry, next_to_read


def entry(number: int, account: str, unread: int) -> TreeEntry:
    return TreeEntry(
        EntryKind.MAILBOX,
        reading.ours(f"Box {number}"),
        number=unread,
        mailbox_id=MailboxId(number),
        account=AccountName(account),
    )


TREE = [
    TreeEntry(EntryKind.ALL_INBOXES, reading.ours("All inboxes"), number=9),
    entry(1, "a", 0),
    entry(2, "a", 3),
    entry(3, "b", 1),
    entry(4, "c", 2),
    entry(5, "c", 4),
]


@pytest.mark.parametrize(
    ("shown", "account", "found"),
    [
        ([1], "a", 2),
        ([2], "a", 3),
        ([2, 3], "a", 4),
        ([3], "b", 4),
        ([5], "c", 4),
        ([4, 5], "c", 2),
        ([2, 3, 4, 5], "a", None),
        ([9], "gone", 2),
    ],
)
def test_the_account_at_hand_is_read_first_then_those_after_it(
    shown: Iterable[int], account: str, found: int | None
) -> None:
    read = {MailboxId(one) for one in shown}
    then = next_to_read(TREE, read, AccountName(account))
    assert (then.mailbox_id if then else None) == found


def read_all(mail: Mail, but: int = 0) -> None:
    """Mark the inboxes read, all but the newest mails."""
    view = reading.unified_inbox(mail)
    triage.mark_read(mail, view, reading.view_ids(mail, view)[but:])


async def test_the_next_unread_mail_is_found_in_another_mailbox(mail):
    read_all(mail)
    old = raw_mail("bob", 30, subject="Old in a list")
    put(mail, "bob", "Lists", [raw_mail("bob", 20, subject="New in a list"), old])
    put(mail, "bob", "Junk", [raw_mail("bob", 21, subject="Rubbish")])
    put(mail, "bob", "Sent", [raw_mail("bob", 22, subject="Mine")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("tab")
        await sees(pilot, "gn goes on in bob / Lists (2)")
        await pilot.press("g", "n")
        await sees(pilot, "The next unread mail is in bob / Lists (2).")
        assert app.desk.list.cursor_row.subject.raw == "New in a list"
        assert "bob / Lists" in line(app, Part.STATUS)
        await pilot.press("g", "n")
        await until(pilot, lambda: app.desk.list.cursor_row.subject.raw == "Old in a list")


async def test_keys_typed_ahead_of_another_mailbox_act_there(mail):
    read_all(mail)
    put(mail, "bob", "Lists", [raw_mail("bob", 20, subject="In a list")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "n", "enter")
        await until(pilot, lambda: app.desk.reader.row is not None)
        assert app.desk.reader.row.subject.raw == "In a list"


async def test_what_is_unread_here_comes_first(mail):
    read_all(mail, but=2)
    put(mail, "bob", "Lists", [raw_mail("bob", 20, subject="In a list")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "n")
        await until(pilot, lambda: app.desk.list.model.cursor == 1)
        assert app.desk.session.is_unified


async def test_where_nothing_is_unread_that_is_said(mail):
    read_all(mail)
    put(mail, "bob", "Junk", [raw_mail("bob", 21, subject="Rubbish")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g", "n")
        await sees(pilot, "Everything has been read, in all mailboxes.")


async def test_in_the_tree_the_cursor_goes_from_unread_to_unread(mail):
    put(mail, "bob", "Lists", [raw_mail("bob", 20, subject="In a list")])
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("alt+w", "tab")
        tree = app.desk.mailboxes
        met = []
        for _ in range(4):
            met.append((tree.cursor_entry.account, tree.cursor_entry.text))
            await pilot.press("tab")
        assert met[:3] == [("alice", "Inbox"), ("bob", "Inbox"), ("bob", "Lists")]
        assert met[3] == met[0]
