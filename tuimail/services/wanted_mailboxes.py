"""Mailboxes that mail goes into before they are there: made once their server is reached."""

from tuimail.errors import UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import INBOX, MailboxRow
from tuimail.model.safe import safe_line
from tuimail.store.mailboxes import mailbox_named, want_mailbox

from . import reading
from .mail import Mail


def ensured(mail: Mail, account: AccountName, name: str, delimiter: str) -> MailboxRow:
    """Return a mailbox of this name, to be made where there is none; durable, no server is asked.

    Raises:
        UserError: it only holds other mailboxes, or is read-only.
    """
    if mailbox_named(mail.store, account, name) is None:
        want_mailbox(mail.store, account, name, delimiter)
    row = mailbox_named(mail.store, account, name)
    if row is None or not row.is_selectable:
        raise UserError(f"{safe_line(name, 80)} only holds other mailboxes, no messages.")
    if row.is_read_only:
        raise UserError(f"{safe_line(name, 80)} is read-only on the server.")
    return row


def beside_others(mail: Mail, account: AccountName, name: str) -> tuple[str, str]:
    """Return the full name of a mailbox at the top, and the delimiter there.

    Below INBOX where all others lie there (Courier, Cyrus).
    """
    rows = [row for row in reading.mailboxes(mail, account) if row.name.raw.upper() != INBOX]
    delimiter = next((row.delimiter for row in rows if row.delimiter), "")
    prefix = f"{INBOX}{delimiter}"
    is_below = delimiter and all(row.name.raw.startswith(prefix) for row in rows)
    return (f"{prefix}{name}" if is_below else name), delimiter
