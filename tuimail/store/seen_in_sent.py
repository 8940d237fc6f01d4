"""Mails of which nobody knows whether they were taken, and where a server filed what it took."""

from typing import Final, NamedTuple

from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.model.outgoing_steps import Happening, after

from .database import Database, Store
from .outgoing_history import (
    insert_event,
    state_of_mail,
    update_reported_state,
    update_state,
)
from .reference_hashes import ReferenceHashes
from .row_ids import first_row_id
from .statement import listed, sql, with_ids
from .text import storable

WHERE_SENT: Final = (Role.SENT, Role.ALL)
_LOST: Final = sql(
    "select o.id, o.message_id, o.created from outgoing o"
    " where o.account = ? and o.state = 'uncertain'"
    " and not exists(select 1 from line l join submission s on s.id = l.submission"
    " where s.outgoing = o.id)"
    " and not exists(select 1 from outgoing n where n.message_id = o.message_id and n.id <> o.id)"
    " and not exists(select 1 from reply r join submission s on s.id = r.submission"
    " where s.outgoing = o.id and r.code between 200 and 299 and r.phase in",
    *(listed((Phase.FINAL_DOT,)), ")"),
    " and (select count(*) from reply r join submission s on s.id = r.submission"
    " where s.outgoing = o.id and r.code is null and r.phase in",
    listed((Phase.FINAL_DOT,)),
    ") + (select count(*) from event e where e.outgoing = o.id and e.what = 'uncertain') < 2",
)
FOUND: Final = "found"
"""What the history calls it."""
_HOLDERS: Final = sql(
    "select b.name from message m join placement p on p.message = m.id"
    " join mailbox b on b.id = p.smailbox join account a on a.id = b.account"
    " where m.thread in (select coalesce(l.new, r.thread) from refhash r"
    " left join alias l on l.old = r.thread where r.hash in (:ids)) and m.msgid = ? and m.id >= ?"
    " and a.name = ? and p.ref > 0 and b.role in",
    listed(WHERE_SENT),
    "order by b.role = 'sent' desc limit 1",
)


class Lost(NamedTuple):
    """A mail that may have been taken."""

    id: OutgoingId
    message_id: str
    created: int
    """Seconds UTC."""


def uncertain_mails(store: Store, account: AccountName) -> list[Lost]:
    """Return the account's mails that may have been taken and whose copy would prove it.

    Where some of the recipients were answered for by another attempt, two attempts have no answer,
    or two mails bear the same Message-ID, a copy may be of the other one.
    """
    rows = store.rows(Database.LOCAL, _LOST, (account,))
    return [Lost(OutgoingId(one), message_id, created) for one, message_id, created in rows]


def filed_by_server(store: Store, account: AccountName, lost: Lost) -> str:
    """Return the mailbox for sent mail in which the server has put this mail; empty if in none.

    A copy that this program makes proves nothing, nor does what is older than the mail: what was
    received and sent on unchanged lies among all mail from then on.
    """
    message_id = lost.message_id
    made = "select 1 from operation where kind = 'append' and account = ? and message_id = ?"
    if store.rows(Database.LOCAL, made, (account, storable(message_id))):
        return ""
    hashes = ReferenceHashes(account.encode() + b"\0").of([message_id])
    parameters = (storable(message_id), first_row_id(lost.created), account)
    found = store.rows(Database.CACHE, with_ids(_HOLDERS, hashes), parameters)
    return str(found[0][0]) if found else ""


def put_found(store: Store, outgoing_id: OutgoingId, mailbox: str, at: int) -> OutgoingState | None:
    """Write down that a mail was taken after all; None where that is known by now.

    `at` is in seconds UTC.
    """
    taken = after(OutgoingState.UNCERTAIN, Happening.FOUND)
    with store.writing(Database.LOCAL) as writing:
        changed = writing.run(
            "update recipient set state = ?, explanation = '' where state = 'uncertain'"
            " and submission in (select id from submission where outgoing = ?)",
            (taken, outgoing_id),
        )
        if not changed:
            return None
        state = state_of_mail(writing, outgoing_id)
        if state is OutgoingState.QUEUED:
            update_reported_state(writing, outgoing_id, state)
        else:
            update_state(writing, outgoing_id, state, None, "")
        insert_event(writing, outgoing_id, at, FOUND, f"The server has put it into {mailbox}.")
    return state
