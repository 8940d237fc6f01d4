"""Mail on its way: one row of the outbox, and the whole story of one mail."""

from collections.abc import Iterator, Sequence

from tuimail.model.cells import cut, fit_cut, fit_right
from tuimail.model.outgoing import OutgoingEvent, OutgoingRow, OutgoingState, RecipientRow
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .message import Row, long_date, subject_of, wrap
from .rows import DATE_CELLS, Piece, cropped, short_date

_STATE_CELLS = 10
_BAD = frozenset(
    {
        OutgoingState.REFUSED,
        OutgoingState.BOUNCED,
        OutgoingState.EXPIRED,
        OutgoingState.UNCERTAIN,
    }
)
_GOOD = frozenset({OutgoingState.ACCEPTED, OutgoingState.DELIVERED})


def outgoing_line(row: OutgoingRow, width: int, now: int) -> list[Piece]:
    """Return one row of the outbox, exactly `width` cells: state, to whom, what, when."""
    to_cells = max(10, min(30, width // 4))
    to = ", ".join(safe_line(r.address, 100) for r in row.recipients) or "nobody"
    subject_cells = max(0, width - _STATE_CELLS - to_cells - DATE_CELLS - 7)
    date = fit_right(short_date(row.created, now), DATE_CELLS)
    subject = safe_line(row.subject, 400).strip() or "(no subject)"
    return cropped(
        [
            (Safe(" "), StyleRole.ROW),
            (fit_cut(row.state.value, _STATE_CELLS), state_role(row.state)),
            (Safe("  "), StyleRole.ROW),
            (fit_cut(to, to_cells), StyleRole.SENDER),
            (Safe("  "), StyleRole.ROW),
            (fit_cut(subject, subject_cells), StyleRole.ROW),
            (Safe(f" {date} "), StyleRole.DIM),
        ],
        width,
    )


def state_role(state: OutgoingState) -> StyleRole:
    """Return how a state is coloured."""
    if state in _BAD:
        return StyleRole.ERROR
    return StyleRole.SUCCESS if state in _GOOD else StyleRole.WARNING


def story_of(row: OutgoingRow, events: Sequence[OutgoingEvent], width: int, now: int) -> list[Row]:
    """Return what became of a mail: its state, each recipient, then each step in time."""
    subject = safe_line(row.subject, 400)
    rows: list[Row] = subject_of(subject, width, 2)
    rows.append(_fact("State", Safe(row.state.value), state_role(row.state)))
    rows.append(_fact("Account", safe_line(row.account), StyleRole.VALUE))
    if row.due is not None:
        when = long_date(row.due) if row.due > now else Safe("now")
        rows.append(_fact("Next try", when, StyleRole.VALUE))
    for trouble in (row.last_error, row.copy_problem):
        if trouble:
            rows += _sentence(trouble, width, StyleRole.ERROR)
    rows.append([])
    for recipient in row.recipients:
        rows += _recipient(recipient, width)
    if events:
        rows += [[], [(Safe(" What happened"), StyleRole.HEADING)]]
        rows += [_step(event, width) for event in events]
    return rows


def _recipient(recipient: RecipientRow, width: int) -> Iterator[Row]:
    yield [
        (Safe(f" {safe_line(recipient.address, 200)}  "), StyleRole.SENDER),
        (Safe(recipient.state.value), state_role(recipient.state)),
    ]
    if recipient.explanation:
        yield from _sentence(recipient.explanation, width, StyleRole.TEXT)
    code = f"{recipient.code or ''} {recipient.enhanced_code}".strip()
    if code or recipient.reply:
        reply = safe_line(recipient.reply, 300)
        said = Safe(f"The server said: {code} {reply}".strip())
        yield from _sentence(said, width, StyleRole.DIM)


def _step(event: OutgoingEvent, width: int) -> Row:
    words = f"{safe_line(event.what)}  {safe_line(event.who, 100)}  {safe_line(event.detail, 300)}"
    when = long_date(event.time)
    return [
        (Safe(f" {when}  "), StyleRole.DIM),
        (cut(words.strip(), max(10, width - len(when) - 4)), StyleRole.TEXT),
    ]


def _fact(label: str, value: Safe, role: StyleRole) -> Row:
    return [(Safe(f" {label:<9} "), StyleRole.LABEL), (value, role)]


def _sentence(text: Safe, width: int, role: StyleRole) -> Iterator[Row]:
    for row in wrap(Line((Span(Safe(text)),)), max(10, width - 6)):
        yield [(Safe("   "), role), *((piece, role) for piece, _ in row)]
