"""What a long list knows of itself: ids, cursor, window, selection. Pure."""

from array import array
from collections.abc import Iterable

_FEW = 64
"""Up to this many ids are taken out one by one, which is cheaper than making the array anew."""


class ListModel:
    """A cursor in an array of row ids, newest first.

    The cursor stays on its row when rows come and go around it; the window follows so that the
    row stays where it was on the screen.
    """

    def __init__(self, ids: "array[int] | None" = None, height: int = 1) -> None:
        self.ids: array[int] = ids if ids is not None else array("q")
        self.height = max(1, height)
        """Rows of the window."""
        self.cursor = 0
        """Index of the cursor; 0 in an empty list."""
        self.top = 0
        """Index of the first row in the window."""
        self.selected: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cursor_id(self) -> int | None:
        """The row id under the cursor."""
        return self.ids[self.cursor] if self.ids else None

    def resize(self, height: int) -> None:
        """Take another window height; the cursor stays visible."""
        self.height = max(1, height)
        if not self.top <= self.cursor < self.top + self.height:
            self.top = self.cursor - self.height // 2
        self._clamp_top()

    def show(self, ids: "array[int]") -> None:
        """Show another list from its beginning."""
        self.ids, self.cursor, self.top = ids, 0, 0
        self.selected.clear()

    def reload(self, ids: "array[int]") -> None:
        """Take the list as it is now; the cursor stays on its mail, or where it was."""
        row = self.cursor - self.top
        was_at_top = self.top == 0
        before, self.ids = self.ids, ids
        if before:
            self.cursor = self._place_in(before)
        self.cursor = max(0, min(self.cursor, len(ids) - 1))
        self.top = 0 if was_at_top and self.cursor < self.height else self.cursor - row
        self._clamp_top()
        if self.selected:
            self.selected.intersection_update(ids)

    def move_to(self, index: int) -> bool:
        """Put the cursor on a row; return whether the window moved.

        At an edge the window jumps by half its height: one large repaint in fourteen keys
        instead of a small one at every key.
        """
        top = self.top
        self.cursor = max(0, min(index, len(self.ids) - 1))
        if not self.top <= self.cursor < self.top + self.height:
            self.top = self.cursor - self.height // 2
        self._clamp_top()
        return self.top != top

    def scroll(self, rows: int) -> bool:
        """Move the window; the cursor stays inside it. Return whether the window moved."""
        top = self.top
        self.top += rows
        self._clamp_top()
        self.cursor = max(self.top, min(self.cursor, self.top + self.height - 1))
        self.cursor = max(0, min(self.cursor, len(self.ids) - 1))
        return self.top != top

    def page(self, pages: int) -> bool:
        """Move window and cursor by pages, two rows kept for orientation."""
        step = max(1, self.height - 2) * pages
        cursor, top = self.cursor + step, self.top
        self.top += step
        self._clamp_top()
        self.cursor = max(0, min(cursor, len(self.ids) - 1))
        if not self.top <= self.cursor < self.top + self.height:
            self.cursor = self.top if self.cursor < self.top else self.top + self.height - 1
        return self.top != top

    def remove(self, row_ids: Iterable[int]) -> None:
        """Take rows out at once, before the store says so; the cursor goes to the next row kept."""
        gone = set(row_ids)
        above = self._index_after(gone)
        if len(gone) <= _FEW:
            for row_id in gone:
                if row_id in self.ids:
                    self.ids.pop(self.ids.index(row_id))
        else:
            self.ids = array("q", [row_id for row_id in self.ids if row_id not in gone])
        self.cursor = max(0, min(above, len(self.ids) - 1))
        self.selected -= gone
        if not self.top <= self.cursor < self.top + self.height:
            self.top = self.cursor - self.height // 2
        self._clamp_top()

    def toggle_selected(self, index: int) -> None:
        """Select or unselect a row."""
        if 0 <= index < len(self.ids):
            self.selected ^= {self.ids[index]}

    def chosen(self, count: int) -> list[int]:
        """Return the ids an action is about: the selection, or `count` rows from the cursor on."""
        if self.selected:
            return [row_id for row_id in self.ids if row_id in self.selected]
        return list(self.ids[self.cursor : self.cursor + max(1, count)])

    def visible(self) -> list[int]:
        """Return the ids in the window."""
        return list(self.ids[self.top : self.top + self.height])

    def _index_after(self, gone: set[int]) -> int:
        """Return where the cursor will be once `gone` is out."""
        removed_above = sum(1 for row_id in self.ids[: self.cursor] if row_id in gone)
        return self.cursor - removed_above

    def _place_in(self, before: "array[int]") -> int:
        """Return where the cursor's row is now, or the first of its old followers still there."""
        for follower in before[self.cursor : self.cursor + _FEW]:
            try:
                return self.ids.index(follower)
            except ValueError:
                continue
        return self.cursor

    def _clamp_top(self) -> None:
        self.top = max(0, min(self.top, len(self.ids) - self.height))
