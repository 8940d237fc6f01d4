"""Where mail goes that is put away."""

import pytest

from tests.store.makers import WORK, arrival, box_id, view
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.services import reading, triage
from tuimail.store.mailboxes import mailbox_named, put_mailboxes
from tuimail.store.messages import put_messages
from tuimail.store.operations import pending


def list_mailboxes(mail, *boxes: tuple[str, Role | None]) -> None:
    listed = [ListedMailbox(name, "/", role, is_selectable=True) for name, role in boxes]
    put_mailboxes(mail.store, WORK, listed)
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(1)])


def archived_to(mail) -> str:
    inbox = view(box_id(mail.store, "INBOX"))
    [row] = reading.rows(mail, inbox, reading.view_ids(mail, inbox))
    triage.archive(mail, [row.ref])
    return pending(mail.store)[0].destination


def test_mail_is_archived_to_where_all_mail_lies_when_there_is_no_archive(mail):
    list_mailboxes(mail, ("INBOX", Role.INBOX), ("[Gmail]/All Mail", Role.ALL))
    assert archived_to(mail) == "[Gmail]/All Mail"


def test_an_archive_goes_before_the_mailbox_of_all_mail(mail):
    list_mailboxes(mail, ("INBOX", Role.INBOX), ("All", Role.ALL), ("Old", Role.ARCHIVE))
    assert archived_to(mail) == "Old"


def test_without_either_it_is_said_what_is_missing(mail):
    list_mailboxes(mail, ("INBOX", Role.INBOX), ("Work", None))
    assert mailbox_named(mail.store, WORK, "Work") is not None
    with pytest.raises(triage.MissingRole):
        archived_to(mail)
