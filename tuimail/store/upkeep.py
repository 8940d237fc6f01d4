"""What the engine does at start and when nothing else is to do: mend, shrink, sweep.

What takes long comes as steps: an iterator, each `next` of which writes for some 10 ms at a time.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final

from tuimail.model.ids import MessageKey
from tuimail.model.part import Searchable

from . import props
from .blobs import drop_old_blobs
from .bodies import body_of, drop_body, note_bodies
from .database import DamagedFile, Database, Store
from .files import create_private, marker_of, path_of
from .index import (
    begin_anew,
    behind,
    catch_up,
    forget_text,
    headers_lacking,
    index_epoch,
    index_headers,
    is_outdated,
    note_whole,
    texts_lacking,
)
from .journal import forget_old_batches
from .opening import prepare_files
from .partial import drop_stale_partials
from .projection import apply_projection
from .statement import sql, with_ids
from .text import storable

Extract = Callable[[bytes], Searchable]
"""Gives what the index keeps of a mail; the same words each time for the same bytes."""

EXPECTED_FOR_S: Final = 86_400
"""A carried-out move whose message never showed up is no longer expected after a day."""
ORPHANS_KEPT_S: Final = 7 * 86_400
"""A message gone from every mailbox keeps its bytes so long: it may have been moved elsewhere."""
SWEEP_EVERY_S: Final = 86_400
INSPECT_EVERY_S: Final = 7 * 86_400
MAX_INSPECTED_BYTES: Final = 1 << 30
"""Reading more would keep a disk busy for half a minute."""
MERGE_PAGES: Final = 200
"""One step of merging the index: about 7 ms. Never `optimize`: seconds, and a log of 590 MB."""
LOG_BYTES: Final = 4 << 20
"""A shorter log is not worth shrinking."""
HEADERS_A_STEP: Final = 500
BODIES_A_STEP: Final = 20

_COUNTED: Final = """(select count(*), count(iif(p.flags & 1, null, 1)) from placement p
    where p.mailbox = mailbox.id)"""
_INSPECTED_AT: Final = "inspected"
"""Under this name the cache keeps when its files were read through last."""
_SWEPT_AT: Final = "swept"
"""Under this name the cache keeps when a sweep came to its end last."""
_ORPHANS: Final = """select m.id, m.key from orphan o join message m on m.id = o.message
    where o.since < ? and not exists(select 1 from placement p where p.message = m.id) limit 500"""


def start(store: Store) -> None:
    """Mend what a crash left half done. The engine calls it once, before the first pull."""
    if is_outdated(store):
        with store.writing(Database.SEARCH) as search, store.writing(Database.CACHE) as cache:
            begin_anew(search, cache, is_behind=True)
    catch_up(store)
    apply_projection(store)


def mend(store: Store) -> tuple[str, ...]:
    """Make files anew that were found damaged while in use; return sentences about it.

    Not where what exists nowhere else is among them: that is for the next start.
    """
    damaged = {one for one in Database if marker_of(path_of(store.folder, one)).exists()}
    return prepare_files(store.folder) if damaged and Database.LOCAL not in damaged else ()


def reindex(store: Store, extract: Extract) -> Iterator[tuple[int, int]]:
    """Index what is here and was lost from the index, in steps: (done, total)."""
    lacking = behind(store)
    if lacking is None:
        return
    epoch = index_epoch(store)
    headers = headers_lacking(store)
    texts, strays = texts_lacking(store)
    total = len(headers) + len(texts)
    for begin in range(0, len(headers), HEADERS_A_STEP):
        step = headers[begin : begin + HEADERS_A_STEP]
        index_headers(store, step)
        yield begin + len(step), total
    for done, key in enumerate(map(MessageKey, texts), len(headers) + 1):
        raw = body_of(store, key)
        if raw is not None:
            note_bodies(store, [(key, extract(raw))])
        if done % BODIES_A_STEP == 0 or done == total:
            yield done, total
    # Bodies of messages that are not known: with the cache their headers were lost too, and come
    # back with the next pulls.
    if strays and time.time() - lacking.since < ORPHANS_KEPT_S:
        return
    for key in map(MessageKey, strays):
        drop_body(store, key)
        yield total, total
    note_whole(store, epoch)


def is_sweep_due(store: Store, now: int) -> bool:
    """Return whether a day has passed since the last `sweep` came to its end."""
    return _is_long_ago(store, _SWEPT_AT, now, SWEEP_EVERY_S)


def is_inspection_due(store: Store, now: int) -> bool:
    """Return whether a week has passed since the last `inspect`, or something went wrong since."""
    return _is_long_ago(store, _INSPECTED_AT, now, INSPECT_EVERY_S)


def want_inspection(store: Store) -> None:
    """Have the files inspected soon: a program was killed, or the machine lost its power."""
    with store.writing(Database.CACHE) as writing:
        writing.run("delete from state where name = ?", (_INSPECTED_AT,))


def inspect(store: Store, now: int) -> Iterator[bool]:
    """Read every file through and mark what is damaged, for `mend`; a step for each file.

    Damage is found where it lies by whoever reads there: perhaps in years.
    """
    with store.writing(Database.CACHE) as writing:
        writing.run("insert or replace into state values(?, ?)", (_INSPECTED_AT, now))
    for database in Database:
        path = path_of(store.folder, database)
        if path.stat().st_size <= MAX_INSPECTED_BYTES and _damage(store, database):
            create_private(marker_of(path))
        yield True


def sweep(store: Store, extract: Extract, now: int) -> Iterator[int]:
    """Forget what nobody can want any more, in steps: how many messages lost their text.

    Those are messages that have lain nowhere for a week; then files no row refers to, pieces of
    mails nobody goes on with, entries of the undo journal beyond the newest thousand, and moves
    whose message never showed up.
    """
    swept = 0
    while orphans := store.rows(Database.CACHE, _ORPHANS, (now - ORPHANS_KEPT_S,)):
        for row_id, key in orphans:
            swept += _swept(store, row_id, MessageKey(key), extract)
            yield swept
    drop_unused_blobs(store)
    drop_stale_partials(store, now)
    yield swept
    _settle_unseen(store, now)
    forget_old_batches(store)
    with store.writing(Database.CACHE) as writing:
        writing.run("insert or replace into state values(?, ?)", (_SWEPT_AT, now))


def drop_unused_blobs(store: Store, older_than_s: int = 86_400) -> int:
    """Remove files no row refers to, left by a crash or a swept mail; return how many.

    Young ones stay: their row may be about to be written.
    """
    used: set[str] = set()
    for statement in (
        "select blob from submission",
        "select blob from operation where blob <> '' and state = 'pending'",
        "select digest from local_message",
    ):
        used.update(row[0] for row in store.rows(Database.LOCAL, statement))
    bodies = store.rows(Database.BODIES, "select raw from body where codec = 2")
    used.update(row[0].decode() for row in bodies)
    return drop_old_blobs(store, used, time.time() - older_than_s)


def shrink(store: Store) -> bool:
    """Write long logs back into their files and cut them; return whether there was one."""
    long = [one for one in Database if _log_bytes(store, one) > LOG_BYTES]
    if Database.SEARCH in long:
        with store.writing(Database.SEARCH) as writing:
            writing.run("insert into ft(ft, rank) values('merge', ?)", (MERGE_PAGES,))
    for database in long:
        store.maintain(database, "pragma main.wal_checkpoint(passive)")  # holds up no writer
        store.maintain(database, "pragma main.wal_checkpoint(truncate)")
    return bool(long)


def check(store: Store) -> list[str]:
    """Return what is wrong with the files and what becomes of it; empty if nothing is.

    A damaged file is marked, so that the next program to open the store mends it; counters that
    are off are counted anew at once. Takes a while: for `doctor`.
    """
    found = []
    for database in Database:
        problem = _damage(store, database)
        if problem:
            create_private(marker_of(path_of(store.folder, database)))
            found.append(f"{database}.db is damaged ({problem}); it is mended at the next start.")
    if not found and (wrong := recount(store)):
        found.append(f"The counters of {wrong} mailboxes were off and have been counted anew.")
    return found


def recount(store: Store) -> int:
    """Make every mailbox's counters right; return how many were not. About 5 ms per 100,000."""
    wrong = store.ids(
        Database.CACHE, sql("select id from mailbox where (total, unread) <>", _COUNTED)
    )
    if wrong:
        with store.writing(Database.CACHE) as writing:
            count = sql("update mailbox set (total, unread) =", _COUNTED, ", gen = gen + 1")
            writing.run(with_ids(sql(count, "where id in (:ids)"), wrong))
    return len(wrong)


