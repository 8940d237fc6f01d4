"""Mailboxes that live here and on no server: they are the truth, in local.db and blobs.

What is shown of them is made from these rows as it is made from what a server says, so that they
are there again after the cache was lost, with their flags, threads and words. UIDs and modseqs mean
what they mean in IMAP; the row id of a mailbox, never used twice, is its UIDVALIDITY.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tuimail.errors import NotFound, UserError
from tuimail.model.flags import Flags, canonical_flag
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.mailbox import INBOX, Role, is_below
from tuimail.model.safe import safe_line
from tuimail.model.uid_set import ALL_UIDS, MAX_UID, UidSet

from .database import Database, Row, Store, Writing
from .statement import sql, with_ids
from .text import is_storable, storable

DELIMITER: Final = "/"
MAX_NAME_CHARS: Final = 200
_BOX: Final = """select b.id, b.name, b.role, b.uid_next, b.modseq,
    (select count(*) from local_message m where m.mailbox = b.id) from local_mailbox b"""
_MESSAGE: Final = "select uid, flags, modseq, date, size, digest from local_message"
_PUT: Final = """insert into local_message(mailbox, uid, key, digest, flags, date, size, modseq,
    message_id, origin) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_COPY: Final = """insert into local_message(mailbox, uid, key, digest, flags, date, size, modseq,
    message_id) select ?, ?, key, digest, flags, date, size, ?, message_id from local_message
    where mailbox = ? and uid = ?"""


@dataclass(frozen=True, slots=True)
class LocalMailbox:
    """A mailbox that lives here."""

    id: int
    """Its UIDVALIDITY, too."""
    name: str
    role: Role | None
    uid_next: int
    modseq: int
    exists: int


class LocalMail(NamedTuple):
    """A message in a local mailbox."""

    uid: int
    flags: Flags
    modseq: int
    date: int
    """Seconds UTC it came here, or was said to have come."""
    size_bytes: int
    digest: str
    """Name of its bytes among the blobs."""


class NewMail(NamedTuple):
    """A message to be put into a local mailbox; its bytes are flushed to disk already."""

    digest: str
    key: MessageKey
    flags: Flags
    date: int
    """Seconds UTC."""
    size_bytes: int
    message_id: str = ""
    origin: str = ""
    """Where it was taken from; what comes from the same place again is not put in twice."""


def local_mailboxes(store: Store, account: AccountName) -> list[LocalMailbox]:
    """Return an account's local mailboxes by name."""
    rows = store.rows(Database.LOCAL, sql(_BOX, "where b.account = ? order by b.name"), (account,))
    return [_mailbox(row) for row in rows]


def local_mailbox(store: Store, account: AccountName, name: str) -> LocalMailbox:
    """Return one. Raises NotFound."""
    where = "where b.account = ? and b.name = ?"
    rows = store.rows(Database.LOCAL, sql(_BOX, where), (account, storable(name)))
    if not rows:
        raise NotFound(f"There is no local mailbox {safe_line(name, 60)!r} any more.")
    return _mailbox(rows[0])


def create_local(store: Store, account: AccountName, name: str, role: Role | None = None) -> None:
    """Make a local mailbox; one that is there stays as it is.

    Raises:
        UserError: the name cannot be one.
    """
    _refuse_name(name)
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert or ignore into local_mailbox(account, name, role) values(?, ?, ?)",
            (account, name, role),
        )


def rename_local(store: Store, account: AccountName, old: str, new: str) -> None:
    """Give a local mailbox and those below it other names; what lies in them stays.

    Raises:
        NotFound: there is none of the old name.
        UserError: the new name cannot be one or is taken, or INBOX is meant.
    """
    _refuse_name(new)
    _refuse_inbox(local_mailbox(store, account, old))
    boxes = local_mailboxes(store, account)
    names = {box.id: box.name for box in boxes}
    moved = {
        row_id: new + name.removeprefix(old)
        for row_id, name in names.items()
        if name == old or is_below(name, old, DELIMITER)
    }
    taken = {name for row_id, name in names.items() if row_id not in moved}
    if taken & set(moved.values()):
        raise UserError(f"There is a mailbox {safe_line(new, 60)!r} already.")
    with store.writing(Database.LOCAL) as writing:
        rename = "update local_mailbox set name = ? where id = ?"
        for name in (lambda to: f"/{to}", str):  # first out of the way of each other
            writing.run_many(rename, [(name(to), row_id) for row_id, to in moved.items()])


