"""A terminal's screen as cells: Textual's stream comes in, what is to be sent goes out. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from .ascii import text_in_ascii
from .output_cells import (
    BLANK,
    HARMLESS,
    PARTIAL,
    TOKEN,
    Cell,
    blank_style,
    change,
    parse,
)
from .output_limits import as_shown
from .output_paint import paint, pieces_of, scroll
from .output_pieces import Row, ShownRow, Terminal, risk
from .picture_sequence import is_picture

MAX_PARTIAL_CHARS: Final = 65_536
"""An unfinished sequence longer than this is no sequence."""
_ENOUGH_FOR_SYNC: Final = 512
"""A shorter frame arrives in one piece anyway."""
_REWRITTEN: Final = {"\x1b[?1003h": "\x1b[?1002h", "\x1b[?1003l": "\x1b[?1002l"}
"""No report for each motion of the mouse: over SSH each would be a packet."""
_EARLY: Final = re.compile(r"\x1b\[(\d{0,4})([CGKXb])")
"""What the early paint has beside cells and places."""
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
        self._is_early = False
        """The early paint is being read."""
        self._pen = ""
        """The style that is on."""
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
        self._is_unknown = True
        self._placed: tuple[int, int] | None = None

    def take_over(self, screen: str) -> None:
        """Take what was painted before as what the terminal shows.

        Behind a cluster of uncertain width that is not known: it was painted as it came.
        """
        self._is_early = True
        self._feed(screen)
        self._is_early = False
        self._shown = [[*row[: (x := risk(row))], *[None] * (len(row) - x)] for row in self._want]
        self._is_unknown = False
        self._pen = self._sgr
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

    def picture(self, sequence: str, row: int) -> str:
        """Return what draws a picture from the left of a row on; nothing for any other sequence.

        This is the one way out for graphics: in what `write` is given they are refused. The cells
        below are not known to be covered: whoever takes the picture away says `forget`.
        """
        if not is_picture(sequence):
            self.refused += 1
            return ""
        return f"\x1b7\x1b[m\x1b[{row + 1};1H{sequence}\x1b8"

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
                self._put(as_shown(cells, self._terminal))
            case "cup":
                y, _, x = found["cup"].partition(";")
                self._y, self._x = max(1, int(y or 1)) - 1, max(1, int(x or 1)) - 1
            case "sync":
                self._is_updating = found["sync"] == "h"
                if not self._is_updating:
                    out.append(self._paint())
            case "csi" if self._is_early and (early := _EARLY.fullmatch(text)):
                self._early(int(early[1] or 1), early[2])
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
        if found.lastgroup in ("osc", "screen") and not self._terminal.takes_osc:
            return  # it would stand there as text
        changes_screen = not is_known or text.startswith("\x1b[?1049")
        if not is_known:
            out.append(self._paint())
        if changes_screen:
            out.append(change(self._pen, ""))
            self._pen = ""
        text = text if self._terminal.is_unicode else text_in_ascii(text)
        out.append(_REWRITTEN.get(text, text))
        if changes_screen:
            self.forget()

    def _early(self, count: int, kind: str) -> None:
        """Carry out what the early paint has beside cells and places."""
        x, blank = self._x, (" ", blank_style(self._sgr))
        match kind:
            case "C":
                self._x += count
            case "G":
                self._x = max(1, count) - 1
            case "b":
                self._put((self._want[self._y][x - 1],) * count)
            case _:
                self._put((blank,) * (count if kind == "X" else self._columns - x))
                self._x = x

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
        place = (min(self._y, self._rows - 1), min(self._x, self._columns - 1))
        if not rows:
            if self._placed in (place, None):  # None: nothing is drawn yet, or not by us
                return ""
            self._placed = place
            return paint((), self._pen, place)[0]
        start = "\x1b[m" if self._is_unknown else ""
        self._pen = "" if self._is_unknown else self._pen
        self._is_unknown = False
        moved, touched = self._scroll(rows)
        if moved:  # the lines that come in are blank in the style that is on
            moved, self._pen = f"{change(self._pen, '')}{moved}", ""
        changed = sorted({*rows, *touched})
        pieces = pieces_of(self._terminal, self._want, self._shown, changed)
        drawn, self._pen = paint(pieces, self._pen, place)
        for y in changed:
            self._shown[y] = list(self._want[y])
        self._placed = place
        text = f"{start}{moved}{drawn}"
        if self.has_sync and (moved or len(text) > _ENOUGH_FOR_SYNC):
            return f"\x1b[?2026h{text}\x1b[?2026l"
        return text

    def _scroll(self, rows: Sequence[int]) -> tuple[str, Iterable[int]]:
        if not self._terminal.can_scroll:
            return "", ()
        return scroll(self._want, self._shown, rows, can_flicker=self.has_sync)


def _draws(text: str) -> bool:
    """Whether a write draws cells: then nothing but cells may be in it."""
    return any(found.lastgroup in ("run", "cup") for found in TOKEN.finditer(text))
