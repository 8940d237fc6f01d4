"""Mails on their way: what is due, what may be taken back, what is asked for again."""

import pytest

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import TRANSITIONS, Happening
from tuimail.store.database import Store
from tuimail.store.outgoing import (
    ON_THE_WAY,
    NewOutgoing,
    RecipientState,
    cancel,
    count_outgoing,
    outgoing_row,
    put_outgoing,
    requeue,
)
from tuimail.store.outgoing_attempts import Outcome, claim_due, due_now, end_claim, next_due

from .makers import HOME, WORK, set_recipient, set_state

MAIL = OutgoingId("m1")
BEGIN = 1_000
LATER = 1 << 33


@pytest.fixture
def sent(store: Store) -> Store:
    """A store with a mail to two people that the server has taken."""
    people = ("bob@x.example", "carol@x.example")
    put_outgoing(store, NewOutgoing(MAIL, "m1@x", WORK, "s", "me@x", people, b"raw", BEGIN, BEGIN))
    claim = claim_due(store, WORK, BEGIN, 100)
    assert claim is not None
    taken = dict.fromkeys(people, RecipientState(OutgoingState.ACCEPTED))
    assert end_claim(store, claim, Outcome(taken), BEGIN, BEGIN) is OutgoingState.ACCEPTED
    return store


def put_in(store: Store, state: OutgoingState, *people: str) -> None:
    for address in people:
        set_recipient(store, MAIL, address, RecipientState(state))


def test_a_delay_report_never_sends_a_mail_again(sent: Store) -> None:
    put_in(sent, OutgoingState.DELAYED, "bob@x.example")
    set_state(sent, MAIL, OutgoingState.DELAYED)
    assert claim_due(sent, WORK, LATER, 100) is None
    assert next_due(sent, WORK) is None
    assert count_outgoing(sent, ON_THE_WAY) == 0
    assert not cancel(sent, MAIL, LATER)
    assert requeue(sent, MAIL, LATER) == 0


def test_who_got_it_late_is_left_out_when_another_is_tried_again(sent: Store) -> None:
    put_in(sent, OutgoingState.DELAYED, "bob@x.example")
    put_in(sent, OutgoingState.BOUNCED, "carol@x.example")
    set_state(sent, MAIL, OutgoingState.BOUNCED)
    assert requeue(sent, MAIL, LATER) == 1
    claim = claim_due(sent, WORK, LATER, 100)
    assert claim is not None
    assert claim.recipients == ("carol@x.example",)


@pytest.mark.parametrize("state", list(OutgoingState))
def test_the_table_says_what_is_due_and_what_can_be_cancelled(
    sent: Store, state: OutgoingState
) -> None:
    put_in(sent, state, "bob@x.example", "carol@x.example")
    set_state(sent, MAIL, state)
    assert (next_due(sent, WORK) is not None) is (Happening.CLAIMED in TRANSITIONS[state])
    is_uncertain = state is OutgoingState.UNCERTAIN
    again = Happening.ASKED_AGAIN in TRANSITIONS[state]
    assert (requeue(sent, MAIL, LATER) > 0) is (again and not is_uncertain)
    assert (requeue(sent, MAIL, LATER, takes_uncertain=True) > 0) is again
    put_in(sent, state, "bob@x.example", "carol@x.example")
    set_state(sent, MAIL, state)
    assert cancel(sent, MAIL, LATER) is (Happening.CANCELLED in TRANSITIONS[state])
    if state is OutgoingState.QUEUED:
        assert outgoing_row(sent, MAIL).recipients[0].state is OutgoingState.CANCELLED


def test_counts_and_lists_are_of_the_account_and_states_asked_for(sent: Store) -> None:
    other = NewOutgoing(
        OutgoingId("m2"), "m2@x", HOME, "s", "me@x", ("bob@x.example",), b"raw", BEGIN, BEGIN
    )
    put_outgoing(sent, other)
    assert count_outgoing(sent, ON_THE_WAY) == 1
    assert count_outgoing(sent, ON_THE_WAY, WORK) == 0
    assert count_outgoing(sent, [OutgoingState.ACCEPTED], WORK) == 1
    assert due_now(sent, HOME, BEGIN) == [("m2", None)]
    assert due_now(sent, HOME, BEGIN - 1) == due_now(sent, WORK, LATER) == []
