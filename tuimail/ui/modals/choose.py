"""Choosing one of a list: type to narrow it, arrows to go to one, Enter to take it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from tuimail.model.cells import cut, width_of
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

from .line_edit import LineEdit
from .modal import Answer, Line, Modal, line_of

Value = TypeVar("Value")

MAX_LIST_ROWS = 12
ENTER = "Enter"
_MOVES = {"Up": -1, "ctrl+p": -1, "shift+Tab": -1, "Down": 1, "ctrl+n": 1, "Tab": 1}


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """One thing to choose."""

    value: Value
    text: Safe
    detail: Safe = Safe("")  # noqa: RUF009  a Safe is an immutable str
    """On the right, quieter."""


class Entry(NamedTuple):
    """One line of a list."""

    text: Safe
    after: Safe = Safe("")
    """Behind the text, quieter."""
    right: Safe = Safe("")
    """At the right edge, quieter."""


class Narrowing(Modal[Answer]):
    """A list narrowed by typing; subclasses say what is in it."""

    def __init__(self, title: Safe) -> None:
        super().__init__()
        self._title = title
        self._edit = LineEdit()
        self._cursor = 0
        self._top = 0
        self._page = MAX_LIST_ROWS

    def entries(self) -> Sequence[Entry]:
        """Return what is in the list now."""
        raise NotImplementedError

    def narrow(self, typed: str) -> None:
        """Leave in the list what fits to the text."""
        raise NotImplementedError

    def take(self, index: int) -> None:
        """End with an entry of the list."""
        raise NotImplementedError

    def rows_wanted(self) -> int:
        """Return how many rows the whole list takes, so that narrowing does not move it."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the line typed in and the list below it."""
        self._page = max(1, min(self.rows_wanted(), MAX_LIST_ROWS, height - 1))
        self._top = max(self._cursor - self._page + 1, min(self._top, self._cursor))
        entries = self.entries()
        shown = entries[self._top : self._top + self._page]
        rows = [
            _entry_line(entry, width, is_chosen=self._top + n == self._cursor)
            for n, entry in enumerate(shown)
        ]
        if not entries:
            rows.append(line_of([(Safe("   nothing fits"), StyleRole.MODAL_DIM)], width))
        rows += [line_of([], width) for _ in range(self._page - len(rows))]
        return [self._head(len(entries), width), *rows[: self._page]]

    def _head(self, count: int, width: int) -> Line:
        title = cut(self._title, max(8, width // 2))
        place = Safe(f"{min(self._cursor + 1, count)}/{count} ")
        room = max(1, width - width_of(title) - 4 - width_of(place))
        return line_of(
            [
                (Safe(" "), StyleRole.MODAL),
                (title, StyleRole.MODAL_TITLE),
                (Safe("  "), StyleRole.MODAL),
                *self._edit.pieces(room),
                (Safe(" "), StyleRole.MODAL),
                (place, StyleRole.MODAL_DIM),
            ],
            width,
        )

    def press(self, key: str, character: str) -> None:
        """Take Enter, Esc, moves, editing keys and text."""
        if key in ("Esc", "ctrl+c", "ctrl+g"):
            self.leave()
        elif key == ENTER:
            if self.entries():
                self.take(self._cursor)
        elif key in _MOVES:
            self._move(_MOVES[key])
        elif key in ("PgUp", "PgDn"):
            self._move(self._page if key == "PgDn" else -self._page)
        elif self._edit.press(key, character):
            self._narrowed()

    def paste(self, text: str) -> None:
        """Narrow by it."""
        self._edit.insert(text)
        self._narrowed()

    def _narrowed(self) -> None:
        self._cursor = self._top = 0
        self.narrow(self._edit.text)

    def _move(self, by: int) -> None:
        self._cursor = max(0, min(len(self.entries()) - 1, self._cursor + by))


class Choose(Narrowing[Value]):
    """One of several values."""

    def __init__(self, title: Safe, choices: Sequence[Choice[Value]], *, also: str = "") -> None:
        """`also` names a key that takes a value as Enter does; the title says what it does."""
        super().__init__(title)
        self._all = choices
        self._fitting = list(choices)
        self._also = also
        self.ended_by = ENTER
        """Enter, or the other key."""

    def press(self, key: str, character: str) -> None:
        """Take the other key that ends it, or what every list takes."""
        if key == self._also and self._fitting:
            self.ended_by = key
            self.take(self._cursor)
        else:
            super().press(key, character)

    def entries(self) -> Sequence[Entry]:
        """Return the choices that fit."""
        return [Entry(choice.text, right=choice.detail) for choice in self._fitting]

    def narrow(self, typed: str) -> None:
        """Keep choices with every word typed; those that begin with the text come first."""
        words = typed.casefold().split()
        fitting = [c for c in self._all if _has_all(c, words)]
        start = typed.casefold().strip()
        self._fitting = sorted(fitting, key=lambda c: not _begins(c, start))

    def take(self, index: int) -> None:
        """End with a choice."""
        self.finish(self._fitting[index].value)

    def rows_wanted(self) -> int:
        """Return how many choices there are."""
        return len(self._all)


class ChooseOrType(Choose[Value]):
    """One of several values, or one that is typed."""

    def __init__(
        self,
        title: Safe,
        choices: Sequence[Choice[Value]],
        of_typed: Callable[[str], Choice[Value] | None],
    ) -> None:
        """`of_typed` says what a text stands for, if it stands for anything."""
        super().__init__(title, choices)
        self._of_typed = of_typed

    def narrow(self, typed: str) -> None:
        """Keep what fits; what the text stands for comes first."""
        super().narrow(typed)
        meant = self._of_typed(typed) if typed.strip() else None
        if meant is not None:
            others = [choice for choice in self._fitting if choice.value != meant.value]
            self._fitting = [meant, *others]


class Trying(Choose[Value]):
    """One of several values, each of which is tried as soon as it is reached."""

    def __init__(
        self,
        title: Safe,
        choices: Sequence[Choice[Value]],
        at: int,
        attempt: Callable[[Value], Safe],
    ) -> None:
        """`at` is where the cursor begins; `attempt` returns what is wrong with a value, or ""."""
        super().__init__(title, choices)
        self._cursor = at
        self._attempt = attempt
        self._reached = choices[at].value
        self._problem = Safe("")

    def entries(self) -> Sequence[Entry]:
        """Return the choices that fit; what is wrong with the one reached stands beside it."""
        found = list(super().entries())
        if self._problem and found:
            found[self._cursor] = found[self._cursor]._replace(right=self._problem)
        return found

    def press(self, key: str, character: str) -> None:
        """Take a key, and try what it leads to."""
        super().press(key, character)
        self._try()

    def paste(self, text: str) -> None:
        """Narrow by it, and try what is left."""
        super().paste(text)
        self._try()

    def _try(self) -> None:
        if self.is_over or not self._fitting:
            return
        value = self._fitting[self._cursor].value
        if value != self._reached:
            self._reached, self._problem = value, self._attempt(value)


def _has_all(choice: Choice[Value], words: Sequence[str]) -> bool:
    text = f"{choice.text} {choice.detail}".casefold()
    return all(word in text for word in words)


def _begins(choice: Choice[Value], start: str) -> bool:
    return choice.text.casefold().strip().startswith(start)


def _entry_line(entry: Entry, width: int, *, is_chosen: bool) -> Line:
    role = StyleRole.MODAL_CURSOR if is_chosen else StyleRole.MODAL
    quiet = StyleRole.MODAL_CURSOR if is_chosen else StyleRole.MODAL_DIM
    free = width - 6 - width_of(entry.text)  # what is chosen goes before what is said of it
    right = cut(entry.right, min(width // 2, max(width // 4, free)))
    room = max(1, width - width_of(right) - 6)
    text = cut(entry.text, room)
    after = cut(entry.after, max(0, room - width_of(text) - 2))
    gap = max(1, width - 6 - width_of(text) - width_of(after) - width_of(right))
    pieces = [
        (Safe("   "), role),
        (text, role),
        (Safe("  "), role),
        (after, quiet),
        (Safe(" " * gap), role),
        (right, quiet),
    ]
    return line_of(pieces, width, role)
