"""What came back about a sent mail: the reports, and the mails they came in."""

from tuimail.model.ids import MessageKey, OutgoingId, public_id
from tuimail.model.message import MessageRow
from tuimail.model.reported import Reported
from tuimail.store.report_rows import reported_of

from . import reading
from .mail import Mail


def reported(mail: Mail, outgoing_id: OutgoingId) -> Reported:
    """Return what came back about a mail, and whether anything can."""
    return reported_of(mail.store, outgoing_id)


def report_mail(mail: Mail, key: MessageKey) -> MessageRow:
    """Return the mail a report came in, wherever it lies by now. Raises NotFound."""
    return reading.row_of_id(mail, public_id(key))[0]
