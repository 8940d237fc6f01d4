"""What an attempt means for each recipient."""

import pytest

from tuimail.errors import (
    NetworkError,
    NotFound,
    ProtocolError,
    Scope,
    SecretUnavailable,
    SignInRefused,
    StoreError,
    TlsError,
    UserError,
)
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.model.outgoing_steps import Happening
from tuimail.outbox.verdict import (
    Hindrance,
    happening_of_code,
    verdict_of_failure,
    verdict_of_interruption,
    verdict_of_no_attempt,
    verdict_of_result,
)
from tuimail.protocols.smtp.facts import ServerFacts
from tuimail.protocols.smtp.outcome import RecipientReply, SubmissionFailed, SubmissionResult
from tuimail.protocols.smtp.replies import Heard, reply_of

S = OutgoingState
HOST = "smtp.north.test"
FACTS = ServerFacts(HOST, "mail", "TLSv1.3 X", (), 0)
OK = RecipientReply("yes@s.test", reply_of(250, "2.1.5 ok"))
NO = RecipientReply("no@s.test", reply_of(550, "5.1.1 no such user"))
LATER = RecipientReply("later@s.test", reply_of(450, "4.2.0 greylisted"))
ALL = ("yes@s.test", "no@s.test", "later@s.test")


def rcpt(one: RecipientReply) -> Heard:
    return Heard(1, f"RCPT TO:<{one.address}>", one.reply)


def states(verdict) -> dict[str, OutgoingState]:
    return {address: state.state for address, state in verdict.recipients.items()}


def test_a_result_settles_each_recipient() -> None:
    final = reply_of(250, "2.0.0 Ok: queued as 4Xy")
    heard = (*map(rcpt, (OK, NO, LATER)), Heard(1, ".", final))
    verdict = verdict_of_result(SubmissionResult((OK, NO, LATER), final, "4Xy", FACTS, heard), ALL)
    assert states(verdict) == {
        "yes@s.test": S.ACCEPTED, "no@s.test": S.REFUSED, "later@s.test": S.QUEUED,
    }  # fmt: skip
    assert verdict.recipients["yes@s.test"].queue_id == "4Xy"
    assert verdict.recipients["no@s.test"].reply == "no such user"
    assert "no such person" in verdict.last_error
    assert [r.address for r in verdict.replies] == [*ALL, ""]
    assert verdict.hindrance is None


def test_all_accepted_leaves_no_error() -> None:
    verdict = verdict_of_result(SubmissionResult((OK,), reply_of(250, "ok"), "", FACTS), ALL[:1])
    assert verdict.last_error == ""


def test_those_a_server_takes_no_more_of_in_one_mail_are_due_at_once() -> None:
    many = RecipientReply("later@s.test", reply_of(452, "4.5.3 too many recipients"))
    for replies, recipients in (((OK, many), (ALL[0], ALL[2])), ((OK,), ALL)):
        result = SubmissionResult(replies, reply_of(250, "ok"), "", FACTS)
        verdict = verdict_of_result(result, recipients)
        assert verdict.due == 0
        assert states(verdict)["later@s.test"] is S.QUEUED
    greylisted = SubmissionResult((OK, LATER), reply_of(250, "ok"), "", FACTS)
    assert verdict_of_result(greylisted, (ALL[0], ALL[2])).due is None


@pytest.mark.parametrize(
    ("answer", "state", "due"),
    [
        ("452 too many recipients", S.QUEUED, 0),
        ("552 5.5.3 too many recipients", S.QUEUED, 0),
        ("552 too many recipients", S.QUEUED, 0),
        ("552 5.2.2 mailbox full", S.REFUSED, 0),
        ("550 5.7.1 too many recipients today", S.REFUSED, 0),
    ],
)
def test_too_many_recipients_in_one_mail_go_in_the_next(answer, state, due) -> None:
    code, _, text = answer.partition(" ")
    many = RecipientReply("later@s.test", reply_of(int(code), text))
    result = SubmissionResult((OK, many), reply_of(250, "ok"), "", FACTS)
    verdict = verdict_of_result(result, (ALL[0], ALL[2]))
    assert states(verdict)["later@s.test"] is state
    assert verdict.due == due


