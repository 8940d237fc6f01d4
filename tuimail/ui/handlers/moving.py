"""Moving: cursor, pages, panes."""

import sys
from collections.abc import Callable
from typing import Final, Protocol

from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part

LAST: Final = sys.maxsize
"""The index of the last row, however many there are."""


class Movable(Protocol):
    """What can be moved in; it knows its own height."""

    def move_by(self, rows: int) -> object:
        """Move down by rows; up where they are negative."""

    def move_to(self, index: int, /) -> object:
        """Move to a row; beyond the end, to the last."""

    def page(self, pages: int) -> object:
        """Move by pages."""

    def half_page(self, halves: int) -> object:
        """Move by half pages."""


class Moving:
    """Moves in whichever pane has the keys."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("cursor.down", lambda call: self._move(lambda to: to.move_by(call.count)))
        registry.handle("cursor.up", lambda call: self._move(lambda to: to.move_by(-call.count)))
        registry.handle("page.down", lambda call: self._move(lambda to: to.page(call.count)))
        registry.handle("page.up", lambda call: self._move(lambda to: to.page(-call.count)))
        registry.handle("half.down", lambda call: self._move(lambda to: to.half_page(call.count)))
        registry.handle("half.up", lambda call: self._move(lambda to: to.half_page(-call.count)))
        registry.handle("cursor.top", lambda call: self._to_line(call, otherwise=0))
        registry.handle("cursor.bottom", lambda call: self._to_line(call, otherwise=LAST))
        registry.handle("page.top", lambda _: self._in_page(0))
        registry.handle("page.middle", lambda _: self._in_page(0.5))
        registry.handle("page.bottom", lambda _: self._in_page(1))
        registry.handle("pane.next", lambda _: self._to_pane(1))
        registry.handle("pane.previous", lambda _: self._to_pane(-1))

    def _target(self) -> Movable:
        """Return what has the keys."""
        screen = self._screen
        if screen.active is Part.MAILBOXES:
            return screen.mailboxes
        if screen.active is Part.READER:
            return screen.reader
        return screen.outbox if screen.shows_outbox else screen.list

    def _move(self, move: Callable[[Movable], object]) -> None:
        move(self._target())
        self._screen.refresh_status()

    def _to_line(self, call: Call, *, otherwise: int) -> None:
        index = call.count - 1 if call.has_count else otherwise
        self._move(lambda to: to.move_to(index))

    def _in_page(self, share: float) -> None:
        """Put the cursor on a row in sight: 0 the first, 1 the last."""
        model = self._screen.list.model
        last = max(model.top, min(len(model), model.top + model.height) - 1)
        self._screen.list.move_to(model.top + round((last - model.top) * share))
        self._screen.refresh_status()

    def _to_pane(self, step: int) -> None:
        screen = self._screen
        order = [Part.MAILBOXES, Part.LIST]
        if screen.compose_pane is not None:
            order.append(Part.COMPOSE)
        elif screen.reader.row is not None or screen.reader.has_page:
            order.append(Part.READER)
        place = order.index(screen.active) if screen.active in order else 1
        screen.activate(order[(place + step) % len(order)])
        if screen.active is Part.COMPOSE and screen.compose_pane is not None:
            screen.is_reviewing = False
            screen.compose_pane.write()
