"""Puts modals on the screen, one at a time, and brings keys to them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from textual import events
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from tuimail.model.cells import width_of
from tuimail.model.safe import Safe
from tuimail.ui.half_blocks import half_blocks
from tuimail.ui.key_names import key_name
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import in_plain, strip_of
from tuimail.ui.themes import ThemeStyles

from .modal import Answer, Line, Modal
from .which_key import which_key_lines, which_key_pages

_BOTTOM_LINES = 2
"""Status and hints stay in sight below which-key."""


class Overlays(Widget, can_focus=True):
    """A sheet at the bottom of the screen, over everything; not there while nothing is asked.

    The screen needs the layers `base above`.
    """

    DEFAULT_CSS = """
    Overlays {
        layer: above; dock: bottom; display: none; width: 100%; height: 1;
        overflow: hidden hidden; scrollbar-size: 0 0;
    }
    """

    def __init__(self, theme: ThemeStyles) -> None:
        super().__init__(id="overlays")
        self.theme = theme
        """To be set anew when the theme changes."""
        self.is_plain = False
        """Whether signs of ours are drawn in ASCII, and the terminal's cursor is placed."""
        self._turn = asyncio.Lock()
        self._modal: Modal[Any] | None = None
        self._over = asyncio.Event()
        self._lines: list[Line] = []
        self._which: Sequence[tuple[Safe, Safe]] = ()
        self._which_page = 0
        self._pending = Safe("")
        self._focus_before: Widget | None = None
        self._place = (0, 0)
        """Height and lines kept free below, as laid out last."""

    @property
    def is_open(self) -> bool:
        """Whether a modal has the keys."""
        return self._modal is not None

    async def ask(self, modal: Modal[Answer]) -> Answer | None:
        """Show a modal and wait for its answer; None after Esc. A second one waits for its turn.

        Call it from a worker: a message handler that waits would keep the keys from arriving.
        """
        async with self._turn:
            self._begin(modal)
            try:
                await self._over.wait()
            finally:
                self._end()
        return modal.answer

    def show_which_key(self, pending: Safe, rows: Sequence[tuple[Safe, Safe]]) -> None:
        """Show how an unfinished sequence can go on; see `hints.continuation_rows`."""
        if not self.is_open:
            self._pending, self._which, self._which_page = pending, rows, 0
            self._draw()

    def turn_which_key(self, pages: int) -> bool:
        """Show another page of which-key; return whether there is one."""
        if not self._which or which_key_pages(self._which, self.app.size.width) == 1:
            return False
        self._which_page += pages
        self._draw()
        return True

    def hide_which_key(self) -> None:
        """Take which-key away; nothing happens if it is not there."""
        if self._which:
            self._which = ()
            self._draw()

    def press(self, event: events.Key) -> bool:
        """Give a key to the modal; return whether it ended with that."""
        if self._modal is None:
            return False
        self._modal.press(key_name(event.key), event.character or "")
        self._after()
        return self._modal.is_over

    def on_key(self, event: events.Key) -> None:
        """Take every key while a modal is open."""
        event.stop()
        event.prevent_default()
        self.press(event)

    def on_paste(self, event: events.Paste) -> None:
        """Give pasted text to the modal."""
        event.stop()
        if self._modal is not None:
            self._modal.paste(event.text)
            self._after()

    def on_resize(self) -> None:
        """Draw for the new width."""
        if self._modal is not None or self._which:
            self._draw()
        if self._modal is not None and self._modal.is_over:  # made for another size
            self._over.set()

    def render_line(self, y: int) -> Strip:
        """Return a line as Textual wants it."""
        if y >= len(self._lines):
            return Strip.blank(self.size.width)
        line = self._lines[y]
        pixels = self._modal.pixels(y) if self._modal is not None else ()
        if pixels:
            rest = Strip.blank(self.size.width - len(pixels), self.theme.styles[StyleRole.TEXT])
            return Strip.join([half_blocks(pixels), rest])
        return strip_of(in_plain(line) if self.is_plain else line, self.theme.styles)

    def _begin(self, modal: Modal[Any]) -> None:
        self._which = ()
        self._modal = modal
        self._over.clear()
        self._focus_before = self.screen.focused
        self._draw()
        self.focus(scroll_visible=False)

    def _after(self) -> None:
        modal = self._modal
        if modal is None:
            return
        if modal.is_over:
            self._over.set()
        else:
            self._draw()

    def _end(self) -> None:
        self._modal = None
        self._draw()
        before, self._focus_before = self._focus_before, None
        if self.is_attached:
            is_there = before is not None and before.is_attached
            self.screen.set_focus(before if is_there else None, scroll_visible=False)

    def _draw(self) -> None:
        width, height = self.app.size
        if self._modal is not None:
            self._lines = self._modal.lines(width, height)
        else:
            page = self._which_page
            which = self._which
            self._lines = which_key_lines(self._pending, which, width, page) if which else []
        below = 0 if self._modal is not None or not self._lines else _BOTTOM_LINES
        if self._lines and self._place != (len(self._lines), below):
            self._place = len(self._lines), below
            self.styles.height = len(self._lines)
            self.styles.margin = (0, 0, below, 0)
        self.display = bool(self._lines)
        self.refresh()
        if self.is_plain and self._lines:
            x, y = _cursor_in(self._lines)
            self.app.cursor_position = Offset(x, height - below - len(self._lines) + y)


def _cursor_in(lines: Sequence[Line]) -> tuple[int, int]:
    """Return column and line of what is chosen or typed at; else of the first line."""
    for y, line in enumerate(lines):
        x = 0
        for text, role in line:
            if role is StyleRole.INPUT_CURSOR:
                return x, y
            if role is StyleRole.MODAL_CURSOR:
                return 0, y
            x += width_of(text)
    return 0, 0
