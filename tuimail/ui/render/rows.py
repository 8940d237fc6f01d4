"""One row of a message list: a message in, pieces of text with roles out.

Shared by the list widget and by the paint made before Textual is imported, so that both draw the
same cells: standard library only, and no clock of its own.

The cursor is not drawn here: it changes every style of its row and no text.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from tuimail.model.cells import cut, cut_address, fit, fit_cut, fit_right, tail, width_of
from tuimail.model.claimed import shows_another
from tuimail.model.columns import Column, Density
from tuimail.model.excerpt import Excerpt
from tuimail.model.flags import Flag, Flags, labels_of
from tuimail.model.later import Later
from tuimail.model.safe import Safe, Untrusted, safe_line
from tuimail.ui.roles import StyleRole

from .dates import date_words, size_words
from .later import later_pieces
from .layout import FROM_GAP, MARK_CELLS, RowLook
from .marks import WORD_CELLS, glyph_of, role_of_state

UNREAD_MARK = "●"
FLAG_MARK = "★"
ANSWERED_MARK = "←"
FORWARDED_MARK = "»"
SELECTED_MARK = "■"
ATTACHMENT_MARK = "+"
BELOW_MARK = "└ "
DEEPER_MARK = "> "
"""Answers below the deepest that are set in by their depth."""

_MAX_DEPTH = 6
_STATE_FROM_CELLS = 72
"""In narrower rows the mark of a state stands alone, without its word."""
_SNIPPET_CELLS = 20
_BEFORE_HIT_SHARE = 4
"""What stands before a place found takes a quarter of the room at most."""
_LABELS_FROM_CELLS = 36
"""Beside a narrower subject labels would take too much."""
_LONG_NAME_CELLS = 60
"""A sender that has a line for himself takes no more."""
_SET_IN_CELLS = 2
"""The second line of a row begins so far to the right of its first."""
_NOTHING = Safe("")
_GAP = Safe("  ")

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
    def size_bytes(self) -> int:
        """Of the whole mail."""

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
    """Return the pieces of a row, or of its first line, exactly `look.width` cells in all.

    `excerpt`: what a search found takes the place of the first words.
    """
    layout = look.layout
    state = [*_became(row, look), *later_pieces(row.later, look.now)]
    slot = max(0, layout.subject_cells - sum(width_of(text) for text, _ in state))
    spare = 0
    if look.density is Density.TWO_LINE:
        middle = _labels(row, slot // 2)
        spare = max(0, slot - sum(width_of(text) for text, _ in middle))
    else:
        joint = joint_of(place.depth)
        words = _subject(row, look, max(0, slot - len(joint)), excerpt)
        middle = [(joint, StyleRole.DIM), *words]
    pieces: list[Piece] = []
    for column, cells in layout.columns:
        if column is Column.SUBJECT:
            pieces += [*middle, (Safe(" " * spare), StyleRole.ROW), *state, _attachment(row)]
        elif column is Column.FROM and look.density is Density.TWO_LINE:
            longer = min(spare, max(0, _LONG_NAME_CELLS - cells))
            spare -= longer
            pieces += _sender(row, look, cells + longer, place)
        else:
            pieces += _column(row, look, (column, cells), place)
    return cropped(_as_placed(pieces, place), look.width)


def second_line(
    row: ListedMessage, look: RowLook, excerpt: Excerpt = (), place: RowPlace = _PLAIN
) -> list[Piece]:
    """Return the pieces of the line below, where rows take two: subject and first words."""
    joint = joint_of(place.depth)
    margin = Safe(" " * (MARK_CELLS + _SET_IN_CELLS))
    cells = max(0, look.width - len(margin) - len(joint) - 1)
    pieces = [
        (margin, StyleRole.ROW),
        (joint, StyleRole.DIM),
        *_words(row, look, cells, excerpt),
    ]
    return cropped(_as_placed(pieces, place), look.width)


def is_dated_anew(row: ListedMessage, look: RowLook, before: int, now: int) -> bool:
    """Whether the date of a row reads otherwise at one time than at another, both seconds UTC."""
    cells = dict(look.layout.columns).get(Column.DATE, 0)
    if not cells:
        return False
    form = look.date_format
    return date_words(row.date, before, form, cells) != date_words(row.date, now, form, cells)


def joint_of(depth: int) -> Safe:
    """Return what stands before the subject of an answer, by its depth in an unfolded thread."""
    if depth <= 0:
        return Safe("")
    mark = BELOW_MARK if depth <= _MAX_DEPTH else DEEPER_MARK
    return Safe("  " * (min(depth, _MAX_DEPTH) - 1) + mark)


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


def _as_placed(pieces: Sequence[Piece], place: RowPlace) -> Sequence[Piece]:
    if place.is_selected:
        return [(text, StyleRole.SELECTED) for text, _ in pieces]
    if place.is_own:
        return [(text, StyleRole.DIM) for text, _ in pieces]
    return pieces


def _is_unread(row: ListedMessage) -> bool:
    return Flag.SEEN not in row.flags or row.thread_unread > 0


def _column(
    row: ListedMessage, look: RowLook, shown: tuple[Column, int], place: RowPlace
) -> Iterator[Piece]:
    """Yield a column with the gap behind it; the subject's are made elsewhere."""
    column, cells = shown
    if column is Column.FLAGS:
        yield from _head(row, place)
    elif column is Column.FROM:
        yield from _sender(row, look, cells, place)
    elif column is Column.LABELS and cells:
        yield fit(label_words(row.flags, cells), cells + 1), StyleRole.LABEL
    elif column is Column.SIZE:
        yield Safe(f"{fit_right(size_words(row.size_bytes), cells)} "), StyleRole.DIM
    elif column is Column.ACCOUNT:
        yield Safe(f"{fit_cut(safe_line(row.account, 40), cells)} "), StyleRole.DIM
    elif column is Column.DATE:
        words = date_words(row.date, look.now, look.date_format, cells)
        yield Safe(f"{fit_right(words, cells)} "), StyleRole.DIM


