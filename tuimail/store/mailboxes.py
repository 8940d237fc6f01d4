"""Mailboxes of every account: names, roles, counters, and how far each is in step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tuimail.errors import NotFound
from tuimail.model.flags import NO_FLAGS, Flags
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import INBOX, ListedMailbox, MailboxRow, Role, canonical_name
from tuimail.model.safe import Untrusted

from .database import Database, Row, Store, Writing
from .orphans import note_orphans, orphan_all_in
from .text import is_storable

MAX_MAILBOXES: Final = 20_000
MAX_NAME_CHARS: Final = 1_000
DROPPED_A_STEP: Final = 200
"""Messages of an account that is forgotten."""
_MAX_INT: Final = (1 << 63) - 1
_SYNCED: Final = "synced "
"""Begins the names under which the cache keeps when an account was in step."""

_COLUMNS: Final = """select m.id, a.name, m.name, m.delimiter, m.role, m.total, m.unread,
    m.is_selectable, m.is_read_only, m.gen, m.is_subscribed
    from mailbox m join account a on a.id = m.account"""


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far a mailbox is in step with the server. All 0 before the first pull."""

    uid_validity: int = 0
    uid_next: int = 0
    highest_modseq: int = 0
    permanent_flags: Flags = NO_FLAGS
    is_read_only: bool = False
    backlog_done: bool = False
    """Whether the last pull fetched every header."""


def put_mailboxes(store: Store, account: AccountName, listed: Sequence[ListedMailbox]) -> bool:
    """Make the account's mailboxes those listed; return whether anything changed.

    A mailbox that is no longer listed is dropped with its placements; bodies stay. So does one
    that is still to be made.
    """
    wanted = _by_name(listed)
    to_be_made = wanted_mailboxes(store, account)
    with store.writing(Database.CACHE) as writing:
        account_id = account_row_id(writing, account)
        known = {
            name: (row_id, *rest)
            for row_id, name, *rest in writing.rows(
                "select id, name, delimiter, role, is_selectable, is_subscribed from mailbox"
                " where account = ?",
                (account_id,),
            )
        }
        gone = [known[name][0] for name in known if name not in {*wanted, *to_be_made}]
        for mailbox_id in gone:
            drop_mailbox(writing, mailbox_id)
        put = [_put(writing, account_id, box, known.get(name)) for name, box in wanted.items()]
    return bool(gone) or any(put)


def _put(writing: Writing, account_id: int, box: ListedMailbox, known: Row | None) -> bool:
    """Make one mailbox as it is listed; return whether it was not."""
    columns = (box.delimiter, box.role, int(box.is_selectable), int(box.is_subscribed))
    if known is None:
        writing.run(
            "insert into mailbox(account, name, delimiter, role, is_selectable, is_subscribed)"
            " values(?, ?, ?, ?, ?, ?)",
            (account_id, box.name, *columns),
        )
    elif known[1:] != columns:
        writing.run(
            "update mailbox set delimiter = ?, role = ?, is_selectable = ?, is_subscribed = ?,"
            " gen = gen + 1 where id = ?",
            (*columns, known[0]),
        )
    else:
        return False
    return True


def want_mailbox(store: Store, account: AccountName, name: str, delimiter: str) -> None:
    """Have a mailbox made as soon as its server is reached; it is shown from now on, empty."""
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "insert or ignore into wanted_mailbox values(?, ?, ?)", (account, name, delimiter)
        )
    with store.writing(Database.CACHE) as writing:
        writing.run(
            "insert or ignore into mailbox(account, name, delimiter, is_selectable)"
            " values(?, ?, ?, 1)",
            (account_row_id(writing, account), name, delimiter),
        )


def wanted_mailboxes(store: Store, account: AccountName) -> list[str]:
    """Return the mailboxes that are still to be made on the server, those above others first."""
    which = "select name from wanted_mailbox where account = ? order by length(name), name"
    return [row[0] for row in store.rows(Database.LOCAL, which, (account,))]


