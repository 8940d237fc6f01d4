"""A picture over the whole screen, until a key is pressed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tuimail.model.safe import Safe
from tuimail.services.pictures import Drawn, Form
from tuimail.ui.roles import StyleRole

from .modal import Line, Modal, line_of, title_line

if TYPE_CHECKING:
    from tuimail.ui.half_blocks import Pixel

HEAD_ROWS: Final = 1
"""Above the picture."""
_ENDS: Final = Safe("any key goes back ")


class PictureSheet(Modal[bool]):
    """Draws half blocks; for other forms it keeps the place free."""

    def __init__(self, title: Safe, drawn: Drawn) -> None:
        super().__init__()
        self._title, self._drawn = title, drawn
        self._made_for: tuple[int, int] | None = None

    def lines(self, width: int, height: int) -> list[Line]:
        """Return a title and as many empty rows as there are; another size ends it."""
        if self._made_for not in (None, (width, height)):
            self.leave()
        self._made_for = width, height
        empty = [line_of([], width, StyleRole.TEXT) for _ in range(height - HEAD_ROWS)]
        return [title_line(self._title, _ENDS, width), *empty]

    def pixels(self, y: int) -> "Sequence[tuple[Pixel, Pixel]]":
        """Return the pixels of a row; where there is no lower one it is as the upper."""
        row = 2 * (y - HEAD_ROWS)
        if self._drawn.form is not Form.HALF or not 0 <= row < self._drawn.height:
            return ()
        lower = min(row + 1, self._drawn.height - 1)
        return list(zip(self._row(row), self._row(lower), strict=True))

    def press(self, key: str, character: str) -> None:  # noqa: ARG002  any key
        """End."""
        self.finish(True)

    def _row(self, row: int) -> "Sequence[Pixel]":
        start, length = 3 * self._drawn.width * row, 3 * self._drawn.width
        line = self._drawn.content[start : start + length]
        return list(zip(line[::3], line[1::3], line[2::3], strict=True))
