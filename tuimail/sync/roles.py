"""Which mailbox is for what: the person's choice, then the server's word. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tuimail.model.account import Account
from tuimail.model.mailbox import ASKED_ROLES, Role
from tuimail.store.mailboxes import ListedMailbox

from .remote import RemoteMailbox

INBOX: Final = "INBOX"


def with_roles(account: Account, mailboxes: Sequence[RemoteMailbox]) -> list[ListedMailbox]:
    """Return the mailboxes to list, each role given to one mailbox at most."""
    listed = [
        ListedMailbox(
            INBOX if m.name.upper() == INBOX else m.name, m.delimiter, m.role, m.is_selectable
        )
        for m in mailboxes
    ]
    if not any(_is_inbox(one) for one in listed):
        # RFC 9051 section 5.1: every account has one, whatever LIST says.
        listed.insert(0, ListedMailbox(INBOX, "", Role.INBOX, is_selectable=True))
    holders = {role: name for role in Role if (name := _holder(account, listed, role))}
    roles = {name: role for role, name in holders.items()}
    return [replace(one, role=roles.get(one.name)) for one in listed]


def missing_roles(listed: Sequence[ListedMailbox]) -> list[Role]:
    """Return the roles that daily work needs and no mailbox has."""
    present = {one.role for one in listed}
    return [role for role in ASKED_ROLES if role not in present]


def _holder(account: Account, listed: Sequence[ListedMailbox], role: Role) -> str | None:
    if role is Role.INBOX:
        return next(one.name for one in listed if _is_inbox(one))
    chosen = account.mailbox_for(role)
    usable = [one for one in listed if one.is_selectable and not _is_inbox(one)]
    if chosen is not None and any(one.name == chosen for one in usable):
        return chosen
    return next((one.name for one in usable if one.role is role), None)


def _is_inbox(one: ListedMailbox) -> bool:
    return one.name == INBOX
