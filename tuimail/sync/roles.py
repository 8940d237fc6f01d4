"""Which mailbox is for what: the person's choice, then the server's word. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from tuimail.model.account import Account
from tuimail.model.mailbox import ASKED_ROLES, INBOX, ListedMailbox, Role, canonical_name
from tuimail.model.places import roles_by_name

from .remote import RemoteMailbox


def with_roles(account: Account, mailboxes: Sequence[RemoteMailbox]) -> list[ListedMailbox]:
    """Return the mailboxes to list, each role given to one mailbox at most."""
    listed = [
        ListedMailbox(canonical_name(m.name), m.delimiter, m.role, m.is_selectable, m.is_subscribed)
        for m in mailboxes
    ]
    if all(one.name != INBOX for one in listed):
        # RFC 9051 section 5.1: every account has one, whatever LIST says.
        listed.insert(0, ListedMailbox(INBOX, "", Role.INBOX, is_selectable=True))
    roles = roles_by_name(account, listed)
    return [replace(one, role=roles.get(one.name)) for one in listed]


def missing_roles(listed: Sequence[ListedMailbox]) -> list[Role]:
    """Return the roles that daily work needs and no mailbox has.

    Where all mail lies in one mailbox, as with Gmail, archiving is leaving the others.
    """
    present = {one.role for one in listed}
    if Role.ALL in present:
        present.add(Role.ARCHIVE)
    return [role for role in ASKED_ROLES if role not in present]
