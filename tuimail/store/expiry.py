"""What time alone makes of mails: given up where nobody answers, sent by who held them."""

from typing import Final

from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import Happening, after, states_before

from .database import Database, Store
from .outgoing_history import insert_event, state_of_mail, update_reported_state, update_state
from .statement import listed, sql
from .text import storable

_SENDS_NOW: Final = "Its time has come: the server that held it sends it."
_WAITING: Final = listed(states_before(Happening.CLAIMED))
_OVERDUE: Final = sql(
    "select o.id from outgoing o where o.account = ? and o.state in",
    _WAITING,
    "and max(o.created, o.not_before, o.asked) + coalesce(o.give_up_s, ?) < ?"
    " and not exists(select 1 from submission s where s.outgoing = o.id"
    " and s.lease_until is not null)",
)


_RELEASED: Final = sql(
    "select o.id from outgoing o where o.account = ? and o.send_at <= ? and exists"
    " (select 1 from submission s join recipient r on r.submission = s.id"
    " where s.outgoing = o.id and r.state in",
    listed(states_before(Happening.RELEASED)),
    ")",
)


def release_held(
    store: Store, account: AccountName, now: int
) -> list[tuple[OutgoingId, OutgoingState]]:
    """Take note that servers send what they held until now; return those mails with their states.

    `now` is in seconds UTC.
    """
    if not store.rows(Database.LOCAL, _RELEASED, (account, now)):
        return []
    release = sql(
        "update recipient set state = ?, explanation = '' where state in",
        listed(states_before(Happening.RELEASED)),
        "and submission in (select id from submission where outgoing = ?)",
    )
    taken = after(OutgoingState.HELD, Happening.RELEASED)
    released = []
    with store.writing(Database.LOCAL) as writing:
        for (row_id,) in writing.rows(_RELEASED, (account, now)):
            outgoing_id = OutgoingId(row_id)
            writing.run(release, (taken, outgoing_id))
            state = state_of_mail(writing, outgoing_id)
            update_reported_state(writing, outgoing_id, state)
            insert_event(writing, outgoing_id, now, Happening.RELEASED, _SENDS_NOW)
            released.append((outgoing_id, state))
    return released


def expire_overdue(
    store: Store, account: AccountName, now: int, give_up_s: int, words: str
) -> list[tuple[OutgoingId, OutgoingState]]:
    """Give up the account's mails that waited too long; return them with the states they are in.

    `now` is in seconds UTC, `give_up_s` counts for mails without a time of their own, `words` are
    what the person is told.
    """
    expired = after(OutgoingState.QUEUED, Happening.GIVEN_UP)
    mark = sql(
        "update recipient set state = ?, explanation = ? where state in",
        _WAITING,
        "and submission in (select id from submission where outgoing = ?)",
    )
    ended = []
    with store.writing(Database.LOCAL) as writing:
        for (row_id,) in writing.rows(_OVERDUE, (account, give_up_s, now)):
            outgoing_id = OutgoingId(row_id)
            writing.run(mark, (expired, storable(words), outgoing_id))
            state = state_of_mail(writing, outgoing_id)
            update_state(writing, outgoing_id, state, None, words)
            insert_event(writing, outgoing_id, now, expired, words)
            ended.append((outgoing_id, state))
    return ended
