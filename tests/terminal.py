"""A terminal that tests look at: bytes in, a pyte screen out.

pyte keeps the cells; the tokens are read here, because pyte's own parser knows neither REP nor
SU/SD nor private parameters, and the clusters are Rich's, so that emoji are as wide as Textual
thinks. `unexplained` says which sequences a program had no business to send.
"""

import re
from dataclasses import dataclass

import pyte
from pyte.screens import Char
from rich.cells import split_graphemes

_TOKEN = re.compile(
    rb"\x1b\[(?P<par>[0-?]*)(?P<mid>[ -/]*)(?P<csi>[@-~])"
    rb"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|\x1b(?P<dcs>[PX^_])[^\x1b]*\x1b\\"
    rb"|\x1b[ -/]*(?P<esc>[0-OQ-WYZ`-~\\=>])"
    rb"|(?P<c0>[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
_PARTIAL = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)\Z", re.DOTALL
)
_UNSURE = re.compile(rb"[\x80-\xff]+\Z")
"""The end of a piece of text that may be half a cluster: a read may cut one anywhere."""
_ALTERNATE = {47, 1047, 1049}
_MOVES = {"A": "cursor_up", "B": "cursor_down", "C": "cursor_forward", "D": "cursor_back"}
_EDITS = {
    "@": "insert_characters",
    "G": "cursor_to_column",
    "J": "erase_in_display",
    "K": "erase_in_line",
    "L": "insert_lines",
    "M": "delete_lines",
    "P": "delete_characters",
    "X": "erase_characters",
    "d": "cursor_to_line",
    "r": "set_margins",
}


