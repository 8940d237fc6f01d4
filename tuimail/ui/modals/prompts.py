"""Short questions: yes or no, a text, a password."""

from collections.abc import Callable, Sequence

from tuimail.model.cells import width_of
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .line_edit import LineEdit
from .modal import Line, Modal, line_of, wrapped

_MIN_INPUT_CELLS = 16
_YES = Safe("y")
_NO = Safe("n")


class Confirm(Modal[bool]):
    """A yes or a no. Enter is neither: nothing is agreed to by accident."""

    def __init__(self, question: Safe) -> None:
        super().__init__()
        self._question = question

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the question, and the two keys on its last line."""
        keys = [
            (Safe(" "), StyleRole.MODAL),
            (_YES, StyleRole.MODAL_KEY),
            (Safe(" yes   "), StyleRole.MODAL),
            (_NO, StyleRole.MODAL_KEY),
            (Safe(" no"), StyleRole.MODAL),
        ]
        said = wrapped(self._question, width - 2)[: max(0, height - 1)]
        lines = [
            line_of([(Safe(" "), StyleRole.MODAL), (text, StyleRole.MODAL_TITLE)], width)
            for text in said
        ]
        return [*lines, line_of(keys, width)]

    def press(self, key: str, character: str) -> None:
        """Take y, n or Esc."""
        if character in ("y", "Y"):
            self.finish(True)
        elif character in ("n", "N") or key == "Esc":
            self.finish(False)


class AskText(Modal[str]):
    """A line of text; Tab completes where there is something to complete from."""

    is_masked = False

    def __init__(
        self,
        title: Safe,
        initial: str = "",
        complete: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._edit = LineEdit(initial)
        self._complete = complete
        self._offered: list[str] = []
        """What Tab goes round; the text that was typed is the last."""
        self._at = 0

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the title and what is typed, on one line where both have room.

        Above them stands what Tab goes round, where there are several.
        """
        offers = [_offers(self._offered[:-1], self._at, width)] if self._offered else []
        return [*offers, *self._typed(width)][-max(1, height) :]

    def _typed(self, width: int) -> list[Line]:
        label = [(Safe(" "), StyleRole.MODAL), (self._title, StyleRole.MODAL_TITLE)]
        room = width - width_of(self._title) - 4
        if room >= _MIN_INPUT_CELLS:
            typed = self._edit.pieces(room, is_masked=self.is_masked)
            return [line_of([*label, (Safe(": "), StyleRole.MODAL), *typed], width)]
        typed = self._edit.pieces(width - 2, is_masked=self.is_masked)
        return [line_of(label, width), line_of([(Safe(" "), StyleRole.MODAL), *typed], width)]

    def press(self, key: str, character: str) -> None:
        """Take Enter, Esc, Tab, editing keys and text."""
        if key == "Enter":
            self.finish(str(self._edit.text))
        elif key in ("Esc", "ctrl+c", "ctrl+g"):
            self.leave()
        elif key == "Tab":
            self._next_completion()
        else:
            self._offered = []
            self._edit.press(key, character)

    def paste(self, text: str) -> None:
        """Insert it."""
        self._edit.insert(text)

    def _next_completion(self) -> None:
        """Go round all completions of what was typed, the typed text last."""
        if not self._offered and self._complete is not None:
            typed = str(self._edit.text)
            found = [text for text in self._complete(typed) if text != typed]
            if len(found) == 1:
                self._edit.put(found[0])  # the next Tab goes on from there, into a folder
                return
            self._offered, self._at = [*found, typed] if found else [], -1
        if self._offered:
            self._at = (self._at + 1) % len(self._offered)
            self._edit.put(self._offered[self._at])


def _offers(texts: Sequence[str], chosen: int, width: int) -> Line:
    """Return a line of what may come, names alone, the chosen one among them in sight."""
    names = [Safe(f" {safe_line(text[text.rstrip('/').rfind('/') + 1 :])} ") for text in texts]
    first = 0
    while first < chosen < len(names) and sum(map(width_of, names[first : chosen + 1])) > width:
        first += 1
    pieces = [
        (name, StyleRole.MODAL_CURSOR if n == chosen else StyleRole.MODAL_DIM)
        for n, name in enumerate(names[first:], first)
    ]
    return line_of(pieces, width)


class AskSecret(AskText):
    """A password: masked, never completed, never kept in a history."""

    is_masked = True

    def __init__(self, title: Safe) -> None:
        super().__init__(title)
