"""From what a terminal shows to what it should show, in few bytes. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from .output_cells import BLANK, Cell, blank_style, change, over
from .output_pieces import Piece, Row, RowPieces, ShownRow, Terminal

_SCROLL_WORTH_CELLS: Final = 120
_SCROLL_ROWS: Final = 3

Place = tuple[int, int]
"""Row and column, from 0."""


class Pen:
    """Writes pieces; knows the style that is on and where the cursor is.

    The style stays on from frame to frame: the next one often begins in it.
    """

    def __init__(self, style: str = "") -> None:
        self.style = style
        self._row: int | None = None
        self._column: int | None = None
        self._out: list[str] = []

    def write(self, pieces: Iterable[Piece]) -> None:
        """Write pieces in the order given."""
        for piece in pieces:
            self._go(piece.y, piece.x)
            self._use(piece.style, is_blank=piece.is_blank)
            self._out.append(piece.text)
            self._column = piece.leaves

    def place(self, place: Place) -> None:
        """Put the cursor somewhere, the shortest way."""
        y, x = place
        if (self._row, self._column) == place:
            return
        if self._row != y:
            self._out.append(_absolute(y, x))
        else:  # from wherever it is in its row
            self._out.append(_in_row(x))

    def text(self) -> str:
        """Return everything written."""
        return "".join(self._out)

    def _go(self, y: int, x: int) -> None:
        column = self._column
        if self._row != y or column is None:
            self._out.append(_absolute(y, x))
        elif column > x:
            self._out.append(_in_row(x))
        elif column < x:
            self._out.append(f"\x1b[{x - column}C" if x - column > 1 else "\x1b[C")
        self._row = y

    def _use(self, style: str, *, is_blank: bool) -> None:
        wanted = over(self.style, style) if is_blank else style
        self._out.append(change(self.style, wanted))
        self.style = wanted


def pieces_of(
    terminal: Terminal, want: Sequence[Row], shown: Sequence[ShownRow], rows: Iterable[int]
) -> list[Piece]:
    """Return what has to be written so that rows look as wanted."""
    return [
        piece
        for y in rows
        if want[y] != shown[y]
        for piece in RowPieces(terminal, y, want[y], shown[y]).pieces()
    ]


def paint(pieces: Sequence[Piece], style: str, place: Place | None = None) -> tuple[str, str]:
    """Return the shortest text that writes pieces, and the style that is on after it.

    `style` is on before. `place` is where the cursor is to be in the end: its row is written
    last. Row by row is best for a line or two; for many it pays to take one style after the other.
    A row with a cluster of uncertain width is written from left to right in any case: what the
    terminal draws of it beyond its cells is written over.
    """
    last = place[0] if place else None
    by_row = sorted(pieces, key=lambda piece: piece.y == last)
    risky = {piece.y for piece in pieces if piece.leaves is None}
    groups = _by_style([piece for piece in pieces if piece.y not in risky], style)
    orders = [by_row]
    if 1 < len(groups) < _switches(by_row):
        in_order = [piece for piece in by_row if piece.y in risky]
        orders.append([*(piece for group in groups for piece in group), *in_order])
    return min((_written(order, style, place) for order in orders), key=lambda done: len(done[0]))


def _written(pieces: Sequence[Piece], style: str, place: Place | None) -> tuple[str, str]:
    pen = Pen(style)
    pen.write(pieces)
    if place is not None:
        pen.place(place)
    return pen.text(), pen.style


def _by_style(pieces: Sequence[Piece], style: str) -> list[list[Piece]]:
    """Return pieces by style, each style beside one that it is near to."""
    groups: dict[str, list[Piece]] = {}
    before: Piece | None = None
    key = ""
    for piece in pieces:  # a blank goes with what stands before it
        is_free = piece.is_blank and before is not None and before.y == piece.y
        if not (is_free and blank_style(key) == piece.style):
            key = piece.style
        groups.setdefault(key, []).append(piece)
        before = piece
    ordered = []
    while groups:
        style = min(groups, key=lambda other: len(change(style, other)))
        ordered.append(groups.pop(style))
    return ordered


def _switches(pieces: Sequence[Piece]) -> int:
    return sum(a.style != b.style for a, b in pairwise(pieces))


def _absolute(y: int, x: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"


def _in_row(x: int) -> str:
    return f"\x1b[{x + 1}G" if x else "\x1b[G"


def scroll(
    want: Sequence[Row], shown: list[ShownRow], rows: Sequence[int], *, can_flicker: bool
) -> tuple[str, Iterable[int]]:
    """Move a block of lines if most of what changed is then right; the rest is for the diff.

    Changes `shown` to what the terminal then has. Returns the sequence (DECSTBM, SU or SD) and the
    rows it touched; both empty where it would not pay. `can_flicker`: the terminal draws in one
    piece (mode 2026), so that what lies beside the block is not seen to jump.
    """
    found = _block(want, shown, rows) if len(rows) > _SCROLL_ROWS else None
    if found is None:
        return "", ()
    top, bottom, by = found
    width = len(want[0])
    moved: list[ShownRow] = shown[top : bottom + 1]
    blank: list[ShownRow] = [[BLANK] * width for _ in range(abs(by))]
    moved = moved[by:] + blank if by > 0 else blank + moved[:by]
    before = _wrong(want, shown[top : bottom + 1], top)
    after = _wrong(want, moved, top)
    if before - after < _SCROLL_WORTH_CELLS or not (can_flicker or after <= abs(by) * width):
        return "", ()
    shown[top : bottom + 1] = moved
    move = f"\x1b[{abs(by)}{'S' if by > 0 else 'T'}"
    return f"\x1b[{top + 1};{bottom + 1}r{move}\x1b[r", range(top, bottom + 1)


def _block(
    want: Sequence[Row], shown: list[ShownRow], rows: Sequence[int]
) -> tuple[int, int, int] | None:
    """Find the block (top, bottom, lines up) most changed rows vote for.

    The right halves of rows are compared: a list may have mailboxes on its left.
    """
    half = len(want[0]) // 2
    where: dict[tuple[Cell | None, ...], list[int]] = {}
    for y, row in enumerate(shown):
        where.setdefault(tuple(row[half:]), []).append(y)
    pairs: list[tuple[int, int]] = []
    for y in rows:
        right = tuple(want[y][half:])
        if len(set(right)) > 1:
            pairs += [(y, s) for s in where.get(right, ()) if s != y]
    votes = Counter(s - y for y, s in pairs).most_common(1)
    if not votes or votes[0][1] < _SCROLL_ROWS:
        return None
    by = votes[0][0]
    lines = [line for y, s in pairs if s - y == by for line in (y, s)]
    return min(lines), max(lines), by


def _wrong(want: Sequence[Row], shown: Sequence[ShownRow], top: int) -> int:
    """Count the cells that would still have to be written."""
    return sum(
        a != b for y, row in enumerate(shown, top) for a, b in zip(row, want[y], strict=True)
    )
