"""The table of what may become of a mail."""

import itertools

import pytest

from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.outbox.states import (
    DEFER_MOST_S,
    GIVE_UP_AFTER_S,
    OFFLINE_MOST_S,
    TRANSITIONS,
    Happening,
    after,
    deferral_s,
    happening_of_code,
    happening_of_crash,
    is_given_up,
    mail_state,
    offline_s,
)

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


def test_a_mail_being_sent_cannot_be_cancelled() -> None:
    assert H.CANCELLED not in TRANSITIONS[S.SENDING]


@pytest.mark.parametrize("code", range(200, 600))
def test_a_reply_code_decides(code) -> None:
    happening = happening_of_code(code)
    expected = H.ACCEPTED if code < 300 else H.DEFERRED if 400 <= code < 500 else H.REFUSED
    assert happening is expected


def test_a_crash_after_the_dot_is_uncertain() -> None:
    for phase in Phase:
        expected = H.LOST if phase is Phase.FINAL_DOT else H.DEFERRED
        assert happening_of_crash(phase) is expected


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


@pytest.mark.parametrize(
    ("pause", "first", "most"),
    [(deferral_s, 60, DEFER_MOST_S), (offline_s, 5, OFFLINE_MOST_S)],
)
def test_pauses_double_up_to_their_most(pause, first, most) -> None:
    plain = [pause(attempt, 0.5) for attempt in range(1, 60)]
    assert plain[:3] == [first, 2 * first, 4 * first]
    assert plain[-1] == max(plain) == most
    assert pause(1, 0.0) == round(first * 0.8)
    assert pause(1, 1.0) == round(first * 1.2)


def test_a_server_down_for_an_hour_is_asked_at_most_25_times() -> None:
    passed, attempts = 0, 0
    while passed < 3600:
        attempts += 1
        passed += offline_s(attempts, 0.0)
    assert attempts <= 25
    assert offline_s(1, 0.0) <= 5


def test_giving_up_needs_both_time_and_attempts() -> None:
    assert is_given_up(GIVE_UP_AFTER_S + 1, 5)
    assert not is_given_up(GIVE_UP_AFTER_S + 1, 4)
    assert not is_given_up(GIVE_UP_AFTER_S, 99)
