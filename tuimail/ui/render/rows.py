"""One row of a message list: a message in, pieces of text with roles out.

Shared by the list widget and by the paint made before Textual is imported, so that both draw the
same cells: standard library only, and no clock of its own.

The cursor is not drawn here: it changes every style of its row and no text.
"""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from tuimail.model.cells import cut, fit, fit_cut, fit_right, tail, width_of
from tuimail.model.excerpt import Excerpt
from tuimail.model.flags import Flag, Flags, labels_of
from tuimail.model.later import Later
from tuimail.model.safe import Safe, Untrusted, safe_line
from tuimail.ui.roles import StyleRole

from .later import later_pieces
from .marks import WORD_CELLS, glyph_of, role_of_state

UNREAD_MARK = "●"
FLAG_MARK = "★"
ANSWERED_MARK = "←"
FORWARDED_MARK = "→"
SELECTED_MARK = "✓"
ATTACHMENT_MARK = "+"
BELOW_MARK = "└ "
DEEPER_MARK = "> "
"""Answers below the deepest that are set in by their depth."""

DATE_CELLS = 7
_MAX_DEPTH = 6
_MARK_CELLS = 4
_ACCOUNT_CELLS = 6
_ACCOUNT_FROM_CELLS = 72
_STATE_FROM_CELLS = 72
"""In narrower rows the mark of a state stands alone, without its word."""
_SNIPPET_CELLS = 20
_BEFORE_HIT_SHARE = 4
"""What stands before a place found takes a quarter of the room at most."""
_LABELS_FROM_CELLS = 36
"""Beside a narrower subject labels would take too much."""
_GAP = Safe("  ")
_DAY_S = 86_400
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Piece = tuple[Safe, StyleRole]
"""Text that may be shown, and its role."""


class ListedMessage(Protocol):
    """What a row is made from: `model.message.MessageRow` fulfils it."""

    @property
    def account(self) -> str:
        """Name of the account."""

    @property
    def date(self) -> int:
        """Seconds UTC."""

    @property
    def sender_name(self) -> Untrusted:
        """Display name of the author."""

    @property
    def sender_address(self) -> Untrusted:
        """Address of the author."""

    @property
    def recipients(self) -> Untrusted:
        """Names of the recipients."""

    @property
    def subject(self) -> Untrusted:
        """Decoded subject."""

    @property
    def snippet(self) -> Untrusted:
        """First words of the text."""

    @property
    def flags(self) -> Flags:
        """As shown."""

    @property
    def has_attachments(self) -> bool:
        """Whether files hang on it."""

    @property
    def thread_count(self) -> int:
        """Messages this row stands for."""

    @property
    def thread_unread(self) -> int:
        """Unread ones among them."""

    @property
    def became(self) -> str | None:
        """What became of it (`model.outgoing.OutgoingState`), in lists that say so."""

    @property
    def is_dealt_with(self) -> bool:
        """It failed, and the person has seen to that."""

    @property
    def later(self) -> Later:
        """Whether it is put off, has come back, or its conversation is muted."""


class RowLook(NamedTuple):
    """What all rows of one list have in common."""

    width: int
    """Cells of a row."""
    now: int
    """Seconds UTC."""
    shows_recipients: bool = False
    """Sent mail: who it went to says more than who wrote it."""
    shows_account: bool = False
    """Lists over several accounts say which."""


class RowPlace(NamedTuple):
    """What sets a row apart from others of its list."""

    is_selected: bool = False
    depth: int = 0
    """How deep it lies in its unfolded thread; 0 at the top, and in what is not unfolded."""
    is_own: bool = False
    """One's own answer, shown inside a thread of another mailbox."""


_PLAIN: Final = RowPlace()


