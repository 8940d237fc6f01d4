"""Asking for one key: whatever character is typed is the answer."""

from collections.abc import Sequence

from tuimail.model.safe import Safe

from .modal import Line, Modal
from .which_key import which_key_lines


class AskKey(Modal[str]):
    """Ends with a character; shows what the known ones stand for."""

    def __init__(self, title: Safe, known: Sequence[tuple[Safe, Safe]]) -> None:
        super().__init__()
        self._title, self._known = title, known

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the title and as many of the known keys as fit."""
        return which_key_lines(self._title, self._known, width)[: max(1, height)]

    def press(self, key: str, character: str) -> None:
        """Take a character, or Esc."""
        if key in ("Esc", "ctrl+c", "ctrl+g"):
            self.leave()
        elif len(character) == 1 and character.isprintable() and character != " ":
            self.finish(character)
