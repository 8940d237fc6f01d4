"""From rows of cells to the pieces of them that have to be written. Pure."""

from dataclasses import dataclass
from typing import Final

from .output_cells import RISKY, Cell, blank_style, is_plain_background

Row = list[Cell]
ShownRow = list[Cell | None]
"""None: what the terminal shows there is not known."""

_SHORT_GAP: Final = 4
"""Up to so many unchanged cells are cheaper written again than jumped over."""
_LONG_BLANK: Final = 10
"""More blanks than these are cheaper erased and jumped over than written."""
_LONG_TAIL: Final = 5
"""The same where nothing follows that must be written."""
_REPEATED: Final = 8
_REPEATABLE: Final = frozenset("─━═█▁▔-=_")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the terminal can do."""

    can_erase: bool = True
    """ED, EL and ECH fill with the background colour (GNU screen's do not)."""
    can_repeat: bool = False
    """REP, as in xterm, foot and alacritty."""
    has_bright: bool = True
    """The brighter eight colours; otherwise they are bold ones (Linux's console)."""
    is_unicode: bool = True
    can_scroll: bool = True
    """SU and SD move the lines of a region (Linux's console knows neither)."""
    takes_osc: bool = True
    """Titles, notices and the clipboard's sequence are understood, or at least not shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Cells of one row that are written in one go and in one style."""

    y: int
    x: int
    style: str
    text: str
    leaves: int | None
    """The column the cursor is in afterwards; None where terminals disagree."""
    is_blank: bool = False
    """Only the background of the style is seen."""


class RowPieces:
    """Cuts what differs in one row into pieces."""

    def __init__(self, terminal: Terminal, y: int, new: Row, old: ShownRow) -> None:
        self._terminal, self._y, self._new, self._old = terminal, y, new, old
        self._width = len(new)
        self._risk = risk(new)
        self._tail = self._tail_start()
        self._end = self._last_change()

    def pieces(self) -> list[Piece]:
        """Return the pieces from left to right; from the first risky cluster on, everything."""
        found: list[Piece] = []
        x = 0
        while x < self._end:
            if not self._differs(x):
                x += 1
                continue
            while x and self._new[x][0] == "":  # begin at the first half of a wide cluster
                x -= 1
            x = self._erasure_after(found[-1] if found else None, x)
            piece, x = self._erased(x) or self._repeated(x) or self._risky(x) or self._text(x)
            found.append(piece)
        return found

    def _differs(self, x: int) -> bool:
        return x >= self._risk or self._new[x] != self._old[x]

    def _last_change(self) -> int:
        end = self._width
        while end and not self._differs(end - 1):
            end -= 1
        return end

    def _tail_start(self) -> int:
        """Return where the blanks at the end of the row begin that can be erased at once."""
        tail, last = self._width, self._new[-1]
        if not self._terminal.can_erase or last[0] != " ":
            return tail
        while tail and self._new[tail - 1] == last:
            tail -= 1
        return tail

    def _erased(self, x: int) -> tuple[Piece, int] | None:
        """Return a run of blanks as an erasure, and its end, where that is shorter."""
        cluster, style = self._new[x]
        if cluster != " " or not self._terminal.can_erase or not is_plain_background(style):
            return None
        end = min(self._run_end(x), self._end)
        is_last = end == self._end
        if end < self._width and _is_second_half(self._old[end]):
            end -= 1  # half a wide cluster erased is blanked anew by tmux, in its own colour
            is_last = False
        if end - x <= (_SHORT_GAP if x >= self._tail else _LONG_TAIL if is_last else _LONG_BLANK):
            return None
        text = "\x1b[K" if x >= self._tail else f"\x1b[{end - x}X"
        return Piece(self._y, x, style, text, x, is_blank=True), end

    def _erasure_after(self, before: Piece | None, x: int) -> int:
        """Return where to begin, for `x`: blanks up to the last piece are not jumped over.

        To erase a few cells more costs nothing, the jump does.
        """
        at = before.leaves if before is not None and not before.is_blank else None
        if at is not None and at < x < self._run_end(at) and self._erased(at):
            return at
        return x

    def _repeated(self, x: int) -> tuple[Piece, int] | None:
        """Return a run of one cluster with REP, and its end, where that is shorter."""
        cluster, style = self._new[x]
        if not self._terminal.can_repeat or cluster not in _REPEATABLE:
            return None
        end = self._run_end(x)
        if end - x <= _REPEATED:
            return None
        return Piece(self._y, x, style, f"{cluster}\x1b[{end - x - 1}b", end), end

    def _risky(self, x: int) -> tuple[Piece, int] | None:
        """Return one cluster the terminal may think wider or narrower: its room is cleared."""
        if not _is_risky(self._new[x]):
            return None
        cluster, style = self._new[x]
        width = 2 if x + 1 < self._width and self._new[x + 1][0] == "" else 1
        text = f"\x1b[{width}X{cluster}" if self._terminal.can_erase else cluster
        return Piece(self._y, x, style, text, None), x + width

    def _text(self, x: int) -> tuple[Piece, int]:
        """Return the cells from `x` that can be written in one style; short gaps are bridged."""
        style, is_blank = self._new[x][1], True
        at, end = x, x
        while at < self._end and at - end <= _SHORT_GAP:
            cluster, own = self._new[at]
            if cluster == " ":
                fits = blank_style(style) == own and not (at > x and self._begins_erasure(at))
            else:
                fits = own == style or (is_blank and blank_style(own) == style)
                style, is_blank = (own, False) if fits else (style, is_blank)
            if not fits or (at > x and (_is_risky(self._new[at]) or self._repeated(at))):
                break
            if self._differs(at):
                end = at + 1
            elif not cluster.isascii():
                break
            at += 1
        end = max(end, x + 1)
        while end < self._width and self._new[end][0] == "":
            end += 1
        text = "".join(cluster for cluster, _ in self._new[x:end])
        return Piece(self._y, x, style, text, end, is_blank and is_plain_background(style)), end

    def _begins_erasure(self, x: int) -> bool:
        return self._new[x - 1] != self._new[x] and self._erased(x) is not None

    def _run_end(self, x: int) -> int:
        end = x + 1
        while end < self._width and self._new[end] == self._new[x]:
            end += 1
        return end


def risk(row: Row) -> int:
    """Return where in a row the first cluster of uncertain width stands, or where the row ends."""
    return next((x for x, cell in enumerate(row) if _is_risky(cell)), len(row))


def _is_second_half(cell: Cell | None) -> bool:
    return cell is not None and cell[0] == ""


def _is_risky(cell: Cell) -> bool:
    return not cell[0].isascii() and RISKY.search(cell[0]) is not None
