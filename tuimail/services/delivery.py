"""What became of the mail a person sent: the outbox and each mail's history."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuimail.model.draft import Draft
from tuimail.model.outgoing import OutgoingEvent, OutgoingRow

if TYPE_CHECKING:
    from .mail import Mail


def outbox(mail: "Mail", *, all_mail: bool = False) -> Sequence[OutgoingRow]:
    """Return what is not final yet and what became final in the last 30 days (or all), newest first."""
    raise NotImplementedError


def show(mail: "Mail", outgoing_id: str) -> OutgoingRow:
    """Return one mail on its way; a unique beginning of the id is enough. Raises NotFound."""
    raise NotImplementedError


def history(mail: "Mail", outgoing_id: str) -> Sequence[OutgoingEvent]:
    """Return what happened to one mail, oldest first. Raises NotFound."""
    raise NotImplementedError


def retry(mail: "Mail", outgoing_id: str) -> OutgoingRow:
    """Send again, the same bytes, to those recipients who have not got it.

    An uncertain mail is sent again only by this verb, after the person's yes.

    Raises:
        NotFound: no such mail.
        UserError: there is nobody left to send to, or it is being sent just now.
    """
    raise NotImplementedError


def cancel(mail: "Mail", outgoing_id: str) -> OutgoingRow:
    """Give up on a mail that waits; raises UserError once the server may have it."""
    raise NotImplementedError


def take_back(mail: "Mail", outgoing_id: str) -> Draft:
    """Stop a mail in its undo window (or waiting) and return it as a draft again."""
    raise NotImplementedError


def trace(mail: "Mail", message_id: str) -> Sequence[OutgoingEvent]:
    """Return the history of the sent mail with this Message-ID or outgoing id. Raises NotFound."""
    raise NotImplementedError