def forget_wanted(store: Store, account: AccountName, name: str) -> None:
    """Take note that a mailbox was made, or cannot be."""
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from wanted_mailbox where account = ? and name = ?", (account, name))


def mailbox_rows(store: Store, account: AccountName | None = None) -> list[MailboxRow]:
    """Return the mailboxes of one account or of all, INBOX first, then by name."""
    where, parameters = (" where a.name = ?", (account,)) if account is not None else ("", ())
    order = " order by a.id, m.role is not 'inbox', m.name collate nocase, m.name"
    found = store.rows(Database.CACHE, _COLUMNS + where + order, parameters)
    return [_row(row) for row in found]


def mailbox_named(store: Store, account: AccountName, name: str) -> MailboxRow | None:
    """Return the mailbox with this exact name (INBOX in any case), or None."""
    where = " where a.name = ? and m.name = ?"
    found = store.rows(Database.CACHE, _COLUMNS + where, (account, canonical_name(name)))
    return _row(found[0]) if found else None


def mailbox_row(store: Store, mailbox_id: MailboxId) -> MailboxRow:
    """Return one mailbox. Raises NotFound."""
    found = store.rows(Database.CACHE, _COLUMNS + " where m.id = ?", (mailbox_id,))
    if not found:
        raise NotFound("This mailbox is not there any more.")
    return _row(found[0])


def sync_state(store: Store, mailbox_id: MailboxId) -> SyncState:
    """Return how far a mailbox is in step. Raises NotFound."""
    found = store.rows(
        Database.CACHE,
        "select uid_validity, uid_next, highest_modseq, permanent_flags, is_read_only,"
        " backlog_done from mailbox where id = ?",
        (mailbox_id,),
    )
    if not found:
        raise NotFound("This mailbox is not there any more.")
    validity, uid_next, modseq, flags, read_only, done = found[0]
    return SyncState(
        validity, uid_next, modseq, frozenset(flags.split()), bool(read_only), bool(done)
    )


def put_sync_state(store: Store, mailbox_id: MailboxId, state: SyncState) -> None:
    """Write down how far a mailbox is in step (after its messages are in)."""
    columns: tuple[int | str, ...] = (
        _fitting(state.uid_validity),
        _fitting(state.uid_next),
        _fitting(state.highest_modseq),
        " ".join(sorted(state.permanent_flags)),
        int(state.is_read_only),
        int(state.backlog_done),
    )
    with store.writing(Database.CACHE) as writing:
        writing.run(
            "update mailbox set uid_validity = ?, uid_next = ?, highest_modseq = ?,"
            " permanent_flags = ?, is_read_only = ?, backlog_done = ? where id = ?",
            (*columns, mailbox_id),
        )


def note_synced(store: Store, account: AccountName, at: int) -> None:
    """Write down when an account was in step last, in seconds UTC."""
    with store.writing(Database.CACHE) as writing:
        writing.run("insert or replace into state values(?, ?)", (f"{_SYNCED}{account}", at))


def last_synced(store: Store, account: AccountName) -> int | None:
    """Return when an account was in step last, in seconds UTC; None if it never was."""
    where = "select value from state where name = ?"
    found = store.rows(Database.CACHE, where, (f"{_SYNCED}{account}",))
    return int(found[0][0]) if found else None


def reset_mailbox(store: Store, mailbox_id: MailboxId) -> None:
    """Forget which UIDs a mailbox holds, because UIDVALIDITY changed; messages and bodies stay.

    Operations that wait for this mailbox go on by message key instead of UID.
    """
    row = mailbox_row(store, mailbox_id)
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "update operation set uid = 0, uid_validity = 0 where account = ? and mailbox = ?"
            " and (state = 'pending' or (state = 'done' and settled = 0))",
            (row.account, row.name.raw),
        )
    with store.writing(Database.CACHE) as writing:
        orphan_all_in(writing, mailbox_id)
        writing.run("delete from placement where smailbox = ?", (mailbox_id,))
        writing.run(
            "update mailbox set uid_validity = 0, uid_next = 0, highest_modseq = 0,"
            " backlog_done = 0, gen = gen + 1 where id = ?",
            (mailbox_id,),
        )


