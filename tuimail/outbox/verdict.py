"""What one attempt means for each recipient. Pure: from replies and failures to states."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.errors import (
    NetworkError,
    ProtocolError,
    Scope,
    SecretUnavailable,
    SignInRefused,
    StoreError,
    TuimailError,
)
from tuimail.model.causes import Kind, kind_of
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.model.outgoing_steps import Happening, after
from tuimail.protocols.smtp.outcome import SubmissionFailed, SubmissionResult
from tuimail.protocols.smtp.replies import END_OF_MAIL, Heard, Reply
from tuimail.store.outgoing_attempts import LineFacts
from tuimail.store.outgoing_history import RecipientState, ReplyRecord

from .explain import Stage, explain


class Hindrance(StrEnum):
    """What keeps every mail of the account waiting, not this one alone."""

    LINE = "line"
    """The server cannot be reached, or not safely: tried again soon, nothing secret was sent."""
    ACCOUNT = "account"
    """Sign-in: only the person can mend it; tried again rarely."""
    STORE = "store"
    """Nothing can be written down here: tried again soon."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be written down after an attempt."""

    recipients: Mapping[str, RecipientState]
    replies: tuple[ReplyRecord, ...]
    last_error: str
    """A sentence; empty where all went well."""
    hindrance: Hindrance | None = None
    is_answered: bool = True
    """Whether a server spoke about this mail; false where the line failed before."""
    line: LineFacts | None = None
    """What the line was like on which the mail was taken."""
    due: int | None = None
    """When those who are left are due (seconds UTC); None: as after any refusal for now."""
    transcript: str = ""
    """All that was said, without secrets; empty where it is not to be kept."""