def bring_below(store: Store, account: AccountName, top: str) -> None:
    """Give local mailboxes that are not below `top` names below it, and no roles.

    For an account that came by POP3 and has a server's mailboxes now: nothing of it may be hidden.
    """
    names = {box.name for box in local_mailboxes(store, account)}
    strays = sorted(name for name in names if not is_below(name, top, DELIMITER))
    moved = []
    for name in strays:
        new = f"{top}{DELIMITER}{name}"
        while new in names:
            new += "+"
        names.add(new)
        moved.append((new, account, name))
    if moved:
        with store.writing(Database.LOCAL) as writing:
            rename = "update local_mailbox set name = ?, role = null where account = ? and name = ?"
            writing.run_many(rename, moved)


def delete_local(store: Store, account: AccountName, name: str) -> int:
    """Remove a local mailbox and, for ever, what lies in it; return how many mails that were.

    Raises:
        NotFound: there is none.
        UserError: INBOX is meant.
    """
    box = local_mailbox(store, account, name)
    _refuse_inbox(box)
    with store.writing(Database.LOCAL) as writing:
        gone = writing.run("delete from local_message where mailbox = ?", (box.id,))
        writing.run("delete from local_mailbox where id = ?", (box.id,))
    return gone


def put_local(store: Store, mailbox: int, mails: Sequence[NewMail]) -> list[int]:
    """Put messages into a local mailbox, durable; return their UIDs."""
    with store.writing(Database.LOCAL) as writing:
        return put_local_in(writing, mailbox, mails)


def put_local_in(writing: Writing, mailbox: int, mails: Sequence[NewMail]) -> list[int]:
    """Put messages into a local mailbox inside an open transaction of local.db."""
    known = "select uid from local_message where mailbox = ? and origin = ?"
    uids = []
    for mail in mails:
        there = writing.rows(known, (mailbox, mail.origin)) if mail.origin else []
        if there:
            uids.append(int(there[0][0]))
            continue
        uid, modseq = _numbers(writing, mailbox)
        head = (mailbox, uid, mail.key, mail.digest, _text_of(mail.flags), mail.date)
        tail = (mail.size_bytes, modseq, storable(mail.message_id), mail.origin)
        writing.run(_PUT, (*head, *tail))
        uids.append(uid)
    return uids


def local_mails(
    store: Store, mailbox: int, uids: UidSet = ALL_UIDS, changed_since: int = 0
) -> list[LocalMail]:
    """Return messages of a local mailbox by UID: these or all, or those changed since a modseq."""
    if not uids:
        return []
    first, last = uids.ranges[0][0], uids.ranges[-1][1]
    which = "where mailbox = ? and uid between ? and ? and modseq > ? order by uid"
    rows = store.rows(Database.LOCAL, sql(_MESSAGE, which), (mailbox, first, last, changed_since))
    return [LocalMail(uid, flags_of(text), *rest) for uid, text, *rest in rows if uid in uids]


def local_uids(store: Store, mailbox: int) -> list[int]:
    """Return the UIDs in a local mailbox, ascending."""
    which = "select uid from local_message where mailbox = ? order by uid"
    return [row[0] for row in store.rows(Database.LOCAL, which, (mailbox,))]


def local_uid_of_origin(store: Store, mailbox: int, origin: str) -> int:
    """Return the UID of what was taken from somewhere into a local mailbox; 0 if nothing was."""
    which = "select uid from local_message where mailbox = ? and origin = ?"
    rows = store.rows(Database.LOCAL, which, (mailbox, origin))
    return int(rows[0][0]) if rows else 0


def local_uids_with_message_id(store: Store, mailbox: int, message_id: str) -> list[int]:
    """Return the UIDs of messages with this Message-ID (without angle brackets)."""
    which = "select uid from local_message where mailbox = ? and message_id = ? order by uid"
    return [row[0] for row in store.rows(Database.LOCAL, which, (mailbox, storable(message_id)))]


def change_local_flags(
    store: Store, mailbox: int, uids: Iterable[int], add: Flags, remove: Flags
) -> None:
    """Add and remove flags, durable."""
    added, removed = frozenset(map(canonical_flag, add)), frozenset(map(canonical_flag, remove))
    with store.writing(Database.LOCAL) as writing:
        which = with_ids("where mailbox = ? and uid in (:ids)", uids)
        rows = writing.rows(sql("select uid, flags from local_message", which), (mailbox,))
        changed = [
            (uid, after)
            for uid, before in rows
            for after in [_text_of((flags_of(before) | added) - removed)]
            if after != before
        ]
        if not changed:
            return
        modseq = _next_modseq(writing, mailbox)
        writing.run_many(
            "update local_message set flags = ?, modseq = ? where mailbox = ? and uid = ?",
            [(after, modseq, mailbox, uid) for uid, after in changed],
        )


