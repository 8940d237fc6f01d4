"""Saved searches: kept from the search shown, opened, renamed, forgotten, and counted at rest."""

import asyncio
import time
from collections.abc import Callable

from tuimail.errors import NotFound, QueryError, UserError
from tuimail.model.safe import Safe, safe_line
from tuimail.model.saved_search import SavedSearch
from tuimail.services import reading, saved
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose, Confirm
from tuimail.ui.render.panes import Part
from tuimail.ui.render.tree import EntryKind

from .asking import Asking
from .views import REST_SHARE, Views

COUNT_EVERY_S = 2.0
"""So often saved searches are counted while mail comes in, and seldom where that takes long."""


class Saved:
    """Keeps searches under names."""

    def __init__(self, screen: MainScreen, views: Views, asking: Asking) -> None:
        self._screen, self._views, self._asking = screen, views, asking
        self._is_due = False
        self._counted_s = 0.0
        """How long the last counting took."""
        self._counted: tuple[object, ...] = ()
        """How the store was, and which searches there were, when they were counted last."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("search.save", lambda call: self.save(call.argument))
        registry.handle("goto.search", lambda call: self._with(call, "Go to search", self.open))
        registry.handle("search.rename", lambda call: self._at_hand(call, self._rename))
        registry.handle("search.forget", lambda call: self._at_hand(call, self._forget))
        self._stand_in(registry, "mailbox.rename", self._rename)
        self._stand_in(registry, "mailbox.delete", self._forget)

    def _stand_in(self, registry: Registry, action_id: str, act: Callable[[str], None]) -> None:
        """Let the keys for mailboxes act on the search under the cursor of the tree."""
        of_mailbox = registry.handler(action_id)

        def handle(call: Call) -> None:
            entry = self._screen.mailboxes.cursor_entry
            is_search = self._screen.active is Part.MAILBOXES and entry.kind is EntryKind.SAVED
            if is_search and not call.argument:
                act(entry.saved)
            else:
                of_mailbox(call)

        registry.handle(action_id, handle)

    def open(self, name: str) -> None:
        """Show a saved search."""
        session = self._screen.session
        session.before_search = None
        view = saved.saved_view(session.mail, name, session.grouping)
        self._views.open(view)
        self._asking.ask(view)

    def save(self, name: str = "") -> None:
        """Keep the search shown; a filter of one list as a search in its mailboxes."""
        view = self._screen.session.view
        if view.query is None:
            key = self._screen.key("search")
            raise UserError(f"Nothing is searched for; {key} begins a search.")
        query, before = saved.text_of(self._screen.session.mail, view), view.saved
        if name:
            self._keep(name, query)
            return

        async def ask() -> None:
            typed = await self._screen.ask(AskText(Safe("Keep this search as"), before))
            if typed:
                self._keep(typed, query)

        self._screen.spawn_question(ask)

    def count_soon(self) -> None:
        """Have unread mail counted again; asked for often, it is done seldom."""
        if not self._is_due and self._screen.session.saved:
            self._is_due = True
            pause = max(COUNT_EVERY_S, REST_SHARE * self._counted_s)
            self._screen.set_timer(pause, self._begin_counting)

    def read(self) -> None:
        """Show which searches there are now; somebody else may have kept one."""
        session = self._screen.session
        session.saved = {one.name.raw: one for one in saved.saved_searches(session.mail)}
        self._screen.mailboxes.put(session.tree())
        self.count_soon()

    def _begin_counting(self) -> None:
        self._is_due = False
        self._screen.spawn(self._count, group="saved", is_exclusive=True)

    async def _count(self) -> None:
        session, began = self._screen.session, time.monotonic()
        counted = (*reading.version(session.mail), *session.saved.values())
        if counted == self._counted:
            return  # nobody has written anything since
        for name, one in list(session.saved.items()):
            try:
                unread = await asyncio.to_thread(saved.unread_of, session.mail, one)
            except QueryError:
                unread = 0  # a mailbox of it may be gone: opening it says so
            session.unread_of_saved[name] = unread
        self._counted = counted
        self._counted_s = time.monotonic() - began
        self._screen.mailboxes.put(session.tree())

    def _keep(self, name: str, query: str) -> None:
        kept = saved.save_search(self._screen.session.mail, name, query)
        self.read()
        self._begin_counting()
        self.open(kept.name.raw)
        key = self._screen.key("goto.search") or Safe(":goto.search")
        self._screen.say(Safe(f"Kept as “{safe_line(kept.name)}”; {key} goes there."))

    def _at_hand(self, call: Call, act: Callable[[str], None]) -> None:
        """Act on the search under the cursor of the tree or the one shown; else ask which."""
        screen = self._screen
        entry = screen.mailboxes.cursor_entry
        if call.argument:
            act(call.argument)
        elif screen.active is Part.MAILBOXES and entry.kind is EntryKind.SAVED:
            act(entry.saved)
        elif screen.active is not Part.MAILBOXES and screen.session.view.saved:
            act(screen.session.view.saved)
        else:
            self._with(call, call.action.name, act)

    def _with(self, call: Call, title: str, act: Callable[[str], None]) -> None:
        """Act on the search that is named, or chosen."""
        if call.argument:
            act(call.argument)
            return
        searches = list(self._screen.session.saved.values())
        if not searches:
            raise NotFound(f"No search is kept yet; {self._keys()} keeps the one shown.")

        async def ask() -> None:
            choices = [_choice(one) for one in searches]
            name = await self._screen.ask(Choose(Safe(title), choices))
            if name is not None:
                self._screen.calls.answer(call, name)
                act(name)

        self._screen.spawn_question(ask)

    def _keys(self) -> Safe:
        return self._screen.key("search.save") or Safe(":search.save")

    def _rename(self, name: str) -> None:
        async def ask() -> None:
            title = Safe(f"Rename “{safe_line(name, 40)}” to")
            typed = await self._screen.ask(AskText(title, name))
            if typed:
                new = saved.rename_search(self._screen.session.mail, name, typed)
                self._changed(name, new.name.raw)
                self._screen.say(Safe(f"It is called “{safe_line(new.name, 40)}” now."))

        self._screen.spawn_question(ask)

    def _forget(self, name: str) -> None:
        async def ask() -> None:
            shown = safe_line(name, 40)
            question = Safe(f"Forget the search “{shown}”? The mails it finds stay.")
            if await self._screen.ask(Confirm(question)):
                saved.delete_search(self._screen.session.mail, name)
                self._changed(name, "")
                self._screen.say(Safe(f"The search “{shown}” is forgotten."))

        self._screen.spawn_question(ask)

    def _changed(self, name: str, new: str) -> None:
        """Show the searches anew; one that is shown goes by its new name, or to the inbox."""
        self.read()
        tree = self._screen.mailboxes
        if self._screen.active is Part.MAILBOXES and new:
            names = [entry.saved for entry in tree.entries]
            tree.move_to(names.index(new))
        session = self._screen.session
        if session.view.saved != name:
            return
        if new:  # it finds the same: cursor and keys stay where they are
            view = saved.saved_view(session.mail, new, session.grouping)
            session.show(view, session.contents, is_unified=False)
            tree.mark_shown(session.tree_index())
            self._screen.refresh_status()
        else:
            self._screen.invoke("goto.inbox")


def _choice(one: SavedSearch) -> Choice[str]:
    return Choice(one.name.raw, safe_line(one.name, 60), safe_line(one.query, 60))
