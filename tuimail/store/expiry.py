"""What time alone makes of mails: given up where nobody answers, sent by who held them.

And what is made of time itself where the clock was set back: nothing waits for years.
"""

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


CLOCK_S: Final = 60
"""So far ahead of now a mail cannot have been written, unless the clock was set back since."""
_FROM_THE_FUTURE: Final = sql(
    "select id from outgoing where account = ?1 and state in",
    _WAITING,
    "and (created > ?2 or next_attempt > max(send_at, ?3))",
)
_WINDOW: Final = "max(undo_until - created, 0)"
_PRESENT: Final = sql(
    "update outgoing set",
    *("not_before = iif(send_at = 0 and created > ?1, ?1 +", _WINDOW, ", not_before),"),
    *("undo_until = iif(undo_until > ?1 and created > ?1, ?1 +", _WINDOW, ", undo_until),"),
    "next_attempt = iif(next_attempt > max(send_at, ?2), ?1, next_attempt),"
    " created = min(created, ?1), asked = min(asked, ?1) where id = ?3",
)


def heed_clock(store: Store, account: AccountName, now: int, longest_pause_s: int) -> None:
    """Have what waits for a time that was meant otherwise, since the clock was set back, wait less.

    `now` is in seconds UTC; nobody puts a mail off for more than `longest_pause_s`. A time that the
    person has set stays.
    """
    too_late = now + longest_pause_s
    parameters = (account, now + CLOCK_S, too_late)
    if not store.rows(Database.LOCAL, _FROM_THE_FUTURE, parameters):
        return
    with store.writing(Database.LOCAL) as writing:
        rows = writing.rows(_FROM_THE_FUTURE, parameters)
        writing.run_many(_PRESENT, [(now, too_late, row_id) for (row_id,) in rows])


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
