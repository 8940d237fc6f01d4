"""The mails of a conversation, each in every mailbox in which it is shown."""

from array import array
from collections.abc import Collection
from typing import Final, NamedTuple

from tuimail.model.ids import AccountName, MailboxId, MessageKey, MessageRef, RowId, ThreadId
from tuimail.model.mailbox import Role

from .database import Database, Store
from .row_ids import date_of
from .statement import sql, with_ids

MAX_MEMBERS: Final = 1_000
"""Mails of a conversation that are looked at, the newest."""
_MEMBERS: Final = """select m.id, m.key, m.refs, m.addr, m.people, p.mailbox, b.name, b.role,
    p.flags & 1 from message m cross join placement p cross join mailbox b
    cross join account a where m.thread = ? and p.message = m.id and p.mailbox <> 0
    and b.id = p.mailbox and a.id = b.account and a.name = ? order by m.id desc limit ?"""
_THREADS: Final = """select r.hash, coalesce(l.new, r.thread) from refhash r
    left join alias l on l.old = r.thread where r.hash in (:ids)"""


class Member(NamedTuple):
    """One mail in one mailbox, as it is shown."""

    row_id: RowId
    key: MessageKey
    refs: frozenset[int]
    """Hashes of its Message-ID and of those it names."""
    author: str
    people: str
    """To, Cc and Bcc as `text.people_of` keeps them."""
    mailbox_id: MailboxId
    mailbox: str
    role: Role | None
    """What the server says the mailbox is for."""
    is_read: bool

    @property
    def ref(self) -> MessageRef:
        """What an action on it acts on."""
        return MessageRef(self.row_id, self.mailbox_id)

    @property
    def date(self) -> int:
        """Seconds UTC."""
        return date_of(self.row_id)


def members(store: Store, account: AccountName, thread: ThreadId) -> list[Member]:
    """Return the mails of a thread, newest first, at most MAX_MEMBERS places."""
    rows = store.rows(Database.CACHE, _MEMBERS, (thread, account, MAX_MEMBERS))
    return [
        Member(
            RowId(row_id),
            MessageKey(key),
            frozenset(array("q", refs or b"")),
            author or "",
            people or "",
            MailboxId(mailbox_id),
            mailbox,
            Role(role) if role else None,
            bool(read),
        )
        for row_id, key, refs, author, people, mailbox_id, mailbox, role, read in rows
    ]


def threads_of(store: Store, hashes: Collection[int]) -> dict[int, ThreadId]:
    """Return the threads of content keys and Message-IDs, those that are unknown left out."""
    found = store.rows(Database.CACHE, with_ids(_THREADS, hashes)) if hashes else []
    return {one: ThreadId(thread) for one, thread in found}


def threads_of_rows(store: Store, rows: Collection[int]) -> dict[int, ThreadId]:
    """Return the threads of messages by row id."""
    text = sql("select id, thread from message where id in (:ids)")
    found = store.rows(Database.CACHE, with_ids(text, rows))
    return {row_id: ThreadId(thread) for row_id, thread in found}
