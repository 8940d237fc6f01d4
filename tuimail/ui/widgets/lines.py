"""A widget drawn line by line from pieces of text: the base of everything on the main screen."""

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tuimail.model.cells import width_of
from tuimail.ui.render.rows import Piece
from tuimail.ui.strips import Brush, Under


class Lines(Widget, can_focus=False):
    """Draws exactly what `line` returns; scrolls by itself, never by Textual's scrollbars."""

    DEFAULT_CSS = """
    Lines { overflow: hidden hidden; scrollbar-size: 0 0; width: 1fr; height: 1fr; }
    """

    def __init__(self, brush: Brush, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.brush = brush

    @property
    def cursor_line(self) -> int:
        """Which line of the widget the keys are about."""
        return 0

    def line(self, y: int) -> Sequence[Piece]:
        """Return the pieces of line `y` of the widget (0 is its first)."""
        raise NotImplementedError

    def under(self, y: int) -> Under:  # noqa: ARG002  for those that have a cursor
        """Return what lies under line `y`: the cursor, or nothing."""
        return Under.NOTHING

    def render_line(self, y: int) -> Strip:
        """Return a line as Textual wants it."""
        pieces = self.line(y)
        strip = self.brush.strip(pieces, self.under(y))
        missing = self.size.width - sum(width_of(text) for text, _ in pieces)
        return strip if missing <= 0 else Strip.join([strip, self.brush.blank(missing)])

    def redraw_rows(self, *rows: int) -> None:
        """Draw some lines anew; those outside the widget are passed over."""
        width, height = self.size
        regions = [Region(0, y, width, 1) for y in rows if 0 <= y < height]
        if regions:
            self.refresh(*regions)


class Words(Lines):
    """One line set from outside."""

    pieces: Sequence[Piece] = ()

    def say(self, pieces: Sequence[Piece]) -> None:
        """Say something else."""
        self.pieces = pieces
        self.refresh()

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the line."""
        return self.pieces
