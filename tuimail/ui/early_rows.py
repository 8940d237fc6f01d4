"""The first rows of a list, read straight from the cache before the store is opened.

The one place outside `store` that reads its tables: opening the store takes longer than the rest
of the early paint. Read-only, never waiting; a test holds it against `store.lists`.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tuimail.model.flags import Flag, Flags
from tuimail.model.later import NOT_LATER, Later
from tuimail.model.safe import Untrusted

SCHEMA_VERSION: Final = 5
"""Of cache.db; with any other there is no early paint."""
_FLAG_BITS: Final = {
    1: Flag.SEEN.value,
    2: Flag.ANSWERED.value,
    4: Flag.FLAGGED.value,
    32: Flag.FORWARDED.value,
}
_HAS_ATTACHMENTS: Final = 1
_THREADS_LOOKED_AT: Final = 40
"""Messages read for each thread to be shown: threads with more new mails fill fewer rows."""

MailboxName = tuple[str, str]
"""(account, name): ids change when the cache is rebuilt, names do not."""


class EarlyThreads(NamedTuple):
    """How a list folds threads."""

    sent: Sequence[MailboxName] = ()
    """Mailboxes whose mail is counted in threads besides: one's own answers."""
    unfolds_unread: bool = False
    """Whether threads with something unread are unfolded: such a list is not painted early."""


@dataclass(frozen=True, slots=True)
class EarlyRow:
    """What `render.rows` needs of a message."""

    account: str
    date: int
    sender_name: Untrusted
    sender_address: Untrusted
    recipients: Untrusted
    subject: Untrusted
    snippet: Untrusted
    flags: Flags
    has_attachments: bool
    thread_count: int
    thread_unread: int
    size_bytes: int = 0
    """Not read: columns that a person set are not painted early."""
    became: None = None
    """Lists painted early are inboxes, which do not say what became of sent mail."""
    is_dealt_with: bool = False
    later: Later = NOT_LATER


def first_rows(
    data_dir: Path, mailboxes: Sequence[MailboxName], count: int, threads: EarlyThreads | None
) -> list[EarlyRow]:
    """Return the newest rows of a view over mailboxes, as its list shows them.

    `threads` is None where each mail is a row.

    Raises:
        LookupError: the cache is missing, damaged, of another version, or a mailbox is gone; or
            a thread is unfolded.
    """
    file = data_dir / "cache.db"
    if not file.exists() or file.with_name("cache.db.damaged").exists():
        raise LookupError(file)
    try:
        db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
        try:
            return _Reader(db, mailboxes).rows(count, threads)
        finally:
            db.close()
    except sqlite3.Error as error:
        raise LookupError(file) from error


class _Reader:
    def __init__(self, db: sqlite3.Connection, mailboxes: Sequence[MailboxName]) -> None:
        self._db = db
        if db.execute("pragma user_version").fetchone()[0] != SCHEMA_VERSION:
            raise LookupError("schema")
        self._ids = [self._id_of(account, name) for account, name in mailboxes]
        self._in = ",".join(map(str, self._ids))
        keywords = db.execute("select account, bit, name from keyword").fetchall()
        self._keywords = {(account, 1 << bit): name for account, bit, name in keywords}

    def _id_of(self, account: str, name: str) -> int:
        found = self._db.execute(
            "select mailbox.id from mailbox join account on account.id = mailbox.account"
            " where account.name = ? and mailbox.name = ?",
            (account, name),
        ).fetchone()
        if found is None:
            raise LookupError(name)
        return int(found[0])

    def rows(self, count: int, threads: EarlyThreads | None) -> list[EarlyRow]:
        placed = self._newest(count if threads is None else count * _THREADS_LOOKED_AT)
        if threads is None:
            return [self._row(message, flags, mailbox) for mailbox, message, flags, _ in placed]
        newest: dict[int, tuple[int, int, int]] = {}
        for mailbox, message, flags, thread in placed:
            newest.setdefault(thread, (message, flags, mailbox))
            if len(newest) == count:
                break
        counts = self._counts(list(newest), threads.sent)
        if threads.unfolds_unread and any(n > 1 and unread for n, unread in counts.values()):
            raise LookupError("unfolded")
        return [self._row(*first, counts[thread]) for thread, first in newest.items()]

    def _newest(self, count: int) -> list[tuple[int, int, int, int]]:
        """Return (mailbox, message, flags, thread), newest first, each message once."""
        parts = " union all ".join(
            "select * from (select mailbox, message, flags, thread from placement"  # noqa: S608
            f" where mailbox = {mailbox} order by message desc limit {int(count)})"
            for mailbox in self._ids
        )
        seen: dict[int, tuple[int, int, int, int]] = {}
        if parts:
            for row in self._db.execute(f"{parts} order by message desc, mailbox"):
                seen.setdefault(row[1], row)
        return list(seen.values())[:count]

    def _counts(
        self, threads: list[int], sent: Sequence[MailboxName]
    ) -> dict[int, tuple[int, int]]:
        """Return (messages, unread) of threads within the view, one's own answers counted."""
        several = ",".join(map(str, threads))
        within = ",".join(map(str, [*self._ids, *(self._id_of(*name) for name in sent)]))
        read = f"flags & 1 or mailbox not in ({self._in})"
        query = (  # whole numbers alone are put in
            f"select thread, count(distinct message), count(distinct iif({read}, null, message))"  # noqa: S608
            f" from placement where mailbox in ({within}) and message in"
            f" (select id from message where thread in ({several})) group by thread"
        )
        found = self._db.execute(query)
        return {thread: (count, unread) for thread, count, unread in found}

    def _row(
        self, message: int, bits: int, mailbox: int, counts: tuple[int, int] | None = None
    ) -> EarlyRow:
        sender, address, recipients, subject, snippet, props, account, account_id = (
            self._db.execute(
                "select sender, addr, rcpt, subject, snippet, props, account.name, account.id"
                " from message, mailbox join account on account.id = mailbox.account"
                " where message.id = ? and mailbox.id = ?",
                (message, mailbox),
            ).fetchone()
        )
        flags = {name for bit, name in _FLAG_BITS.items() if bits & bit}
        flags |= {n for (a, bit), n in self._keywords.items() if a == account_id and bits & bit}
        total, unread = counts or (1, 0 if bits & 1 else 1)
        return EarlyRow(
            account,
            message >> 6,
            Untrusted(sender or ""),
            Untrusted(address or ""),
            Untrusted(recipients or ""),
            Untrusted(subject or ""),
            Untrusted(snippet or ""),
            frozenset(flags),
            bool((props or 0) & _HAS_ATTACHMENTS),
            total,
            unread,
        )
