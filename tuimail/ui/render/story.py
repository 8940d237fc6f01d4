"""What became of one mail that was sent: each thing that happened as a sentence."""

from collections.abc import Iterator, Mapping, Sequence

from tuimail.model.outgoing import (
    CopyStep,
    OutgoingEvent,
    OutgoingRow,
    OutgoingState,
    Phase,
    RecipientRow,
    Remark,
)
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, Untrusted, safe_line
from tuimail.ui.roles import StyleRole

from .message import Row, exact_date, long_date, subject_of, wrap
from .outbox import NOT_CONFIRMED, state_role

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


def story_of(
    row: OutgoingRow,
    events: Sequence[OutgoingEvent],
    width: int,
    now: int,
    said: Sequence[tuple[int, Untrusted]] = (),
) -> list[Row]:
    """Return what became of a mail: its state, each recipient, then each step in time.

    `said` is what was said to the server at each attempt, where it was kept.
    """
    rows: list[Row] = subject_of(safe_line(row.subject, 400), width, 2)
    rows.append(_fact("State", _state_words(row.state), state_role(row.state)))
    rows.append(_fact("Account", safe_line(row.account), StyleRole.VALUE))
    if row.due is not None:
        when = long_date(row.due) if row.due > now else Safe("now")
        rows.append(_fact("Next try", when, StyleRole.VALUE))
    for trouble in (row.last_error, row.copy_problem):
        if trouble:
            rows += _wrapped(trouble, width, StyleRole.ERROR)
    rows.append([])
    for recipient in row.recipients:
        rows += _recipient(recipient, width)
    if events:
        rows += [[], [(Safe(" What happened"), StyleRole.HEADING)]]
    # a copy is recorded in the second in which the mail was taken, and stands before the reply
    for event in sorted(events, key=lambda event: (event.time, event.what in _COPY_STEPS)):
        rows += _step(event, width)
    for number, text in said:
        rows += [[], [(Safe(f" Said at attempt {number}"), StyleRole.HEADING)]]
        for line in text.raw.split("\n"):
            rows += _wrapped(safe_line(line), width, StyleRole.DIM)
    return rows


def sentence_of(event: OutgoingEvent) -> Safe:
    """Say what happened."""
    detail = safe_line(event.detail, 300)
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


def _step(event: OutgoingEvent, width: int) -> Iterator[Row]:
    when = exact_date(event.time)
    line = Line((Span(sentence_of(event)),))
    for n, row in enumerate(wrap(line, max(10, width - len(when) - 4))):
        margin = Safe(" " * len(when)) if n else when
        yield [(Safe(f" {margin}  "), StyleRole.DIM), *row]


def _recipient(recipient: RecipientRow, width: int) -> Iterator[Row]:
    yield [
        (Safe(f" {safe_line(recipient.address, 200)}  "), StyleRole.SENDER),
        (_state_words(recipient.state), state_role(recipient.state)),
    ]
    if recipient.explanation:
        yield from _wrapped(recipient.explanation, width, StyleRole.TEXT)
    code = f"{recipient.code or ''} {recipient.enhanced_code}".strip()
    if code or recipient.reply:
        reply = safe_line(recipient.reply, 300)
        said = Safe(f"The server said: {code} {reply}".strip())
        yield from _wrapped(said, width, StyleRole.DIM)


def _state_words(state: OutgoingState) -> Safe:
    is_accepted = state is OutgoingState.ACCEPTED
    return Safe(f"{state}, {NOT_CONFIRMED}" if is_accepted else state.value)


def _fact(label: str, value: Safe, role: StyleRole) -> Row:
    return [(Safe(f" {label:<9} "), StyleRole.LABEL), (value, role)]


def _wrapped(text: Safe, width: int, role: StyleRole) -> Iterator[Row]:
    for row in wrap(Line((Span(Safe(text)),)), max(10, width - 6)):
        yield [(Safe("   "), role), *((piece, role) for piece, _ in row)]
