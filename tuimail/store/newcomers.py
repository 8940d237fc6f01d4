"""What came into a mailbox since a moment: for telling the person of new mail."""

from dataclasses import dataclass

from tuimail.model.ids import MailboxId, RowId
from tuimail.model.later import WatchKind

from .conversations import threads_of_rows
from .database import Database, Store
from .mailboxes import mailbox_row
from .row_ids import first_row_id
from .watches import threads_watched


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox was filled at a moment."""

    uid_validity: int
    uid: int
    """The highest there is; 0 in an empty mailbox."""
    is_filled: bool
    """Whether it was in step with the server once: what came before is no news."""


def mark_of(store: Store, mailbox_id: MailboxId) -> Mark | None:
    """Return how far a mailbox is filled now; None where it is gone."""
    found = store.rows(
        Database.CACHE,
        "select uid_validity, backlog_done, (select max(ref) from placement where smailbox = b.id)"
        " from mailbox b where id = ?",
        (mailbox_id,),
    )
    if not found:
        return None
    validity, is_filled, uid = found[0]
    return Mark(validity, max(uid or 0, 0), bool(is_filled))


def unread_since(
    store: Store, mailbox_id: MailboxId, mark: Mark, dated_since: int = 0
) -> list[RowId]:
    """Return messages that came after a mark and are unread, ascending by UID.

    `dated_since`, in seconds UTC, leaves out those that bear an older date. Those that were put
    there by the person's own operations came from another mailbox; those of a conversation that
    is muted are no news.
    """
    found = store.rows(
        Database.CACHE,
        "select ref, message from placement where smailbox = ?1 and ref > ?2 and mailbox = ?1"
        " and flags & 1 = 0 and message >= ?3 order by ref",
        (mailbox_id, mark.uid, first_row_id(dated_since)),
    )
    if not found:
        return []
    box = mailbox_row(store, mailbox_id)
    own = store.rows(
        Database.LOCAL,
        "select new_uid from operation where account = ? and destination = ?"
        " and new_uid_validity = ? and new_uid > ?",
        (box.account, box.name.raw, mark.uid_validity, mark.uid),
    )
    put_here = {row[0] for row in own}
    came = [RowId(message) for uid, message in found if uid not in put_here]
    muted = threads_watched(store, WatchKind.MUTED) if came else {}
    threads = threads_of_rows(store, came) if muted else {}
    return [row_id for row_id in came if threads.get(row_id) not in muted]
