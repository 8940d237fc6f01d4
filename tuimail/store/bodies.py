"""Whole mails as the server holds them: small ones compressed as rows, large ones as files."""

import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final, NamedTuple

from tuimail.errors import NotFound, StoreError
from tuimail.model.ids import MessageKey
from tuimail.model.part import Searchable

from . import props
from .blobs import open_blob, put_blob, read_blob, read_blob_head
from .database import Database, Store
from .index import Text, index_texts
from .local_mail import local_digests
from .statement import with_ids
from .text import storable

ROW_LIMIT_BYTES: Final = 256 << 10
"""Above it SQLite is slower than a file to write and to delete."""
MAX_SNIPPET_CHARS: Final = 300

_PLAIN, _ZLIB, _FILE = 0, 1, 2


class Whole(NamedTuple):
    """A mail's exact bytes, and what the index keeps of it."""

    key: MessageKey
    raw: bytes
    searchable: Searchable


def put_body(store: Store, key: MessageKey, raw: bytes, searchable: Searchable) -> None:
    """Keep a mail's exact bytes and index its text. Safe to repeat."""
    put_bodies(store, [Whole(key, raw, searchable)])


def put_bodies(store: Store, wholes: Sequence[Whole]) -> None:
    """Keep mails' exact bytes and index their texts, in one transaction of each file.

    Safe to repeat: what was cut half-way is whole then. About 50 ms of writing for 100 mails.
    Of what lies in a local mailbox the bytes are kept already.
    """
    local = local_digests(store, [whole.key for whole in wholes])
    others = [whole for whole in wholes if whole.key not in local]
    if others:
        now = int(time.time())
        rows = sorted((whole.key, *_packed(store, whole.raw), now) for whole in others)
        with store.writing(Database.BODIES) as writing:
            writing.run_many("insert or replace into body values(?, ?, ?, ?)", rows)
    note_bodies(store, [(whole.key, whole.searchable) for whole in wholes])


def note_bodies(store: Store, found: Sequence[tuple[MessageKey, Searchable]]) -> None:
    """Index bodies that are here, and show their first words in lists."""
    which = with_ids(
        "select r.hash, m.id, m.snippet, m.props from refhash r"
        " join message m on m.id = r.message where r.hash in (:ids)",
        (key for key, _ in found),
    )
    known = {key: rest for key, *rest in store.rows(Database.CACHE, which)}
    texts, changes = [], []
    for key, searchable in found:
        if key not in known:
            continue
        row_id, *before = known[key]
        text, names = storable(searchable.text), storable(searchable.attachment_names)
        texts.append(Text(row_id, key, text, names))
        snippet = storable(searchable.snippet)[:MAX_SNIPPET_CHARS]
        bits = props.HAS_BODY | (props.HAS_ATTACHMENTS if searchable.has_attachments else 0)
        after = [snippet, before[1] & ~props.HAS_ATTACHMENTS | bits]
        if after != before:  # else screens would read their lists again
            changes.append((snippet, ~props.HAS_ATTACHMENTS, bits, row_id))
    index_texts(store, texts)
    if changes:
        with store.writing(Database.CACHE) as writing:
            writing.run_many(
                "update message set snippet = ?, props = (props & ?) | ? where id = ?", changes
            )


def body_of(store: Store, key: MessageKey) -> bytes | None:
    """Return a mail's exact bytes, or None if they are not here."""
    if (held := store.aside.get(key)) is not None:
        return held
    rows = store.rows(Database.BODIES, "select codec, raw from body where message_key = ?", (key,))
    if not rows:
        return _local_body(store, key)
    codec, content = rows[0]
    try:
        if codec == _FILE:
            return read_blob(store, content.decode())
        return zlib.decompress(content) if codec == _ZLIB else bytes(content)
    except (NotFound, StoreError, zlib.error):
        drop_body(store, key)  # damaged: the server still has it
        return None


@contextmanager
def opened_body(store: Store, key: MessageKey) -> Iterator[BinaryIO | bytes | None]:
    """Give a mail's exact bytes: small ones at once, large ones as a file; None if not here."""
    named = _blob_of(store, key)
    if named is None:
        yield body_of(store, key)
        return
    try:
        file = open_blob(store, named.digest)
    except (NotFound, StoreError):
        if not named.is_local:
            drop_body(store, key)  # damaged: the server still has it
        yield None
        return
    with file:
        yield file


def beginning_of(store: Store, key: MessageKey, max_bytes: int) -> bytes | None:
    """Return the first of a mail's bytes, for its header, or None if they are not here.

    Of a large mail no more is read than that, and it is not looked at whether the rest is whole.

    Raises:
        StoreError: they cannot be read just now.
    """
    named = _blob_of(store, key)
    if named is not None:
        return read_blob_head(store, named.digest, max_bytes) or None
    raw = body_of(store, key)
    return None if raw is None else raw[:max_bytes]


class _Named(NamedTuple):
    """A file in which a mail's bytes lie."""

    digest: str
    is_local: bool
    """There is nowhere else to get them from."""


def _blob_of(store: Store, key: MessageKey) -> _Named | None:
    file_of = "select raw from body where message_key = ? and codec = ?"
    rows = store.rows(Database.BODIES, file_of, (key, _FILE))
    if rows:
        return _Named(rows[0][0].decode(), is_local=False)
    if bodies_here(store, [key]):
        return None
    digest = local_digests(store, [key]).get(key)
    return _Named(digest, is_local=True) if digest else None


def _packed(store: Store, raw: bytes) -> tuple[int, bytes]:
    """Return how a mail's bytes are kept, and what is kept in their row."""
    if len(raw) > ROW_LIMIT_BYTES:
        return _FILE, put_blob(store, raw).encode()
    packed = zlib.compress(raw, 1)
    return (_ZLIB, packed) if len(packed) < len(raw) else (_PLAIN, raw)


def _local_body(store: Store, key: MessageKey) -> bytes | None:
    """Return the bytes of a mail that lies in a local mailbox, or None."""
    digest = local_digests(store, [key]).get(key)
    try:
        return read_blob(store, digest) if digest else None
    except (NotFound, StoreError):
        return None


def bodies_here(store: Store, keys: Iterable[MessageKey]) -> set[MessageKey]:
    """Return those of these mails whose bytes are here."""
    which = with_ids("select message_key from body where message_key in (:ids)", keys)
    return {MessageKey(key) for key in store.ids(Database.BODIES, which)}


def half_kept(store: Store, keys: Iterable[MessageKey]) -> list[MessageKey]:
    """Return those of these mails that are not known to be here, as `note_bodies` makes known."""
    which = with_ids(
        "select r.hash from refhash r join message m on m.id = r.message"
        " where r.hash in (:ids) and m.props & ? = 0",
        keys,
    )
    return [MessageKey(key) for key in store.ids(Database.CACHE, which, (props.HAS_BODY,))]


def drop_body(store: Store, key: MessageKey) -> None:
    """Forget a mail's bytes."""
    with store.writing(Database.BODIES) as writing:
        writing.run("delete from body where message_key = ?", (key,))
    with store.writing(Database.CACHE) as writing:
        writing.run(
            "update message set props = props & ? where id ="
            " (select message from refhash where hash = ?)",
            (~props.HAS_BODY, key),
        )
