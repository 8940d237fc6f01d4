"""Help: what can be done here and its keys, made from the registry and the keymap."""

from collections.abc import Sequence

from tuimail.model.cells import cut, fit_cut
from tuimail.model.safe import Safe, ours
from tuimail.ui.actions import Context, Registry
from tuimail.ui.hints import HelpRow, help_rows
from tuimail.ui.keys import Keymap
from tuimail.ui.roles import StyleRole

from .line_edit import LineEdit
from .modal import Line, Modal, line_of, title_line

_KEY_CELLS = 16
_NAME_CELLS = 22
_HOW = ours("/ search  Enter do it  Esc close ")
_EMPTY = HelpRow(ours(""), ours(""), ours(""), "")
_STEPS = {"j": 1, "Down": 1, "ctrl+n": 1, "k": -1, "Up": -1, "ctrl+p": -1}


class Help(Modal[str]):
    """Ends with the id of an action to invoke, or with nothing."""

    def __init__(self, registry: Registry, keymap: Keymap, context: Context) -> None:
        super().__init__()
        self._title = ours(f"Keys in {context.value}")
        self._all = _spaced(help_rows(registry, keymap, context))
        self._rows = list(self._all)
        self._search: LineEdit | None = None
        self._is_typing = False
        self._cursor = self._top = 0
        self._page = 10
        self._step(0)

    def lines(self, width: int, height: int) -> list[Line]:
        """Return a title and as much of the table as fits."""
        self._page = max(1, height - 1)
        self._top = max(self._cursor - self._page + 1, min(self._top, self._cursor))
        if self._cursor == self._first:
            self._top = 0  # the first heading comes into sight again
        shown = self._rows[self._top : self._top + self._page]
        rows = [
            _row_line(row, width, is_chosen=self._top + n == self._cursor)
            for n, row in enumerate(shown)
        ]
        rows += [line_of([], width) for _ in range(self._page - len(rows))]
        return [self._head(width), *rows]

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
        """Move the cursor; it stands on actions, never on a heading."""
        last = len(self._rows) - 1
        at = max(0, min(last, self._cursor + by))
        down = 1 if by >= 0 or at <= self._first else -1
        while 0 <= at <= last and not self._rows[at].action_id:
            at += down
        self._cursor = at

    @property
    def _first(self) -> int:
        """The first row that can be done; 0 where there is none."""
        return next((n for n, row in enumerate(self._rows) if row.action_id), 0)

    def _find(self, text: str) -> None:
        words = text.casefold().split()
        self._rows = [row for row in self._all if _fits(row, words)] if words else list(self._all)
        self._cursor = self._top = 0
        self._step(0)


def _spaced(rows: Sequence[HelpRow]) -> list[HelpRow]:
    """Put an empty row above each heading."""
    spaced: list[HelpRow] = []
    for row in rows:
        if not row.action_id:
            spaced.append(_EMPTY)
        spaced.append(row)
    return spaced


def _fits(row: HelpRow, words: list[str]) -> bool:
    if not row.action_id:
        return False
    text = f"{row.keys} {row.name} {row.sentence} {row.action_id}".casefold()
    return all(word in text for word in words)


def _row_line(row: HelpRow, width: int, *, is_chosen: bool) -> Line:
    if not row.action_id:
        return line_of([(Safe(" "), StyleRole.MODAL), (row.name, StyleRole.MODAL_TITLE)], width)
    roles = (StyleRole.MODAL_KEY, StyleRole.MODAL, StyleRole.MODAL_DIM)
    key, name, rest = (StyleRole.MODAL_CURSOR,) * 3 if is_chosen else roles
    room = max(0, width - _KEY_CELLS - _NAME_CELLS - 5)
    pieces = [
        (Safe("   "), name),
        (fit_cut(row.keys, _KEY_CELLS), key),
        (Safe(" "), name),
        (fit_cut(row.name, _NAME_CELLS), name),
        (Safe(" "), name),
        (cut(row.sentence, room), rest),
    ]
    return line_of(pieces, width, name)
