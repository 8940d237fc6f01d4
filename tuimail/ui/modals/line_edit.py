"""One line of text being typed, with the editing keys of a shell. Pure."""

from tuimail.model.cells import width_of
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.rows import Piece
from tuimail.ui.roles import StyleRole

MAX_CHARS = 2_000
_MASK = "•"


class LineEdit:
    """The text and where the cursor is in it."""

    def __init__(self, text: str = "") -> None:
        self.text = safe_line(text, MAX_CHARS)
        self.cursor = len(self.text)

    def put(self, text: str) -> None:
        """Replace the whole text; the cursor goes to its end."""
        self.text = safe_line(text, MAX_CHARS)
        self.cursor = len(self.text)

    def insert(self, text: str) -> None:
        """Type or paste at the cursor; line breaks become blanks, control characters go."""
        added = safe_line(text, MAX_CHARS - len(self.text))
        self.text = Safe(self.text[: self.cursor] + added + self.text[self.cursor :])
        self.cursor += len(added)

    def press(self, key: str, character: str) -> bool:
        """Take a key; return whether it was an editing key or typed something."""
        edit = _KEYS.get(key)
        if edit is not None:
            edit(self)
            return True
        if len(character) == 1 and character.isprintable():
            self.insert(character)
            return True
        return False

    def pieces(self, width: int, *, is_masked: bool = False) -> list[Piece]:
        """Return the part around the cursor, exactly `width` cells, with the cursor drawn."""
        shown = _MASK * len(self.text) if is_masked else self.text
        before, at, after = shown[: self.cursor], shown[self.cursor :][:1] or " ", ""
        while before and width_of(before) + width_of(at) > width:
            before = before[1:]
        room = width - width_of(before) - width_of(at)
        for char in shown[self.cursor + 1 :]:
            if width_of(after + char) > room:
                break
            after += char
        after += " " * (room - width_of(after))
        return [
            (Safe(before), StyleRole.INPUT),
            (Safe(at), StyleRole.INPUT_CURSOR),
            (Safe(after), StyleRole.INPUT),
        ]

    def move_to(self, place: int) -> None:
        """Put the cursor before a character; beyond the ends, at them."""
        self.cursor = max(0, min(len(self.text), place))

    def delete(self, start: int, end: int) -> None:
        """Delete characters; the cursor goes where they were."""
        self.text = Safe(self.text[: max(0, start)] + self.text[end:])
        self.move_to(max(0, start))

    def word_left(self) -> int:
        """Return where the word before the cursor begins."""
        head = self.text[: self.cursor].rstrip()
        return len(head) - len(head.split(" ")[-1])

    def word_right(self) -> int:
        """Return where the word after the cursor ends."""
        rest = self.text[self.cursor :]
        blanks = len(rest) - len(rest.lstrip())
        word = rest.lstrip().split(" ")[0]
        return self.cursor + blanks + len(word)


_KEYS = {
    "Left": lambda e: e.move_to(e.cursor - 1),
    "ctrl+b": lambda e: e.move_to(e.cursor - 1),
    "Right": lambda e: e.move_to(e.cursor + 1),
    "ctrl+f": lambda e: e.move_to(e.cursor + 1),
    "Home": lambda e: e.move_to(0),
    "ctrl+a": lambda e: e.move_to(0),
    "End": lambda e: e.move_to(len(e.text)),
    "ctrl+e": lambda e: e.move_to(len(e.text)),
    "Backspace": lambda e: e.delete(e.cursor - 1, e.cursor),
    "Delete": lambda e: e.delete(e.cursor, e.cursor + 1),
    "ctrl+d": lambda e: e.delete(e.cursor, e.cursor + 1),
    "ctrl+u": lambda e: e.delete(0, e.cursor),
    "ctrl+k": lambda e: e.delete(e.cursor, len(e.text)),
    "ctrl+w": lambda e: e.delete(e.word_left(), e.cursor),
    "alt+b": lambda e: e.move_to(e.word_left()),
    "ctrl+Left": lambda e: e.move_to(e.word_left()),
    "alt+f": lambda e: e.move_to(e.word_right()),
    "ctrl+Right": lambda e: e.move_to(e.word_right()),
    "alt+d": lambda e: e.delete(e.cursor, e.word_right()),
}
