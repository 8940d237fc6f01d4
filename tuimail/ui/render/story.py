"""What became of one mail that was sent: each thing that happened as a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.model import explained
from tuimail.model.cells import cut_address, width_of
from tuimail.model.explained import server_words
from tuimail.model.outgoing import (
    WANTS_A_PERSON,
    CopyStep,
    OutgoingEvent,
    OutgoingRow,
    OutgoingState,
    Phase,
    RecipientRow,
    Remark,
)
from tuimail.model.part import Line, Span
from tuimail.model.reminder import Reminder, ReminderState
from tuimail.model.report import SURE, Grade, ReportAction, ReportKind
from tuimail.model.reported import Reported, ReportRow
from tuimail.model.safe import Safe, Untrusted, safe_line
from tuimail.ui.roles import StyleRole

from .causes import our_words
from .dates import exact_date, long_date
from .head import subject_of
from .marks import role_of_state, state_words
from .outbox import HELD, NOT_CONFIRMED
from .rows import Piece
from .sent_head import settled_words
from .wrap import Row, wrap

_COPY_STEPS = frozenset(CopyStep)
_FILED: Mapping[str, str] = {
    Remark.LEFT_TO_SERVER: "The server keeps the copy.",
    Remark.NO_COPY_WANTED: "No copy is kept in Sent.",
}
_RECIPIENT = (
    "accepts the recipient",
    "does not accept the recipient for now",
    "refuses the recipient",
)
_WHOLE = ("has taken the mail", "does not take the mail for now", "refuses the mail")
"""What a reply means by its first digit: 2 or 3, 4, 5."""
_STEPS: Mapping[str, tuple[str, str, str]] = {
    Phase.CONNECT: ("greets", "takes no mail for now", "takes no mail"),
    Phase.SIGN_IN: ("knows you", "takes no sign-in for now", "refuses the sign-in"),
    Phase.ENVELOPE: ("accepts the sender", *_WHOLE[1:]),
    Phase.DATA: ("is ready for the mail", *_WHOLE[1:]),
}
"""The same of replies before the last one."""
_REPORTED = frozenset((*ReportAction, *ReportKind))
_TOLD_BY: Final[Mapping[OutgoingState, ReportAction]] = {
    OutgoingState.DELAYED: ReportAction.DELAYED,
    OutgoingState.DELIVERED: ReportAction.DELIVERED,
    OutgoingState.BOUNCED: ReportAction.FAILED,
}
_LEAST_CELLS: Final = 10
"""Words are wrapped to so many cells at least."""
_ON_THE_WAY: Final = (OutgoingState.QUEUED, OutgoingState.SENDING)
_GRADES: Final[Mapping[Grade, str]] = {
    Grade.CONFIRMED: "Confirmed: the report names a secret only servers on the way know.",
    Grade.PROVIDER: "From your provider, which took the mail.",
    Grade.UNCONFIRMED: "Reported, unconfirmed: others could have written it.",
}
_REMINDERS: Final[Mapping[ReminderState, str]] = {
    ReminderState.WAITING: "waited for until",
    ReminderState.DUE: "none by",
}


@dataclass(frozen=True, slots=True)
class Story:
    """All that is told of one mail."""

    row: OutgoingRow
    events: Sequence[OutgoingEvent]
    reported: Reported = Reported((), None)  # noqa: RUF009  a frozen value
    reminder: Reminder | None = None
    steps: Sequence[tuple[Safe, Safe]] = ()
    """What can be done now: key and words."""
    said: Sequence[tuple[int, Untrusted]] = ()
    """What was said to the server at each attempt, where it was kept."""


def story_of(story: Story, width: int, now: int) -> Iterator[Row]:
    """Yield what became of a mail: its state, each recipient, what to do, each step in time."""
    row, reported = story.row, story.reported
    yield from subject_of(safe_line(row.subject, 400), width, 2)
    for fact in _facts(story, now):
        yield from _fact(*fact, width)
    for trouble in (row.last_error, row.copy_problem):
        if trouble:
            yield from _wrapped(trouble, width, StyleRole.ERROR)
    yield []
    for recipient in row.recipients:
        yield from _recipient(recipient, _report_about(reported, recipient), width)
    if story.steps:
        yield from _heading("What can be done")
        for key, words in story.steps:
            yield from _choice(key, words, width)
    if story.events:
        yield from _heading("What happened")
    # a copy is recorded in the second in which the mail was taken, and stands before the reply
    for event in sorted(story.events, key=lambda event: (event.time, event.what in _COPY_STEPS)):
        yield from _step(event, row, width)
    for number, text in story.said:
        yield from _transcript(number, text, width)


def _transcript(number: int, text: Untrusted, width: int) -> Iterator[Row]:
    yield from _heading(f"Said at attempt {number}")
    for line in text.raw.split("\n"):
        yield from _wrapped(safe_line(line), width, StyleRole.DIM)


def _heading(words: str) -> Iterator[Row]:
    yield []
    yield [(Safe(f" {words}"), StyleRole.HEADING)]


def _facts(story: Story, now: int) -> Iterator[tuple[str, Safe, StyleRole]]:
    row, reported, reminder = story.row, story.reported, story.reminder
    yield "State", _state_words(row.state), role_of_state(row.state)
    yield "Account", safe_line(row.account), StyleRole.VALUE
    if row.due is not None:
        when = long_date(row.due) if row.due > now else Safe("now")
        yield "To go" if row.send_at > now else "Next try", when, StyleRole.VALUE
    if row.state is OutgoingState.HELD and row.send_at:
        yield "To go", long_date(row.send_at), StyleRole.VALUE
    if row.replaces:
        yield "Instead", safe_line(f"of {row.replaces}", 200), StyleRole.VALUE
    if reminder is not None and reminder.state in _REMINDERS:
        words = Safe(f"{_REMINDERS[reminder.state]} {long_date(reminder.due)}")
        yield "Answer", words, StyleRole.VALUE
    if reported.can_be_confirmed is not None and row.state not in _ON_THE_WAY:
        asked = "failures, delays and delivery" if row.wants_success else "failures and delays"
        can, cannot = f"{asked} come back", "none come back: delivery cannot be confirmed"
        words = Safe(can if reported.can_be_confirmed else cannot)
        yield "Reports", words, StyleRole.VALUE


def _report_about(reported: Reported, recipient: RecipientRow) -> ReportRow | None:
    """Return the surest report of what became of it for one recipient, else the last one."""
    found = [one for one in reported.reports if one.address == recipient.address]
    action = _TOLD_BY.get(recipient.state)
    telling = [one for one in found if action is not None and one.action is action]
    sure = [one for one in telling if one.grade in SURE]
    return next(reversed(sure or telling or found), None)


def sentence_of(event: OutgoingEvent) -> Safe:
    """Say what happened."""
    detail = safe_line(event.detail, 300)
    if event.what in _REPORTED:
        return detail or Safe(event.what)
    is_waiting = event.what == OutgoingState.QUEUED
    if event.detail.raw == Remark.INTERRUPTED and (
        is_waiting or event.what == OutgoingState.UNCERTAIN
    ):
        after = "it waits again" if is_waiting else "it may have gone"
        return Safe(f"The program was interrupted; {after}.")
    if is_waiting:
        return Safe("You asked for it to be sent again." if detail else "Written down to be sent.")
    sentences: Mapping[str, str] = {
        OutgoingState.SENDING: f"Sending begins, {detail}.",
        "line": f"The line to {safe_line(event.who, 100)}: {detail}.",
        OutgoingState.CANCELLED: "It was stopped; it will not be sent.",
        CopyStep.NO_MAILBOX: "There is no mailbox for its copy.",
        CopyStep.RECORDED: f"A copy is to go to {detail}.",
        CopyStep.REFUSED: f"No copy could be made: {detail}",
        CopyStep.ASKED_AGAIN: "You asked for the copy again.",
        CopyStep.FILED: _FILED.get(detail, f"The copy is in {detail}."),
        Remark.TAKEN_BACK: "You took it back to go on writing.",
    }
    said = sentences.get(event.what)
    return Safe(said) if said else _reply(event, detail)


def _reply(event: OutgoingEvent, detail: Safe) -> Safe:
    """Say what a server answered; where no server did, the detail is a sentence of ours."""
    if not detail[:3].isdigit():
        return detail or Safe(event.what)
    is_of_one = event.what == Phase.ENVELOPE and detail.endswith(">")
    well, later, never = _RECIPIENT if is_of_one else _STEPS.get(event.what, _WHOLE)
    verb = {"4": later, "5": never}.get(detail[0], well)
    who = safe_line(event.who, 100) or "The server"
    return Safe(f"{who} {verb}: {detail}")


def _step(event: OutgoingEvent, row: OutgoingRow, width: int) -> Iterator[Row]:
    when = exact_date(event.time)
    is_small = event.what in _STEPS and event.detail.raw[:1] in ("2", "3")
    words = _with_queue_id(sentence_of(event), event, row)
    line = Line((Span(words, "dim" if is_small else "text"),))
    for n, pieces in enumerate(wrap(line, max(_LEAST_CELLS, width - len(when) - 5))):
        margin = Safe(" " * len(when)) if n else when
        yield [(Safe(f" {margin}  "), StyleRole.DIM), *pieces]


def _with_queue_id(sentence: Safe, event: OutgoingEvent, row: OutgoingRow) -> Safe:
    """Say under which name a server has taken the mail, where its answer holds one."""
    if event.what != Phase.FINAL_DOT or _WHOLE[0] not in sentence:
        return sentence
    names = {safe_line(r.queue_id, 128) for r in row.recipients if r.queue_id.raw}
    name = next((name for name in sorted(names) if name in sentence), None)
    return Safe(sentence.replace(_WHOLE[0], f"{_WHOLE[0]} as {name}", 1)) if name else sentence


def _recipient(recipient: RecipientRow, report: ReportRow | None, width: int) -> Iterator[Row]:
    is_settled = recipient.state in WANTS_A_PERSON and not recipient.needs_attention
    address = cut_address(safe_line(recipient.address, 320), max(_LEAST_CELLS, width - 3))
    state = (_state_words(recipient.state), role_of_state(recipient.state))
    settled = (Safe(settled_words(recipient) if is_settled else ""), StyleRole.DIM)
    yield from _beside((Safe(f" {address}"), StyleRole.SENDER), [state, settled], width)
    words = our_words(recipient)
    told = explained.our_words(report.explanation) if report is not None else Safe("")
    for sentence in dict.fromkeys((words, told)):  # who handed it on says more than who took it
        if sentence:
            yield from _wrapped(sentence, width, StyleRole.TEXT)
    if report is not None:
        yield from _wrapped(Safe(_GRADES[report.grade]), width, StyleRole.TEXT)
    if said := server_words(recipient):
        yield from _wrapped(Safe(f"The server said: {said}"), width, StyleRole.DIM)


def _choice(key: Safe, words: Safe, width: int) -> Iterator[Row]:
    margin = Safe(f"   {key:<6} ")
    room = max(_LEAST_CELLS, width - len(margin) - 1)
    for n, pieces in enumerate(wrap(Line((Span(words),)), room)):
        yield [(Safe(" " * len(margin)) if n else margin, StyleRole.HINT_KEY), *pieces]


def _state_words(state: OutgoingState) -> Safe:
    remark = {OutgoingState.ACCEPTED: NOT_CONFIRMED, OutgoingState.HELD: HELD}.get(state)
    return Safe(f"{state_words(state)}, {remark}") if remark else state_words(state)


def _beside(first: Piece, others: Sequence[Piece], width: int) -> Iterator[Row]:
    """Yield pieces on one line where they fit, else each of the others on lines of its own."""
    said = [(text, role) for text, role in others if text]
    if width_of(first[0]) + sum(width_of(text) + 2 for text, _ in said) < width - 1:
        yield [first, *((Safe(f"  {text}"), role) for text, role in said)]
        return
    yield [first]
    for text, role in said:
        yield from _wrapped(text, width, role)


def _fact(label: str, value: Safe, role: StyleRole, width: int) -> Iterator[Row]:
    margin = Safe(f" {label:<9} ")
    room = max(_LEAST_CELLS, width - len(margin) - 2)
    for n, row in enumerate(wrap(Line((Span(value),)), room)):
        shown = Safe(" " * len(margin)) if n else margin
        yield [(shown, StyleRole.LABEL), *((text, role) for text, _ in row)]


def _wrapped(text: Safe, width: int, role: StyleRole) -> Iterator[Row]:
    for row in wrap(Line((Span(Safe(text)),)), max(_LEAST_CELLS, width - 6)):
        yield [(Safe("   "), role), *((piece, role) for piece, _ in row)]
