"""Mail on its way, in the list's place."""

import time
from collections.abc import Collection, Sequence

from textual import events
from textual.message import Message

from tuimail.model.cells import fit
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.safe import Safe
from tuimail.ui.render.outbox import outgoing_line
from tuimail.ui.render.rows import Piece
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush, Under

from .lines import Lines
from .window import Window


class OutboxList(Lines):
    """A short list: all rows at once."""

    class Clicked(Message):
        """A row was clicked; the cursor is there already."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="outbox")
        self.rows: Sequence[OutgoingRow] = ()
        self._unanswered: Collection[OutgoingId] = ()
        self.is_active = False
        self._window = Window(lambda: len(self.rows))

    @property
    def position(self) -> int:
        """1 for the first row; 0 where there is none."""
        return self._window.cursor + 1 if self.rows else 0

    @property
    def cursor_line(self) -> int:
        """Which line of the window the cursor is on."""
        return self._window.cursor - self._window.top

    @property
    def cursor_row(self) -> OutgoingRow | None:
        """The mail under the cursor."""
        return self.rows[self._window.cursor] if self.rows else None

    def put(self, rows: Sequence[OutgoingRow], unanswered: Collection[OutgoingId] = ()) -> None:
        """Show the outbox as it is now; the cursor stays on its mail.

        `unanswered` are those to which the answer did not come by its day.
        """
        kept = self.cursor_row
        self.rows, self._unanswered = rows, unanswered
        places = [n for n, row in enumerate(rows) if kept and row.id == kept.id]
        self.move_to(places[0] if places else self._window.cursor)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row."""
        self._window.move_to(index)
        self.refresh()

    def move_by(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self._window.cursor + rows)

    def page(self, pages: int) -> None:
        """Move by pages."""
        self._window.page(pages)
        self.refresh()

    def half_page(self, halves: int) -> None:
        """Move by half pages."""
        self._window.half_page(halves)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Take the new height."""
        self._window.resize(event.size.height)

    def set_active(self, *, is_active: bool) -> None:
        """Say whether keys go here."""
        if is_active != self.is_active:
            self.is_active = is_active
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:
        """Return one row."""
        index, width = self._window.top + y, self.size.width
        if not self.rows:
            words = "  Nothing is on its way." if y == 1 else ""
            return [(fit(words, width), StyleRole.DIM)]
        if index >= len(self.rows):
            return [(Safe(" " * width), StyleRole.ROW)]
        row = self.rows[index]
        is_unanswered = row.id in self._unanswered
        return outgoing_line(row, width, int(time.time()), is_unanswered=is_unanswered)

    def under(self, y: int) -> Under:
        """Return what lies under a row."""
        if not self.rows or self._window.top + y != self._window.cursor:
            return Under.NOTHING
        return Under.CURSOR if self.is_active else Under.CURSOR_AWAY

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row."""
        index = self._window.top + event.y
        if index < len(self.rows):
            self.move_to(index)
            self.post_message(self.Clicked())
