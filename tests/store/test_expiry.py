"""Mails nobody answers, given up in time, and mails that a server held until theirs."""

import pytest

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import AT_ONCE, OutgoingState, SendOptions
from tuimail.store.database import Store
from tuimail.store.expiry import expire_overdue, release_held
from tuimail.store.outgoing import NewOutgoing, history, outgoing_row, put_outgoing, requeue
from tuimail.store.outgoing_attempts import claim_due
from tuimail.store.outgoing_history import RecipientState

from .makers import HOME, WORK, set_recipient

S = OutgoingState
MAIL = OutgoingId("m")
BEGIN, USUAL_S = 1_000, 500
PEOPLE = ("bob@x.example", "cy@x.example")


def put(store: Store, not_before: int = BEGIN, options: SendOptions = AT_ONCE) -> None:
    new = NewOutgoing(
        MAIL, "m@x", WORK, "s", "me@x", PEOPLE, b"raw", BEGIN, not_before, options=options
    )
    put_outgoing(store, new)


def ended(store: Store, now: int) -> bool:
    found = expire_overdue(store, WORK, now, USUAL_S, "Given up.")
    assert found in ([], [(MAIL, outgoing_row(store, MAIL).state)])
    return bool(found)


def test_it_is_told_and_never_sent_again_by_itself(store: Store) -> None:
    put(store)
    assert not ended(store, BEGIN + USUAL_S)
    assert ended(store, BEGIN + USUAL_S + 1)
    row = outgoing_row(store, MAIL)
    assert (row.state, row.last_error, row.needs_attention) == (S.EXPIRED, "Given up.", True)
    assert {one.explanation for one in row.recipients} == {"Given up."}
    assert history(store, MAIL)[-1].what == "expired"
    assert claim_due(store, WORK, 1 << 34, 100) is None
    assert not ended(store, 1 << 34)


@pytest.mark.parametrize("own_s", [50, 5_000])
def test_a_time_set_for_one_mail_decides_alone(store: Store, own_s: int) -> None:
    put(store, options=SendOptions(give_up_s=own_s))
    assert not ended(store, BEGIN + own_s)
    assert ended(store, BEGIN + own_s + 1)


def test_a_mail_for_later_is_tried_from_then_on(store: Store) -> None:
    put(store, not_before=BEGIN + 10_000)
    assert not ended(store, BEGIN + 10_000 + USUAL_S)
    assert ended(store, BEGIN + 10_001 + USUAL_S)


def test_what_is_asked_for_again_has_its_whole_time_again(store: Store) -> None:
    put(store)
    assert ended(store, BEGIN + 10_000)
    assert requeue(store, MAIL, BEGIN + 10_000) == 2
    assert not ended(store, BEGIN + 10_000 + USUAL_S)
    assert ended(store, BEGIN + 10_001 + USUAL_S)


def test_only_those_expire_who_wait(store: Store) -> None:
    put(store)
    set_recipient(store, MAIL, PEOPLE[0], RecipientState(S.ACCEPTED))
    assert expire_overdue(store, HOME, 1 << 34, 1, "") == []
    assert ended(store, 1 << 34)
    assert [one.state for one in outgoing_row(store, MAIL).recipients] == [S.ACCEPTED, S.EXPIRED]


def test_a_mail_on_the_wire_is_left_alone(store: Store) -> None:
    put(store)
    assert claim_due(store, WORK, BEGIN, 1) is not None
    assert not ended(store, 1 << 34)
    assert outgoing_row(store, MAIL).state is S.SENDING


def test_what_a_server_held_is_accepted_once_its_time_has_come(store: Store) -> None:
    at = BEGIN + 100
    put(store, at, SendOptions(at=at))
    set_recipient(store, MAIL, PEOPLE[0], RecipientState(S.HELD))
    set_recipient(store, MAIL, PEOPLE[1], RecipientState(S.BOUNCED))
    assert release_held(store, WORK, at - 1) == []
    assert release_held(store, HOME, at) == []
    assert release_held(store, WORK, at) == [(MAIL, S.BOUNCED)]
    assert [one.state for one in outgoing_row(store, MAIL).recipients] == [S.ACCEPTED, S.BOUNCED]
    assert history(store, MAIL)[-1].detail.raw == (
        "Its time has come: the server that held it sends it."
    )
    assert release_held(store, WORK, at) == []


def test_asking_again_for_another_does_not_release_what_is_held(store: Store) -> None:
    at = BEGIN + 100
    put(store, at, SendOptions(at=at))
    set_recipient(store, MAIL, PEOPLE[0], RecipientState(S.HELD))
    set_recipient(store, MAIL, PEOPLE[1], RecipientState(S.REFUSED))
    assert requeue(store, MAIL, BEGIN) == 1
    assert release_held(store, WORK, BEGIN) == []
