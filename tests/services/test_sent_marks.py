"""What became of mail is said in lists: what is known here, else what another program marked."""

from dataclasses import replace

import pytest

from tests.outbox.reports import sample
from tests.outbox.test_reporting import send
from tests.store.makers import arrival, box_id, view
from tuimail.model.flags import Flag
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingState
from tuimail.services import reading
from tuimail.services.mail import Mail
from tuimail.services.sent_marks import marked
from tuimail.store.messages import Arrival, put_messages


def put(mail: Mail, copy: Arrival) -> MessageRow:
    """Put a copy into Sent; return its row."""
    box = box_id(mail.store, "Sent")
    put_messages(mail.store, box, [copy])
    shown = view(box)
    (row,) = reading.rows(mail, shown, reading.view_ids(mail, shown))
    return row


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({Flag.DELIVERED}, OutgoingState.DELIVERED),
        ({Flag.NOT_DELIVERED}, OutgoingState.BOUNCED),
        ({Flag.DELIVERED, Flag.NOT_DELIVERED}, OutgoingState.BOUNCED),
        ({Flag.SEEN}, None),
    ],
)
def test_the_mark_of_another_program_is_shown_where_nothing_is_known(mail, flags, state) -> None:
    (row,) = marked(mail, [put(mail, arrival(1, *flags))])
    assert row.became is state
    assert not row.is_dealt_with or state is not None


def test_what_is_known_here_counts_for_more(mail) -> None:
    one = sample("Postfix failed", "one")
    send(mail.store, one.sent)
    known = put(mail, arrival(1, Flag.NOT_DELIVERED, message_id=one.sent.message_id))
    (row,) = marked(mail, [known])
    assert row == replace(known, became=OutgoingState.ACCEPTED)
