"""Mails of which nobody knows whether they were taken, and where a server filed what it took."""

from typing import Final

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
from .statement import listed, sql, with_ids
from .text import storable

WHERE_SENT: Final = (Role.SENT, Role.ALL)
FOUND: Final = "found"
"""What the history calls it."""
_HOLDERS: Final = sql(
    "select b.name from message m join placement p on p.message = m.id"
    " join mailbox b on b.id = p.smailbox join account a on a.id = b.account"
    " where m.thread in (select coalesce(l.new, r.thread) from refhash r"
    " left join alias l on l.old = r.thread where r.hash in (:ids)) and m.msgid = ? and a.name = ?"
    " and p.ref > 0 and b.role in",
    listed(WHERE_SENT),
    "order by b.role = 'sent' desc limit 1",
)
_UNCERTAIN: Final = """select o.id, o.message_id from outgoing o
    where o.account = ? and o.state = 'uncertain' and not exists(select 1 from submission s
    join reply y on y.submission = s.id
    where s.outgoing = o.id and y.phase = ? and y.code between 200 and 299)"""


def uncertain_mails(store: Store, account: AccountName) -> list[tuple[OutgoingId, str]]:
    """Return the account's mails of which a copy in Sent would say that they were taken.

    As (id, Message-ID). Where the server took one at another attempt, for other recipients, the
    copy is of that one and proves nothing.
    """
    rows = store.rows(Database.LOCAL, _UNCERTAIN, (account, Phase.FINAL_DOT))
    return [(OutgoingId(row[0]), row[1]) for row in rows]


def filed_by_server(store: Store, account: AccountName, message_id: str) -> str:
    """Return the mailbox for sent mail in which the server has put this mail; empty if in none.

    A copy that this program makes proves nothing.
    """
    made = "select 1 from operation where kind = 'append' and account = ? and message_id = ?"
    if store.rows(Database.LOCAL, made, (account, storable(message_id))):
        return ""
    hashes = ReferenceHashes(account.encode() + b"\0").of([message_id])
    found = store.rows(Database.CACHE, with_ids(_HOLDERS, hashes), (storable(message_id), account))
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
