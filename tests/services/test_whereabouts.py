"""A mail that was left open is found where it lies by now."""

from dataclasses import replace

from tests.store.makers import arrival, box_id, view
from tuimail.model.ids import MessageKey
from tuimail.model.safe import Untrusted
from tuimail.services import reading, triage
from tuimail.services.whereabouts import row_again
from tuimail.store.messages import put_messages


def placed(mail, name):
    box = box_id(mail.store, name)
    put_messages(mail.store, box, [arrival(1)])
    return box


def shown_in(mail, box):
    (row,) = reading.rows(mail, view(box), reading.view_ids(mail, view(box)))
    return row


def test_a_mail_that_lies_in_two_mailboxes_is_found_again_in_the_one_it_was_read_in(mail):
    for box in [placed(mail, name) for name in ("INBOX", "Archive")]:
        again = row_again(mail, shown_in(mail, box))
        assert again is not None
        assert again.mailbox_id == box


def test_a_mail_inside_of_another_lies_where_that_one_lies_by_now(mail):
    inbox = placed(mail, "INBOX")
    outer = shown_in(mail, inbox)
    inner = replace(outer, key=MessageKey(7), inside_of=outer.key, subject=Untrusted("inner"))
    assert row_again(mail, inner).ref == outer.ref
    triage.archive(mail, [outer.ref])
    again = row_again(mail, inner)
    assert again.mailbox_id == box_id(mail.store, "Archive")
    assert (again.key, again.subject.raw) == (inner.key, "inner")
    triage.delete(mail, [again.ref])
    assert row_again(mail, inner).mailbox_id == box_id(mail.store, "Trash")
