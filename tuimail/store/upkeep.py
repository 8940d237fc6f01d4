"""What the engine does at start and when nothing else is to do: mend, shrink, sweep."""

import time
from collections.abc import Callable
from typing import Final

from tuimail.model.part import Searchable

from . import props
from .blobs import drop_blob
from .bodies import body_of, drop_body, note_body
from .database import Database, Store, with_ids
from .index import catch_up, forget_text, needs_reindex, reindex_headers, without_text
from .journal import forget_old_batches
from .projection import apply_projection
from .text import storable

Extract = Callable[[bytes], Searchable]
"""Gives what the index keeps of a mail; the same words each time for the same bytes."""

EXPECTED_FOR_S: Final = 86_400
"""A carried-out move whose message never showed up is no longer expected after a day."""
ORPHANS_KEPT_S: Final = 7 * 86_400
"""A message gone from every mailbox keeps its bytes so long: it may have been moved elsewhere."""
MERGE_PAGES: Final = 200
"""One step of merging the index: about 7 ms. Never `optimize`: seconds, and a log of 590 MB."""


def start(store: Store) -> None:
    """Mend what a crash left half done. The engine calls it once, before the first pull."""
    catch_up(store)
    now = int(time.time())
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "update operation set settled = 1 where state = 'done' and settled = 0"
            " and finished < ?",
            (now - EXPECTED_FOR_S,),
        )
    forget_old_batches(store)
    apply_projection(store)


def idle(store: Store) -> None:
    """Shrink the logs and merge the index a little; some 10 ms, safe at any time."""
    with store.writing(Database.SEARCH) as writing:
        writing.run("insert into ft(ft, rank) values('merge', ?)", (MERGE_PAGES,))
    for database in Database:
        store.maintain(database, "pragma wal_checkpoint(truncate)")


def reindex(store: Store, extract: Extract, limit: int) -> int:
    """Index what is here and not indexed, if the index was lost; return how many bodies.

    Call again until it returns less than `limit`.
    """
    if needs_reindex(store):
        reindex_headers(store)
    done = 0
    for _, key in without_text(store)[:limit]:
        raw = body_of(store, key)
        if raw is not None:
            note_body(store, key, extract(raw))
            done += 1
    return done


def sweep(store: Store, extract: Extract, limit: int, now: int | None = None) -> int:
    """Forget the text of messages that have lain nowhere for a week; return how many."""
    before = (int(time.time()) if now is None else now) - ORPHANS_KEPT_S
    rows = store.rows(
        Database.CACHE,
        "select m.id, m.key from orphan o join message m on m.id = o.message where o.since < ?"
        " and not exists(select 1 from placement p where p.message = m.id) limit ?",
        (before, limit),
    )
    for row_id, key in rows:
        raw = body_of(store, key)
        found = extract(raw) if raw is not None else Searchable("", "", "", has_attachments=False)
        forget_text(store, row_id, storable(found.text), storable(found.attachment_names))
        drop_body(store, key)
    swept = [row[0] for row in rows]
    with store.writing(Database.CACHE) as writing:
        writing.run(
            with_ids(
                "update message set sender = '', addr = '', subject = '', rcpt = '', people = '',"
                " list = '', snippet = '', props = ? where id in (:ids)",
                swept,
            ),
            (props.IS_SWEPT,),
        )
        writing.run(with_ids("delete from orphan where message in (:ids)", swept))
    return len(swept)


def drop_unused_blobs(store: Store, older_than_s: int = 86_400) -> int:
    """Remove files no row refers to, left by a crash or a swept mail; return how many.

    Young ones stay: their row may be about to be written.
    """
    used: set[str] = set()
    for statement in (
        "select blob from submission",
        "select blob from operation where blob <> '' and state = 'pending'",
    ):
        used.update(row[0] for row in store.rows(Database.LOCAL, statement))
    bodies = store.rows(Database.BODIES, "select raw from body where codec = 2")
    used.update(row[0].decode() for row in bodies)
    oldest = time.time() - older_than_s
    dropped = 0
    for path in (store.folder / "blobs").glob("*/*"):
        if path.name not in used and path.stat().st_mtime < oldest:
            drop_blob(store, path.name) if "." not in path.name else path.unlink()
            dropped += 1
    return dropped


def check(store: Store) -> list[str]:
    """Return what is wrong with the files; empty if nothing. Takes a while: for `doctor`."""
    found = []
    for database in Database:
        rows = store.rows(database, "pragma quick_check(5)")
        found += [f"{database}.db: {row[0]}" for row in rows if row[0] != "ok"]
    wrong = store.rows(
        Database.CACHE,
        "select count(*) from mailbox b where total <> (select count(*) from placement p"
        " where p.mailbox = b.id) or unread <> (select count(*) from placement p"
        " where p.mailbox = b.id and flags & 1 = 0)",
    )
    if wrong[0][0]:
        found.append(f"cache.db: the counters of {wrong[0][0]} mailboxes are off")
    return found
