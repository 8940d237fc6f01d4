"""Messages and where they lie: what a pull writes, and what the engine asks about it."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from tuimail.errors import NotFound
from tuimail.model.address import Address
from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MailboxId, MessageKey, MessageRef, RowId
from tuimail.model.uid_set import ALL_UIDS, MAX_UID, UidSet

from .arrivals import Arriving, FlagsTold, Intake, change_flags
from .database import Database, Store, Writing
from .index import catch_up, last_batch, note_batch
from .keywords import Keywords, flags_of_mask, forget_keywords, keywords_of
from .orphans import note_orphans
from .projection import live_operations, mark_landed, project
from .reckoned import Arrival, Reckoner
from .sorting import note_unsorted
from .split_members import sort_in
from .statement import sql, with_ids
from .text import to_of

__all__ = [
    "Arrival",
    "Place",
    "count_uids",
    "find_key",
    "key_of",
    "known_flags",
    "known_uids",
    "places_of_key",
    "places_of_keys",
    "put_messages",
    "put_reckoned",
    "remove_uids",
    "rows_with_keys",
    "set_flags",
    "to_of_row",
]

REMOVED_A_STEP: Final = 2_000
"""Messages of one transaction."""
UIDS_A_PAGE: Final = 10_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies on its server."""

    account: AccountName
    mailbox_id: MailboxId
    mailbox: str
    uid_validity: int
    uid: int
    key: MessageKey
    size_bytes: int


def put_messages(
    store: Store,
    mailbox_id: MailboxId,
    arrivals: Sequence[Arrival],
    *,
    is_indexed_later: bool = False,
) -> list[RowId]:
    """Put headers into a mailbox and index them, unless later; see `put_reckoned`."""
    reckon = Reckoner(_account_of(store, mailbox_id)[0]).reckon
    arriving = [(one.uid, one.flags, one.labels, reckon(one)) for one in arrivals]
    row_ids = put_reckoned(store, mailbox_id, arriving)
    if not is_indexed_later:
        catch_up(store)
    return row_ids


def put_reckoned(store: Store, mailbox_id: MailboxId, arriving: Iterable[Arriving]) -> list[RowId]:
    """Put headers into a mailbox, in one transaction; return their row ids in the same order.

    They must have been reckoned for the mailbox's account. Threads are joined, people remembered;
    header text is left for `index_waiting`. Safe to repeat: a UID that is here already is only
    brought up to date. UIDs outside 1 to 2^32 - 1 are passed over. Best in batches of 2,000 newest
    first, of at most 500 while a screen is attached.
    """
    _, account_id = _account_of(store, mailbox_id)

    def take(writing: Writing, keywords: Keywords) -> list[RowId]:
        intake = Intake(writing, mailbox_id, keywords)
        intake.take(arriving)
        note_batch(writing, last_batch(store), intake.new)
        note_unsorted(writing, intake.new)
        sort_in(store, writing, intake.row_ids)
        return intake.row_ids

    return _pull(store, account_id, take)


def set_flags(
    store: Store,
    mailbox_id: MailboxId,
    changes: Sequence[tuple[int, Flags] | tuple[int, Flags, Flags | None]],
) -> int:
    """Set what the server says the flags of UIDs are; unknown UIDs are passed over.

    Labels come third; where they were not told, those known stay. Returns how many changed.
    """
    _, account_id = _account_of(store, mailbox_id)

    def change(writing: Writing, keywords: Keywords) -> int:
        told = (FlagsTold(*change) for change in changes if 0 < change[0] <= MAX_UID)
        return change_flags(writing, mailbox_id, [one.change(keywords, writing) for one in told])

    return _pull(store, account_id, change)


def remove_uids(store: Store, mailbox_id: MailboxId, uids: UidSet) -> int:
    """Forget UIDs that vanished on the server; bodies stay for a while. Returns how many.

    In transactions of REMOVED_A_STEP messages; ranges may be as wide as a server tells them.
    """
    _, account_id = _account_of(store, mailbox_id)
    vanished = array("q")
    for first, last in (uids & ALL_UIDS).ranges:
        vanished += _uids_between(store, mailbox_id, first, last)
    removed = 0
    for start in range(0, len(vanished), REMOVED_A_STEP):
        step = vanished[start : start + REMOVED_A_STEP]
        removed += _pull(store, account_id, partial(_remove, mailbox_id=mailbox_id, uids=step))
    return removed


def _remove(writing: Writing, _: Keywords, *, mailbox_id: MailboxId, uids: Sequence[int]) -> int:
    which = "select message from placement where smailbox = ? and ref in (:ids)"
    messages = [row[0] for row in writing.rows(with_ids(which, uids), (mailbox_id,))]
    drop = "delete from placement where smailbox = ? and ref in (:ids)"
    count = writing.run(with_ids(drop, uids), (mailbox_id,))
    note_orphans(writing, messages)
    return count


def known_uids(store: Store, mailbox_id: MailboxId) -> UidSet:
    """Return every UID of a mailbox that is here."""
    ranges: list[tuple[int, int]] = []
    seen = 0
    while page := _uids_between(store, mailbox_id, seen + 1, MAX_UID, UIDS_A_PAGE):
        seen = page[-1]
        ranges += UidSet.of(page).ranges
    return UidSet.joined(ranges)