@pytest.mark.parametrize(
    ("phase", "refusal", "asked", "expected"),
    [
        (Phase.ENVELOPE, None, (NO,), S.REFUSED),
        (Phase.DATA, reply_of(554, "5.7.1 spam"), (OK, NO), S.REFUSED),
        (Phase.FINAL_DOT, None, (OK, NO), S.UNCERTAIN),
    ],
)
def test_who_was_left_for_the_next_mail_shares_nobodys_fate(
    phase, refusal, asked, expected
) -> None:
    cause = NetworkError("cut") if expected is S.UNCERTAIN else ProtocolError("no")
    people = (*(one.address for one in asked), "next@s.test")
    verdict = verdict_of_failure(SubmissionFailed(cause, phase, asked, refusal), people, HOST)
    assert states(verdict)["next@s.test"] is S.QUEUED
    assert {states(verdict)[one.address] for one in asked} <= {expected, S.REFUSED}
    assert verdict.due == 0
    put_off = SubmissionFailed(cause, phase, (*asked, LATER), refusal)
    assert verdict_of_failure(put_off, (*people, LATER.address), HOST).due is None


def test_one_who_cannot_be_asked_for_is_refused_in_our_words() -> None:
    barred = {"no@s.test": "Ask for an ASCII address."}
    result = SubmissionResult((OK,), reply_of(250, "ok"), "", FACTS, barred=barred)
    verdict = verdict_of_result(result, ALL[:2])
    assert verdict.recipients["no@s.test"].state is S.REFUSED
    assert verdict.last_error == "Ask for an ASCII address."


def test_each_who_cannot_be_asked_for_is_told_so_in_words_of_its_own() -> None:
    words = {"yes@s.test": "Send it without.", "no@s.test": "Ask for an ASCII address."}
    cause = ProtocolError(words["yes@s.test"])
    failure = SubmissionFailed(cause, Phase.ENVELOPE)
    failure.barred = words
    verdict = verdict_of_failure(failure, ALL[:2], HOST)
    assert {a: one.explanation for a, one in verdict.recipients.items()} == words
    assert set(states(verdict).values()) == {S.REFUSED}
    lost = SubmissionFailed(NetworkError("cut"), Phase.ENVELOPE)
    lost.barred = {"no@s.test": "no"}
    assert states(verdict_of_failure(lost, ALL[:2], HOST)) == {
        "yes@s.test": S.QUEUED, "no@s.test": S.REFUSED,
    }  # fmt: skip


def test_a_mail_the_server_keeps_back_is_held() -> None:
    result = SubmissionResult((OK,), reply_of(250, "ok"), "", FACTS, is_held=True)
    verdict = verdict_of_result(result, ALL[:1])
    assert states(verdict) == {"yes@s.test": S.HELD}
    assert "cannot be taken back" in verdict.recipients["yes@s.test"].explanation


def test_the_history_tells_each_answer_but_those_on_the_way() -> None:
    said = [
        "",
        "EHLO [127.0.0.1]",
        "AUTH PLAIN",
        "MAIL FROM:<a@b>",
        "DATA",
        "BDAT 9",
        "BDAT 2 LAST",
    ]
    heard = tuple(Heard(n, asked, reply_of(250, "ok")) for n, asked in enumerate(said, 1))
    result = SubmissionResult((OK,), reply_of(250, "ok"), "", FACTS, heard)
    assert [(one.phase, one.at) for one in verdict_of_result(result, ALL[:1]).replies] == [
        (Phase.CONNECT, 1), (Phase.SIGN_IN, 3), (Phase.ENVELOPE, 4), (Phase.DATA, 5),
        (Phase.FINAL_DOT, 7),
    ]  # fmt: skip


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.ENVELOPE, Phase.DATA])
def test_a_line_lost_before_the_dot_queues_again(phase) -> None:
    failure = SubmissionFailed(NetworkError("The line was cut."), phase)
    verdict = verdict_of_failure(failure, ALL, HOST)
    assert set(states(verdict).values()) == {S.QUEUED}
    assert verdict.hindrance is Hindrance.LINE
    assert verdict.last_error == "The line was cut."
    assert not verdict.is_answered


@pytest.mark.parametrize(
    "cause", [NetworkError("cut"), ProtocolError("nonsense", Scope.CONNECTION)]
)
def test_no_answer_to_the_dot_is_uncertain_for_those_who_were_taken(cause) -> None:
    failure = SubmissionFailed(cause, Phase.FINAL_DOT, (OK, NO, LATER))
    verdict = verdict_of_failure(failure, ALL, HOST)
    assert states(verdict) == {
        "yes@s.test": S.UNCERTAIN, "no@s.test": S.REFUSED, "later@s.test": S.QUEUED,
    }  # fmt: skip
    assert verdict.hindrance is None
    assert "not sent again by itself" in verdict.recipients["yes@s.test"].explanation


