"""The full-text index: what is put in, and what must be taken out again word for word.

The index keeps no text (contentless), so forgetting a message means telling it the same words
once more. A message is indexed by its header soon after it came, and again with its text when its
body comes. Each of the two files commits alone: the cache remembers batches until they are indexed.
An index that was lost or speaks another language is begun anew, empty, and filled by `upkeep`; what
comes meanwhile goes in as always.
"""

import time
from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

from . import props
from .database import Database, Store, Writing
from .statement import sql, with_ids
from .text import INDEX_VERSION, PEOPLE_MARKS, indexed

Entry = tuple[int, str, str, str, str, str]
"""Row id, then the words of subject, sender, recipients, body and attachment names."""

WAITING_A_STEP: Final = 4_000
"""Headers that wait are indexed so many at a time: about 40 ms, in one statement, which leaves the
interpreter to others meanwhile."""

_INSERT: Final = (
    "insert into ft(rowid, subject, sender, rcpt, body, attach) values(?, ?, ?, ?, ?, ?)"
)
_DELETE: Final = (
    "insert into ft(ft, rowid, subject, sender, rcpt, body, attach)"
    " values('delete', ?, ?, ?, ?, ?, ?)"
)
_HAS: Final = "select 1 from ft where rowid = ?"
_WITH_TEXT: Final = "select message from doc where message in (:ids)"


def _indexed(column: str) -> str:
    """Return a column as it is indexed: only where it is not ASCII the interpreter is asked."""
    is_ascii = f"length({column}) = length(cast({column} as blob))"
    return f"iif({is_ascii}, {column}, indexed({column}))"


def _people_words() -> str:
    words = "m.people"
    for mark in PEOPLE_MARKS:
        words = f"replace({words}, char({ord(mark)}), ' ')"
    return words


HEADERS: Final = sql(
    "select m.id,",
    ", ".join(map(_indexed, ("m.subject", "(m.sender || ' ' || m.addr)", _people_words()))),
    ", '', '' from message m where m.id in (:ids)",
)
"""Rising ids: the index flushes its memory whenever one falls."""
_INSERT_HEADERS: Final = sql(
    "insert into ft(rowid, subject, sender, rcpt, body, attach)",
    HEADERS.replace("from message", "from cache.message"),
    "and not exists(select 1 from ft where rowid = m.id) order by m.id",
)
MAX_BODY_CHARS: Final = 1 << 20
_BEHIND: Final = "reindex"
"""Under this name the cache keeps since when the index lacks something."""
EPOCH_KNOWN: Final = "search_epoch"
"""Under this name the cache keeps which index it belongs to."""


class Behind(NamedTuple):
    """An index that is not whole."""

    since: int
    """Seconds UTC."""
    epoch: int
    """Another one for each file that was ever the index."""


class Text(NamedTuple):
    """What a body adds to the index."""

    row_id: int
    key: int
    text: str
    attachment_names: str


def note_batch(writing: Writing, done: int, messages: Sequence[int]) -> None:
    """Remember in the cache that these are to be indexed.

    `done` is the last batch the index had a moment ago.
    """
    # The newest stays even if it is done: numbers must never come again.
    newest = writing.rows("select max(batch) from unindexed")[0][0] or 0
    writing.run("delete from unindexed where batch <= ? and batch < ?", (done, newest))
    if messages:
        number = max(done, newest) + 1
        writing.run("insert into unindexed values(?, ?)", (number, array("q", messages).tobytes()))


def last_batch(store: Store) -> int:
    """Return the last batch the index has."""
    found = store.rows(Database.SEARCH, "select value from state where name = 'batch'")
    return int(found[0][0]) if found else 0


def index_waiting(store: Store) -> int:
    """Index some of the headers that wait for it; return how many, 0 when none is left."""
    with store.alone(Database.SEARCH):
        last = done = last_batch(store)
        waiting = array("q")
        with store.writing(Database.SEARCH) as writing:
            for batch, blob in writing.rows(
                "select batch, messages from cache.unindexed where batch > ? order by batch",
                (done,),
            ):
                waiting.frombytes(blob)
                last = batch
                if len(waiting) >= WAITING_A_STEP:
                    break
            if waiting:
                writing.run(with_ids(_INSERT_HEADERS, waiting))
                writing.run("insert or replace into state values('batch', ?)", (last,))
    return len(waiting)


def count_waiting(store: Store) -> int:
    """Return how many headers are here and not in the index yet, at most a few too many."""
    rows = store.rows(
        Database.CACHE,
        "select coalesce(sum(length(messages)), 0) / 8 from unindexed where batch > ?",
        (last_batch(store),),
    )
    return int(rows[0][0])


def catch_up(store: Store) -> int:
    """Index every header that waits; return how many. The engine calls it at start."""
    indexed_now = 0
    while step := index_waiting(store):
        indexed_now += step
    return indexed_now