def _swept(store: Store, row_id: int, key: MessageKey, extract: Extract) -> bool:
    """Take a message's text and bytes away; False if it came back meanwhile."""
    raw = body_of(store, key)
    found = extract(raw) if raw is not None else Searchable("", "", "", has_attachments=False)
    # Whoever brings it back waits for the cache.
    with store.alone(Database.SEARCH), store.alone(Database.CACHE):
        if not store.rows(Database.CACHE, "select 1 from orphan where message = ?", (row_id,)):
            return False
        forget_text(store, row_id, storable(found.text), storable(found.attachment_names))
        drop_body(store, key)
        with store.writing(Database.CACHE) as writing:
            writing.run(
                "update message set sender = '', addr = '', subject = '', rcpt = '', people = '',"
                " list = '', snippet = '', props = ? where id = ?",
                (props.IS_SWEPT, row_id),
            )
            writing.run("delete from orphan where message = ?", (row_id,))
    return True


def _settle_unseen(store: Store, now: int) -> None:
    with store.writing(Database.LOCAL) as writing:
        settled = writing.run(
            "update operation set settled = 1 where state = 'done' and settled = 0"
            " and finished < ?",
            (now - EXPECTED_FOR_S,),
        )
    if settled:
        apply_projection(store)


def _is_long_ago(store: Store, what: str, now: int, every_s: int) -> bool:
    found = store.rows(Database.CACHE, "select value from state where name = ?", (what,))
    return not found or not 0 <= now - int(found[0][0]) < every_s


def _damage(store: Store, database: Database) -> str:
    try:
        rows = store.rows(database, "pragma main.quick_check(1)")
    except DamagedFile:
        return "it cannot be read"
    return "" if rows[0][0] == "ok" else str(rows[0][0])


def _log_bytes(store: Store, database: Database) -> int:
    path = path_of(store.folder, database)
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except OSError:
        return 0
