"""The full-text index: what is put in, and what must be taken out again word for word.

The index keeps no text (contentless), so forgetting a message means telling it the same words
once more. A message is indexed by its header when it comes, and again with its text when its body
comes. Each of the two files commits alone: the cache remembers batches the index may have missed.
"""

from array import array
from collections.abc import Sequence
from typing import Final

from . import props
from .database import Database, Row, Store, Writing, with_ids
from .text import INDEX_VERSION, indexed, recipients_words

Entry = tuple[int, str, str, str, str, str]
"""Row id, then the words of subject, sender, recipients, body and attachment names."""

_INSERT: Final = (
    "insert into ft(rowid, subject, sender, rcpt, body, attach) values(?, ?, ?, ?, ?, ?)"
)
_DELETE: Final = (
    "insert into ft(ft, rowid, subject, sender, rcpt, body, attach)"
    " values('delete', ?, ?, ?, ?, ?, ?)"
)
_HEADERS: Final = "select id, subject, sender, addr, people from message where id in (:ids)"
MAX_BODY_CHARS: Final = 1 << 20
REINDEX_BATCH: Final = 2_000


def header_entry(row_id: int, subject: str, name: str, address: str, people: str) -> Entry:
    """Return what is indexed of a header, from what the message row holds."""
    sender = indexed(f"{name} {address}")
    return row_id, indexed(subject), sender, indexed(recipients_words(people)), "", ""


def note_batch(writing: Writing, done: int, messages: Sequence[int]) -> tuple[int, list[int]]:
    """Remember in the cache that these are to be indexed; return the batch and what was missed.

    `done` is the last batch the index has.
    """
    missed = array("q")
    last = done
    for batch, blob in writing.rows("select batch, messages from unindexed order by batch"):
        last = max(last, batch)
        if batch > done:
            missed.frombytes(blob)
    writing.run("delete from unindexed")
    todo = array("q", [*missed, *messages])
    writing.run("insert into unindexed values(?, ?)", (last + 1, todo.tobytes()))
    return last + 1, list(missed)


def last_batch(store: Store) -> int:
    """Return the last batch the index has."""
    found = store.rows(Database.SEARCH, "select value from state where name = 'batch'")
    return int(found[0][0]) if found else 0


def index_batch(store: Store, batch: int, entries: Sequence[Entry], missed: Sequence[int]) -> None:
    """Index a batch of headers, and those a crash kept from being indexed."""
    late = header_entries(store, missed)
    with store.writing(Database.SEARCH) as writing:
        # Rising row ids: the index flushes its memory whenever one falls.
        writing.run_many(_INSERT, sorted([*entries, *late]))
        writing.run("insert or replace into state values('batch', ?)", (batch,))


def catch_up(store: Store) -> int:
    """Index what a crash kept from being indexed; return how many. The engine calls it at start."""
    with store.alone(Database.SEARCH):
        with store.writing(Database.CACHE) as writing:
            batch, missed = note_batch(writing, last_batch(store), ())
        index_batch(store, batch, (), missed)
    return len(missed)


def index_body(store: Store, row_id: int, key: int, text: str, attachments: str) -> None:
    """Index a message with its text instead of its header alone. Safe to repeat."""
    with store.alone(Database.SEARCH):
        catch_up_if_missed(store, row_id)
        header = header_entries(store, [row_id])
        if not header:
            return
        full = (*header[0][:4], indexed(text[:MAX_BODY_CHARS]), indexed(attachments))
        with store.writing(Database.SEARCH) as writing:
            if writing.rows("select 1 from doc where message = ?", (row_id,)):
                return
            writing.run(_DELETE, header[0])
            writing.run(_INSERT, full)
            writing.run("insert into doc values(?, ?)", (row_id, key))


def forget_text(store: Store, row_id: int, text: str, attachments: str) -> None:
    """Take a message out of the index; `text` is what `index_body` was given."""
    header = header_entries(store, [row_id])
    if not header:
        return
    entry = header[0]
    full = (*entry[:4], indexed(text[:MAX_BODY_CHARS]), indexed(attachments))
    with store.writing(Database.SEARCH) as writing:
        had_text = writing.run("delete from doc where message = ?", (row_id,))
        writing.run(_DELETE, full if had_text else entry)


def catch_up_if_missed(store: Store, row_id: int) -> None:
    """A header that a crash kept from being indexed must be in before it can be taken out."""
    done = last_batch(store)
    late = store.rows(Database.CACHE, "select messages from unindexed where batch > ?", (done,))
    if any(row_id in array("q", blob) for (blob,) in late):
        catch_up(store)


def header_entries(store: Store, messages: Sequence[int]) -> list[Entry]:
    """Return what is indexed of these messages' headers."""
    rows = store.rows(Database.CACHE, with_ids(_HEADERS, messages)) if messages else []
    return [header_entry(*row) for row in rows]


def needs_reindex(store: Store) -> bool:
    """Return whether the index was lost, or made by an extractor that gave other words."""
    if store.rows(Database.CACHE, "select 1 from state where name = 'reindex'"):
        return True
    found = store.rows(Database.SEARCH, "select value from state where name = 'extractor'")
    return not found or found[0][0] != INDEX_VERSION


def reindex_headers(store: Store) -> int:
    """Make the index anew from the headers; bodies follow as they are indexed again."""
    with store.alone(Database.SEARCH):
        with store.writing(Database.SEARCH) as writing:
            writing.run("insert into ft(ft) values('delete-all')")
            writing.run("delete from doc")
        with store.writing(Database.CACHE) as writing:
            batch, _ = note_batch(writing, last_batch(store), ())
        messages = store.ids(
            Database.CACHE, "select id from message where props & ? = 0", (props.IS_SWEPT,)
        )
        for start in range(0, len(messages), REINDEX_BATCH):
            entries = header_entries(store, messages[start : start + REINDEX_BATCH])
            index_batch(store, batch, entries, ())
        with store.writing(Database.SEARCH) as writing:
            writing.run("insert or replace into state values('batch', ?)", (batch,))
            writing.run("insert or replace into state values('extractor', ?)", (INDEX_VERSION,))
        with store.writing(Database.CACHE) as writing:
            writing.run("delete from state where name = 'reindex'")
    return len(messages)


def without_text(store: Store) -> list[Row]:
    """Return (row id, key) of messages whose bytes are here and whose text is not indexed."""
    bodies = set(store.ids(Database.BODIES, "select message_key from body"))
    bodies.difference_update(store.ids(Database.SEARCH, "select key from doc"))
    if not bodies:
        return []
    known = "select message, hash from refhash where hash in (:ids) and message is not null"
    return store.rows(Database.CACHE, with_ids(known, bodies))
