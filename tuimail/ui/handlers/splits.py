"""The parts of the inboxes: which is shown, and what the splits are."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tuimail.errors import NotFound
from tuimail.model.safe import Safe, safe_line
from tuimail.model.split import Slice, Split
from tuimail.services import splits
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose, Confirm
from tuimail.ui.modals.ask_query import AskQuery
from tuimail.ui.paint_cache import forget_paint_cache

from .views import Views

_Act = Callable[[Split], None]


class Splits:
    """Shows parts of the inboxes, and makes and changes splits."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("toggle.splits", lambda _: self._toggle())
        registry.handle("split.create", self._create)
        registry.handle("split.query", lambda call: self._with(call, self._ask_query))
        registry.handle("split.rename", lambda call: self._with(call, self._rename))
        registry.handle(
            "split.later", lambda call: self._with(call, partial(self._move, call.count))
        )
        registry.handle(
            "split.earlier", lambda call: self._with(call, partial(self._move, -call.count))
        )
        registry.handle("split.remove", lambda call: self._with(call, self._remove))

    def show(self, part: Slice | None) -> None:
        """Show a part of the inboxes shown, all of it: a search in another part ends."""
        session = self._screen.session
        base, is_unified = session.before_search or (session.view, session.is_unified)
        session.before_search = None
        view = replace(base, slice=part, query=None, query_text="", others=frozenset())
        self._views.open(view, is_unified=is_unified)

    def _toggle(self) -> None:
        screen = self._screen
        mail = screen.session.mail
        on = not splits.are_on(mail)
        keys = f"{screen.key('tab.next')} and {screen.key('tab.previous')}"
        said = f"The inboxes are shown in parts; {keys} go from one to the next."
        said = said if on else "The inboxes are shown as one list."
        self._change(partial(splits.turn, mail, on=on), Safe(said))

    def _change(self, act: Callable[[], object], said: Safe | None = None) -> None:
        """Have splits changed, in a thread, and show the list anew; keys typed ahead wait."""
        screen = self._screen

        async def changing() -> None:
            try:
                await asyncio.to_thread(act)
                forget_paint_cache(screen.session.mail.profile)  # its row of tabs is another now
                await self._views.reread()
            finally:
                screen.held_keys.release({changing})
            if said is not None:
                screen.say(said)

        screen.held_keys.hold(changing)
        screen.do(changing)

    def _create(self, call: Call) -> None:
        screen = self._screen
        view = screen.session.view
        typed = call.argument or (view.query_text if view.query is not None else "")

        async def ask() -> None:
            mail = screen.session.mail
            query = await screen.ask(
                AskQuery(Safe("New split of"), typed, partial(splits.check, mail))
            )
            if not query:
                return
            name = await screen.ask(AskText(Safe("Call it")))
            if name:
                said = Safe(f"“{safe_line(name, 30)}” has a tab now.")
                self._change(partial(splits.add, mail, name, query), said)

        screen.spawn_question(ask)

    def _with(self, call: Call, act: _Act) -> None:
        """Act on the split that is named or shown, or let the person choose."""
        mail = self._screen.session.mail
        if call.argument:
            act(splits.named(mail, call.argument))
            return
        shown = splits.split_of(mail, self._screen.session.view.slice)
        if shown is not None:
            act(shown)
            return
        known = splits.splits(mail)
        if not known:
            key = self._screen.key("split.create")
            raise NotFound(f"There is no split yet; {key} makes one.")

        async def ask() -> None:
            choices = [Choice(one, safe_line(one.name), safe_line(one.query, 60)) for one in known]
            chosen = await self._screen.ask(Choose(Safe(call.action.name), choices))
            if chosen is not None:
                act(chosen)

        self._screen.spawn_question(ask)

    def _ask_query(self, split: Split) -> None:
        mail = self._screen.session.mail

        async def ask() -> None:
            title = Safe(f"Mails of “{safe_line(split.name, 30)}”")
            prompt = AskQuery(title, split.query, partial(splits.check, mail))
            query = await self._screen.ask(prompt)
            if query and query != split.query:
                self._change(partial(splits.change, mail, split, query=query))

        self._screen.spawn_question(ask)

    def _rename(self, split: Split) -> None:
        mail = self._screen.session.mail

        async def ask() -> None:
            title = Safe(f"Rename “{safe_line(split.name, 30)}” to")
            name = await self._screen.ask(AskText(title, split.name.raw))
            if name:
                self._change(partial(splits.change, mail, split, name=name))

        self._screen.spawn_question(ask)

    def _move(self, places: int, split: Split) -> None:
        mail = self._screen.session.mail
        self._change(partial(splits.move, mail, split, places))

    def _remove(self, split: Split) -> None:
        mail = self._screen.session.mail

        async def ask() -> None:
            shown = safe_line(split.name, 30)
            question = Safe(f"Remove the split “{shown}”? Its mails stay in the inboxes.")
            if await self._screen.ask(Confirm(question)):
                said = Safe(f"The split “{shown}” is removed.")
                self._change(partial(splits.remove, mail, split), said)

        self._screen.spawn_question(ask)
