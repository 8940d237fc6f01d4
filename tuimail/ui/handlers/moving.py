"""Moving: cursor, pages, panes."""

from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part


class Moving:
    """Moves in whichever pane has the keys."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("cursor.down", lambda call: self._by_rows(call.count))
        registry.handle("cursor.up", lambda call: self._by_rows(-call.count))
        registry.handle("cursor.top", lambda call: self._to_line(call, is_last=False))
        registry.handle("cursor.bottom", lambda call: self._to_line(call, is_last=True))
        registry.handle("page.down", lambda call: self._by_pages(call.count))
        registry.handle("page.up", lambda call: self._by_pages(-call.count))
        registry.handle("half.down", lambda call: self._by_halves(call.count))
        registry.handle("half.up", lambda call: self._by_halves(-call.count))
        registry.handle("pane.next", lambda _: self._to_pane(1))
        registry.handle("pane.previous", lambda _: self._to_pane(-1))

    def _by_rows(self, rows: int) -> None:
        screen = self._screen
        match screen.active:
            case Part.MAILBOXES:
                screen.mailboxes.move_by(rows)
            case Part.READER:
                screen.reader.scroll(rows)
            case _ if screen.shows_outbox:
                screen.outbox.move_to(screen.outbox.cursor + rows)
                screen.refresh_status()
            case _:
                screen.list.move_by(rows)

    def _by_pages(self, pages: int) -> None:
        screen = self._screen
        match screen.active:
            case Part.READER:
                screen.reader.page(pages)
            case Part.LIST if not screen.shows_outbox:
                screen.list.page(pages)
            case _:
                self._by_rows(pages * max(1, screen.mailboxes.size.height - 2))

    def _by_halves(self, halves: int) -> None:
        screen = self._screen
        match screen.active:
            case Part.READER:
                screen.reader.half_page(halves)
            case Part.LIST if not screen.shows_outbox:
                screen.list.half_page(halves)
            case _:
                self._by_rows(halves * max(1, screen.mailboxes.size.height // 2))

    def _to_line(self, call: Call, *, is_last: bool) -> None:
        screen = self._screen
        last = len(screen.outbox.rows) if screen.shows_outbox else len(screen.list.model)
        index = call.count - 1 if call.has_count else last - 1 if is_last else 0
        match screen.active:
            case Part.MAILBOXES:
                screen.mailboxes.move_to_end(is_last=is_last)
            case Part.READER:
                screen.reader.to_end(is_last=is_last)
            case _ if screen.shows_outbox:
                screen.outbox.move_to(index)
                screen.refresh_status()
            case _:
                screen.list.move_to(index)

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
