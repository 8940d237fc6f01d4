"""Help: what can be done here and its keys, and what differs from the program they are from."""

from collections.abc import Sequence

from tuimail.model.safe import ours
from tuimail.ui.actions import Context, Registry
from tuimail.ui.hints import HelpRow, difference_rows, help_rows
from tuimail.ui.keys import Keymap
from tuimail.ui.roles import StyleRole

from .help_table import row_lines
from .line_edit import LineEdit
from .modal import Line, Modal, line_of, title_line

_HOW = ours("/ search  Enter do it  Esc close ")
_EMPTY = HelpRow(ours(""), ours(""), ours(""), "")
_STEPS = {"j": 1, "Down": 1, "ctrl+n": 1, "k": -1, "Up": -1, "ctrl+p": -1}


class Help(Modal[str]):
    """Ends with the id of an action to invoke, or with nothing."""

    def __init__(self, registry: Registry, keymap: Keymap, context: Context) -> None:
        super().__init__()
        self._title = ours(f"Keys in {context.value}")
        rows = [*help_rows(registry, keymap, context), *difference_rows(keymap)]
        self._all = _spaced(rows)
        self._rows = list(self._all)
        self._search: LineEdit | None = None
        self._is_typing = False
        self._cursor = self._top = 0
        self._page = 10
        self._step(0)

    def lines(self, width: int, height: int) -> list[Line]:
        """Return a title and as much of the table as fits."""
        self._page = max(1, height - 1)
        self._top = min(self._top, self._cursor)
        if self._cursor == self._first:
            self._top = 0  # the first heading comes into sight again
        drawn = self._drawn(width, self._top, self._cursor + 1)
        while self._top < self._cursor and sum(map(len, drawn)) > self._page:
            drawn.pop(0)
            self._top += 1
        below = self._drawn(width, self._cursor + 1, self._top + self._page)
        lines = [line for rows in (*drawn, *below) for line in rows][: self._page]
        lines += [line_of([], width) for _ in range(self._page - len(lines))]
        return [self._head(width), *lines]

    def _drawn(self, width: int, start: int, end: int) -> list[list[Line]]:
        """Return the lines of each of some rows."""
        return [
            row_lines(row, width, is_chosen=start + n == self._cursor)
            for n, row in enumerate(self._rows[start:end])
        ]

    def _head(self, width: int) -> Line:
        if self._search is None:
            return title_line(self._title, _HOW, width)
        slash = (ours(" /"), StyleRole.MODAL_TITLE)
        return line_of([slash, *self._search.pieces(width - 3)], width)

    def press(self, key: str, character: str) -> None:
        """Take moves, / and what is searched, Enter and Esc."""
        if key == "Enter":
            self._enter()
        elif key == "Esc" and self._search is not None:
            self._find("")
            self._search, self._is_typing = None, False
        elif self._search is not None and self._is_typing and key not in ("Up", "Down"):
            self._search.press(key, character)
            self._find(self._search.text)
        elif key in ("Esc", "q", "?", "F1", "ctrl+c", "ctrl+g"):
            self.leave()
        elif key == "/":
            self._search, self._is_typing = LineEdit(), True
        else:
            self._move(key)

    def _enter(self) -> None:
        if self._is_typing:
            self._is_typing = False
        elif self._rows and self._rows[self._cursor].action_id:
            self.finish(self._rows[self._cursor].action_id)

    def _move(self, key: str) -> None:
        pages = {"PgDn": 1, "Space": 1, "ctrl+f": 1, "PgUp": -1, "-": -1}
        if key in _STEPS:
            self._step(_STEPS[key])
        elif key in pages:
            self._step(pages[key] * self._page)
        elif key in ("g", "Home"):
            self._step(-len(self._rows))
        elif key in ("G", "End"):
            self._step(len(self._rows))

    def _step(self, by: int) -> None:
        """Move the cursor; it never stands on a heading."""
        last = len(self._rows) - 1
        at = max(0, min(last, self._cursor + by))
        down = 1 if by >= 0 or at <= self._first else -1
        while 0 <= at <= last and self._rows[at].is_heading:
            at += down
        self._cursor = at

    @property
    def _first(self) -> int:
        """The first row that is no heading; 0 where there is none."""
        return next((n for n, row in enumerate(self._rows) if not row.is_heading), 0)

    def _find(self, text: str) -> None:
        words = text.casefold().split()
        self._rows = [row for row in self._all if _fits(row, words)] if words else list(self._all)
        self._cursor = self._top = 0
        self._step(0)


def _spaced(rows: Sequence[HelpRow]) -> list[HelpRow]:
    """Put an empty row above each heading."""
    spaced: list[HelpRow] = []
    for row in rows:
        if row.is_heading:
            spaced.append(_EMPTY)
        spaced.append(row)
    return spaced


def _fits(row: HelpRow, words: list[str]) -> bool:
    if row.is_heading:
        return False
    text = f"{row.keys} {row.name} {row.sentence} {row.action_id}".casefold()
    return all(word in text for word in words)