def message_row(
    row: ListedMessage, look: RowLook, excerpt: Excerpt = (), place: RowPlace = _PLAIN
) -> list[Piece]:
    """Return the pieces of a row, exactly `look.width` cells in all.

    `excerpt`: what a search found takes the place of the first words.
    """
    end = _end(row, look)
    room = look.width - sum(width_of(text) for text, _ in end)
    sender_cells = sender_width(look.width)
    joint = joint_of(place.depth)
    subject_cells = room - _MARK_CELLS - sender_cells - len(_GAP) - len(joint)
    pieces = [
        *_head(row, is_selected=place.is_selected),
        *(_me(sender_cells) if place.is_own else _sender(row, look, sender_cells)),
        (_GAP, StyleRole.ROW),
        (joint, StyleRole.DIM),
        *_subject(row, max(0, subject_cells), excerpt),
        *end,
    ]
    if place.is_selected:
        pieces = [(text, StyleRole.SELECTED) for text, _ in pieces]
    elif place.is_own:
        pieces = [(text, StyleRole.DIM) for text, _ in pieces]
    return cropped(pieces, look.width)


def joint_of(depth: int) -> Safe:
    """Return what stands before the subject of an answer, by its depth in an unfolded thread."""
    if depth <= 0:
        return Safe("")
    mark = BELOW_MARK if depth <= _MAX_DEPTH else DEEPER_MARK
    return Safe("  " * (min(depth, _MAX_DEPTH) - 1) + mark)


