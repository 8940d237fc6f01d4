"""Which messages of a mailbox are not known to be here with their bodies, newest first.

The bytes of some may be here all the same, where the cache was lost or they were half kept.
"""

from typing import Final, NamedTuple

from tuimail.model.ids import MailboxId, MessageKey

from . import props
from .database import Database, Store
from .row_ids import first_row_id
from .statement import sql

NEWEST_AHEAD: Final = 100
"""Bodies of a mailbox's newest messages are wanted before all others."""
UNREAD_AHEAD: Final = 300
"""So are those of unread messages, if they are among so many newest."""
AHEAD_BYTES: Final = 1 << 20
"""Larger mails are not wanted before all others."""
PAGE: Final = 500
"""Read at once: little memory, and few mailboxes are opened in turns."""

_FROM: Final = """from placement p cross join message m on m.id = p.message
    where p.mailbox = ? and p.smailbox = p.mailbox and p.ref > 0"""


class Lacking(NamedTuple):
    """A message without its body."""

    row_id: int
    key: MessageKey
    size_bytes: int
    """RFC822.SIZE."""


class Survey(NamedTuple):
    """What a mailbox lacks."""

    since: int | None
    """Seconds UTC; older messages are not wanted, None means that none is."""
    first: tuple[Lacking, ...] = ()
    """Wanted before all others, whatever their date: unread first, newest first."""
    wanted: int = 0
    """How many are, those in `first` among them."""
    wanted_bytes: int = 0
    newest: int = 0
    """Row id of the newest since then; 0 where there is none."""


def survey(store: Store, mailbox_id: MailboxId, since: int | None) -> Survey:
    """Count what a mailbox lacks of the messages since then, in seconds UTC, and what comes first.

    Reads every placement since then: some 50 ms for 100,000.
    """
    if since is None:
        return Survey(None)
    counted = store.rows(
        Database.CACHE,
        sql(
            "select count(*), coalesce(sum(m.size), 0), coalesce(max(m.id), 0)",
            _FROM,
            "and p.message >= ? and m.props & ? = 0",
        ),
        (mailbox_id, first_row_id(since), props.HAS_BODY),
    )
    count, size_bytes, newest = counted[0]
    first = _first(store, mailbox_id)
    older = [one.size_bytes for one in first if one.row_id < first_row_id(since)]
    return Survey(since, first, count + len(older), size_bytes + sum(older), newest)


def count_kept(store: Store, mailbox_id: MailboxId, since: int) -> tuple[int, int]:
    """Return how many messages a mailbox has since then, and of how many the bodies are here."""
    counted = store.rows(
        Database.CACHE,
        sql("select count(*), count(iif(m.props & ?, 1, null))", _FROM, "and p.message >= ?"),
        (props.HAS_BODY, mailbox_id, first_row_id(since)),
    )
    wanted, here = counted[0]
    return wanted, here


def page(store: Store, mailbox_id: MailboxId, since: int, below: int) -> tuple[list[Lacking], int]:
    """Return what a mailbox lacks with a row id less than `below`, newest first: PAGE at most.

    Also returns the row id to go on below; 0 at the end.
    """
    rows = store.rows(
        Database.CACHE,
        sql(
            "select distinct m.id, m.key, coalesce(m.size, 0)",
            _FROM,
            "and p.message >= ? and p.message < ? and m.props & ? = 0",
            "order by p.message desc limit ?",
        ),
        (mailbox_id, first_row_id(since), below, props.HAS_BODY, PAGE),
    )
    end = rows[-1][0] if len(rows) == PAGE else 0
    return [Lacking(*row) for row in rows], end


def _first(store: Store, mailbox_id: MailboxId) -> tuple[Lacking, ...]:
    rows = store.rows(
        Database.CACHE,
        sql(
            "select m.id, m.key, coalesce(m.size, 0), p.flags & 1, m.props & ?",
            _FROM,
            "order by p.message desc limit ?",
        ),
        (props.HAS_BODY, mailbox_id, UNREAD_AHEAD),
    )
    wanted = [
        (is_read, Lacking(row_id, key, size))
        for place, (row_id, key, size, is_read, has_body) in enumerate(rows)
        if not has_body and size <= AHEAD_BYTES and (place < NEWEST_AHEAD or not is_read)
    ]
    wanted.sort(key=lambda found: found[0])
    return tuple(lacking for _, lacking in wanted)
