"""Attempts to send: whose they are, and what is left of one that died."""

from collections import Counter

import pytest

from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.store.database import Store
from tuimail.store.outgoing import NewOutgoing, cancel, outgoing_row, put_outgoing, requeue
from tuimail.store.outgoing_attempts import (
    Claim,
    ClaimLost,
    Outcome,
    claim_due,
    end_claim,
    next_due,
    recover,
    set_phase,
)
from tuimail.store.outgoing_history import RecipientState, history

from .makers import HOME, WORK

MAIL = OutgoingId("m1")
BEGIN = 1_000
S = OutgoingState


def queue(store: Store, account: AccountName = WORK, people: int = 1) -> OutgoingId:
    addresses = tuple(f"p{n}@x.example" for n in range(people))
    new = NewOutgoing(MAIL, "m1@x", account, "s", "me@x", addresses, b"raw", BEGIN, BEGIN)
    return put_outgoing(store, new)


def claimed(store: Store, now: int = BEGIN) -> Claim:
    claim = claim_due(store, WORK, now, 100)
    assert claim is not None
    return claim


def taken(claim: Claim) -> Outcome:
    return Outcome(dict.fromkeys(claim.recipients, RecipientState(S.ACCEPTED)))


def state(store: Store) -> OutgoingState:
    return outgoing_row(store, MAIL).state


def test_an_attempt_that_was_mended_takes_no_further_step(store: Store) -> None:
    queue(store)
    claim = claimed(store)
    assert recover(store, BEGIN) == [(MAIL, S.QUEUED)]
    for phase in Phase:
        with pytest.raises(ClaimLost):
            set_phase(store, claim, phase)
    with pytest.raises(ClaimLost):
        end_claim(store, claim, taken(claim), BEGIN, BEGIN)
    assert state(store) is S.QUEUED


def test_an_attempt_does_not_end_the_next_one(store: Store) -> None:
    queue(store)
    first = claimed(store)
    recover(store, BEGIN)
    second = claimed(store)
    with pytest.raises(ClaimLost):
        set_phase(store, first, Phase.FINAL_DOT)
    with pytest.raises(ClaimLost):
        end_claim(store, first, taken(first), BEGIN, BEGIN)
    assert state(store) is S.SENDING
    set_phase(store, second, Phase.FINAL_DOT)
    assert end_claim(store, second, taken(second), BEGIN, BEGIN) is S.ACCEPTED


def test_a_mail_cancelled_after_its_attempt_was_mended_never_reaches_the_dot(store: Store) -> None:
    queue(store)
    claim = claimed(store)
    recover(store, BEGIN)
    assert cancel(store, MAIL, BEGIN)
    with pytest.raises(ClaimLost):
        set_phase(store, claim, Phase.FINAL_DOT)
    assert recover(store, BEGIN) == []
    assert state(store) is S.CANCELLED


@pytest.mark.parametrize("now", [0, BEGIN, 1 << 33])
def test_whatever_the_clock_says_an_attempt_that_died_is_mended(store: Store, now: int) -> None:
    queue(store)
    claimed(store, 100_000)
    assert recover(store, now) == [(MAIL, S.QUEUED)]
    assert next_due(store, WORK) == BEGIN
    assert claimed(store).attempt == 2


def test_attempts_of_other_accounts_are_left_alone(store: Store) -> None:
    queue(store)
    claim = claimed(store)
    assert recover(store, BEGIN, HOME) == []
    set_phase(store, claim, Phase.FINAL_DOT)
    assert recover(store, BEGIN, WORK) == [(MAIL, S.UNCERTAIN)]


def test_only_those_of_the_transaction_that_died_are_uncertain(store: Store) -> None:
    queue(store, people=150)
    claim = claimed(store)
    assert len(claim.recipients) == 100
    set_phase(store, claim, Phase.FINAL_DOT)
    assert recover(store, BEGIN) == [(MAIL, S.QUEUED)]
    states = Counter(one.state for one in outgoing_row(store, MAIL).recipients)
    assert states == {S.UNCERTAIN: 100, S.QUEUED: 50}
    rest = claimed(store)
    assert [len(rest.recipients), rest.recipients[0]] == [50, "p100@x.example"]
    assert end_claim(store, rest, taken(rest), BEGIN, BEGIN) is S.UNCERTAIN


def test_the_rest_of_many_recipients_is_due_at_once(store: Store) -> None:
    queue(store, people=150)
    claim = claimed(store)
    assert end_claim(store, claim, taken(claim), BEGIN + 5, BEGIN + 500) is S.QUEUED
    assert next_due(store, WORK) == BEGIN + 5


def test_who_is_put_off_waits_as_long_as_was_said(store: Store) -> None:
    queue(store)
    claim = claimed(store)
    put_off = Outcome(dict.fromkeys(claim.recipients, RecipientState(S.QUEUED)), (), "later")
    assert end_claim(store, claim, put_off, BEGIN + 5, BEGIN + 500) is S.QUEUED
    assert next_due(store, WORK) == BEGIN + 500
    assert requeue(store, MAIL, BEGIN + 6) == 1
    assert next_due(store, WORK) == BEGIN + 6
    assert [event.what for event in history(store, MAIL)] == ["queued", "sending", "queued"]
