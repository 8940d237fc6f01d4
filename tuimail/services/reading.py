"""What a person does who reads: mailboxes, lists, threads, one mail, its files."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tuimail.model.ids import AccountName, MailboxId, MessageKey, ThreadId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.message import MessageRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe
from tuimail.model.view import Grouping, View

from .mail import Mail


@dataclass(frozen=True, slots=True)
class Search:
    """A search ready to be shown."""

    view: View
    warnings: tuple[Safe, ...]


def mailboxes(mail: Mail, account: AccountName | None = None) -> list[MailboxRow]:
    """Return the mailboxes of one account or all, with the roles the person chose over the server's."""
    raise NotImplementedError


def mailbox_for_role(mail: Mail, account: AccountName, role: Role) -> MailboxRow | None:
    """Return the mailbox for a role: the person's choice, else what the server says, else None."""
    raise NotImplementedError


def mailbox_by_name(mail: Mail, name: str, account: AccountName | None = None) -> list[MailboxRow]:
    """Return mailboxes a person means by a name, a role (`trash`) or `account/name`."""
    raise NotImplementedError


def unified_inbox(mail: Mail, grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view over the inboxes of all accounts."""
    raise NotImplementedError


def mailbox_view(mail: Mail, mailbox_id: MailboxId, grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view of one mailbox. Raises NotFound."""
    raise NotImplementedError


def everything(grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view over every mailbox."""
    raise NotImplementedError


def search(mail: Mail, text: str, within: View | None = None) -> Search:
    """Return the search a text stands for, over everything or within a view.

    Raises:
        UserError: with a caret under the place that cannot be understood.
    """
    raise NotImplementedError


def search_view(mail: Mail, text: str, within: View | None = None) -> View:
    """Return `search(...).view`."""
    raise NotImplementedError


def view_ids(mail: Mail, view: View, limit: int | None = None) -> "array[int]":
    """Return the row ids of a view, newest first."""
    raise NotImplementedError


def rows(mail: Mail, view: View, row_ids: Sequence[int]) -> list[MessageRow]:
    """Return the rows of these ids; ids that are gone are left out."""
    raise NotImplementedError


def counts(mail: Mail, view: View) -> tuple[int, int]:
    """Return (total, unread)."""
    raise NotImplementedError


def row_of_id(mail: Mail, public_id: str) -> list[MessageRow]:
    """Return the places of the message people know by this id; raises NotFound."""
    raise NotImplementedError


def thread(mail: Mail, thread_id: ThreadId) -> list[MessageRow]:
    """Return the messages of a thread, oldest first."""
    raise NotImplementedError


def body(mail: Mail, key: MessageKey) -> bytes | None:
    """Return a mail's exact bytes, or None if they are not here yet."""
    raise NotImplementedError


def rendered(mail: Mail, key: MessageKey, *, prefer_html: bool = False) -> RenderedMail | None:
    """Return a mail as a reader shows it, or None if its bytes are not here yet."""
    raise NotImplementedError


def save_part(mail: Mail, key: MessageKey, number: str, folder: Path) -> Path:
    """Write a part of a mail into a folder under a safe, unused name; return where.

    Raises:
        NotFound: the mail's bytes are not here, or it has no such part.
        StoreError: it cannot be written there.
    """
    raise NotImplementedError


def server_uid(mail: Mail, row: MessageRow) -> int:
    """Return the UID of a row on its server; 0 while it is on its way there."""
    raise NotImplementedError


def version(mail: Mail) -> int:
    """Return a number that moves when anybody has written to the store."""
    raise NotImplementedError
