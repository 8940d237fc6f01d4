"""A receipt is sent when a person says so, once, and never otherwise."""

import pytest

from tests.mime.test_receipt import ASKING
from tests.store.makers import HOME, arrival, box_id, view
from tuimail.errors import NotFound, UserError
from tuimail.mime.render import searchable_text
from tuimail.model.message import MessageRow
from tuimail.services import delivery, reading, receipts
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.messages import put_messages
from tuimail.store.outgoing import bytes_of, sender_of


def received(mail: Mail, raw: bytes = ASKING, box: str = "INBOX", *flags: str) -> MessageRow:
    """Put a mail into a mailbox of the second account; return its row."""
    put_messages(mail.store, box_id(mail.store, box, HOME), [arrival(1, *flags)])
    row = shown(mail, box)
    put_body(mail.store, row.key, raw, searchable_text(raw))
    return row


def shown(mail: Mail, box: str = "INBOX") -> MessageRow:
    one = view(box_id(mail.store, box, HOME))
    (row,) = reading.rows(mail, one, reading.view_ids(mail, one))
    return row


def test_a_yes_sends_one_receipt_without_a_return_address(mail) -> None:
    sent = receipts.send_receipt(mail, received(mail))
    row = delivery.show(mail, sent)
    assert [one.address for one in row.recipients] == ["ada@far.example"]
    assert (row.account, sender_of(mail.store, sent)) == (HOME, "")
    assert b"Final-Recipient: rfc822;me@home.example" in bytes_of(mail.store, sent)
    assert "$MDNSent" in shown(mail).flags
    with pytest.raises(UserError):
        receipts.send_receipt(mail, shown(mail))
    assert len(delivery.outbox(mail)) == 1


def test_a_no_sends_nothing_and_is_remembered(mail) -> None:
    receipts.decline_receipt(mail, received(mail))
    assert receipts.asked(mail, shown(mail)) is None
    assert list(delivery.outbox(mail)) == []
    with pytest.raises(UserError):
        receipts.decline_receipt(mail, shown(mail))


@pytest.mark.parametrize(
    ("raw", "box", "flags"),
    [
        (ASKING, "Junk", ()),
        (ASKING, "Sent", ()),
        (ASKING, "INBOX", ("$MDNSent",)),
        (ASKING, "INBOX", ("$mdnsent",)),
        (ASKING.replace(b"From: Ada <ada@far.example>", b"From: me@home.example"), "INBOX", ()),
    ],
    ids=["junk", "sent", "another program did", "however it is spelled", "one's own"],
)
def test_nobody_is_asked_about_these(mail, raw, box, flags) -> None:
    assert receipts.asked(mail, received(mail, raw, box, *flags)) is None


def test_what_is_not_here_cannot_be_answered(mail) -> None:
    put_messages(mail.store, box_id(mail.store, "INBOX", HOME), [arrival(1)])
    with pytest.raises(NotFound):
        receipts.send_receipt(mail, shown(mail))
