"""A list is behind where somebody else changed its mailboxes, and not by what is done here."""

import pytest

from tests.store.makers import arrival, box_id
from tuimail.model.ids import MailboxId, MessageRef, RowId
from tuimail.services import reading, splits, triage
from tuimail.services.freshness import Freshness
from tuimail.services.mail import Mail
from tuimail.store import split_members
from tuimail.store.database import open_store
from tuimail.store.lists import view_ids
from tuimail.store.messages import put_messages


class Desk:
    """A list of the inbox that was read whole."""

    def __init__(self, mail: Mail) -> None:
        self.mail, self.freshness = mail, Freshness()
        self.inbox = box_id(mail.store, "INBOX")
        put_messages(mail.store, self.inbox, [arrival(n) for n in (1, 2, 3)])
        self.view = reading.mailbox_view(mail, self.inbox)
        self.freshness.was_read(reading.mailboxes(mail))

    def delete_first(self) -> None:
        first = RowId(view_ids(self.mail.store, self.view)[0])
        triage.delete(self.mail, [MessageRef(first, self.inbox)])

    def is_behind(self, *shown: MailboxId) -> bool:
        return self.freshness.is_behind(reading.mailboxes(self.mail), shown)


@pytest.fixture
def desk(mail: Mail) -> Desk:
    return Desk(mail)


def arrive_elsewhere(desk: Desk, mailbox: str) -> None:
    """Have a mail come in another process."""
    other = open_store(desk.mail.profile.data_dir)
    put_messages(other, box_id(other, mailbox), [arrival(9)])
    other.close()


def test_what_is_done_here_leaves_the_list_fresh(desk: Desk) -> None:
    assert not desk.is_behind()
    desk.freshness.deed(desk.mail, desk.delete_first)
    assert not desk.is_behind()
    assert not desk.is_behind(desk.inbox)


def test_a_mail_that_comes_leaves_behind_the_lists_of_its_mailbox(desk: Desk) -> None:
    arrive_elsewhere(desk, "Archive")
    assert desk.is_behind()
    assert desk.is_behind(box_id(desk.mail.store, "Archive"))
    assert not desk.is_behind(desk.inbox)


def test_what_another_process_did_before_and_after_a_deed_is_noticed(desk: Desk) -> None:
    arrive_elsewhere(desk, "INBOX")
    desk.freshness.deed(desk.mail, desk.delete_first)
    assert desk.is_behind(desk.inbox)
    desk.freshness.was_read(reading.mailboxes(desk.mail))
    desk.freshness.deed(desk.mail, desk.delete_first)
    assert not desk.is_behind(desk.inbox)


def test_what_another_process_does_in_the_midst_of_a_deed_is_noticed(desk: Desk) -> None:
    def both() -> None:
        desk.delete_first()
        arrive_elsewhere(desk, "INBOX")

    desk.freshness.deed(desk.mail, both)
    assert desk.is_behind(desk.inbox)


def test_a_deed_that_fails_has_changed_nothing_unseen(desk: Desk) -> None:
    def half() -> None:
        desk.delete_first()
        raise LookupError

    with pytest.raises(LookupError):
        desk.freshness.deed(desk.mail, half)
    assert not desk.is_behind(desk.inbox)


def test_a_list_that_was_read_in_the_midst_of_a_deed_is_read_again(desk: Desk) -> None:
    def and_read() -> None:
        desk.freshness.was_read(reading.mailboxes(desk.mail))
        desk.delete_first()

    desk.freshness.deed(desk.mail, and_read)
    assert desk.is_behind(desk.inbox)


def test_mails_that_are_told_apart_anew_leave_their_list_behind(desk: Desk) -> None:
    splits.add(desk.mail, "Alice", "from:alice")
    while split_members.step(desk.mail.store):
        pass
    assert desk.is_behind(desk.inbox)


def test_threads_made_one_leave_behind_the_list_that_folds_them(desk: Desk) -> None:
    other = open_store(desk.mail.profile.data_dir)
    both = ("m1@host.example", "m2@host.example")
    put_messages(other, box_id(other, "Archive"), [arrival(9, references=both)])
    other.close()
    assert desk.is_behind(desk.inbox)
