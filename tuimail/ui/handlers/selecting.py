"""Selecting mails: by key, by range, by thread, by what a search finds, all, and the others."""

from tuimail.model.safe import Safe
from tuimail.services import reading
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen


class Selecting:
    """Says which mails of the list the next action is about."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("select", self._select)
        registry.handle("select.range", lambda _: self._range())
        registry.handle("select.all", lambda _: self._all())
        registry.handle("select.invert", lambda _: self._invert())
        registry.handle("select.thread", lambda _: self._thread())
        registry.handle("select.clear", lambda _: self._clear())

    def _select(self, call: Call) -> None:
        """Turn the selection of rows from the cursor on, each once, and go on below them."""
        listed = self._screen.list
        first = listed.model.cursor
        for index in range(first, min(first + call.count, len(listed.model))):
            listed.toggle_selected(index)
        listed.move_by(call.count)
        self._screen.refresh_status()

    def _range(self) -> None:
        """Begin a range at the cursor; where one was begun, select it."""
        screen = self._screen
        screen.list.toggle_range()
        if screen.list.model.anchor is not None:
            key = screen.key("select.range")
            screen.whisper(Safe(f"Move, then act on the range; {key} keeps it selected."))
        screen.refresh_status()

    def _all(self) -> None:
        self._screen.list.select_all()
        self._screen.refresh_status()

    def _invert(self) -> None:
        self._screen.list.invert_selection()
        self._screen.refresh_status()

    def _thread(self) -> None:
        screen = self._screen
        row = screen.list.cursor_row
        if row is not None:
            shown = set(screen.list.model.ids)
            thread = reading.thread(screen.session.mail, row.thread_id)
            shown.difference_update(screen.list.model.own)
            screen.list.select([one.row_id for one in thread if one.row_id in shown])
            screen.refresh_status()

    def _clear(self) -> None:
        self._screen.list.clear_selection()
        self._screen.refresh_status()
