"""The files of a mail: what each truly is, and keys that do something with the one chosen."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from tuimail.model.cells import fit_cut, fit_right, width_of
from tuimail.model.file_kind import RUNS, AttachedFile
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.dates import size_words
from tuimail.ui.roles import StyleRole

from .modal import Line, Modal, line_of

MAX_ROWS: Final = 12
_SIZE_CELLS: Final = 7
_NAME_CELLS: Final = 20
_NUMBER_CELLS: Final = 4
_MOVES: Final = {
    **dict.fromkeys(("j", "Down", "ctrl+n", "Tab"), 1),
    **dict.fromkeys(("k", "Up", "ctrl+p", "shift+Tab"), -1),
    "PgDn": MAX_ROWS,
    "PgUp": -MAX_ROWS,
}
_LEAVES: Final = frozenset({"Esc", "ctrl+c", "ctrl+g", "q"})


class Verb(StrEnum):
    """What can be done with a file."""

    LOOK = "looks"
    SAVE = "saves"
    SAVE_ALL = "all"
    OPEN = "opens"
    PIPE = "pipes"
    DRAW = "draws"


_SHOWN_KEYS: Final = {
    "Enter": Verb.LOOK,
    "s": Verb.SAVE,
    "a": Verb.SAVE_ALL,
    "o": Verb.OPEN,
    "|": Verb.PIPE,
    "i": Verb.DRAW,
}
KEYS: Final = _SHOWN_KEYS | {"l": Verb.LOOK, "Space": Verb.LOOK, "S": Verb.SAVE_ALL}


class Picked(NamedTuple):
    """What is to be done, and with which file of the list (from 0)."""

    verb: Verb
    at: int


class FileList(Modal[Picked]):
    """Ends with a file and what is to be done with it."""

    def __init__(self, files: Sequence[AttachedFile]) -> None:
        super().__init__()
        self._files = files
        self._cursor = self._top = 0

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the keys, and a row for each file that has room."""
        page = max(1, min(len(self._files), MAX_ROWS, height - 1))
        self._top = max(self._cursor - page + 1, min(self._top, self._cursor))
        shown = self._files[self._top : self._top + page]
        rows = [self._row(n, file, width) for n, file in enumerate(shown, self._top)]
        return [self._head(width), *rows]

    def press(self, key: str, character: str) -> None:
        """Take a move, a key that does something, or Esc."""
        pressed = character if character in KEYS else key
        if key in _LEAVES or character in _LEAVES:
            self.leave()
        elif pressed in KEYS:
            self.finish(Picked(KEYS[pressed], self._cursor))
        elif key in _MOVES or character in _MOVES:
            self._go(self._cursor + _MOVES.get(key, _MOVES.get(character, 0)))
        elif key in ("Home", "g") or character == "g":
            self._go(0)
        elif key == "End" or character == "G":
            self._go(len(self._files) - 1)
        elif character.isdigit() and character.isascii() and character != "0":
            self._go(int(character) - 1)

    def _kind_cells(self, width: int) -> int:
        """Return how wide what the files are is drawn: a name keeps some room."""
        longest = max(width_of(_words(file)) for file in self._files)
        room = width - _NUMBER_CELLS - _SIZE_CELLS - 7
        return max(0, min(longest, max(room - _NAME_CELLS, room // 2)))

    def _go(self, index: int) -> None:
        self._cursor = max(0, min(len(self._files) - 1, index))

    def _head(self, width: int) -> Line:
        count = len(self._files)
        title = Safe(f"{count} files" if count > 1 else "1 file")
        pieces = [(Safe(" "), StyleRole.MODAL), (title, StyleRole.MODAL_TITLE)]
        for key, verb in _SHOWN_KEYS.items():
            pieces += [
                (Safe("   "), StyleRole.MODAL),
                (Safe(key), StyleRole.MODAL_KEY),
                (Safe(f" {verb}"), StyleRole.MODAL_DIM),
            ]
        return line_of(pieces, width)

    def _row(self, index: int, file: AttachedFile, width: int) -> Line:
        is_chosen = index == self._cursor
        role = StyleRole.MODAL_CURSOR if is_chosen else StyleRole.MODAL
        quiet = StyleRole.MODAL_CURSOR if is_chosen else StyleRole.MODAL_DIM
        alarm = bool(file.warning) or file.kind.group in RUNS
        words = _what_it_is(file, self._kind_cells(width))
        left = max(1, width - _NUMBER_CELLS - _SIZE_CELLS - width_of(words) - 7)
        return line_of(
            [
                (fit_right(f"{index + 1}", _NUMBER_CELLS), quiet),
                (Safe("  "), role),
                (fit_cut(file.name, left), role),
                (Safe("  "), role),
                (words, StyleRole.ERROR if alarm and not is_chosen else quiet),
                (fit_right(size_words(file.part.size_bytes), _SIZE_CELLS + 2), quiet),
                (Safe(" "), role),
            ],
            width,
            role,
        )


def _what_it_is(file: AttachedFile, cells: int) -> Safe:
    """Return what it is, without what its sender calls it where there is no room for that."""
    words = _words(file)
    if not file.warning and width_of(words) > cells:
        words = file.kind.words
    return fit_cut(words, cells)


def _words(file: AttachedFile) -> Safe:
    stated = file.part.content_type
    if file.warning:
        return Safe(f"! {file.warning}")
    if stated == file.kind.content_type:
        return file.kind.words
    return Safe(f"{file.kind.words} ({safe_line(stated, 80)})")
