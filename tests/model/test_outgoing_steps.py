"""The table of what may become of a mail."""

import itertools

import pytest

from tuimail.model.outgoing import OutgoingState
from tuimail.model.outgoing_steps import TRANSITIONS, Happening, after, mail_state

S, H = OutgoingState, Happening


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(OutgoingState)


@pytest.mark.parametrize(("state", "happening"), list(itertools.product(S, H)))
def test_each_step_is_in_the_table_or_refused(state, happening) -> None:
    if happening in TRANSITIONS[state]:
        assert after(state, happening) is TRANSITIONS[state][happening]
    else:
        with pytest.raises(ValueError, match="cannot be"):
            after(state, happening)


def test_only_the_person_sends_an_uncertain_mail_again() -> None:
    back = [h for h, to in TRANSITIONS[S.UNCERTAIN].items() if to in (S.QUEUED, S.SENDING)]
    assert back == [H.ASKED_AGAIN]


def test_a_taken_mail_is_never_sent_again() -> None:
    for state in (S.ACCEPTED, S.HELD, S.DELAYED, S.DELIVERED):
        assert not {S.QUEUED, S.SENDING} & reachable(state) - reachable(S.BOUNCED)


def reachable(state: OutgoingState) -> set[OutgoingState]:
    seen, todo = set(), [state]
    while todo:
        for following in TRANSITIONS[todo.pop()].values():
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen


def test_only_a_mail_that_no_server_has_can_be_cancelled() -> None:
    assert {s for s in S if H.CANCELLED in TRANSITIONS[s]} == {S.QUEUED, S.SENDING}


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ([S.ACCEPTED], S.ACCEPTED),
        ([S.ACCEPTED, S.REFUSED], S.REFUSED),
        ([S.ACCEPTED, S.QUEUED, S.REFUSED], S.QUEUED),
        ([S.UNCERTAIN, S.ACCEPTED], S.UNCERTAIN),
        ([S.DELIVERED, S.ACCEPTED], S.ACCEPTED),
        ([S.DELIVERED, S.BOUNCED], S.BOUNCED),
        ([S.SENDING, S.QUEUED], S.SENDING),
        ([S.CANCELLED, S.ACCEPTED], S.ACCEPTED),
    ],
)
def test_a_mail_is_what_matters_most_of_its_recipients(recipients, expected) -> None:
    assert mail_state(recipients) is expected


def test_every_state_alone_is_the_mail_s() -> None:
    for state in S:
        assert mail_state([state]) is state
