"""What a long list knows of itself: ids and selection besides its window. Pure."""

from array import array
from collections.abc import Iterable

from .window import Window

_FEW = 64
"""Up to this many ids are taken out one by one, which is cheaper than making the array anew."""


class ListModel(Window):
    """A cursor in an array of row ids, newest first.

    The cursor stays on its row when rows come and go around it; the window follows so that the
    row stays where it was on the screen.
    """

    def __init__(self, ids: "array[int] | None" = None, height: int = 1) -> None:
        super().__init__(self.__len__, height)
        self.ids: array[int] = ids if ids is not None else array("q")
        self.selected: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cursor_id(self) -> int | None:
        """The row id under the cursor."""
        return self.ids[self.cursor] if self.ids else None

    @property
    def position(self) -> int:
        """The place of the cursor: 1 for the first row, 0 in an empty list."""
        return self.cursor + 1 if self.ids else 0

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
        self.follow()
        if self.selected:
            self.selected.intersection_update(ids)

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
        self.selected -= gone
        self.move_to(above)

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