def known_flags(
    store: Store, mailbox_id: MailboxId, first: int = 1, last: int = MAX_UID
) -> Mapping[int, Flags]:
    """Return the UIDs of a mailbox between two with the flags the server gave last."""
    _, account_id = _account_of(store, mailbox_id)
    rows = store.rows(
        Database.CACHE,
        "select ref, sflags from placement where smailbox = ? and ref between ? and ?",
        (mailbox_id, first, last),
    )
    names = {mask: flags_of_mask(store, account_id, mask) for mask in {row[1] for row in rows}}
    return {uid: names[mask] for uid, mask in rows}


def _uids_between(
    store: Store, mailbox_id: MailboxId, first: int, last: int, limit: int = -1
) -> "array[int]":
    where = "where smailbox = ? and ref between ? and ? order by ref limit ?"
    parameters = (mailbox_id, first, last, limit)
    return store.ids(Database.CACHE, sql("select ref from placement", where), parameters)


def count_uids(store: Store, mailbox_id: MailboxId) -> int:
    """Return how many UIDs of a mailbox are here."""
    rows = store.rows(
        Database.CACHE, "select count(*) from placement where smailbox = ?", (mailbox_id,)
    )
    return int(rows[0][0])


def find_key(store: Store, key: MessageKey) -> list[MessageRef]:
    """Return where a message is shown; empty if nowhere."""
    rows = store.rows(
        Database.CACHE,
        "select distinct p.message, p.mailbox from refhash r"
        " join placement p on p.message = r.message where r.hash = ? and p.mailbox <> 0",
        (key,),
    )
    return [MessageRef(RowId(message), MailboxId(mailbox)) for message, mailbox in rows]


def keys_shown(
    store: Store, mailbox_id: MailboxId, keys: Iterable[MessageKey]
) -> frozenset[MessageKey]:
    """Return those of these keys whose message is shown in a mailbox."""
    which = with_ids(
        "select r.hash from refhash r join placement p on p.message = r.message"
        " where r.hash in (:ids) and p.mailbox = ?",
        keys,
    )
    return frozenset(MessageKey(row[0]) for row in store.rows(Database.CACHE, which, (mailbox_id,)))


def rows_with_keys(store: Store, keys: Iterable[MessageKey]) -> frozenset[RowId]:
    """Return the rows of those of these messages that are here."""
    text = with_ids("select message from refhash where hash in (:ids)", keys)
    return frozenset(RowId(row[0]) for row in store.rows(Database.CACHE, text))


def key_of(store: Store, row_id: RowId) -> MessageKey:
    """Return the key of a message. Raises NotFound."""
    rows = store.rows(Database.CACHE, "select key from message where id = ?", (row_id,))
    if not rows:
        raise NotFound("This message is not there any more.")
    return MessageKey(rows[0][0])


def to_of_row(store: Store, row_id: RowId) -> tuple[Address, ...]:
    """Return whom a message is to, as far as that is kept with lists; Cc and Bcc are left out."""
    rows = store.rows(Database.CACHE, "select people from message where id = ?", (row_id,))
    return to_of(rows[0][0]) if rows else ()


def places_of_key(store: Store, key: MessageKey) -> list[Place]:
    """Return where a message lies on its server (to fetch its body); empty if nowhere."""
    return places_of_keys(store, [key]).get(key, [])


def places_of_keys(store: Store, keys: Iterable[MessageKey]) -> dict[MessageKey, list[Place]]:
    """Return where messages lie on their servers, INBOX first; what lies nowhere is left out."""
    which = (
        "select a.name, b.id, b.name, b.uid_validity, p.ref, r.hash, coalesce(m.size, 0)"
        " from refhash r join message m on m.id = r.message join placement p on p.message = m.id"
        " join mailbox b on b.id = p.smailbox join account a on a.id = b.account"
        " where r.hash in (:ids) and p.ref > 0 order by b.role is not 'inbox', b.id"
    )
    found: dict[MessageKey, list[Place]] = {}
    for account, box, name, validity, uid, key, size in store.rows(
        Database.CACHE, with_ids(which, keys)
    ):
        place = Place(
            AccountName(account), MailboxId(box), name, validity, uid, MessageKey(key), size
        )
        found.setdefault(place.key, []).append(place)
    return found


def _pull(store: Store, account_id: int, change: Callable[[Writing, Keywords], _T]) -> _T:
    """Write what the server said, and keep what is shown in step with it."""
    keywords = keywords_of(store, account_id)
    landed: list[int] = []
    try:
        with store.writing(Database.CACHE) as writing:
            found = change(writing, keywords)
            live = live_operations(store)
            if live:
                landed = project(store, writing, live)
            sort_in(store, writing)
    except BaseException:
        forget_keywords(store, account_id)
        raise
    mark_landed(store, landed)
    return found


def _account_of(store: Store, mailbox_id: MailboxId) -> tuple[AccountName, int]:
    rows = store.rows(
        Database.CACHE,
        "select a.name, a.id from mailbox m join account a on a.id = m.account where m.id = ?",
        (mailbox_id,),
    )
    if not rows:
        raise NotFound("This mailbox is not there any more.")
    return AccountName(rows[0][0]), rows[0][1]
