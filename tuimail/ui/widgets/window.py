"""A cursor in a list, and the part of the list that is in sight. Pure."""

from collections.abc import Callable


class Window:
    """Keeps the cursor in the list and in sight, whatever moves."""

    def __init__(self, count: Callable[[], int], height: int = 1) -> None:
        """Begin at the top of a list; `count` says how many rows it has by now."""
        self._count = count
        self.height = max(1, height)
        """Rows in sight."""
        self.cursor = 0
        """Index of the cursor; 0 in an empty list."""
        self.top = 0
        """Index of the first row in sight."""

    def resize(self, height: int) -> None:
        """Take another height; the cursor stays in sight."""
        self.height = max(1, height)
        self.follow()

    def follow(self) -> bool:
        """Bring the cursor into the list and into sight; return whether the window moved.

        At an edge the window jumps by half its height: one large repaint in fourteen keys
        instead of a small one at every key.
        """
        top = self.top
        self._keep_cursor()
        if not self.top <= self.cursor < self.top + self.height:
            self.top = self.cursor - self.height // 2
        self._keep_top()
        return self.top != top

    def move_to(self, index: int) -> bool:
        """Put the cursor on a row, beyond the ends on the last; return whether the window moved."""
        self.cursor = index
        has_moved = self.follow()
        self._moved_by_person()
        return has_moved

    def scroll(self, rows: int) -> bool:
        """Move the window; the cursor stays inside it. Return whether the window moved."""
        top = self.top
        self.top += rows
        self._keep_top()
        self.cursor = max(self.top, min(self.cursor, self.top + self.height - 1))
        self._keep_cursor()
        self._moved_by_person()
        return self.top != top

    def page(self, pages: int) -> bool:
        """Move window and cursor by pages, two rows kept for orientation."""
        return self._move_both(pages * max(1, self.height - 2))

    def half_page(self, halves: int) -> bool:
        """Move window and cursor by half pages."""
        return self._move_both(halves * max(1, self.height // 2))

    def _move_both(self, rows: int) -> bool:
        cursor, top = self.cursor + rows, self.top
        self.top += rows
        self._keep_top()
        self.cursor = max(self.top, min(cursor, self.top + self.height - 1))
        self._keep_cursor()
        self._moved_by_person()
        return self.top != top

    def _moved_by_person(self) -> None:
        """Called once the cursor or the window was moved; for those who know more of the list."""

    def _keep_cursor(self) -> None:
        self.cursor = max(0, min(self.cursor, self._count() - 1))

    def _keep_top(self) -> None:
        self.top = max(0, min(self.top, self._count() - self.height))