@pytest.mark.parametrize(
    ("code", "expected"), [(451, S.QUEUED), (554, S.REFUSED), (250, S.QUEUED), (354, S.QUEUED)]
)
@pytest.mark.parametrize("phase", [Phase.ENVELOPE, Phase.DATA, Phase.FINAL_DOT])
def test_a_refusal_of_the_whole_counts_for_those_not_settled(phase, code, expected) -> None:
    refusal = reply_of(code, "x")
    failure = SubmissionFailed(ProtocolError("no"), phase, (OK, NO), refusal)
    verdict = verdict_of_failure(failure, ALL[:2], HOST)
    assert states(verdict) == {"yes@s.test": expected, "no@s.test": S.REFUSED}
    assert verdict.is_answered


@pytest.mark.parametrize("phase", [Phase.ENVELOPE, Phase.DATA])
def test_a_server_that_closes_the_line_speaks_of_no_mail(phase) -> None:
    closing = reply_of(421, "4.3.2 closing")
    verdict = verdict_of_failure(
        SubmissionFailed(ProtocolError("no"), phase, (), closing), ALL, HOST
    )
    assert set(states(verdict).values()) == {S.QUEUED}
    assert verdict.hindrance is Hindrance.LINE
    assert not verdict.is_answered


def test_every_recipient_refused_is_each_for_itself() -> None:
    heard = (rcpt(NO), rcpt(LATER))
    cause = ProtocolError("all refused")
    failure = SubmissionFailed(cause, Phase.ENVELOPE, (NO, LATER), heard=heard)
    verdict = verdict_of_failure(failure, ALL[1:], HOST)
    assert states(verdict) == {"no@s.test": S.REFUSED, "later@s.test": S.QUEUED}
    assert verdict.hindrance is None
    assert len(verdict.replies) == 2


@pytest.mark.parametrize(
    ("cause", "hindrance", "expected"),
    [
        (TlsError("bad certificate"), Hindrance.LINE, S.QUEUED),
        (SignInRefused("wrong password"), Hindrance.ACCOUNT, S.QUEUED),
        (ProtocolError("no way to sign in", Scope.ACCOUNT), Hindrance.ACCOUNT, S.QUEUED),
        (ProtocolError("out of step", Scope.CONNECTION), Hindrance.LINE, S.QUEUED),
        (ProtocolError("too large for it"), None, S.REFUSED),
        (UserError("bad envelope"), None, S.REFUSED),
    ],
)
def test_who_can_mend_it_decides(cause, hindrance, expected) -> None:
    verdict = verdict_of_failure(SubmissionFailed(cause, Phase.CONNECT), ALL, HOST)
    assert set(states(verdict).values()) == {expected}
    assert verdict.hindrance is hindrance
    assert verdict.last_error == cause.hint


def test_no_password_waits_for_the_person() -> None:
    verdict = verdict_of_no_attempt(SecretUnavailable("no password"), ALL)
    assert set(states(verdict).values()) == {S.QUEUED}
    assert verdict.hindrance is Hindrance.ACCOUNT


def test_a_store_without_room_holds_everything_up_for_now() -> None:
    verdict = verdict_of_no_attempt(StoreError("The disk is full."), ALL)
    assert set(states(verdict).values()) == {S.QUEUED}
    assert (verdict.hindrance, verdict.last_error) == (Hindrance.STORE, "The disk is full.")


def test_bytes_that_are_gone_are_the_end_of_that_mail_alone() -> None:
    verdict = verdict_of_no_attempt(NotFound("The stored bytes are not there."), ALL)
    assert set(states(verdict).values()) == {S.REFUSED}
    assert verdict.hindrance is None
    assert "write it again" in verdict.last_error


@pytest.mark.parametrize("phase", list(Phase))
def test_stopping_ourselves_is_uncertain_only_after_the_dot(phase) -> None:
    verdict = verdict_of_interruption(phase, ALL)
    expected = S.UNCERTAIN if phase is Phase.FINAL_DOT else S.QUEUED
    assert set(states(verdict).values()) == {expected}


@pytest.mark.parametrize("code", range(200, 600))
def test_a_reply_code_decides(code) -> None:
    happening = happening_of_code(code)
    expected = (
        Happening.ACCEPTED
        if code < 300
        else Happening.DEFERRED
        if 400 <= code < 500
        else Happening.REFUSED
    )
    assert happening is expected
