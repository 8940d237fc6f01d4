"""Which mailbox is for what, and which ones a person means by a word: one rule for everybody."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from .account import Account
from .ids import AccountName
from .mailbox import INBOX, ListedMailbox, MailboxRow, Role

ROLE_WORDS: Final = {
    "spam": Role.JUNK,
    "bin": Role.TRASH,
    "deleted": Role.TRASH,
    "draft": Role.DRAFTS,
    "archived": Role.ARCHIVE,
}
"""What people call a role besides its name."""


def roles_by_name(account: Account, listed: Sequence[ListedMailbox]) -> dict[str, Role]:
    """Return the role of each mailbox that has one; no role is given twice."""
    holders = ((holder_of(account, listed, role), role) for role in Role)
    return {name: role for name, role in holders if name is not None}


def holder_of(account: Account, listed: Sequence[ListedMailbox], role: Role) -> str | None:
    """Return the name of the mailbox for a role: the person's choice, else the server's word.

    A choice that is not listed counts where the server has none: it may have been made just now.
    """
    if role is Role.INBOX:
        return INBOX
    usable = [one for one in listed if one.is_selectable and one.name != INBOX]
    chosen = account.mailbox_for(role)
    if any(one.name == chosen for one in usable):
        return chosen
    other_choices = {name for _, name in account.mailboxes}
    by_server = (one.name for one in usable if one.role is role)
    return next((name for name in by_server if name not in other_choices), chosen)


class Places:
    """Mailboxes, to be found by the words people have for them."""

    def __init__(self, rows: Iterable[MailboxRow]) -> None:
        """`rows` with the roles that count (`roles_by_name`)."""
        self._by_account: dict[AccountName, list[MailboxRow]] = {}
        for row in rows:
            self._by_account.setdefault(row.account, []).append(row)

    def named(self, word: str) -> list[MailboxRow]:
        """Return what a word means in each account: a name, a role, or `account/name`.

        The exact name comes first, then the role, then the name in any case. Only a word that
        means nothing so is looked for as the last part of a name.
        """
        found = [row for rows in self._by_account.values() for row in _meant(rows, word)]
        folded = word.casefold()
        return found or [row for row in self._every() if row.leaf.raw.casefold() == folded]

    def word_for(self, row: MailboxRow) -> str | None:
        """Return the shortest word that means this mailbox and no other; None if there is none."""
        name = row.name.raw
        words = (name, f"{row.account}/{name}")
        return next((word for word in words if self.named(word) == [row]), None)

    def with_role(self, role: Role) -> list[MailboxRow]:
        """Return the mailbox for a role of each account that has one."""
        return [row for row in self._every() if row.role is role]

    def of_account(self, word: str) -> list[MailboxRow]:
        """Return the mailboxes of the account of this name, in any case."""
        folded = word.casefold()
        return [row for row in self._every() if row.account.casefold() == folded]

    def _every(self) -> list[MailboxRow]:
        return [row for rows in self._by_account.values() for row in rows]


def _meant(rows: Sequence[MailboxRow], word: str) -> list[MailboxRow]:
    folded = word.casefold()
    tests: tuple[Callable[[MailboxRow], bool], ...] = (
        lambda row: row.name.raw == word,
        lambda row: row.role == folded,
        lambda row: row.name.raw.casefold() == folded,
        lambda row: row.role is not None and row.role is ROLE_WORDS.get(folded),
        lambda row: f"{row.account}/{row.name.raw}".casefold() == folded,
    )
    return next((hits for test in tests if (hits := list(filter(test, rows)))), [])
