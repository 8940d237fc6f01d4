"""The mailboxes of all accounts, as lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tuimail.events import Connection
from tuimail.model.cells import cut, width_of
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .rows import Piece

_ROLE_ORDER = (
    Role.INBOX,
    Role.DRAFTS,
    Role.SENT,
    Role.ARCHIVE,
    Role.FLAGGED,
    Role.ALL,
    Role.JUNK,
    Role.TRASH,
)
_NO_ACCOUNT = AccountName("")
_COUNTS_FOR = frozenset({Role.SENT, Role.TRASH, Role.ALL, Role.ARCHIVE, Role.JUNK})
"""Roles whose unread mail asks for nothing: no number there."""


class EntryKind(StrEnum):
    """What a line of the tree stands for."""

    ALL_INBOXES = "all inboxes"
    OUTBOX = "outbox"
    DRAFTS = "drafts"
    """Mails begun and kept here, in no mailbox of a server."""
    SEARCHES = "searches"
    """The heading of saved searches."""
    SAVED = "saved search"
    GAP = "gap"
    ACCOUNT = "account"
    MAILBOX = "mailbox"
    PARENT = "parent"
    """Part of a name, not a mailbox itself."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of the tree."""

    kind: EntryKind
    text: Safe
    depth: int = 0
    number: int = 0
    """Unread mails; of the outbox, mails on their way and those that failed."""
    mailbox_id: MailboxId | None = None
    account: AccountName = _NO_ACCOUNT
    saved: str = ""
    """The name of a saved search, as it is kept."""
    can_open: bool = True
    is_in_trouble: bool = False
    is_dim: bool = False
    """Not subscribed to."""


@dataclass(frozen=True, slots=True)
class Mine:
    """Mails of one's own that are in no mailbox of a server."""

    waiting: int
    """On their way."""
    drafts: int = 0
    """Begun and kept here."""
    failed: int = 0
    """Sent, and a person has to see to them."""


def tree_entries(
    accounts: Sequence[AccountName],
    mailboxes: Sequence[MailboxRow],
    connections: Mapping[AccountName, Connection],
    mine: Mine,
    *,
    subscribed_only: bool = False,
) -> list[TreeEntry]:
    """Return the lines: the unified inbox, mail of one's own, then each account's mailboxes.

    Those that are not subscribed to are dim, or left out where `subscribed_only`.
    """
    unread = sum(row.unread for row in mailboxes if row.role is Role.INBOX)
    entries = [
        TreeEntry(EntryKind.ALL_INBOXES, Safe("All inboxes"), number=unread),
        TreeEntry(
            EntryKind.OUTBOX,
            Safe("Outbox"),
            number=mine.waiting + mine.failed,
            is_in_trouble=mine.failed > 0,
        ),
    ]
    if mine.drafts:
        entries.append(TreeEntry(EntryKind.DRAFTS, Safe("Kept drafts"), number=mine.drafts))
    for account in accounts:
        is_stopped = connections.get(account) is Connection.STOPPED
        entries.append(TreeEntry(EntryKind.GAP, Safe(""), can_open=False))
        entries.append(
            TreeEntry(
                EntryKind.ACCOUNT,
                safe_line(account, 60),
                account=account,
                can_open=False,
                is_in_trouble=is_stopped,
            )
        )
        rows = [row for row in mailboxes if row.account == account]
        entries += _mailbox_entries(_wanted(rows) if subscribed_only else rows)
    return entries


def saved_entries(names: Mapping[str, int]) -> list[TreeEntry]:
    """Return the lines of saved searches, from their names and how much in each is unread."""
    if not names:
        return []
    heading = TreeEntry(EntryKind.SEARCHES, Safe("Searches"), can_open=False)
    lines = [
        TreeEntry(EntryKind.SAVED, safe_line(name, 60), number=unread, saved=name)
        for name, unread in names.items()
    ]
    return [TreeEntry(EntryKind.GAP, Safe(""), can_open=False), heading, *lines]


def wants_reading(entry: TreeEntry) -> bool:
    """Whether a line stands for a mailbox with unread mail that somebody is to read."""
    return entry.kind is EntryKind.MAILBOX and entry.number > 0 and entry.can_open


