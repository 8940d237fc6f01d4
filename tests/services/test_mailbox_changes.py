"""What can be wished of mailboxes, and what is set for them when they are renamed."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.screens import MAILBOXES, fill
from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.errors import UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.safe import Untrusted
from tuimail.services import mailbox_changes, saved
from tuimail.services.mailbox_changes import mailbox_meant, renaming
from tuimail.services.renaming import follow_rename
from tuimail.store.mailboxes import put_mailboxes
from tuimail.store.saved_searches import put_saved_search

SET = """
[account.alice.mailboxes]
archive = "Old/Kept"
sent = "Older"

[account.alice.offline_mailboxes]
"Old" = "all"
"Old/Kept" = "headers"
"Older" = "headers"

[notify]
mailboxes = ["inbox", "alice/Old/Kept", "bob/Old"]
"""


@pytest.fixture
def mail(tmp_path: Path):
    one = fill(Profile.at(tmp_path / "profile"), messages=3)
    yield one
    one.close()


def named(mail, name: str):
    return replace(mailbox_meant(mail, "alice/Lists"), name=Untrusted(name))


def test_what_is_set_for_a_mailbox_follows_its_new_name(mail):
    file = mail.profile.config_file
    file.write_text(file.read_text() + SET)
    assert follow_rename(mail, named(mail, "Old"), "New")
    alice = load_config(mail.profile).account("alice")
    assert dict(alice.mailboxes) == {Role.ARCHIVE: "New/Kept", Role.SENT: "Older"}
    assert [name for name, _ in alice.offline_mailboxes] == ["Older", "New", "New/Kept"]
    assert load_config(mail.profile).notify.mailboxes == ("inbox", "alice/New/Kept", "bob/Old")
    before = file.read_text()
    assert not follow_rename(mail, named(mail, "Elsewhere"), "New")
    assert file.read_text() == before


@pytest.mark.parametrize(
    "name", ["", " ", "a\nb", "a\x1b[2J", "x" * 201, "a\u202eb", "Lists/below"]
)
def test_names_nobody_could_see_or_type_are_refused(mail, name):
    with pytest.raises(UserError):
        renaming(mailbox_meant(mail, "alice/Lists"), name)


def test_only_trash_and_junk_are_emptied(mail):
    for name in ("INBOX", "Lists", "Archive"):
        with pytest.raises(UserError, match="only Trash and Junk"):
            mailbox_changes.empty(mail, mailbox_meant(mail, f"alice/{name}"))
    assert mailbox_changes.empty(mail, mailbox_meant(mail, "alice/Junk")).count == 0


def test_what_a_mailbox_is_for_is_said_before_it_goes(mail):
    doomed = mailbox_changes.doomed_with(mail, mailbox_meant(mail, "alice/Sent"))
    assert doomed.question == ", which is for sent mail,"


def test_a_name_several_accounts_have_is_asked_about(mail):
    with pytest.raises(UserError, match="alice/Lists, bob/Lists"):
        mailbox_meant(mail, "Lists")


@pytest.mark.parametrize(
    ("name", "where"),
    [("local/Old", "from this computer"), ("localities", "from the server")],
)
def test_a_question_says_where_mails_would_be_gone_from(mail, name: str, where: str) -> None:
    assert mailbox_changes.from_where(mail, named(mail, name)) == where


def test_all_mail_of_an_account_without_imap_would_be_gone_from_here(mail) -> None:
    accounts = tuple(replace(one, imap=None) for one in mail.config.accounts)
    without = replace(mail, config=replace(mail.config, accounts=accounts))
    assert mailbox_changes.from_where(without, named(mail, "Trash")) == "from this computer"


def rename(mail, account: str, old: str, new: str) -> None:
    """Rename a mailbox, in the store as the server has it by then, and what is set for it."""
    row = mailbox_meant(mail, f"{account}/{old}")
    names = [(new if name == old else name, role) for name, role in MAILBOXES]
    put_mailboxes(
        mail.store, AccountName(account), [ListedMailbox(n, "/", role, True) for n, role in names]
    )
    follow_rename(mail, row, new)


def query_of(mail, name: str) -> str:
    return next(one.query for one in saved.saved_searches(mail) if one.name.raw == name)


@pytest.mark.parametrize(
    ("query", "now"),
    [
        ("in:alice/Lists x", "in:Papers x"),
        ("in:Lists x", "in:(Papers OR Lists) x"),
        ("in:bob/Lists x", "in:bob/Lists x"),
        ("in:archive Lists", "in:archive Lists"),
        ("in:nowhere", "in:nowhere"),
        ("in:Lists (never closed", "in:Lists (never closed"),
    ],
)
def test_a_search_that_is_kept_goes_on_meaning_the_mailbox(mail, query, now):
    put_saved_search(mail.store, "Mine", query)
    rename(mail, "alice", "Lists", "Papers")
    assert query_of(mail, "Mine") == now


def test_a_search_does_not_come_to_mean_a_mailbox_that_takes_its_word(mail):
    put_saved_search(mail.store, "Mine", "in:Papers")
    rename(mail, "bob", "Lists", "Papers")
    assert query_of(mail, "Mine") == "in:Papers"
    put_saved_search(mail.store, "Mine", "in:Papers")
    rename(mail, "alice", "Lists", "Papers")
    assert query_of(mail, "Mine") == "in:bob/Papers"


def test_words_for_new_mail_follow_with_and_without_the_account(mail):
    file = mail.profile.config_file
    file.write_text(
        file.read_text()
        + '\n[notify]\nmailboxes = ["inbox", "Lists", "Alice/Lists", "bob/Lists"]\n'
    )
    rename(mail, "alice", "Lists", "Papers")
    told = load_config(mail.profile).notify.mailboxes
    assert told == ("inbox", "Papers", "Lists", "Papers", "bob/Lists")
