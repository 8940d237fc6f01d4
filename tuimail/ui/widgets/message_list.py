"""The list of messages: ids of the whole view, rows of a window around what is seen."""

import time
from array import array
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

from textual import events
from textual.geometry import Offset
from textual.message import Message

from tuimail.model.cells import fit
from tuimail.model.excerpt import Excerpt
from tuimail.model.flags import Flag
from tuimail.model.ids import MessageRef, RowId
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe
from tuimail.ui.render.layout import RowLook
from tuimail.ui.render.plain import plain_row
from tuimail.ui.render.rows import Piece, RowPlace, is_dated_anew, message_row, second_line
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush, Under

from .lines import Lines
from .list_model import ListModel

Fetch = Callable[[Sequence[RowId]], Sequence[MessageRow]]

_BEFORE, _AFTER = 60, 120
"""Rows fetched around one that is missing: about two screens each way at a cost under 2 ms."""
_CACHED_ROWS = 2_000
_WHEEL_ROWS = 3


class MessageList(Lines):
    """A window on a list of any length; asks for rows only as they come into sight."""

    class Clicked(Message):
        """A row was clicked; the cursor is there already."""

        def __init__(self, *, is_again: bool) -> None:
            super().__init__()
            self.is_again = is_again
            """The cursor was there before: open it."""

    class LacksExcerpts(Message):
        """Rows came into sight of which it is not known where the search found its words."""

    def __init__(
        self, brush: Brush, ids: "array[int]", fetch: Fetch, on_moved: Callable[[], None]
    ) -> None:
        """Show a list.

        `on_moved` is called when the cursor or the window moved. No message: what depends on it
        (the status line) is to be drawn in the same frame, a second one would come 20 ms later.
        """
        super().__init__(brush, id="list")
        self.model = ListModel(ids)
        self.is_active = True
        self.look = RowLook(0, 0)
        """What all rows have in common, but for width and time."""
        self._drawn = self._drawn_of = self.look
        """The look that rows were drawn with last, and what it was made of."""
        self._dates_at = int(time.time())
        """When dates were brought up to date last, in seconds UTC."""
        self.depths: Mapping[int, int] = {}
        """How deep rows lie in unfolded threads; those at the top are left out."""
        self.empty_text = Safe("Nothing here.")
        self._fetch, self._on_moved = fetch, on_moved
        self._rows: dict[int, MessageRow] = {}
        self.has_excerpts = False
        """Whether rows show where a search found its words."""
        self._excerpts: dict[int, Excerpt] = {}
        self._is_lack_told = False

    def show(self, ids: "array[int]", *, shows_recipients: bool, shows_account: bool) -> None:
        """Show another list, its cursor on the newest mail."""
        self.look = replace(
            self.look, shows_recipients=shows_recipients, shows_account=shows_account
        )
        self._rows.clear()
        self._excerpts.clear()
        self.model.show(ids)
        self._moved_window()

    def reload(self, ids: "array[int]", rows: Sequence[MessageRow] = ()) -> None:
        """Take the list as it is now, and rows of it; the cursor stays on its mail.

        While a mailbox is fetched only its far end changes: then nothing in sight is drawn again.
        """
        before = self._in_sight()
        self._rows = {row.row_id: row for row in rows}
        self.model.reload(ids)
        if self._in_sight() == before:
            self._on_moved()
        else:
            self._moved_window()

    def _in_sight(self) -> tuple[int, list[tuple[MessageRow | None, bool]]]:
        """Return all that the rows drawn are made of, as far as a reload may change it."""
        model = self.model
        rows = [
            (self._rows.get(i), model.is_selected(index))
            for index, i in enumerate(model.visible(), model.top)
        ]
        return model.cursor - model.top, rows

    @property
    def cursor_line(self) -> int:
        """Which line of the window the cursor is on."""
        return (self.model.cursor - self.model.top) * self.look.lines

    @property
    def cursor_row(self) -> MessageRow | None:
        """The message under the cursor."""
        return self.row(self.model.cursor)

    def row(self, index: int) -> MessageRow | None:
        """Return the message at an index, or None beyond the end or if it is gone by now."""
        if not 0 <= index < len(self.model):
            return None
        row_id = self.model.ids[index]
        if row_id not in self._rows:
            self._fetch_around(index)
        return self._rows.get(row_id)

    def rows_of(self, row_ids: Sequence[int]) -> list[MessageRow]:
        """Return messages of this list by row id, those that are gone left out."""
        missing = [RowId(i) for i in row_ids if i not in self._rows]
        found = {row.row_id: row for row in self._fetch(missing)} if missing else {}
        rows = (self._rows.get(i) or found.get(RowId(i)) for i in row_ids)
        return [row for row in rows if row is not None]

    def read_rows(self) -> set[int]:
        """Return the ids of messages known here to be read, whether or not that is written down."""
        return {
            row.row_id for row in self._rows.values() if not row.is_unread and not row.thread_unread
        }

    def chosen_rows(self, count: int = 1) -> list[MessageRow]:
        """Return what an action is about: the selection, or `count` messages from the cursor.

        One's own answers in threads are passed over, unless they are chosen one by one.
        """
        rows = self.rows_of(self.model.chosen(count))
        if self.model.selected or count <= 1:
            return rows
        return [row for n, row in enumerate(rows) if n == 0 or row.row_id not in self.model.own]

    def visible_rows(self) -> list[MessageRow]:
        """Return the messages in sight."""
        return self.rows_of(self.model.visible())

    def move_to(self, index: int) -> None:
        """Put the cursor on a row."""
        before = self.model.cursor - self.model.top
        if self.model.move_to(index):
            self._moved_window()
        else:
            self._moved_cursor(before)

    def seek(self, row_ids: Container[int]) -> None:
        """Put the cursor on the first of these rows, unless it is on one of them."""
        if self.model.cursor_id not in row_ids:
            self.seek_first(row_ids)

    def seek_first(self, row_ids: Container[int]) -> None:
        """Put the cursor on the first of these rows, if there is one."""
        found = (index for index, row_id in enumerate(self.model.ids) if row_id in row_ids)
        self.move_to(next(found, self.model.cursor))

    def move_by(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.model.cursor + rows)

    def page(self, pages: int) -> None:
        """Move by pages."""
        before = self.model.cursor - self.model.top
        if self.model.page(pages):
            self._moved_window()
        else:
            self._moved_cursor(before)

    def half_page(self, halves: int) -> None:
        """Move window and cursor by half a page."""
        before = self.model.cursor - self.model.top
        if self.model.half_page(halves):
            self._moved_window()
        else:
            self._moved_cursor(before)

    def hide(self, refs: Sequence[MessageRef]) -> None:
        """Take messages out of sight at once; the store follows."""
        self.model.remove(ref.row_id for ref in refs)
        self._moved_window()

    def put(self, rows: Sequence[MessageRow]) -> None:
        """Show changed rows at once; the store follows."""
        for row in rows:
            self._rows[row.row_id] = row
        self.refresh()

    def mark_read(self, opened: MessageRow) -> None:
        """Show at once that a mail was read, also in the row of its folded thread."""
        self.put(
            [
                replace(
                    row,
                    flags=row.flags | {Flag.SEEN} if row.row_id == opened.row_id else row.flags,
                    thread_unread=max(0, row.thread_unread - 1),
                )
                for row in self._rows.values()
                if row.row_id == opened.row_id
                or (row.thread_id == opened.thread_id and row.thread_count > 1)
            ]
        )

    def toggle_selected(self, index: int) -> None:
        """Select or unselect a row."""
        self.model.toggle_selected(index)
        self.redraw_rows(index - self.model.top)

    def select(self, row_ids: Sequence[int]) -> None:
        """Select rows besides those that are selected already."""
        self.model.selected.update(row_ids)
        self.refresh()

    def clear_selection(self) -> None:
        """Unselect everything."""
        self.model.clear_selection()
        self.refresh()

    def toggle_range(self) -> None:
        """Begin a range at the cursor; where one was begun, keep it selected."""
        if self.model.anchor is None:
            self.model.begin_range()
        else:
            self.model.end_range()
        self.refresh()

    def select_all(self) -> None:
        """Select every row."""
        self.model.select_all()
        self.refresh()

    def invert_selection(self) -> None:
        """Select what is not selected, and nothing else."""
        self.model.invert_selection()
        self.refresh()

    def set_active(self, *, is_active: bool) -> None:
        """Say whether keys go here, which shows in the cursor."""
        if is_active != self.is_active:
            self.is_active = is_active
            self.redraw_rows(self.model.cursor - self.model.top)
        self._place_terminal_cursor()

    def line(self, y: int) -> Sequence[Piece]:
        """Return the pieces of one row."""
        if self.model.height != self._rows_high(self.size.height):
            self.model.resize(self._rows_high(self.size.height))
        index, part = self.model.top + y // self.look.lines, y % self.look.lines
        width = self.size.width
        if not len(self.model):
            text = f"  {self.empty_text}" if y == 1 else ""
            return [(fit(text, width), StyleRole.DIM)]
        row = self.row(index)
        is_cut = y // self.look.lines >= self.model.height  # the last of an odd number of lines
        if index >= len(self.model) or row is None or is_cut:
            return [(Safe(" " * width), StyleRole.ROW)]
        look = self._look_now(width)
        is_selected, depth = self.model.is_selected(index), self.depths.get(row.row_id, 0)
        is_own = row.row_id in self.model.own
        place = RowPlace(is_selected=is_selected, depth=depth, is_own=is_own)
        if self.brush.is_plain:
            return [] if part else plain_row(row, look, place)
        draw = second_line if part else message_row
        return draw(row, look, self._excerpt(row.row_id), place)

    def _look_now(self, width: int) -> RowLook:
        """Return the look with width and time; rows drawn together share it."""
        now, drawn = int(time.time()), self._drawn
        if (drawn.width, drawn.now, self._drawn_of) != (width, now, self.look):
            self._drawn, self._drawn_of = replace(self.look, width=width, now=now), self.look
        return self._drawn

    def redraw_rows(self, *rows: int) -> None:
        """Draw some rows of the window anew."""
        lines = self.look.lines
        super().redraw_rows(*(row * lines + part for row in rows for part in range(lines)))

    def take_look(self, look: RowLook) -> None:
        """Draw all rows another way; the cursor stays on its mail, and in sight."""
        self.look = look
        self.model.resize(self._rows_high(self.size.height))
        self._moved_window()

    def renew_dates(self) -> None:
        """Draw those rows anew whose date reads otherwise by now."""
        before, self._dates_at = self._dates_at, int(time.time())
        look = replace(self.look, width=self.size.width)
        for n, row_id in enumerate(self.model.visible()):
            row = self._rows.get(row_id)
            if row is not None and is_dated_anew(row, look, before, self._dates_at):
                self.redraw_rows(n)

    def _rows_high(self, lines: int) -> int:
        """Return how many rows there is room for."""
        return max(1, lines // self.look.lines)

    def lacking_excerpts(self) -> list[MessageRow]:
        """Return the messages in sight of which the place found is not known."""
        self._is_lack_told = False
        return [row for row in self.visible_rows() if row.row_id not in self._excerpts]

    def put_excerpt(self, row_id: RowId, excerpt: Excerpt) -> None:
        """Show where the search found its words in a message."""
        self._excerpts[row_id] = excerpt
        if excerpt and row_id in (seen := self.model.visible()):
            self.redraw_rows(seen.index(row_id))

    def _excerpt(self, row_id: RowId) -> Excerpt:
        if self.has_excerpts and row_id not in self._excerpts and not self._is_lack_told:
            self._is_lack_told = True
            self.call_later(self._tell_lack)  # a message made while drawing is the parent's
        return self._excerpts.get(row_id, ())

    def _tell_lack(self) -> None:
        self.post_message(self.LacksExcerpts())

    def under(self, y: int) -> Under:
        """Return what lies under a row."""
        if not len(self.model) or self.model.top + y // self.look.lines != self.model.cursor:
            return Under.NOTHING
        return Under.CURSOR if self.is_active else Under.CURSOR_AWAY

    def on_resize(self, event: events.Resize) -> None:
        """Take the window's new height."""
        self.model.resize(self._rows_high(event.size.height))
        self._place_terminal_cursor()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row, or open it."""
        index = self.model.top + event.y // self.look.lines
        if index < len(self.model):
            is_again = index == self.model.cursor and self.is_active
            self.move_to(index)
            self.post_message(self.Clicked(is_again=is_again))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        self._wheel(event, _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        self._wheel(event, -_WHEEL_ROWS)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        if self.model.scroll(rows):
            self._moved_window()

    def _moved_cursor(self, before: int) -> None:
        now = self.model.cursor - self.model.top
        if self.model.anchor is None:
            self.redraw_rows(before, now)
        else:
            self.redraw_rows(*range(min(before, now), max(before, now) + 1))
        self._place_terminal_cursor()
        self._on_moved()

    def _moved_window(self) -> None:
        self.refresh()
        self._place_terminal_cursor()
        self._on_moved()

    def _place_terminal_cursor(self) -> None:
        """Put the terminal's own cursor on the row: screen readers and magnifiers follow it."""
        if self.is_active and self.is_attached:
            self.app.cursor_position = self.region.offset + Offset(
                0, (self.model.cursor - self.model.top) * self.look.lines
            )

    def _fetch_around(self, index: int) -> None:
        if len(self._rows) > _CACHED_ROWS:
            self._rows.clear()
        around = self.model.ids[max(0, index - _BEFORE) : index + _AFTER]
        missing = [RowId(row_id) for row_id in around if row_id not in self._rows]
        self._rows.update((row.row_id, row) for row in self._fetch(missing))
