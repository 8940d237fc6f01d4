"""What a server found, seen from here: which of it is known, and which of it is still meant."""

from collections.abc import Iterable, Sequence
from typing import Final

from tuimail.model.ids import MailboxId, RowId
from tuimail.model.query import And, Node, has_words

from . import props
from .database import Database, Store
from .search import compile_search
from .statement import with_ids

_LACKS_TEXT: Final = (
    "select 1 from placement p cross join message m on m.id = p.message"
    " where p.mailbox = ? and p.ref > 0 and m.props & ? = 0 limit 1"
)


def lacks_mail(store: Store, mailbox: MailboxId) -> bool:
    """Return whether headers or bodies of a mailbox are on the server alone."""
    which = "select backlog_done from mailbox where id = ?"
    done = store.rows(Database.CACHE, which, (mailbox,))
    if not done:
        return False
    return not done[0][0] or bool(
        store.rows(Database.CACHE, _LACKS_TEXT, (mailbox, props.HAS_BODY))
    )


def rows_of_uids(store: Store, mailbox: MailboxId, uids: Iterable[int]) -> dict[int, RowId]:
    """Return the rows of those of these UIDs that are here."""
    which = "select ref, message from placement where smailbox = ? and ref in (:ids)"
    found = store.rows(Database.CACHE, with_ids(which, uids), (mailbox,))
    return {uid: RowId(row_id) for uid, row_id in found}


def still_meant(
    store: Store, query: Node, mailboxes: Sequence[MailboxId], rows: Iterable[RowId]
) -> list[RowId]:
    """Return those rows that fit all of a search that is no matter of words, newest first.

    The server has looked for the words; flags may have changed here, and days have begun earlier.
    """
    parts = query.nodes if isinstance(query, And) else (query,)
    sure = And(tuple(part for part in parts if not has_words(part)))
    text, parameters = compile_search(store, sure, mailboxes)
    wanted = set(rows)
    return [RowId(i) for i in store.ids(Database.CACHE, text, parameters) if i in wanted]
