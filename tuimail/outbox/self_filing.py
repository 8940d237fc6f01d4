"""Providers that put a copy of what is sent into Sent by themselves."""

from dataclasses import dataclass
from typing import Final

from tuimail.model.account import Account, SaveSent
from tuimail.model.outgoing import Remark


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider takes mail, and where the mailboxes are that it then files it in."""

    smtp: frozenset[str]
    imap: frozenset[str]


GMAIL: Final = Provider(
    frozenset({"smtp.gmail.com", "smtp.googlemail.com"}),
    frozenset({"imap.gmail.com", "imap.googlemail.com"}),
)
"""Not smtp-relay.gmail.com: what goes through the relay is filed nowhere."""
MICROSOFT: Final = Provider(
    frozenset({"smtp.office365.com", "smtp-mail.outlook.com", "smtp.live.com"}),
    frozenset({"outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com"}),
)
"""Exchange Online files what is submitted since MessageCopyForSMTPClientSubmissionEnabled."""


def why_no_copy(account: Account, is_gmail: bool | None) -> Remark | None:
    """Return why no copy of a sent mail is to be made here; None where one is.

    `is_gmail` is what the server of retrieval says of itself (X-GM-EXT-1), whatever its name; None
    where it was not asked yet. Both servers must be the provider's: another one files nothing here.
    """
    if account.retrieval is None or account.save_sent is SaveSent.NO:
        return Remark.NO_COPY_WANTED
    if account.save_sent is SaveSent.YES or account.smtp is None or account.imap is None:
        return None  # where mail comes by POP3, Sent is here
    smtp, imap = account.smtp.host.lower(), account.imap.host.lower()
    files_itself = smtp in MICROSOFT.smtp and imap in MICROSOFT.imap
    if smtp in GMAIL.smtp:
        files_itself = imap in GMAIL.imap if is_gmail is None else is_gmail
    return Remark.LEFT_TO_SERVER if files_itself else None