_HOLDS: Final = "keeps it until then and sends it by itself; it cannot be taken back"
_TOLD: Final = ("", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", END_OF_MAIL)
"""Commands whose answers stand in a mail's history, the greeting first."""
_UNCERTAIN: Final = (
    "The line was lost after the mail was handed over and before the answer: it may have been "
    "taken. It is not sent again by itself: ask whether it arrived; retry sends the same mail."
)


def verdict_of_result(result: SubmissionResult, recipients: Sequence[str]) -> Verdict:
    """Return what it means that the server took the mail for at least one of the recipients."""
    host = result.server.host
    taken = OutgoingState.HELD if result.is_held else OutgoingState.ACCEPTED
    accepted = RecipientState(
        taken,
        result.final.code,
        result.final.enhanced_code,
        _words(result.final),
        result.queue_id,
        f"{host} {_HOLDS if result.is_held else 'took it for delivery'}.",
    )
    answered = {
        one.address: accepted if one.accepted else _refused(one.reply, Stage.RCPT, host)
        for one in result.recipients
    }
    states = {address: _of_one(address, answered, result) for address in recipients}
    troubles = [
        state.explanation
        for state in states.values()
        if state is not accepted and state.explanation
    ]
    facts = result.server
    return Verdict(
        states,
        tuple(_records(result.heard, host)),
        troubles[0] if troubles else "",
        line=LineFacts(host, facts.greeting, facts.tls, facts.reports_delivery, facts.max_size),
        due=0 if _is_rest_due(states) else None,
    )


def _of_one(
    address: str, answered: Mapping[str, RecipientState], result: SubmissionResult
) -> RecipientState:
    """Return the state of one recipient: answered for, barred, or left for the next mail."""
    if address in answered:
        return answered[address]
    return _barred(result.barred).get(address, RecipientState(OutgoingState.QUEUED))


def _barred(barred: Mapping[str, str]) -> dict[str, RecipientState]:
    """Return the states of those whom the server cannot be asked for: our words say why."""
    return {
        address: RecipientState(OutgoingState.REFUSED, explanation=words)
        for address, words in barred.items()
    }


def _is_rest_due(states: Mapping[str, RecipientState]) -> bool:
    """Whether all who wait do so because one mail takes no more (RFC 5321 section 4.5.3.1.10)."""
    waiting = [one for one in states.values() if one.state is OutgoingState.QUEUED]
    return all(
        one.code is None or _is_too_many(one.code, one.enhanced_code, one.reply) for one in waiting
    )


def verdict_of_failure(
    failure: SubmissionFailed, recipients: tuple[str, ...], host: str
) -> Verdict:
    """Return what a failed attempt means; `recipients` are all that were to be sent to."""
    answered = {one.address: one.reply for one in failure.recipients}
    whole = _state_of_whole(failure, host)
    refused = {
        address: _refused(reply, Stage.RCPT, host)
        for address, reply in answered.items()
        if not reply.is_positive
    }
    is_settled = whole.state is not OutgoingState.QUEUED
    left = _not_asked(failure, recipients) if is_settled else {}
    states = {**dict.fromkeys(recipients, whole), **left, **_barred(failure.barred), **refused}
    waiting = {a for a, state in states.items() if state.state is OutgoingState.QUEUED}
    records = list(_records(failure.heard, host))
    if failure.reply is None and not _all_refused(failure, len(recipients) - len(left)):
        is_sign_in = isinstance(failure.cause, SignInRefused)
        phase = Phase.SIGN_IN if is_sign_in else failure.phase
        records.append(ReplyRecord(phase, "", None, "", failure.hint, host))
    return Verdict(
        states,
        tuple(records),
        next((state.explanation for state in states.values() if state.explanation), failure.hint),
        _hindrance_of(failure),
        is_answered=bool(failure.recipients) or not (failure.reply is None or _is_closing(failure)),
        due=0 if left and waiting == left.keys() else None,
    )


def _not_asked(
    failure: SubmissionFailed, recipients: Sequence[str]
) -> Mapping[str, RecipientState]:
    """Return those who were left for the next mail, by a server that takes few in one."""
    asked = {one.address for one in failure.recipients}
    left = RecipientState(OutgoingState.QUEUED)
    others = [a for a in recipients if a not in asked and a not in failure.barred]
    return dict.fromkeys(others, left) if asked else {}


def verdict_of_no_hold(failure: SubmissionFailed, recipients: Sequence[str], at: int) -> Verdict:
    """Return what it means that the server does not keep the mail until its time: we do."""
    waiting = RecipientState(OutgoingState.QUEUED)
    record = ReplyRecord(failure.phase, "", None, "", failure.hint, "")
    states = dict.fromkeys(recipients, waiting)
    return Verdict(states, (record,), "", is_answered=False, due=at)


def verdict_of_no_attempt(error: TuimailError, recipients: tuple[str, ...]) -> Verdict:
    """Return what it means that nothing could be tried: no password, no bytes, no room to write."""
    match error:
        case SecretUnavailable():
            phase, hindrance = Phase.SIGN_IN, Hindrance.ACCOUNT
        case StoreError():
            phase, hindrance = Phase.CONNECT, Hindrance.STORE
        case _:
            return _never(error, recipients)
    waiting = RecipientState(OutgoingState.QUEUED, explanation=error.hint)
    record = ReplyRecord(phase, "", None, "", error.hint, "")
    return Verdict(dict.fromkeys(recipients, waiting), (record,), error.hint, hindrance, False)


def _never(error: TuimailError, recipients: tuple[str, ...]) -> Verdict:
    """Return what it means that there is nothing to send any more."""
    words = f"{error.hint} It cannot be sent: write it again."
    refused = RecipientState(OutgoingState.REFUSED, explanation=words)
    record = ReplyRecord(Phase.CONNECT, "", None, "", words, "")
    return Verdict(dict.fromkeys(recipients, refused), (record,), words, None, False)


def verdict_of_interruption(phase: Phase, recipients: tuple[str, ...]) -> Verdict:
    """Return what it means that this program stopped the attempt itself."""
    if phase is Phase.FINAL_DOT:
        state, words = RecipientState(OutgoingState.UNCERTAIN, explanation=_UNCERTAIN), _UNCERTAIN
    else:
        state, words = RecipientState(OutgoingState.QUEUED), ""
    record = ReplyRecord(phase, "", None, "", words or "Interrupted; nothing was sent.", "")
    return Verdict(dict.fromkeys(recipients, state), (record,), words, is_answered=False)


def happening_of_code(code: int) -> Happening:
    """Return what a reply to RCPT, DATA or the final dot means for the recipient."""
    if 200 <= code < 300:
        return Happening.ACCEPTED
    return Happening.DEFERRED if 400 <= code < 500 else Happening.REFUSED


def _state_of_whole(failure: SubmissionFailed, host: str) -> RecipientState:
    """Return the state of those recipients whom no reply of their own has settled."""
    if failure.is_uncertain:
        return RecipientState(OutgoingState.UNCERTAIN, explanation=_UNCERTAIN)
    if failure.reply is not None:
        stage = Stage.MAIL if failure.phase is Phase.ENVELOPE else Stage.DATA
        return _refused(failure.reply, stage, host)
    is_final = _hindrance(failure.cause) is None
    state = after(OutgoingState.SENDING, Happening.REFUSED if is_final else Happening.DEFERRED)
    return RecipientState(state, explanation=failure.hint)


def _hindrance_of(failure: SubmissionFailed) -> Hindrance | None:
    """Return what a failure means for the mails that wait with this one."""
    if failure.is_uncertain:
        return None
    return Hindrance.LINE if _is_closing(failure) else _hindrance(failure.cause)


def _is_closing(failure: SubmissionFailed) -> bool:
    """Whether the server closes a line that was just opened: it speaks of itself, of no mail."""
    return failure.reply is not None and failure.reply.code == 421


def _hindrance(cause: TuimailError) -> Hindrance | None:
    """Return what keeps the account waiting, or None where the fault lies with this mail."""
    match cause:
        case NetworkError():
            return Hindrance.LINE
        case ProtocolError(scope=Scope.ACCOUNT):
            return Hindrance.ACCOUNT
        case ProtocolError(scope=Scope.CONNECTION):
            return Hindrance.LINE
        case _:
            return None


def _refused(reply: Reply, stage: Stage, host: str) -> RecipientState:
    # A positive reply where none belongs settles nothing: tried again. Nor does 552 where it stands
    # for 452: too many recipients in this mail (RFC 5321 section 4.5.3.1.10).
    is_for_now = reply.code < 400 or (
        stage is Stage.RCPT
        and (reply.code == 552 or reply.enhanced_code == "5.5.3")
        and _is_too_many(reply.code, reply.enhanced_code, reply.text)
    )
    happening = Happening.DEFERRED if is_for_now else happening_of_code(reply.code)
    return RecipientState(
        after(OutgoingState.SENDING, happening),
        reply.code,
        reply.enhanced_code,
        _words(reply),
        "",
        explain(reply.code, reply.enhanced_code, reply.text, stage, host),
    )


def _is_too_many(code: int, enhanced_code: str, text: str) -> bool:
    """Whether a server takes no further recipient in this mail, and would in another."""
    return kind_of(code, enhanced_code, text, Stage.RCPT) is Kind.TOO_MANY_AT_ONCE


def _records(heard: Iterable[Heard], host: str) -> Iterator[ReplyRecord]:
    """Yield what a mail's history tells of what was said: no hellos, no answers on the way."""
    for one in heard:
        reply = one.reply
        is_on_the_way = (
            one.phase is not Phase.FINAL_DOT and one.verb == "BDAT" and reply.is_positive
        )
        if one.verb not in _TOLD or is_on_the_way or (one.verb == "AUTH" and reply.code == 334):
            continue
        yield ReplyRecord(
            one.phase, one.address, reply.code, reply.enhanced_code, _words(reply), host, one.at
        )


def _all_refused(failure: SubmissionFailed, asked: int) -> bool:
    return len(failure.recipients) == asked and failure.phase is Phase.ENVELOPE


def _words(reply: Reply) -> str:
    return " ".join(reply.text.split())
