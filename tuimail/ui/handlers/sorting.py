"""In which order the list stands: by date, sender, subject, size or thread, either way round."""

import asyncio
from dataclasses import replace
from functools import partial

from tuimail.errors import UserError
from tuimail.model.query import Order
from tuimail.model.safe import Safe
from tuimail.model.sort import SortBy
from tuimail.model.view import View
from tuimail.services import reading
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen

from .views import Views


class Sorting:
    """Sorts the list shown; the same key again turns it round."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        for by in SortBy:
            registry.handle(f"sort.{by}", partial(self._sort, by))

    def _sort(self, by: SortBy, _: Call) -> None:
        session = self._screen.session
        if self._screen.shows_outbox:
            raise UserError("Mail on its way stands in the order in which it was written.")
        view = session.view
        if by is SortBy.DATE and view.is_ranked:
            view = reading.ordered(view, Order.DATE)
        else:
            view = replace(view, sort=view.sort.by_key(by))
        held_keys = self._screen.held_keys

        async def sort() -> None:
            try:
                await self._show(view)
            finally:
                held_keys.release({sort})

        held_keys.hold(sort)
        self._screen.do(sort)

    async def _show(self, view: View) -> None:
        """Show the same mails in another order: from its top, or around the mail at the cursor."""
        screen, session = self._screen, self._screen.session
        before, model = session.view, screen.list.model
        was_at_top = model.cursor == 0
        contents = await asyncio.to_thread(session.read, view, model.cursor_id, model.height)
        if session.view is not before:
            return
        session.show(view, contents, is_unified=session.is_unified)
        session.keep_sort()
        screen.take(contents, is_new=False)
        if was_at_top:
            screen.list.move_to(0)
        self._views.rest.begin()
        screen.say(Safe(f"Sorted: {view.sort.words or 'newest first'}."))
