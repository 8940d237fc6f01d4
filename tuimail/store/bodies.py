"""Whole mails as the server holds them: small ones compressed as rows, large ones as files."""

import zlib
from typing import Final

from tuimail.errors import NotFound, StoreError
from tuimail.model.ids import MailboxId, MessageKey
from tuimail.model.part import Searchable

from . import props
from .blobs import put_blob, read_blob
from .database import Database, Store, with_ids
from .index import index_body
from .text import storable

ROW_LIMIT_BYTES: Final = 256 << 10
"""Above it SQLite is slower than a file to write and to delete."""
MAX_SNIPPET_CHARS: Final = 300
SEARCHED_FOR_BODIES: Final = 2_000

_PLAIN, _ZLIB, _FILE = 0, 1, 2


def put_body(store: Store, key: MessageKey, raw: bytes, searchable: Searchable) -> None:
    """Keep a mail's exact bytes and index its text. Safe to repeat."""
    if len(raw) > ROW_LIMIT_BYTES:
        codec, content = _FILE, put_blob(store, raw).encode()
    else:
        packed = zlib.compress(raw, 1)
        codec, content = (_ZLIB, packed) if len(packed) < len(raw) else (_PLAIN, raw)
    with store.writing(Database.BODIES) as writing:
        writing.run("insert or replace into body values(?, ?, ?)", (key, codec, content))
    note_body(store, key, searchable)


def note_body(store: Store, key: MessageKey, searchable: Searchable) -> None:
    """Index a body that is here, and show its first words in the list."""
    rows = store.rows(
        Database.CACHE,
        "select m.id, m.snippet, m.props from refhash r join message m on m.id = r.message"
        " where r.hash = ?",
        (key,),
    )
    if not rows:
        return
    row_id, *known = rows[0]
    text, names = storable(searchable.text), storable(searchable.attachment_names)
    index_body(store, row_id, key, text, names)
    snippet = storable(searchable.snippet)[:MAX_SNIPPET_CHARS]
    bits = props.HAS_BODY | (props.HAS_ATTACHMENTS if searchable.has_attachments else 0)
    if known == [snippet, known[1] & ~props.HAS_ATTACHMENTS | bits]:
        return  # screens would read their lists again
    with store.writing(Database.CACHE) as writing:
        writing.run(
            "update message set snippet = ?, props = (props & ?) | ? where id = ?",
            (snippet, ~props.HAS_ATTACHMENTS, bits, row_id),
        )


def body_of(store: Store, key: MessageKey) -> bytes | None:
    """Return a mail's exact bytes, or None if they are not here."""
    rows = store.rows(Database.BODIES, "select codec, raw from body where message_key = ?", (key,))
    if not rows:
        return None
    codec, content = rows[0]
    try:
        if codec == _FILE:
            return read_blob(store, content.decode())
        return zlib.decompress(content) if codec == _ZLIB else bytes(content)
    except (NotFound, StoreError, zlib.error):
        drop_body(store, key)  # damaged: the server still has it
        return None


def has_body(store: Store, key: MessageKey) -> bool:
    """Return whether a mail's bytes are here."""
    return bool(store.rows(Database.BODIES, "select 1 from body where message_key = ?", (key,)))


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


def missing_bodies(
    store: Store, mailbox_id: MailboxId, limit: int, *, max_size_bytes: int = 1 << 20
) -> list[MessageKey]:
    """Return keys of messages whose bytes are not here: unread first, newest first.

    Only the newest 2,000 of the mailbox are looked at.
    """
    rows = store.rows(
        Database.CACHE,
        "select key from (select m.key, p.flags & 1 as seen, m.id, m.props, m.size"
        " from placement p cross join message m on m.id = p.message"
        " where p.mailbox = ? and p.ref > 0 order by p.message desc limit ?)"
        " where props & ? = 0 and size <= ? order by seen, id desc limit ?",
        (mailbox_id, SEARCHED_FOR_BODIES, props.HAS_BODY, max_size_bytes, limit),
    )
    keys = [row[0] for row in rows]
    which = with_ids("select message_key from body where message_key in (:ids)", keys)
    here = set(store.ids(Database.BODIES, which))
    return [MessageKey(key) for key in dict.fromkeys(keys) if key not in here]
