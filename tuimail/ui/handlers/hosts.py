"""The page of the hosts a mail wanted to contact, and of what in it reports its reading."""

from tuimail.model.message import MessageRow
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part
from tuimail.ui.render.remote import remote_page

from .showing import Showing


class Hosts:
    """Shows whom the mail at hand wanted to contact."""

    def __init__(self, screen: MainScreen, showing: Showing) -> None:
        self._screen, self._showing = screen, showing

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("hosts", lambda _: self._begin())

    def _begin(self) -> None:
        row = self._showing.row()
        self._screen.spawn_question(lambda: self._show(row))

    async def _show(self, row: MessageRow) -> None:
        screen = self._screen
        mail = await self._showing.readable(row)
        behind = screen.reader.opened if screen.active is Part.READER else None
        screen.reader.show_page(lambda width: remote_page(mail, width), behind=behind, of=row)
        screen.relayout()
        screen.activate(Part.READER if screen.is_one_pane else screen.active)
