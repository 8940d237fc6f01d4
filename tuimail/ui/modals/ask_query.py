"""A search being typed, with a caret where it cannot be understood."""

from collections.abc import Callable

from tuimail.errors import QueryError
from tuimail.model.cells import width_of
from tuimail.model.safe import Safe
from tuimail.ui.render.search import error_line

from .modal import Line, line_of
from .prompts import AskText


class AskQuery(AskText):
    """Words of the search bar; Enter ends it only once they can be used."""

    def __init__(self, title: Safe, initial: str, check: Callable[[str], None]) -> None:
        """`check` raises QueryError where the text will not do."""
        super().__init__(title, initial)
        self._indent, self._check = width_of(title) + 3, check
        self._error: QueryError | None = None

    def lines(self, width: int, height: int) -> list[Line]:
        """Return what is typed, and below it where it fails."""
        typed = super().lines(width, max(1, height - 1))
        if self._error is None or height < 2:
            return typed
        indent = self._indent if len(typed) == 1 else 1
        return [*typed, line_of(error_line(self._error, indent, width), width)]

    def press(self, key: str, character: str) -> None:
        """Take Enter where the text will do; all else as any text."""
        self._error = None
        if key == "Enter":
            try:
                self._check(str(self._edit.text))
            except QueryError as error:
                self._error = error
                return
        super().press(key, character)
