"""The mailboxes of all accounts."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from tuimail.model.safe import Safe
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.tree import TreeEntry, tree_line, wants_reading
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush, Under

from .lines import Lines
from .window import Window


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
        self.shown = 0
        """Index of the entry the list shows."""
        self.is_active = False
        self._window = Window(lambda: len(self.entries))

    @property
    def cursor_entry(self) -> TreeEntry:
        """The entry under the cursor."""
        return self.entries[self._window.cursor]

    def put(self, entries: Sequence[TreeEntry]) -> None:
        """Show the tree as it is now; cursor and shown entry stay on theirs.

        Where the cursor's is gone, it goes to the one that took its line, or to one above.
        """
        if list(entries) == self.entries:
            return
        cursor, shown = self.cursor_entry, self.entries[self.shown]
        self.entries = list(entries)
        self.shown = self._index_of(shown, otherwise=0)
        self._window.move_to(self._index_of(cursor, otherwise=self._window.cursor))
        self._settle(-1)

    def mark_shown(self, index: int) -> None:
        """Say which entry the list shows; the cursor goes there, unless it is being moved."""
        self.shown = index
        if not self.is_active:
            self._window.move_to(index)
        self.refresh()

    def set_active(self, *, is_active: bool) -> None:
        """Say whether keys go here; the cursor returns to what is shown when they leave."""
        if is_active == self.is_active:
            return
        self.is_active = is_active
        if not is_active:
            self._window.move_to(self.shown)
        self.refresh()

    @property
    def cursor_line(self) -> int:
        """Which line of the window the cursor is on."""
        return self._window.cursor - self._window.top

    def move_by(self, rows: int) -> None:
        """Move over that many entries that can be opened."""
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            index = self._window.cursor + step
            while 0 <= index < len(self.entries) and not self.entries[index].can_open:
                index += step
            if not 0 <= index < len(self.entries):
                break
            self._window.move_to(index)
        self.refresh()

    def move_to(self, index: int) -> None:
        """Move to an entry that can be opened: this one or one below, else the last."""
        self._window.move_to(index)
        self._settle(1)

    def to_unread(self) -> bool:
        """Move to the next mailbox with unread mail, from the end to the top; False if none has."""
        after = self._window.cursor + 1
        order = (*range(after, len(self.entries)), *range(after))
        index = next((i for i in order if wants_reading(self.entries[i])), None)
        if index is not None:
            self.move_to(index)
        return index is not None

    def page(self, pages: int) -> None:
        """Move by pages."""
        self._window.page(pages)
        self._settle(pages)

    def half_page(self, halves: int) -> None:
        """Move by half pages."""
        self._window.half_page(halves)
        self._settle(halves)

    def line(self, y: int) -> Sequence[Piece]:
        """Return one line."""
        index = self._window.top + y
        if index >= len(self.entries):
            return [(Safe(" " * self.size.width), StyleRole.TREE)]
        return tree_line(self.entries[index], self.size.width)

    def under(self, y: int) -> Under:
        """Return what lies under a line."""
        index = self._window.top + y
        if self.is_active and index == self._window.cursor:
            return Under.CURSOR
        return Under.CURSOR_AWAY if index == self.shown else Under.NOTHING

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._window.resize(event.size.height)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Open what was clicked."""
        index = self._window.top + event.y
        if index < len(self.entries) and self.entries[index].can_open:
            self._window.move_to(index)
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
        self._window.scroll(rows)
        self._settle(rows)

    def _settle(self, step: int) -> None:
        """Leave an entry that cannot be opened: on in the direction gone, else back."""
        at, step = self._window.cursor, 1 if step > 0 else -1
        end = len(self.entries) if step > 0 else -1
        back = range(at - step, -1 if step > 0 else len(self.entries), -step)
        near = (*range(at, end, step), *back)
        self._window.move_to(next((i for i in near if self.entries[i].can_open), at))
        self.refresh()

    def _index_of(self, entry: TreeEntry, otherwise: int) -> int:
        """Return where an entry is now, counters aside; `otherwise` if it is gone."""
        same = (i for i, other in enumerate(self.entries) if _identity(other) == _identity(entry))
        return next(same, otherwise)


def _identity(entry: TreeEntry) -> tuple[object, ...]:
    return entry.kind, entry.mailbox_id, entry.account, entry.saved
