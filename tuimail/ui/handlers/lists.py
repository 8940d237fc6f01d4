"""Mailing lists: all mail of the one that the mail at hand came through."""

from tuimail.errors import UserError
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen

from .asking import Asking
from .views import Views


class Lists:
    """Shows what belongs together by its list."""

    def __init__(self, screen: MainScreen, views: Views, asking: Asking) -> None:
        self._screen, self._views, self._asking = screen, views, asking

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("list.all", lambda _: self._show())

    def _show(self) -> None:
        """Show it as a search: the key that leaves a search leads back."""
        from tuimail.services.lists import all_of_list  # not at the start

        session, row = self._screen.session, self._screen.mail_at_hand()
        if row is None:
            raise UserError("There is no mail here.")
        found = all_of_list(session.mail, row)
        if session.before_search is None:
            session.before_search = (session.view, session.is_unified)
        self._screen.reader.clear()
        self._views.open(found.view)
        self._asking.ask(found.view)
