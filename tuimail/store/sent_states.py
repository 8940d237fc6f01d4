"""What became of sent mails, by Message-ID: for the mails of a list that are in sight."""

from collections.abc import Collection
from typing import Final, NamedTuple

from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import WANTS_A_PERSON, OutgoingState

from .database import Database, Store
from .outgoing_history import IS_REPLACED
from .statement import listed, sql
from .text import storable

MAX_IDS: Final = 2_000
"""More than any window of a list; SQLite binds 32,766 values at most."""
_NEEDS_ATTENTION: Final = sql(
    "exists(select 1 from submission s join recipient on recipient.submission = s.id"
    " where s.outgoing = o.id and recipient.known <> recipient.state and recipient.state in",
    listed(WANTS_A_PERSON),
    "and not",
    IS_REPLACED,
    ")",
)


class Became(NamedTuple):
    """What became of a sent mail."""

    state: OutgoingState
    needs_attention: bool
    """Whether something of it failed, or may have, and the person has not dealt with that."""


def sent_states(store: Store, message_ids: Collection[str]) -> dict[str, Became]:
    """Return what became of each mail sent from here; of one sent twice, of the newer."""
    names = [storable(name) for name in message_ids][:MAX_IDS]
    marks = ", ".join("?" * len(names))
    statement = sql(
        "select o.message_id, o.state,",
        "o.state in",
        listed(WANTS_A_PERSON),
        "and",
        _NEEDS_ATTENTION,
        "from outgoing o where o.message_id in (",
        marks,
        ") order by o.created, o.rowid",
    )
    rows = store.rows(Database.LOCAL, statement, names)
    return {name: Became(OutgoingState(state), bool(needs)) for name, state, needs in rows}


def size_limit(store: Store, account: AccountName) -> int:
    """Return the bytes the account's server took at most when it was last met; 0 if not known."""
    rows = store.rows(
        Database.LOCAL,
        "select l.max_size from line l join submission s on s.id = l.submission"
        " join outgoing o on o.id = s.outgoing where o.account = ? order by l.time desc limit 1",
        (account,),
    )
    return int(rows[0][0]) if rows else 0


def sent_under(store: Store, message_id: str) -> OutgoingId | None:
    """Return the mail that was sent last under a Message-ID; None if none was from here."""
    newest = (
        "select id from outgoing where message_id = ? order by created desc, rowid desc limit 1"
    )
    rows = store.rows(Database.LOCAL, newest, (storable(message_id),))
    return OutgoingId(rows[0][0]) if rows else None
