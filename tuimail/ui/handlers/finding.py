"""Searching: the bar over the bottom lines, the list of what was found, and back."""

import asyncio
import time
from collections.abc import Callable

from tuimail.errors import QueryError, UserError
from tuimail.model.excerpt import Excerpt, ExcerptPiece
from tuimail.model.query import Order
from tuimail.model.safe import Safe, Untrusted, ours
from tuimail.model.view import View
from tuimail.services import reading, searching
from tuimail.services.excerpts import Excerpts
from tuimail.ui.actions import Call, Context, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part
from tuimail.ui.render.rows import cropped
from tuimail.ui.render.search import error_line, found_line, help_pieces
from tuimail.ui.widgets.search_bar import SearchBar

from .asking import Asking
from .matching import as_search
from .saved import Saved
from .views import Views

REST_S = 0.15
"""Without a key, before mails are read to show where in them the words are."""
DEBOUNCE_S = 0.12
"""After the last letter, before the store is asked how many there are."""


_BY_SERVER: Excerpt = (ExcerptPiece(Untrusted("(found by the server)"), is_hit=False),)
"""In place of text that is not here."""


class Finding:
    """Asks what to look for."""

    def __init__(self, screen: MainScreen, views: Views, saved: Saved, asking: Asking) -> None:
        self._screen, self._views, self._saved, self._asking = screen, views, saved, asking
        self._within: View | None = None
        self._call: Call | None = None
        """What opened the bar."""
        self._active_before = Part.LIST

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("search", lambda call: self._search(call, within=None))
        registry.handle("filter", lambda call: self._search(call, within=self._base_view()))
        registry.handle("search.order", lambda _: self._change_order())
        registry.handle("search.next", lambda call: self._step(call.count))
        registry.handle("search.previous", lambda call: self._step(-call.count))

    def _base_view(self) -> View:
        session = self._screen.session
        return session.before_search[0] if session.before_search else session.view

    def _search(self, call: Call, *, within: View | None) -> None:
        self._within, self._call = within, call
        if call.argument:
            self._show(call.argument)
            return
        self._screen.spawn_question(self._open_bar)

    async def _open_bar(self) -> None:
        screen = self._screen
        self._active_before = screen.active
        screen.is_searching = True
        screen.relayout()
        label = Safe("Search") if self._within is None else Safe("Filter")
        view = screen.session.view
        is_base = self._within is not None and screen.session.before_search is None
        screen.search.keep_keys = frozenset(self._keep_keys())
        await screen.search.open(label, "" if view.query is None or is_base else view.query_text)
        self._say_help()

    def typed(self, message: SearchBar.Typed) -> None:
        """Look ahead: how many there are, or where the error is."""
        self._screen.spawn(
            lambda: self._look_ahead(message.text), group="search", is_exclusive=True
        )

    def ended(self, message: SearchBar.Ended) -> None:
        """Enter or Esc."""
        screen = self._screen
        if not message.is_accepted or not message.text:
            self._close_bar(Part.LIST if message.is_accepted else self._active_before)
            return
        try:  # the bar goes with the old list, in one frame
            self._show(message.text, lambda: self._close_bar(Part.LIST))
        except UserError as error:
            self._say_error(error)
            return
        if self._call is not None:
            screen.calls.answer(self._call, message.text)
        if message.is_kept:
            screen.held_keys.hold(self)
            screen.do(self._keep)

    def _close_bar(self, active: Part) -> None:
        self._screen.is_searching = False
        self._screen.activate(active)

    async def _keep(self) -> None:
        try:
            self._screen.attempt(self._saved.save)
        finally:
            self._screen.held_keys.release({self})

    def _keep_keys(self) -> list[str]:
        """Return the keys that keep a search and type nothing."""
        keys = self._screen.keymap.keys_for("search.save", Context.LIST)
        return [key for key in keys if "+" in key and " " not in key]

    def _show(self, text: str, then: Callable[[], None] = lambda: None) -> None:
        session = self._screen.session
        found = reading.search(session.mail, as_search(self._screen, text), self._within)
        if session.before_search is None:
            session.before_search = (session.view, session.is_unified)
        self._views.open(found.view, then=then)
        self._asking.ask(found.view)

    async def _look_ahead(self, text: str) -> None:
        if not text.strip():
            self._say_help()
            return
        await asyncio.sleep(DEBOUNCE_S)
        screen = self._screen
        mail = screen.session.mail
        try:
            words = as_search(screen, text)
            found = await asyncio.to_thread(reading.search, mail, words, self._within)
            count = await asyncio.to_thread(reading.count, mail, found.view)
        except UserError as error:
            self._say_error(error)
            return
        width, indent = screen.search.size.width, screen.search.indent
        keep = ours(next(iter(self._keep_keys()), ""))
        line = found_line(count, found.warnings, indent, keep)
        screen.search.say(cropped(line, width))

    def _say_error(self, error: UserError) -> None:
        """Say what is wrong below its place; a pattern of mutt has another place than its like."""
        bar = self._screen.search
        if isinstance(error, QueryError) and error.text.strip() == bar.text.strip():
            bar.say(error_line(error, bar.indent, bar.size.width))
        else:
            bar.say(error_line(QueryError(error.hint, bar.text, 0), bar.indent, bar.size.width))

    def _say_help(self) -> None:
        bar = self._screen.search
        examples = searching.query_help()
        bar.say(help_pieces(examples, bar.indent, bar.size.width or self._screen.app.size.width))

    def find_excerpts(self) -> None:
        """Have it found where in the mails in sight the words are; a later call ends this one."""
        self._screen.spawn(self._find_excerpts, group="excerpts", is_exclusive=True)

    async def _find_excerpts(self) -> None:
        screen = self._screen
        session, view = screen.session, screen.session.view
        excerpts = Excerpts(session.mail, view)
        rows = screen.list.lacking_excerpts() if excerpts.is_needed else ()
        for row in rows:
            await asyncio.sleep(max(0.0, screen.key_at + REST_S - time.monotonic()))
            excerpt = await asyncio.to_thread(excerpts.of, row)
            if session.view.query is not view.query:
                return
            if excerpt is None and row.row_id in session.by_server:
                excerpt = _BY_SERVER
            if excerpt is not None:
                screen.list.put_excerpt(row.row_id, excerpt)

    def _searched(self) -> View:
        """Return the search shown. Raises UserError where none is."""
        view = self._screen.session.view
        if view.query is None:
            key = self._screen.key("search")
            raise UserError(f"Nothing is searched for; {key} begins a search.")
        return view

    def _change_order(self) -> None:
        view = self._searched()
        order = Order.DATE if view.order is Order.RELEVANCE else Order.RELEVANCE
        self._views.open(reading.ordered(view, order))
        best = order is Order.RELEVANCE
        self._screen.say(Safe("What fits best comes first." if best else "Newest first."))

    def _step(self, step: int) -> None:
        screen = self._screen
        self._searched()
        before = screen.list.model.cursor
        screen.invoke("message.next" if step > 0 else "message.previous", count=abs(step))
        if screen.list.model.cursor == before:
            screen.whisper(Safe(f"There is no {'further' if step > 0 else 'earlier'} match."))
