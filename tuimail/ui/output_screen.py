"""A terminal's screen as cells: Textual's stream comes in, what is to be sent goes out. Pure."""

import re
from typing import Final

from .output_cells import BLANK, HARMLESS, PARTIAL, TOKEN, Cell, blank_style, parse
from .output_paint import Row, RowPainter, ShownRow, Terminal, scroll

MAX_PARTIAL_CHARS: Final = 65_536
"""An unfinished sequence longer than this is no sequence."""
_ENOUGH_FOR_SYNC: Final = 512
"""A shorter frame arrives in one piece anyway."""
_REWRITTEN: Final = {"\x1b[?1003h": "\x1b[?1002h", "\x1b[?1003l": "\x1b[?1002l"}
"""No report for each motion of the mouse: over SSH each would be a packet."""
_FORWARD: Final = re.compile(r"\x1b\[(\d{0,4})C")
_ALLOWED_OSC: Final = re.compile(r"\x1b\](?:0|1|2|4|9|10|11|22|52|777);")
"""Title, colours, notices, pointer, clipboard: sent by the program, never from within a frame."""


class CellScreen:
    """What the terminal should show (`want`) and what it shows (`shown`)."""

    def __init__(self, columns: int, rows: int, terminal: Terminal | None = None) -> None:
        self._terminal = terminal or Terminal()
        self._rest = ""
        self._is_updating = False
        self.has_sync = False
        """The terminal said that it knows mode 2026 (synchronized output)."""
        self.refused = 0
        """Sequences that came from within a frame and were not sent."""
        self.resize(columns, rows)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._columns, self._rows

    def resize(self, columns: int, rows: int) -> None:
        """Begin anew: nothing is wanted yet and nothing known of the terminal."""
        self._columns, self._rows = columns, rows
        self._want: list[Row] = [[BLANK] * columns for _ in range(rows)]
        self._dirty: set[int] = set()
        self._sgr = self._link = ""
        self._x = self._y = 0
        self.forget()

    def forget(self) -> None:
        """Know nothing of the terminal any more: all that is wanted next is sent."""
        self._shown: list[ShownRow] = [[None] * self._columns for _ in range(self._rows)]
        self._placed: tuple[int, int] | None = None

    def take_over(self, screen: str) -> None:
        """Take what was painted before as what the terminal shows."""
        self._feed(screen)
        self._shown = [list(row) for row in self._want]
        self._dirty = set()

    def cells(self) -> list[list[Cell]]:
        """Return a copy of what is wanted."""
        return [list(row) for row in self._want]

    def write(self, text: str) -> str:
        """Take a piece of Textual's stream; return what is to be sent, which may be nothing."""
        out: list[str] = []
        self._rest = self._feed(self._rest + text, out)
        if not self._is_updating:
            out.append(self._paint())
        return "".join(out)

    def _feed(self, text: str, out: list[str] | None = None) -> str:
        """Carry out every whole token on `want`; return the unfinished sequence at the end."""
        sent = [] if out is None else out
        in_frame = _draws(text)
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                if len(text) - at <= MAX_PARTIAL_CHARS and PARTIAL.match(text, at):
                    return text[at:]
                self.refused += 1
                at += 1  # an ESC that begins nothing
                continue
            at = found.end()
            self._token(found, sent, in_frame=in_frame)
        return ""

    def _token(self, found: re.Match[str], out: list[str], *, in_frame: bool) -> None:
        text = found[0]
        match found.lastgroup:
            case "run":
                cells, self._sgr, self._link = parse(text, self._sgr, self._link)
                self._put(cells)
            case "cup":
                y, _, x = found["cup"].partition(";")
                self._y, self._x = max(1, int(y or 1)) - 1, max(1, int(x or 1)) - 1
            case "sync":
                self._is_updating = found["sync"] == "h"
                if not self._is_updating:
                    out.append(self._paint())
            case "csi" if forward := _FORWARD.fullmatch(text):  # the early paint has it
                self._x += int(forward[1] or 1)
            case "c0" if text in "\r\n":
                self._x, self._y = 0, self._y + (text == "\n")
            case _ if in_frame:
                self.refused += 1
            case _:
                self._program(found, out)

    def _program(self, found: re.Match[str], out: list[str]) -> None:
        """Pass on what the program itself asked of the terminal, outside of any frame."""
        text = found[0]
        is_clip = found.lastgroup == "screen"
        is_known = is_clip or text == "\a" or HARMLESS.match(text) or _ALLOWED_OSC.match(text)
        if found.lastgroup in ("c0", "osc", "dcs") and not is_known:
            self.refused += 1
            return
        if not is_known:
            out.append(self._paint())
        out.append(_REWRITTEN.get(text, text))
        if not is_known or text.startswith("\x1b[?1049"):
            self.forget()

    def _put(self, cells: tuple[Cell, ...]) -> None:
        x, y = self._x, self._y
        self._x += len(cells)
        cells = cells[: max(0, self._columns - x)]
        if y >= self._rows or not cells:
            return
        row, end = self._want[y], x + len(cells)
        if x and row[x][0] == "":  # half of a wide cluster is overwritten: the other half goes
            row[x - 1] = (" ", blank_style(row[x - 1][1]))
        row[x:end] = cells
        if end < self._columns and row[end][0] == "":
            row[end] = (" ", blank_style(row[end][1]))
        self._dirty.add(y)

    def _paint(self) -> str:
        """Return the difference between `want` and `shown`, which are then the same."""
        rows = [y for y in sorted(self._dirty) if self._want[y] != self._shown[y]]
        self._dirty = set()
        moved, touched = scroll(self._want, self._shown, rows, can_flicker=self.has_sync)
        painter = RowPainter(self._terminal)
        painter.out.append(moved)
        for y in sorted({*rows, *touched}):
            if self._want[y] != self._shown[y]:
                painter.row(y, self._want[y], self._shown[y])
                self._shown[y] = list(self._want[y])
        text = painter.finish() + self._cursor(is_drawn=bool(rows))
        if self.has_sync and (moved or len(text) > _ENOUGH_FOR_SYNC):
            return f"\x1b[?2026h{text}\x1b[?2026l"
        return text

    def _cursor(self, *, is_drawn: bool) -> str:
        """Put the hidden cursor where Textual has it: input methods draw there."""
        place = (min(self._y, self._rows - 1), min(self._x, self._columns - 1))
        if not is_drawn and self._placed in (place, None):
            return ""  # None: nothing is drawn yet, or the terminal is the shell's again
        self._placed = place
        return f"\x1b[{place[0] + 1};{place[1] + 1}H" if place != (0, 0) else "\x1b[H"


def _draws(text: str) -> bool:
    """Whether a write draws cells: then nothing but cells may be in it."""
    return any(found.lastgroup in ("run", "cup") for found in TOKEN.finditer(text))
