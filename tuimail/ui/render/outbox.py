"""Mail on its way: one row of the outbox."""

from tuimail.model.cells import cut, fit_cut, fit_right, width_of
from tuimail.model.outgoing import OutgoingRow, OutgoingState
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

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
_ROLES = {
    OutgoingState.ACCEPTED: StyleRole.VALUE,
    OutgoingState.CANCELLED: StyleRole.DIM,
    OutgoingState.DELIVERED: StyleRole.SUCCESS,
}
NOT_CONFIRMED = Safe("delivery not confirmed")
"""What a mail that a server has taken still lacks."""


def outgoing_line(row: OutgoingRow, width: int, now: int) -> list[Piece]:
    """Return one row of the outbox, exactly `width` cells: state, to whom, what, when."""
    to_cells = max(10, min(30, width // 4))
    to = ", ".join(safe_line(r.address, 100) for r in row.recipients) or "nobody"
    subject_cells = max(0, width - _STATE_CELLS - to_cells - DATE_CELLS - 7)
    date = fit_right(short_date(row.created, now), DATE_CELLS)
    subject = cut(safe_line(row.subject, 400).strip() or "(no subject)", subject_cells)
    rest = subject_cells - width_of(subject) - 2
    is_accepted = row.state is OutgoingState.ACCEPTED and rest >= len(NOT_CONFIRMED)
    return cropped(
        [
            (Safe(" "), StyleRole.ROW),
            (fit_cut(row.state.value, _STATE_CELLS), state_role(row.state)),
            (Safe("  "), StyleRole.ROW),
            (fit_cut(to, to_cells), StyleRole.SENDER),
            (Safe("  "), StyleRole.ROW),
            (subject, StyleRole.ROW),
            (fit_cut(f"  {NOT_CONFIRMED if is_accepted else ''}", rest + 2), StyleRole.DIM),
            (Safe(f" {date} "), StyleRole.DIM),
        ],
        width,
    )


def state_role(state: OutgoingState) -> StyleRole:
    """Return how a state is coloured."""
    if state in _BAD:
        return StyleRole.ERROR
    return _ROLES.get(state, StyleRole.WARNING)
