"""The row of tabs above the list."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from tuimail.services.splits import Tab
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.tabs import tab_at, tab_line
from tuimail.ui.strips import Brush

from .lines import Lines


class TabBar(Lines):
    """One tab for each part of the inboxes."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="tabs")
        self.tabs: tuple[Tab, ...] = ()
        self.shown = 0
        """Index of the tab that the list shows."""

    def put(self, tabs: tuple[Tab, ...], shown: int) -> None:
        """Show other tabs or counts; nothing is drawn where nothing changed."""
        if (tabs, shown) != (self.tabs, self.shown):
            self.tabs, self.shown = tabs, shown
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the row."""
        return tab_line(self.tabs, self.shown, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Go to the tab."""
        index = tab_at(self.tabs, self.shown, self.size.width, event.x)
        if index is not None:
            self.post_message(self.Chosen(index))