def generations(store: Store) -> dict[MailboxId, int]:
    """Return a number for each mailbox that moves when what is shown in it does."""
    rows = store.rows(Database.CACHE, "select id, gen from mailbox")
    return {MailboxId(row_id): gen for row_id, gen in rows}


def known_accounts(store: Store) -> set[AccountName]:
    """Return the accounts that have mailboxes here."""
    which = "select distinct a.name from mailbox m join account a on a.id = m.account"
    return {AccountName(row[0]) for row in store.rows(Database.CACHE, which)}


def drop_account(store: Store, account: AccountName) -> Iterator[int]:
    """Forget the account's mailboxes and what lies in them, in steps: how many mails are gone.

    What exists nowhere else stays: outgoing mail, drafts, what was done. Bodies are swept when
    their time has come.
    """
    forgotten = 0
    boxes = "select m.id from mailbox m join account a on a.id = m.account where a.name = ?"
    for (mailbox_id,) in store.rows(Database.CACHE, boxes, (account,)):
        while gone := _emptied_a_little(store, mailbox_id):
            forgotten += gone
            yield forgotten
    with store.writing(Database.CACHE) as writing:
        writing.run("delete from state where name = ?", (f"{_SYNCED}{account}",))


def _emptied_a_little(store: Store, mailbox_id: int) -> int:
    """Take some messages out of a mailbox; return how many. With the last the mailbox goes."""
    with store.writing(Database.CACHE) as writing:
        gone = writing.rows(
            "select message, ref from placement where smailbox = ? limit ?",
            (mailbox_id, DROPPED_A_STEP),
        )
        drop = "delete from placement where smailbox = ? and ref = ?"
        writing.run_many(drop, [(mailbox_id, ref) for _, ref in gone])
        note_orphans(writing, [message for message, _ in gone])
        if len(gone) < DROPPED_A_STEP:
            drop_mailbox(writing, mailbox_id)
    return len(gone)


def drop_mailbox(writing: Writing, mailbox_id: int) -> None:
    """Forget a mailbox and what lies in it, inside an open transaction of the cache."""
    orphan_all_in(writing, mailbox_id)
    writing.run("delete from placement where smailbox = ?", (mailbox_id,))
    writing.run("delete from placement where mailbox = ? and smailbox = 0", (mailbox_id,))
    writing.run("update placement set mailbox = smailbox where mailbox = ?", (mailbox_id,))
    writing.run("delete from mailbox where id = ?", (mailbox_id,))


def account_row_id(writing: Writing, account: AccountName) -> int:
    """Return the account's row id in the cache, made if it is new."""
    found = writing.rows("select id from account where name = ?", (account,))
    if found:
        return int(found[0][0])
    return writing.insert("insert into account(name) values(?)", (account,))


def _by_name(listed: Sequence[ListedMailbox]) -> dict[str, ListedMailbox]:
    wanted: dict[str, ListedMailbox] = {}
    for box in listed[:MAX_MAILBOXES]:
        name = canonical_name(box.name)
        if not name or len(name) > MAX_NAME_CHARS or name in wanted or not is_storable(name):
            continue  # a server that lists names twice or endless ones shows them once or never
        role = Role.INBOX if name == INBOX else box.role
        wanted[name] = replace(box, name=name, delimiter=box.delimiter[:1], role=role)
    return wanted


def _fitting(number: int) -> int:
    """A hostile server may count beyond 63 bits."""
    return min(max(number, 0), _MAX_INT)


def _row(row: Row) -> MailboxRow:
    row_id, account, name, delimiter, role, total, unread, selectable, *rest = row
    read_only, gen, subscribed = rest
    return MailboxRow(
        id=MailboxId(row_id),
        account=AccountName(account),
        name=Untrusted(name),
        delimiter=delimiter,
        role=Role(role) if role else None,
        total=total,
        unread=unread,
        is_selectable=bool(selectable),
        is_read_only=bool(read_only),
        generation=gen,
        is_subscribed=bool(subscribed),
    )