def copy_local(
    store: Store, mailbox: int, uids: Sequence[int], destination: int, *, keep: bool
) -> list[tuple[int, int]]:
    """Copy messages into another local mailbox or, without `keep`, move them, all or nothing.

    Returns (old, new) UIDs.
    """
    pairs = []
    with store.writing(Database.LOCAL) as writing:
        for uid in uids:
            new, modseq = _numbers(writing, destination)
            if writing.run(_COPY, (destination, new, modseq, mailbox, uid)):
                pairs.append((uid, new))
        if not keep:
            _remove(writing, mailbox, [old for old, _ in pairs])
    return pairs


def expunge_local(store: Store, mailbox: int, uids: Iterable[int]) -> None:
    """Remove messages for ever."""
    with store.writing(Database.LOCAL) as writing:
        _remove(writing, mailbox, uids)


def local_digests(store: Store, keys: Iterable[MessageKey]) -> dict[MessageKey, str]:
    """Return the names of the bytes of those of these messages that lie in a local mailbox."""
    which = with_ids("select key, digest from local_message where key in (:ids)", keys)
    return {MessageKey(key): digest for key, digest in store.rows(Database.LOCAL, which)}


def local_keys_without_text(store: Store, account: AccountName, limit: int) -> list[MessageKey]:
    """Return messages that live here, are listed, and whose text is not in the index yet."""
    here = store.ids(
        Database.LOCAL,
        "select distinct m.key from local_message m join local_mailbox b on b.id = m.mailbox"
        " where b.account = ?",
        (account,),
    )
    lacking = set(here).difference(store.ids(Database.SEARCH, "select key from doc"))
    listed = "select hash from refhash where hash in (:ids) and message is not null limit ?"
    return [
        MessageKey(row[0])
        for row in store.rows(Database.CACHE, with_ids(listed, lacking), (limit,))
    ]


def count_local(store: Store, account: AccountName) -> int:
    """Return how many messages of an account exist here alone."""
    rows = store.rows(
        Database.LOCAL,
        "select count(*) from local_message m join local_mailbox b on b.id = m.mailbox"
        " where b.account = ?",
        (account,),
    )
    return int(rows[0][0])


def flags_of(text: str) -> Flags:
    """Return flags from how a row holds them."""
    return frozenset(text.split())


def _text_of(flags: Flags) -> str:
    return " ".join(sorted(flag for flag in flags if flag and " " not in flag))


def _remove(writing: Writing, mailbox: int, uids: Iterable[int]) -> None:
    which = with_ids("delete from local_message where mailbox = ? and uid in (:ids)", uids)
    if writing.run(which, (mailbox,)):
        _next_modseq(writing, mailbox)


def _numbers(writing: Writing, mailbox: int) -> tuple[int, int]:
    """Return the next UID and modseq of a mailbox, taken. Raises NotFound, UserError."""
    modseq = _next_modseq(writing, mailbox)
    found = writing.rows("select uid_next from local_mailbox where id = ?", (mailbox,))
    if not found:
        raise NotFound("This local mailbox is not there any more.")
    uid = int(found[0][0])
    if uid > MAX_UID:
        raise UserError("This local mailbox is full: make another one.")
    writing.run("update local_mailbox set uid_next = uid_next + 1 where id = ?", (mailbox,))
    return uid, modseq


def _next_modseq(writing: Writing, mailbox: int) -> int:
    writing.run("update local_mailbox set modseq = modseq + 1 where id = ?", (mailbox,))
    found = writing.rows("select modseq from local_mailbox where id = ?", (mailbox,))
    return int(found[0][0]) if found else 0


def _mailbox(row: Row) -> LocalMailbox:
    row_id, name, role, uid_next, modseq, exists = row
    return LocalMailbox(row_id, name, Role(role) if role else None, uid_next, modseq, exists)


def _refuse_name(name: str) -> None:
    parts = name.split(DELIMITER)
    if (
        not 0 < len(name) <= MAX_NAME_CHARS
        or not name.isprintable()
        or not is_storable(name)
        or any(part != part.strip() or not part for part in parts)
    ):
        raise UserError(f"{safe_line(name, 60)!r} cannot be the name of a mailbox.")


def _refuse_inbox(box: LocalMailbox) -> None:
    if box.name == INBOX:
        raise UserError("The inbox stays: new mail comes there.")