def _head(row: ListedMessage, place: RowPlace) -> Iterator[Piece]:
    """Yield the marks: each is a sign of its own, so that none is told by its colour alone."""
    chosen = SELECTED_MARK if place.is_selected else " "
    unread = UNREAD_MARK if _is_unread(row) else " "
    yield Safe(f"{chosen}{unread}"), StyleRole.HEADING
    is_flagged = Flag.FLAGGED in row.flags
    yield (
        Safe(FLAG_MARK if is_flagged else " "),
        StyleRole.FLAGGED if is_flagged else StyleRole.ROW,
    )
    if Flag.ANSWERED in row.flags:
        yield Safe(f"{ANSWERED_MARK} "), StyleRole.DIM
    elif Flag.FORWARDED in row.flags:
        yield Safe(f"{FORWARDED_MARK} "), StyleRole.DIM
    else:
        yield _GAP, StyleRole.ROW


def _sender(row: ListedMessage, look: RowLook, cells: int, place: RowPlace) -> Iterator[Piece]:
    count = Safe(f" {row.thread_count}") if row.thread_count > 1 else Safe("")
    shown = cut(_name(row, look, cells - len(count), place), cells - len(count))
    yield shown, StyleRole.UNREAD if _is_unread(row) else StyleRole.SENDER
    yield count, StyleRole.DIM
    rest = cells - width_of(shown) - len(count)
    yield Safe(" " * (rest + FROM_GAP)), StyleRole.ROW


def _name(row: ListedMessage, look: RowLook, cells: int, place: RowPlace) -> Safe:
    """Return who it is from: the address where the name shows another's."""
    if place.is_own:
        return Safe("me")
    if not look.shows_recipients and shows_another(row.sender_name.raw, row.sender_address.raw):
        return cut_address(safe_line(row.sender_address, 400), cells)
    who = row.sender_name or row.sender_address
    name = safe_line(row.recipients if look.shows_recipients else who, 80).strip()
    if look.shows_recipients:
        return Safe(f"to {name}" if name else "(no recipient)")
    return Safe(name or "(no sender)")


def _subject(row: ListedMessage, look: RowLook, cells: int, excerpt: Excerpt) -> list[Piece]:
    """Return subject, labels and first words in so many cells."""
    has_room = look.layout.has_labels and cells >= _LABELS_FROM_CELLS
    labels = _labels(row, cells // 3 if has_room else 0)
    return _words(row, look, cells, excerpt, labels)


def _labels(row: ListedMessage, cells: int) -> list[Piece]:
    labels = label_words(row.flags, cells - len(_GAP))
    return [(_GAP, StyleRole.ROW), (labels, StyleRole.LABEL)] if labels else []


def _words(
    row: ListedMessage,
    look: RowLook,
    cells: int,
    excerpt: Excerpt,
    labels: Sequence[Piece] = (),
) -> list[Piece]:
    """Return the subject, what stands behind it, and as much of the text as there is room for."""
    room = cells - sum(width_of(text) for text, _ in labels)
    subject = cut(safe_line(row.subject, 400).strip() or "(no subject)", room)
    role = StyleRole.UNREAD if _is_unread(row) else StyleRole.ROW
    rest = room - width_of(subject)
    return [(subject, role), *labels, *_snippet(row, look, rest, excerpt)]


def label_words(flags: Flags, cells: int) -> Safe:
    """Return the labels people gave a mail, in as many cells: #work #urgent."""
    labels = labels_of(flags) if cells > 0 else []
    if not labels:
        return _NOTHING
    return cut(safe_line(" ".join(f"#{label}" for label in labels), 200), cells)


def _snippet(row: ListedMessage, look: RowLook, rest: int, excerpt: Excerpt) -> list[Piece]:
    if excerpt and rest >= _SNIPPET_CELLS:
        return [(_GAP, StyleRole.ROW), *_excerpt(excerpt, rest - len(_GAP))]
    snippet = safe_line(row.snippet, 400).strip() if look.has_snippet else ""
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


def _attachment(row: ListedMessage) -> Piece:
    return Safe(f" {ATTACHMENT_MARK if row.has_attachments else ' '} "), StyleRole.ATTACHMENT


def _became(row: ListedMessage, look: RowLook) -> list[Piece]:
    if row.became is None:
        return []
    word = fit(row.became, WORD_CELLS) if look.width >= _STATE_FROM_CELLS else Safe("")
    words = f"{glyph_of(row.became)} {word}" if word else glyph_of(row.became)
    role = StyleRole.DIM if row.is_dealt_with else role_of_state(row.became)
    return [(Safe(f" {words}"), role)]
