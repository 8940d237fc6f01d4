"""Takes bodies off the disk that are older than is to be kept, and that the server still has.

The mail stays listed, and found by its header; opened, it is fetched again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tuimail.model.ids import MailboxId, MessageKey
from tuimail.model.part import Searchable

from .bodies import body_of, drop_body
from .database import Database, Store
from .index import forget_text, index_headers
from .keywords import DRAFT, FLAGGED
from .lacking import UNREAD_AHEAD
from .row_ids import first_row_id
from .statement import with_ids
from .text import storable

STAYS_S: Final = 30 * 86_400
"""A body that came so lately stays: somebody may have opened it for a journey."""
KEYS_A_STEP: Final = 500
_ALL_ROWS: Final = 1 << 62

_Places = list[tuple[int, int, int, int, int]]
"""(row id, mailbox shown, mailbox on the server, UID, flags) of one message."""


def thin_out(
    store: Store,
    kept_since: Mapping[MailboxId, int | None],
    extract: Callable[[bytes], Searchable],
    now: int,
) -> Iterator[int]:
    """Drop bodies nobody asked to keep, in steps: how many so far.

    `kept_since` says from when on a mailbox is kept whole, in seconds UTC, None for nothing of it.
    A mailbox is in it only if its server can be asked for its mail again: a message that lies
    anywhere else as well stays whole, as do drafts, those with a star, and those on their way.
    """
    floors = {mailbox: _floor(store, mailbox, since) for mailbox, since in kept_since.items()}
    came = "select message_key from body where arrived < ? order by message_key"
    keys = store.ids(Database.BODIES, came, (now - STAYS_S,)) if floors else []
    dropped = 0
    for start in range(0, len(keys), KEYS_A_STEP):
        for key, row_id in _beyond(store, keys[start : start + KEYS_A_STEP], floors):
            _drop(store, key, row_id, extract)
            dropped += 1
            yield dropped
        yield dropped


def _floor(store: Store, mailbox: MailboxId, since: int | None) -> int:
    """Return below which row id a mailbox keeps no bodies; what is fetched ahead always stays."""
    if since is None:
        return _ALL_ROWS
    newest = store.ids(
        Database.CACHE,
        "select message from placement where mailbox = ? order by message desc limit 1 offset ?",
        (mailbox, UNREAD_AHEAD - 1),
    )
    return min(first_row_id(since), newest[0]) if newest else 0


def _beyond(
    store: Store, keys: Sequence[int], floors: Mapping[MailboxId, int]
) -> list[tuple[MessageKey, int]]:
    """Return (key, row id) of those that are below the floor wherever they lie."""
    which = (
        "select r.hash, p.message, p.mailbox, p.smailbox, p.ref, p.flags | p.sflags"
        " from refhash r join placement p on p.message = r.message where r.hash in (:ids)"
    )
    places: dict[int, _Places] = {}
    for key, *place in store.rows(Database.CACHE, with_ids(which, keys)):
        places.setdefault(key, []).append((place[0], place[1], place[2], place[3], place[4]))
    return [
        (MessageKey(key), lies[0][0])
        for key, lies in places.items()
        if all(_is_below(place, floors) for place in lies)
    ]


def _is_below(place: tuple[int, int, int, int, int], floors: Mapping[MailboxId, int]) -> bool:
    row_id, shown, mailbox, uid, flags = place
    is_still = shown == mailbox and uid > 0 and not flags & (FLAGGED | DRAFT)
    return is_still and row_id < floors.get(MailboxId(mailbox), 0)


def _drop(
    store: Store, key: MessageKey, row_id: int, extract: Callable[[bytes], Searchable]
) -> None:
    """Take a body away, and its words out of the index; a crash between leaves it for next time."""
    raw = body_of(store, key)
    if raw is None:
        return
    found = extract(raw)
    with store.alone(Database.SEARCH):
        forget_text(store, row_id, storable(found.text), storable(found.attachment_names))
        index_headers(store, [row_id])
    drop_body(store, key)
