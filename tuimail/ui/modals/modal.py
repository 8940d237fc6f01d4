"""What every modal is: a small machine that takes keys, draws lines, and ends with an answer.

No Textual here: `host.Overlays` brings keys in and puts lines on the screen.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from tuimail.model.cells import cut, fit, width_of
from tuimail.model.safe import Safe
from tuimail.ui.render.rows import Piece
from tuimail.ui.roles import StyleRole

if TYPE_CHECKING:
    from tuimail.ui.half_blocks import Pixel

Answer = TypeVar("Answer")
Line = list[Piece]


class Modal(Generic[Answer]):
    """A question over the main screen; `answer` stays None when it is left with Esc."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.is_over = False

    def lines(self, width: int, height: int) -> list[Line]:
        """Return what is to be drawn, from top to bottom: at most `height` lines."""
        raise NotImplementedError

    def pixels(self, y: int) -> "Sequence[tuple[Pixel, Pixel]]":  # noqa: ARG002  most have none
        """Return upper and lower pixels of the cells at the beginning of a line drawn by itself."""
        return ()

    def press(self, key: str, character: str) -> None:
        """Take a key by its name (`Enter`, `ctrl+n`, `x`) and the character it types, or ""."""
        raise NotImplementedError

    def paste(self, text: str) -> None:
        """Take pasted text; most modals have no use for it."""

    def finish(self, answer: Answer) -> None:
        """End with an answer."""
        self.answer, self.is_over = answer, True

    def leave(self) -> None:
        """End without one."""
        self.answer, self.is_over = None, True


def line_of(pieces: Sequence[Piece], width: int, role: StyleRole = StyleRole.MODAL) -> Line:
    """Return a line of exactly `width` cells: cut at the right, or filled."""
    line: Line = []
    room = width
    for text, piece_role in pieces:
        if room <= 0:
            break
        shown = text if width_of(text) <= room else fit(text, room)
        line.append((shown, piece_role))
        room -= width_of(shown)
    if room > 0:
        line.append((Safe(" " * room), role))
    return line


def title_line(title: Safe, right: Safe, width: int) -> Line:
    """Return the top line of an overlay: its title, and on the right how to work it."""
    shown = cut(title, max(1, width - width_of(right) - 3))
    gap = max(1, width - 2 - width_of(shown) - width_of(right))
    return line_of(
        [
            (Safe(" "), StyleRole.MODAL),
            (shown, StyleRole.MODAL_TITLE),
            (Safe(" " * gap), StyleRole.MODAL),
            (right, StyleRole.MODAL_DIM),
        ],
        width,
    )


def wrapped(text: Safe, width: int) -> list[Safe]:
    """Break a sentence at blanks into lines of at most `width` cells."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(Safe(word), width))
    return [Safe(line) for line in lines if line]
