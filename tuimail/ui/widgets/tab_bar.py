"""The row of tabs: parts of the inboxes, then mails and drafts that were left open."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from tuimail.model.ids import DraftId, MessageKey
from tuimail.model.safe import Safe
from tuimail.services.splits import Tab
from tuimail.ui.open_tabs import OpenTab
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.tabs import tab_at, tab_line
from tuimail.ui.strips import Brush

from .lines import Lines


class TabBar(Lines):
    """One tab for each part of the inboxes, or one for the list; then one for all that is open."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="tabs")
        self.parts: tuple[Tab, ...] = ()
        """What the list can show by a tab; empty where inboxes are shown as one."""
        self.opened: tuple[OpenTab, ...] = ()
        """Mails and drafts, in the order in which they were opened."""
        self._list_name = Safe("")
        self._part = 0
        self._at_hand: MessageKey | DraftId | None = None

    @property
    def is_needed(self) -> bool:
        """Whether there is more than one place to go to."""
        return bool(self.parts or self.opened)

    @property
    def listed(self) -> int:
        """How many tabs stand for what the list shows."""
        return len(self.parts) or 1

    @property
    def shown(self) -> int:
        """Index of the tab that has the keys."""
        open_ones = [tab.what for tab in self.opened]
        if self._at_hand in open_ones:
            return self.listed + open_ones.index(self._at_hand)
        return self._part

    @property
    def told(self) -> Safe:
        """Where one is, in words, for who does not see tabs; empty where nothing is left open."""
        count = self.listed + len(self.opened)
        return Safe(f"tab {self.shown + 1} of {count}" if self.opened else "")

    def put(self, parts: tuple[Tab, ...], part: int, list_name: Safe) -> None:
        """Show other parts or counts; nothing is drawn where nothing changed."""
        if (parts, part, list_name) != (self.parts, self._part, self._list_name):
            self.parts, self._part, self._list_name = parts, part, list_name
            self.refresh()

    def point(self, what: MessageKey | DraftId | None) -> None:
        """Take what is read or written now; None for the list."""
        before = self.shown
        self._at_hand = what
        if self.shown != before:
            self.refresh()

    def has(self, what: MessageKey | DraftId) -> bool:
        """Whether a mail or a draft has a tab."""
        return any(tab.what == what for tab in self.opened)

    def keep(self, tab: OpenTab) -> None:
        """Give a mail or a draft a tab, or the one it has another name."""
        if self.has(tab.what):
            self.opened = tuple(tab if one.what == tab.what else one for one in self.opened)
        else:
            self.opened = (*self.opened, tab)
        self.refresh()

    def drop(self, what: MessageKey | DraftId) -> bool:
        """Take a tab away; False if there is none."""
        left = tuple(tab for tab in self.opened if tab.what != what)
        is_there = left != self.opened
        if is_there:
            self.opened = left
            self.refresh()
        return is_there

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the row."""
        return tab_line(self._tabs(), self.shown, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Go to the tab."""
        index = tab_at(self._tabs(), self.shown, self.size.width, event.x)
        if index is not None:
            self.post_message(self.Chosen(index))

    def _tabs(self) -> Sequence[Tab]:
        of_list = self.parts or (Tab(self._list_name, None, 0),)
        return [*of_list, *(Tab(tab.name, None, 0) for tab in self.opened)]