class Terminal:
    """An emulated terminal; `dim` (SGR 2) is kept in the cell's blink flag."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._rest = b""
        self._last = " "
        self._unsure = b""
        self._was_at = (0, 0)
        self._was: dict[int, Char] = {}

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)

    def text(self) -> str:
        """Return the screen as lines without trailing blanks."""
        return "\n".join(self.line(y) for y in range(self.screen.lines))

    def line(self, y: int) -> str:
        cells = self.screen.buffer[y]
        return "".join(cells[x].data for x in range(self.screen.columns)).rstrip()

    def cells(self) -> list[list[tuple[str, ...]]]:
        """Return every cell as (cluster, *visible style), for comparing two screens."""
        return [
            [_seen(self.screen.buffer[y][x]) for x in range(self.screen.columns)]
            for y in range(self.screen.lines)
        ]

    def feed(self, data: bytes) -> None:
        data, at = self._rest + self._again() + data, 0
        while at < len(data):
            found = _TOKEN.match(data, at)
            if found is None:
                if _PARTIAL.match(data, at):
                    break
                at += 1
                continue
            at = found.end()
            self._token(found, is_last=at == len(data))
        self._rest = data[at:]

    def _token(self, found: re.Match[bytes], *, is_last: bool) -> None:
        if found["text"]:
            unsure = _UNSURE.search(found["text"]) if is_last else None
            self._draw(found["text"][: unsure.start() if unsure else None].decode(errors="replace"))
            if unsure:
                self._draw_for_now(unsure[0])
        elif found["csi"]:
            self._csi(found["par"].decode(), found["mid"].decode(), found["csi"].decode())
        elif found["c0"] == b"\r":
            self.screen.carriage_return()
        elif found["c0"] == b"\n":
            self.screen.linefeed()
        elif found["c0"] == b"\b":
            self.screen.backspace()
        elif found["c0"] == b"\t":
            self.screen.tab()
        elif found["esc"] == b"M":
            self.screen.reverse_index()

    def _draw_for_now(self, text: bytes) -> None:
        """Draw what the next read may change, and keep what was there."""
        cursor = self.screen.cursor
        self._unsure, self._was_at = text, (cursor.y, cursor.x)
        self._was = dict(self.screen.buffer[cursor.y])
        self._draw(text.decode(errors="ignore"))

    def _again(self) -> bytes:
        """Take back what was drawn for now; return it."""
        text, self._unsure = self._unsure, b""
        if text:
            y, self.screen.cursor.x = self._was_at
            self.screen.cursor.y = y
            self.screen.buffer[y].clear()
            self.screen.buffer[y].update(self._was)
        return text

    def _draw(self, text: str) -> None:
        for start, end, width in split_graphemes(text)[0]:
            cluster = text[start:end]
            if width:
                self._put(cluster, width)
                self._last = cluster
            elif self.screen.cursor.x:
                line, x = self.screen.buffer[self.screen.cursor.y], self.screen.cursor.x - 1
                x -= line[x].data == "" and x > 0
                line[x] = line[x]._replace(data=line[x].data + cluster)

    def _put(self, cluster: str, width: int) -> None:
        s = self.screen
        if s.cursor.x + width > s.columns:
            if pyte.modes.DECAWM in s.mode:
                s.carriage_return()
                s.linefeed()
            else:
                s.cursor.x = s.columns - width
        line, x = s.buffer[s.cursor.y], s.cursor.x
        if line[x].data == "" and x:  # the other half of a wide cluster goes
            line[x - 1] = line[x - 1]._replace(data=" ")
        line[x] = s.cursor.attrs._replace(data=cluster)
        if width == 2:
            line[x + 1] = s.cursor.attrs._replace(data="")
        after = x + width
        if after < s.columns and line[after].data == "":
            line[after] = line[after]._replace(data=" ")
        s.cursor.x = min(after, s.columns - (pyte.modes.DECAWM not in s.mode))

    def _csi(self, par: str, mid: str, final: str) -> None:
        s, is_private = self.screen, par.startswith("?")
        if mid or par.startswith(("<", "=", ">")):
            return
        numbers = [min(int(n or 0), 9_999) for n in re.split("[;:]", par.lstrip("?"))]
        first = numbers[0] or 1
        if final == "m":
            self._sgr(numbers if par else [0])
        elif final in "Hf":
            s.cursor_position(first, (numbers[1] if len(numbers) > 1 else 1) or 1)
        elif final == "b":
            for _ in range(first):
                self._put(self._last, 1)
        elif final in "ST":
            self._scroll(first if final == "S" else -first)
        elif final in "hl":
            self._mode(final, numbers, is_private=is_private)
        elif final in _MOVES:
            getattr(s, _MOVES[final])(first)
        elif final in _EDITS and not is_private:
            getattr(s, _EDITS[final])(*(numbers if par else ()))

    def _scroll(self, lines: int) -> None:
        s = self.screen
        top, bottom = s.margins or (0, s.lines - 1)
        x, y = s.cursor.x, s.cursor.y
        s.cursor.y = top
        amount = min(abs(lines), bottom - top + 1)
        (s.delete_lines if lines > 0 else s.insert_lines)(amount)
        s.cursor.x, s.cursor.y = x, y

    def _mode(self, final: str, numbers: list[int], *, is_private: bool) -> None:
        if is_private and _ALTERNATE & set(numbers):
            self.screen.erase_in_display(2)
        (self.screen.set_mode if final == "h" else self.screen.reset_mode)(
            *numbers, private=is_private
        )

    def _sgr(self, numbers: list[int]) -> None:
        """Set the style; 2 (dim) goes where pyte keeps blink, which nobody sends."""
        out: list[int] = []
        rest = list(numbers)
        while rest:
            number = rest.pop(0)
            if number in (38, 48):
                take = {5: 2, 2: 4}.get(rest[0] if rest else 0, 0)
                out += [number, *rest[:take]]
                del rest[:take]
            else:
                out += {2: [5], 5: [], 22: [22, 25]}.get(number, [number])
        self.screen.select_graphic_rendition(*out)


def _seen(cell: Char) -> tuple[str, ...]:
    """What a person sees of a cell: a blank shows its background and lines alone."""
    lines = f"{cell.underscore}{cell.strikethrough}{cell.reverse}"
    if cell.data == " " and lines == "FalseFalseFalse":
        return (" ", cell.bg)
    style = f"{cell.bold}{cell.blink}{cell.italics}"
    return (cell.data, cell.fg, cell.bg, lines, style)


@dataclass(frozen=True)
class Found:
    """A sequence a program sent and should not have."""

    name: str
    offset: int
    context: bytes


_PROGRAM_MODES = {7, 25, 1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2026, 2048}
_EXPLAINED = re.compile(
    rb"\x1b\[H\x1b\[2J"  # the early paint clears the screen it enters
    rb"|\x1b\[[\d;:]*m"  # styles
    rb"|\x1b\[\d*(?:;\d*)?H|\x1b\[\d*[CG]|\x1b\[\d*[KX]|\x1b\[\d*b"  # cells
    rb"|\x1b\[\d+;\d+r|\x1b\[r|\x1b\[\d+[ST]"  # a block scrolled
    rb"|\x1b\[\?(?P<mode>\d+)[hl]"
    rb"|\x1b\[\?2026\$p|\x1b\[\?2048\$p|\x1b\[>\d+u|\x1b\[<u"  # asked of the terminal at its start
    rb"|\x1b\]8;[^;\x07\x1b]*;(?:(?:https?://|mailto:)[!-~]+)?(?:\x07|\x1b\\)"
    rb"|\x1b\]22;[a-z-]*(?:\x07|\x1b\\)"  # shape of the mouse pointer
)
_SUSPECT = re.compile(
    rb"(?P<escape>\x1b)|(?P<C0>[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<C1>\xc2[\x80-\x9f])"
    rb"|(?P<bidi>\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c)"
    rb"|(?P<tag>\xf3\xa0[\x80\x81][\x80-\xbf])"
)


def unexplained(sent: bytes) -> list[Found]:
    """Return everything in a program's output that is neither text nor a sequence of its driver.

    Sequences the output layer legitimately sends are taken out first; what is left of control
    characters came from somewhere else, such as a mail.
    """

    def explained(found: re.Match[bytes]) -> bytes:
        if found["mode"] and int(found["mode"]) not in _PROGRAM_MODES:
            return found[0]
        return b" " * len(found[0])

    rest = _EXPLAINED.sub(explained, sent)
    return [
        Found(found.lastgroup or "", found.start(), sent[max(0, found.start() - 30) :][:80])
        for found in _SUSPECT.finditer(rest)
    ]