def index_texts(store: Store, texts: Sequence[Text]) -> None:
    """Index messages with their text instead of their header alone. Safe to repeat."""
    if not texts:
        return
    of_row = {text.row_id: text for text in texts}
    with store.alone(Database.SEARCH):
        headers = sorted(header_entries(store, list(of_row)))
        with store.writing(Database.SEARCH) as writing:
            done = {row[0] for row in writing.rows(with_ids(_WITH_TEXT, of_row))}
            todo = [header for header in headers if header[0] not in done]
            there = _there(writing, todo)
            for header in todo:  # rising, see `HEADERS`
                if header[0] in there:
                    writing.run(_DELETE, header)
                text = of_row[header[0]]
                writing.run(_INSERT, (*header[:4], *_words(text.text, text.attachment_names)))
            writing.run_many(
                "insert into doc values(?, ?)",
                [(header[0], of_row[header[0]].key) for header in todo],
            )


def forget_text(store: Store, row_id: int, text: str, attachments: str) -> None:
    """Take a message out of the index; `text` is what `index_texts` was given."""
    catch_up(store)  # what is indexed later would not be forgotten
    header = header_entries(store, [row_id])
    if not header:
        return
    entry = header[0]
    full = (*entry[:4], *_words(text, attachments))
    with store.writing(Database.SEARCH) as writing:
        had_text = writing.run("delete from doc where message = ?", (row_id,))
        if writing.rows(_HAS, (row_id,)):
            writing.run(_DELETE, full if had_text else entry)


def header_entries(store: Store, messages: Sequence[int]) -> list[Entry]:
    """Return what is indexed of these messages' headers."""
    return store.rows(Database.CACHE, with_ids(HEADERS, messages)) if messages else []


def begin_anew(search: Writing, cache: Writing, *, is_behind: bool) -> None:
    """Empty the index, inside open transactions of both; `is_behind`: there is something for it."""
    search.run("insert into ft(ft) values('delete-all')")
    search.run("delete from doc")
    search.run("delete from state where name = 'batch'")
    search.run("insert or replace into state values('extractor', ?)", (INDEX_VERSION,))
    cache.run("delete from unindexed")
    if is_behind:
        cache.run("insert or ignore into state values(?, ?)", (_BEHIND, int(time.time())))


def is_outdated(store: Store) -> bool:
    """Return whether the index was made by an extractor that gave other words."""
    found = store.rows(Database.SEARCH, "select value from state where name = 'extractor'")
    return not found or found[0][0] != INDEX_VERSION


def behind(store: Store) -> Behind | None:
    """Return what is known of an index that lacks what it was begun anew for; None: it is whole."""
    which = "select value from state where name = ?"
    since = store.rows(Database.CACHE, which, (_BEHIND,))
    epoch = store.rows(Database.CACHE, which, (EPOCH_KNOWN,))
    return Behind(since[0][0], epoch[0][0] if epoch else 0) if since else None


def note_whole(store: Store, epoch: int) -> None:
    """Say that nothing is lacking, unless the index was lost again since it had this epoch."""
    with store.alone(Database.SEARCH):
        if index_epoch(store) == epoch:
            with store.writing(Database.CACHE) as writing:
                writing.run("delete from state where name = ?", (_BEHIND,))


def index_epoch(store: Store) -> int:
    """Return a number that is another one for each file that was ever the index."""
    with store.writing(Database.SEARCH) as writing:  # which notices that the file was replaced
        return int(writing.rows("select value from state where name = 'epoch'")[0][0])


def headers_lacking(store: Store) -> "array[int]":
    """Return the row ids of messages that are not in the index, newest first."""
    return store.ids(
        Database.CACHE,
        "select id from message m where props & ? = 0"
        " and not exists(select 1 from search.ft where rowid = m.id) order by id desc",
        (props.IS_SWEPT,),
    )


def index_headers(store: Store, messages: Sequence[int]) -> None:
    """Index headers that are not in the index yet."""
    with store.writing(Database.SEARCH) as writing:
        writing.run(with_ids(_INSERT_HEADERS, messages))


def texts_lacking(store: Store) -> tuple["array[int]", "array[int]"]:
    """Return keys of bodies that are here and not in the index.

    First those of messages that are known, newest first; then the others. Reads much.
    """
    bodies = set(store.ids(Database.BODIES, "select message_key from body"))
    bodies.update(store.ids(Database.LOCAL, "select distinct key from local_message"))
    bodies.difference_update(store.ids(Database.SEARCH, "select key from doc"))
    known = "select hash from refhash where hash in (:ids) and message is not null"
    found = store.ids(Database.CACHE, sql(with_ids(known, bodies), "order by message desc"))
    return found, array("q", bodies.difference(found))


def _there(writing: Writing, entries: Sequence[Entry]) -> set[int]:
    which = with_ids("select rowid from ft where rowid in (:ids)", (entry[0] for entry in entries))
    return {row[0] for row in writing.rows(which)}


def _words(text: str, attachment_names: str) -> tuple[str, str]:
    return indexed(text[:MAX_BODY_CHARS]), indexed(attachment_names)
