"""The mailboxes of all accounts."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from tuimail.model.safe import Safe
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.tree import EntryKind, TreeEntry, tree_line
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush, Under

from .lines import Lines


class MailboxTree(Lines):
    """Lines one can walk on; gaps and account names are passed over."""

    class Opened(Message):
        """A mailbox was clicked."""

        def __init__(self, entry: TreeEntry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, brush: Brush, entries: Sequence[TreeEntry]) -> None:
        super().__init__(brush, id="mailboxes")
        self.entries = list(entries)
        self.cursor = 0
        self.shown = 0
        """Index of the entry the list shows."""
        self.is_active = False
        self._top = 0

    @property
    def cursor_entry(self) -> TreeEntry:
        """The entry under the cursor."""
        return self.entries[self.cursor]

    def put(self, entries: Sequence[TreeEntry]) -> None:
        """Show the tree as it is now; cursor and shown entry stay on theirs."""
        if list(entries) == self.entries:
            return
        cursor, shown = self.entries[self.cursor], self.entries[self.shown]
        self.entries = list(entries)
        self.cursor = self._index_of(cursor)
        self.shown = self._index_of(shown)
        self._follow()
        self.refresh()

    def mark_shown(self, index: int) -> None:
        """Say which entry the list shows; the cursor goes there."""
        self.shown = self.cursor = index
        self._follow()
        self.refresh()

    def set_active(self, *, is_active: bool) -> None:
        """Say whether keys go here; the cursor returns to what is shown when they leave."""
        if is_active == self.is_active:
            return
        self.is_active = is_active
        if not is_active:
            self.cursor = self.shown
            self._follow()
        self.refresh()

    def move_by(self, rows: int) -> None:
        """Move over that many entries that can be opened."""
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            index = self.cursor + step
            while 0 <= index < len(self.entries) and not self.entries[index].can_open:
                index += step
            if not 0 <= index < len(self.entries):
                break
            self.cursor = index
        self._follow()
        self.refresh()

    def move_to_end(self, *, is_last: bool) -> None:
        """Move to the first or the last entry."""
        self.move_by(len(self.entries) if is_last else -len(self.entries))

    def line(self, y: int) -> Sequence[Piece]:
        """Return one line."""
        index = self._top + y
        if index >= len(self.entries):
            return [(Safe(" " * self.size.width), StyleRole.TREE)]
        return tree_line(self.entries[index], self.size.width)

    def under(self, y: int) -> Under:
        """Return what lies under a line."""
        index = self._top + y
        if self.is_active and index == self.cursor:
            return Under.CURSOR
        return Under.CURSOR_AWAY if index == self.shown else Under.NOTHING

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._follow()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Open what was clicked."""
        index = self._top + event.y
        if index < len(self.entries) and self.entries[index].can_open:
            self.cursor = index
            self.post_message(self.Opened(self.entries[index]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        self._scroll(-3)

    def _scroll(self, rows: int) -> None:
        self._top = max(0, min(self._top + rows, len(self.entries) - self.size.height))
        self.refresh()

    def _follow(self) -> None:
        height = max(1, self.size.height)
        if not self._top <= self.cursor < self._top + height:
            self._top = self.cursor - height // 2
        self._top = max(0, min(self._top, len(self.entries) - height))

    def _index_of(self, entry: TreeEntry) -> int:
        """Return where an entry is now, counters aside; the first entry if it is gone."""
        if entry.kind is EntryKind.GAP:
            return 0
        for index, other in enumerate(self.entries):
            is_same = (other.kind, other.mailbox_id, other.account) == (
                entry.kind,
                entry.mailbox_id,
                entry.account,
            )
            if is_same:
                return index
        return 0
