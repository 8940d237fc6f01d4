"""Asking the servers too: what a search may find that is not here yet streams into its list."""

import secrets
from collections.abc import Sequence

from tuimail.errors import TuimailError
from tuimail.events import Event, Progress, ServerFound, Task
from tuimail.model.query import has_words
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.model.view import View
from tuimail.ui.actions import Call, Context, Registry
from tuimail.ui.main_screen import MainScreen

from .views import Views

_GROUP = "asking"


class Asking:
    """Has one search asked for at a time."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views
        self._search = ""
        """The name under which the search shown is asked for; empty when nothing is."""
        self._view: View | None = None
        self._counts: dict[str, tuple[int, int]] = {}
        """Of each account, how many mailboxes were asked, of how many."""
        self._is_told = False
        """Whether it was said that servers cannot be asked, once until they can."""

    @property
    def is_asking(self) -> bool:
        """Whether servers are being asked."""
        return bool(self._search)

    def register(self, registry: Registry) -> None:
        """Say what is carried out here: going back from the list stops a long asking first."""
        back = registry.handler("message.back")

        def stop_or_back(call: Call) -> None:
            is_shown = bool(self._screen.session.housework and self._counts)
            if not (is_shown and call.context is Context.LIST and self.stop()):
                back(call)

        registry.handle("message.back", stop_or_back)

    def ask(self, view: View) -> None:
        """Have the servers asked for a search that is being shown."""
        self.stop()
        if view.query is not None and has_words(view.query):
            self._screen.do(lambda: self._begin(view))

    def stop(self) -> bool:
        """Ask no further; return whether anything was asked."""
        if not self._search:
            return False
        self._screen.app.workers.cancel_group(self._screen.app, _GROUP)
        self._end()
        return True

    def take(self, events: Sequence[Event]) -> None:
        """Show what servers found, and how far they are."""
        if not self._search:
            return
        if self._view is None or self._screen.session.view.query is not self._view.query:
            self.stop()  # another list is shown by now
            return
        session = self._screen.session
        for event in events:
            match event:
                case ServerFound(search, _, rows) if search == self._search:
                    session.found |= frozenset(rows)
                    session.by_server |= frozenset(rows)
                    self._views.reread_soon()
                case Progress(account, Task.SEARCH, _, done, total):
                    self._counts[account] = done, total
                    self._tell()
                case _:
                    pass

    async def _begin(self, view: View) -> None:
        """Begin once the search is shown: what is found is added to its list."""
        if self._screen.session.view.query is view.query:
            self._search, self._view = secrets.token_hex(8), view
            self._screen.spawn(lambda: self._ask(view), group=_GROUP, is_exclusive=True)

    async def _ask(self, view: View) -> None:
        search = self._search
        assert view.query is not None
        try:
            link = await self._screen.bridge.link()
            await link.search(search, view.query, view.mailboxes)
        except TuimailError as error:
            self._fail(error)
        else:
            self._is_told = False
        if self._search == search:
            self._end()

    def _end(self) -> None:
        self._search, self._view = "", None
        self._counts.clear()
        self._say(Safe(""))

    def _fail(self, error: TuimailError) -> None:
        if not self._is_told:
            self._is_told = True
            hint = safe_line(error.hint, 300)
            self._screen.say(Safe(f"What is found here is shown; a server was not asked. {hint}"))

    def _tell(self) -> None:
        done, total = (sum(pair) for pair in zip(*self._counts.values(), strict=True))
        words = f"asking the server: {done:,} of {total:,} mailboxes" if done < total else ""
        self._say(ours(words))

    def _say(self, words: Safe) -> None:
        self._screen.session.housework = words
        self._screen.refresh_status()
