"""What waits for the servers and what they refused, as people see it: one line for each change."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from tuimail.model.ids import AccountName, OperationId
from tuimail.model.operation import OperationKind, OperationState, WaitingChange
from tuimail.model.safe import Untrusted

from .database import Database, Row, Store
from .operations import cancel_in, flags_of_text
from .projection import apply_projection
from .statement import sql, with_ids

MAX_LINES: Final = 500
REFUSED_KEPT_S: Final = 7 * 86_400
"""What was refused longer ago is listed no more."""

_ALIKE: Final = """batch, account, kind, mailbox, destination, add_flags, remove_flags,
    state, reply, started"""
_LISTED: Final = "(state = 'pending' or (state = 'refused' and finished > ?))"


def waiting_changes(store: Store) -> list[WaitingChange]:
    """Return what waits in the order it was asked for, and what was refused of late."""
    statement = sql(
        "select min(id), count(*), min(created), max(tries), max(key),",
        _ALIKE,
        "from operation where",
        _LISTED,
        "group by",
        _ALIKE,
        f"order by min(id) limit {MAX_LINES}",
    )
    refused_since = int(time.time()) - REFUSED_KEPT_S
    rows = store.rows(Database.LOCAL, statement, (refused_since,))
    subjects = _subjects(store, [row[4] for row in rows if row[1] == 1])
    return [_change(row, subjects) for row in rows]


def cancel_change(store: Store, first: OperationId) -> int:
    """Cancel what waits under this id and has not begun; return how many operations that were."""
    alike = sql(
        "select id from operation where state = 'pending' and not started and (",
        _ALIKE,
        ") = (select",
        _ALIKE,
        "from operation where id = ?)",
    )
    with store.writing(Database.LOCAL) as writing:
        ids = [OperationId(row[0]) for row in writing.rows(alike, (first,))]
        cancelled = cancel_in(writing, ids)
    apply_projection(store)
    return len(cancelled)


def _subjects(store: Store, keys: Sequence[int]) -> dict[int, str]:
    which = with_ids(
        "select r.hash, m.subject from refhash r join message m on m.id = r.message"
        " where r.hash in (:ids)",
        keys,
    )
    return {key: subject for key, subject in store.rows(Database.CACHE, which) if subject}


def _change(row: Row, subjects: Mapping[int, str]) -> WaitingChange:
    first, count, since, tries, key, _, account, kind, mailbox, destination, *rest = row
    add, remove, state, reply, started = rest
    return WaitingChange(
        first=OperationId(first),
        account=AccountName(account),
        kind=OperationKind(kind),
        mailbox=mailbox,
        destination=destination,
        add=flags_of_text(add),
        remove=flags_of_text(remove),
        state=OperationState(state),
        reply=reply,
        has_begun=bool(started),
        count=count,
        since=since,
        tries=tries,
        subject=Untrusted(subjects.get(key, "") if count == 1 else ""),
    )