def sender_width(width: int) -> int:
    """Return the cells of the sender column in a row of `width` cells."""
    return max(10, min(24, width * 22 // 100))


def short_date(date: int, now: int) -> str:
    """Return a date in at most 7 cells: 14:32, Tue 17, 17 Nov, or Nov '24."""
    then, today = time.localtime(date), time.localtime(now)
    if then[:3] == today[:3]:
        return f"{then.tm_hour:02}:{then.tm_min:02}"
    if 0 <= now - date < 6 * _DAY_S:
        return f"{_DAYS[then.tm_wday]} {then.tm_mday:2}"
    if then.tm_year == today.tm_year or 0 <= now - date < 180 * _DAY_S:
        return f"{then.tm_mday:2} {_MONTHS[then.tm_mon - 1]}"
    return f"{_MONTHS[then.tm_mon - 1]} '{then.tm_year % 100:02}"


def cropped(pieces: Sequence[Piece], width: int) -> list[Piece]:
    """Make pieces exactly `width` cells: drop what is empty or lies beyond, pad with blanks."""
    kept: list[Piece] = []
    left = width
    for text, role in pieces:
        if not text or left <= 0:
            continue
        cells = width_of(text)
        kept.append((text if cells <= left else fit(text, left), role))
        left -= cells
    if left > 0:
        kept.append((Safe(" " * left), kept[-1][1] if kept else StyleRole.ROW))
    return kept


def _is_unread(row: ListedMessage) -> bool:
    return Flag.SEEN not in row.flags or row.thread_unread > 0


def _head(row: ListedMessage, *, is_selected: bool) -> list[Piece]:
    first = SELECTED_MARK if is_selected else UNREAD_MARK if _is_unread(row) else " "
    if Flag.FLAGGED in row.flags:
        second, role = FLAG_MARK, StyleRole.FLAGGED
    elif Flag.ANSWERED in row.flags:
        second, role = ANSWERED_MARK, StyleRole.DIM
    elif Flag.FORWARDED in row.flags:
        second, role = FORWARDED_MARK, StyleRole.DIM
    else:
        second, role = " ", StyleRole.ROW
    return [
        (Safe(f" {first}"), StyleRole.HEADING),
        (Safe(second), role),
        (Safe(" "), StyleRole.ROW),
    ]


def _sender(row: ListedMessage, look: RowLook, cells: int) -> list[Piece]:
    who = row.sender_name or row.sender_address
    name = safe_line(row.recipients if look.shows_recipients else who, 80).strip()
    if look.shows_recipients:
        name = Safe(f"to {name}" if name else "(no recipient)")
    count = Safe(f" {row.thread_count}") if row.thread_count > 1 else Safe("")
    shown = cut(name or "(no sender)", cells - len(count))
    rest = cells - width_of(shown) - len(count)
    return [
        (shown, StyleRole.UNREAD if _is_unread(row) else StyleRole.SENDER),
        (count, StyleRole.DIM),
        (Safe(" " * rest), StyleRole.ROW),
    ]


def _me(cells: int) -> list[Piece]:
    return [(fit("me", cells), StyleRole.DIM)]


def _subject(row: ListedMessage, cells: int, excerpt: Excerpt) -> list[Piece]:
    role = StyleRole.UNREAD if _is_unread(row) else StyleRole.ROW
    labels = label_words(row.flags, cells // 3 if cells >= _LABELS_FROM_CELLS else 0)
    if labels:
        room = cells - width_of(labels) - len(_GAP)
        subject = cut(safe_line(row.subject, 400).strip() or "(no subject)", room)
        rest = room - width_of(subject)
        marks = [(_GAP, StyleRole.ROW), (labels, StyleRole.LABEL)]
        return [(subject, role), *marks, *_snippet(row, rest, excerpt)]
    subject = cut(safe_line(row.subject, 400).strip() or "(no subject)", cells)
    return [(subject, role), *_snippet(row, cells - width_of(subject), excerpt)]


def label_words(flags: Flags, cells: int) -> Safe:
    """Return the labels people gave a mail, in as many cells: #work #urgent."""
    labels = labels_of(flags) if cells else []
    return cut(safe_line(" ".join(f"#{label}" for label in labels), 200), cells)


def _snippet(row: ListedMessage, rest: int, excerpt: Excerpt) -> list[Piece]:
    if excerpt and rest >= _SNIPPET_CELLS:
        return [(_GAP, StyleRole.ROW), *_excerpt(excerpt, rest - len(_GAP))]
    snippet = safe_line(row.snippet, 400).strip()
    if rest < _SNIPPET_CELLS or not snippet:
        return [(Safe(" " * rest), StyleRole.ROW)]
    return [(_GAP, StyleRole.ROW), (fit_cut(snippet, rest - len(_GAP)), StyleRole.DIM)]


def _excerpt(excerpt: Excerpt, room: int) -> list[Piece]:
    """Return the place found in so many cells; where room is short, with less before it."""
    shown = [(safe_line(text), is_hit) for text, is_hit in excerpt]
    first, is_hit = shown[0]
    if not is_hit and sum(width_of(text) for text, _ in shown) > room:
        shown[0] = tail(first, room // _BEFORE_HIT_SHARE), is_hit
    roles = {True: StyleRole.MATCH, False: StyleRole.DIM}
    return cropped([(text, roles[is_hit]) for text, is_hit in shown], room)


def _end(row: ListedMessage, look: RowLook) -> list[Piece]:
    attachment = Safe(f" {ATTACHMENT_MARK if row.has_attachments else ' '} ")
    pieces = [
        *_became(row, look),
        *later_pieces(row.later, look.now),
        (attachment, StyleRole.ATTACHMENT),
    ]
    if look.shows_account and look.width >= _ACCOUNT_FROM_CELLS:
        name = fit_cut(safe_line(row.account, 40), _ACCOUNT_CELLS)
        pieces.append((Safe(f"{name} "), StyleRole.DIM))
    date = fit_right(short_date(row.date, look.now), DATE_CELLS)
    return [*pieces, (Safe(f"{date} "), StyleRole.DIM)]


def _became(row: ListedMessage, look: RowLook) -> list[Piece]:
    if row.became is None:
        return []
    word = fit(row.became, WORD_CELLS) if look.width >= _STATE_FROM_CELLS else Safe("")
    words = f"{glyph_of(row.became)} {word}" if word else glyph_of(row.became)
    role = StyleRole.DIM if row.is_dealt_with else role_of_state(row.became)
    return [(Safe(f" {words}"), role)]
