"""Providers that put a copy of what is sent into Sent by themselves."""

from dataclasses import dataclass
from typing import Final

from tuimail.model.account import Account, SaveSent


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


def is_copy_left_to_server(account: Account, is_gmail: bool | None) -> bool:
    """Whether no copy of a sent mail is to be made here.

    `is_gmail` is what the server of retrieval says of itself (X-GM-EXT-1), whatever its name; None
    where it was not asked yet. Both servers must be the provider's: another one files nothing here.
    """
    if account.save_sent is not SaveSent.AUTO or account.smtp is None or account.imap is None:
        return account.save_sent is SaveSent.NO
    smtp, imap = account.smtp.host.lower(), account.imap.host.lower()
    if smtp in GMAIL.smtp:
        return imap in GMAIL.imap if is_gmail is None else is_gmail
    return smtp in MICROSOFT.smtp and imap in MICROSOFT.imap
