"""From what a terminal shows to what it should show, in few bytes. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .output_cells import BLANK, RISKY, Cell, blank_style, change, is_plain_background

Row = list[Cell]
ShownRow = list[Cell | None]
"""None: what the terminal shows there is not known."""

_SHORT_GAP: Final = 4
"""Up to so many unchanged cells are cheaper written again than jumped over."""
_LONG_BLANK: Final = 10
_REPEATED: Final = 8
_REPEATABLE: Final = frozenset("─━═█▁▔-=_")
_SCROLL_WORTH_CELLS: Final = 120
_SCROLL_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the terminal can do."""

    can_erase: bool = True
    """EL and ECH fill with the background colour (GNU screen does not)."""
    can_repeat: bool = False
    """REP, as in xterm, foot and alacritty."""


class RowPainter:
    """Writes rows of cells; knows where the cursor is and which style is on."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._style = ""
        self._at: tuple[int, int] | None = None
        self.out: list[str] = []

    def finish(self) -> str:
        """Return everything written, with the style off again."""
        if self._style:
            self.out.append(change(self._style, ""))
        return "".join(self.out)

    def row(self, y: int, new: Row, old: ShownRow) -> None:
        """Write what differs in row `y`; from the first risky cluster on, everything."""
        width = len(new)
        tail = self._tail(new)
        risk = _first_risk(new)
        x = 0
        while x < width:
            if x < risk and new[x] == old[x]:
                x += 1
                continue
            while x and new[x][0] == "":  # begin at the first half of a wide cluster
                x -= 1
            self._go(y, x, new)
            x = (
                self._blanks(y, x, new, tail)
                or self._repeat(y, x, new, old)
                or self._one(y, x, new)
            )
        self._at = None

    def _tail(self, new: Row) -> int:
        """Return where the blanks at the end of a row begin that can be erased at once."""
        tail = len(new)
        if not self._terminal.can_erase or new[-1][0] != " ":
            return tail
        while tail and new[tail - 1] == new[-1]:
            tail -= 1
        return tail

    def _go(self, y: int, x: int, new: Row) -> None:
        if self._at == (y, x):
            return
        if self._at is None or self._at[0] != y or self._at[1] > x:
            self.out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
            return
        gap = new[self._at[1] : x]
        if len(gap) <= _SHORT_GAP and all(self._costs_nothing(cell) for cell in gap):
            self.out += [cluster for cluster, _ in gap]
        else:
            self.out.append(f"\x1b[{len(gap)}C" if len(gap) > 1 else "\x1b[C")

    def _costs_nothing(self, cell: Cell) -> bool:
        """Whether a cell can be written without a change of style."""
        cluster, style = cell
        if not cluster or not cluster.isascii():
            return False
        return style == self._style or (cluster == " " and style == blank_style(self._style))

    def _use(self, style: str, *, for_space: bool) -> None:
        if style == self._style or (for_space and blank_style(self._style) == style):
            return
        self.out.append(change(self._style, style))
        self._style = style

    def _blanks(self, y: int, x: int, new: Row, tail: int) -> int:
        """Erase a run of blanks where that is shorter; return where it ends, or 0."""
        cluster, style = new[x]
        if cluster != " " or not self._terminal.can_erase or not is_plain_background(style):
            return 0
        if x >= tail:
            end = len(new)
        else:
            end = _run_end(new, x)
            if end - x <= _LONG_BLANK:
                return 0
        if end - x <= _SHORT_GAP:
            return 0
        self._use(style, for_space=False)  # erasing takes the background of the style that is on
        self.out.append("\x1b[K" if x >= tail else f"\x1b[{end - x}X")
        self._at = (y, x)
        return end

    def _repeat(self, y: int, x: int, new: Row, old: ShownRow) -> int:
        """Write a run of one cluster with REP where that is shorter; return where it ends, or 0."""
        cluster, style = new[x]
        if not self._terminal.can_repeat or cluster not in _REPEATABLE:
            return 0
        end = x + 1
        while end < len(new) and new[end] == new[x] and new[end] != old[end]:
            end += 1
        if end - x <= _REPEATED:
            return 0
        self._use(style, for_space=False)
        self.out.append(f"{cluster}\x1b[{end - x - 1}b")
        self._at = (y, end)
        return end

    def _one(self, y: int, x: int, new: Row) -> int:
        cluster, style = new[x]
        self._use(style, for_space=cluster == " ")
        width = 2 if x + 1 < len(new) and new[x + 1][0] == "" else 1
        if cluster.isascii() or not RISKY.search(cluster):
            self.out.append(cluster)
            self._at = (y, x + width)
        else:  # the terminal may think it wider or narrower: clear its room, then move absolutely
            self.out.append(f"\x1b[{width}X{cluster}" if self._terminal.can_erase else cluster)
            self._at = None
        return x + width


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


def _first_risk(row: Row) -> int:
    for x, (cluster, _) in enumerate(row):
        if cluster and not cluster.isascii() and RISKY.search(cluster):
            return x
    return len(row)


def _run_end(row: Row, x: int) -> int:
    end = x + 1
    while end < len(row) and row[end] == row[x]:
        end += 1
    return end
