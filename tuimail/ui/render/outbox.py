"""Mail on its way: one row of the outbox."""

from tuimail.model.cells import cut, fit_cut, fit_right, width_of
from tuimail.model.outgoing import WANTS_A_PERSON, OutgoingRow, OutgoingState
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .causes import reason
from .dates import SHORT_CELLS, long_date, short_date
from .marks import WORD_CELLS, role_of_state, state_words
from .rows import Piece, cropped

_STATE_CELLS = WORD_CELLS + 2
NOT_CONFIRMED = Safe("delivery not confirmed")
"""What a mail that a server has taken still lacks."""


HELD = Safe("by the server, which sends it; it cannot be taken back")
"""What a mail is of which a server said that it keeps it (RFC 4865)."""


def outgoing_line(
    row: OutgoingRow, width: int, now: int, *, is_unanswered: bool = False
) -> list[Piece]:
    """Return one row of the outbox, exactly `width` cells: state, to whom, what, when.

    `is_unanswered`: the day has come by which an answer was waited for.
    """
    to_cells = max(10, min(30, width // 4))
    to = ", ".join(safe_line(r.address, 100) for r in row.recipients) or "nobody"
    subject_cells = max(0, width - _STATE_CELLS - to_cells - SHORT_CELLS - 7)
    date = fit_right(short_date(row.created, now), SHORT_CELLS)
    remark, role = _remark(row, now, is_unanswered=is_unanswered)
    least = 0 if remark is NOT_CONFIRMED else min(len(remark) + 2, subject_cells * 2 // 3)
    subject = cut(safe_line(row.subject, 400).strip() or "(no subject)", subject_cells - least)
    rest = subject_cells - width_of(subject) - 2
    says_more = bool(remark) and (rest >= len(remark) or least > 0)
    return cropped(
        [
            (Safe(" "), StyleRole.ROW),
            (fit_cut(state_words(row.state), _STATE_CELLS), _role(row)),
            (Safe("  "), StyleRole.ROW),
            (fit_cut(to, to_cells), StyleRole.SENDER),
            (Safe("  "), StyleRole.ROW),
            (subject, StyleRole.ROW),
            (fit_cut(f"  {remark if says_more else ''}", rest + 2), role),
            (Safe(f" {date} "), StyleRole.DIM),
        ],
        width,
    )


def _role(row: OutgoingRow) -> StyleRole:
    is_dealt_with = row.state in WANTS_A_PERSON and not row.needs_attention
    return StyleRole.DIM if is_dealt_with else role_of_state(row.state)


def _remark(row: OutgoingRow, now: int, *, is_unanswered: bool) -> tuple[Safe, StyleRole]:
    """Return what is said behind the subject, and how."""
    if is_unanswered:
        return Safe("no answer yet"), StyleRole.WARNING
    match row.state:
        case OutgoingState.ACCEPTED:
            return NOT_CONFIRMED, StyleRole.DIM
        case OutgoingState.HELD:
            return HELD, StyleRole.WARNING
        case OutgoingState.QUEUED if row.send_at > now:
            return Safe(f"to go {long_date(row.send_at)}"), StyleRole.DIM
        case state if state in WANTS_A_PERSON and not row.needs_attention:
            return Safe("dealt with"), StyleRole.DIM
        case _:
            failed = (one for one in row.recipients if one.state is row.state)
            return next(map(reason, failed), Safe("")), StyleRole.DIM