def next_to_read(
    entries: Sequence[TreeEntry], shown: Collection[MailboxId], account: AccountName
) -> TreeEntry | None:
    """Return the mailbox to read after those shown: of this account, else of those after it."""
    unread = [one for one in entries if wants_reading(one) and one.mailbox_id not in shown]
    names = list(dict.fromkeys(entry.account for entry in entries if entry.account))
    first = names.index(account) if account in names else 0
    order = {name: (place - first) % len(names) for place, name in enumerate(names)}
    return min(unread, key=lambda entry: order[entry.account], default=None)


def tree_line(entry: TreeEntry, width: int) -> list[Piece]:
    """Return the pieces of one line, at most `width` cells."""
    if entry.kind is EntryKind.GAP:
        return [(Safe(" " * width), StyleRole.TREE)]
    number = Safe(f"{entry.number:,} " if entry.number else " ")
    indent = Safe(" " * (1 + min(entry.depth, 4) * 2))
    mark = Safe("! " if entry.is_in_trouble else "")
    room = width - len(indent) - width_of(number) - len(mark) - 1
    text = cut(entry.text, max(1, room))
    gap = width - len(indent) - len(mark) - width_of(text) - width_of(number)
    role = _role(entry)
    return [
        (indent, StyleRole.TREE),
        (mark, StyleRole.ERROR),
        (text, role),
        (Safe(" " * max(0, gap)), StyleRole.TREE),
        (number, StyleRole.TREE_UNREAD if entry.number else StyleRole.TREE),
    ]


def mailbox_title(row: MailboxRow) -> Safe:
    """Return how a mailbox is called: what it is for, in our words, else its own name."""
    if row.role is Role.INBOX:
        return Safe("Inbox")
    return (safe_line(row.leaf, 100).strip() and safe_line(row.leaf, 100)) or Safe("(no name)")


def _role(entry: TreeEntry) -> StyleRole:
    if entry.kind in (EntryKind.ACCOUNT, EntryKind.SEARCHES):
        return StyleRole.HEADING
    if not entry.can_open or entry.is_dim:
        return StyleRole.DIM
    return StyleRole.TREE_UNREAD if entry.number else StyleRole.TREE


def _mailbox_entries(rows: Sequence[MailboxRow]) -> list[TreeEntry]:
    """Return an account's mailboxes as a tree; parents the server does not list stand there dim."""
    places = {_path(row)[0]: _place(row) for row in rows if len(_path(row)) == 1}
    last = len(_ROLE_ORDER)

    def order(row: MailboxRow) -> tuple[int, list[str]]:
        place = _place(row) if row.role else places.get(_path(row)[0], last)
        return place, [part.casefold() for part in _path(row)]

    knows_subscriptions = any(row.is_subscribed for row in rows)
    entries: list[TreeEntry] = []
    above: tuple[str, ...] = ()
    for row in sorted(rows, key=order):
        path = _path(row)
        for depth in range(len(path) - 1):
            if above[: depth + 1] != path[: depth + 1]:
                text = safe_line(path[depth], 100)
                entry = TreeEntry(EntryKind.PARENT, text, depth, account=row.account)
                entries.append(replace(entry, can_open=False))
        entry = _mailbox_entry(row, len(path) - 1)
        entries.append(replace(entry, is_dim=knows_subscriptions and not _is_wanted(row)))
        above = path
    return entries


def _wanted(rows: Sequence[MailboxRow]) -> list[MailboxRow]:
    """Return the mailboxes subscribed to; all where the person subscribes to none."""
    is_used = any(row.is_subscribed for row in rows)
    return [row for row in rows if _is_wanted(row)] if is_used else list(rows)


def _is_wanted(row: MailboxRow) -> bool:
    return row.is_subscribed or row.role is Role.INBOX


def _path(row: MailboxRow) -> tuple[str, ...]:
    """Return where a mailbox hangs: those with a role at the top, others without INBOX above."""
    if row.role is not None or not row.delimiter:
        return (row.leaf.raw,)
    parts = row.name.raw.split(row.delimiter)
    return tuple(parts[1:] if len(parts) > 1 and parts[0].upper() == "INBOX" else parts)


def _place(row: MailboxRow) -> int:
    return _ROLE_ORDER.index(row.role) if row.role in _ROLE_ORDER else len(_ROLE_ORDER)


def _mailbox_entry(row: MailboxRow, depth: int) -> TreeEntry:
    return TreeEntry(
        EntryKind.MAILBOX,
        mailbox_title(row),
        depth=depth,
        number=0 if row.role in _COUNTS_FOR else row.unread,
        mailbox_id=row.id,
        account=row.account,
        can_open=row.is_selectable,
    )
