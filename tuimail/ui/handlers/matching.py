"""What a search matches in the list shown, and whole threads: found, selected, deleted, read."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from tuimail.errors import UserError
from tuimail.model.message import MessageRow
from tuimail.model.query import And
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.services.row_mails import of_threads
from tuimail.ui.actions import Argument, Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText
from tuimail.ui.mutt_patterns import searched
from tuimail.ui.render.panes import Part

from .completing import completions

Then = Callable[[Sequence[int]], Awaitable[None]]
"""Does something with the ids of rows that match, in the order of the list."""


_EVERYTHING: Final = And(())
"""A search of signs alone, `-` or `()`, names nothing and so would match all."""


class Matching:
    """Asks for a search and acts on what it finds among the rows of the list."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._found: frozenset[int] = frozenset()
        self._words = ""
        """What was looked for last in the list, or in the text of the open mail."""
        self._step = 1
        """Which way it was looked for: -1 is up."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("select.matching", lambda call: self._ask(call, "Select", self._select))
        registry.handle("select.except", lambda call: self._ask(call, "Unselect", self._unselect))
        registry.handle("delete.matching", self._delete)
        registry.handle("delete.thread", lambda _: self._with_thread("delete", is_unread=False))
        registry.handle("mark.thread", lambda _: self._with_thread("toggle.read", is_unread=True))
        registry.handle("find", lambda call: self._find(call, 1))
        registry.handle("find.back", lambda call: self._find(call, -1))
        registry.handle("find.next", lambda call: self._again(call.count))
        registry.handle("find.previous", lambda call: self._again(-call.count))

    def _ask(self, call: Call, title: str, then: Then) -> None:
        async def ask_and_do() -> None:
            screen = self._screen
            complete = partial(completions, screen, Argument.QUERY)
            text = call.argument or await screen.ask(AskText(Safe(title), complete=complete))
            if text:
                screen.calls.answer(call, text)
                self._words = text
                found = set(await self._matching(text))
                await then([row_id for row_id in screen.list.model.ids if row_id in found])

        self._screen.spawn_question(ask_and_do)

    async def _matching(self, text: str) -> Sequence[int]:
        session, words = self._screen.session, as_search(self._screen, text)
        if words.strip() and reading.search_view(session.mail, words).query == _EVERYTHING:
            raise UserError("There is nothing to look for in this search.")
        view = reading.search_view(session.mail, words, session.view)
        return await asyncio.to_thread(reading.view_ids, session.mail, view)

    async def _select(self, found: Sequence[int]) -> None:
        self._screen.list.select(found)
        self._say_how_many(found)

    async def _unselect(self, found: Sequence[int]) -> None:
        listed = self._screen.list
        listed.model.end_range()
        kept = listed.model.selected - set(found)
        listed.clear_selection()
        listed.select(list(kept))
        self._say_how_many(found)

    def _say_how_many(self, found: Sequence[int]) -> None:
        self._screen.refresh_status()
        if not found:
            self._screen.whisper(Safe("Nothing here matches."))

    def _delete(self, call: Call) -> None:
        async def delete(found: Sequence[int]) -> None:
            rows = await asyncio.to_thread(self._screen.list.rows_of, found)
            self._act_on("delete", rows)
            self._say_how_many(found)

        self._ask(call, "Delete", delete)

    def _with_thread(self, action_id: str, *, is_unread: bool) -> None:
        """Act on every mail of the thread at hand that this list stands for."""
        session, row = self._screen.session, self._screen.mail_at_hand()
        if row is None:
            return
        [rows] = of_threads(session.mail, session.view, [row])
        if is_unread:
            rows = [one for one in rows if one.is_unread]
        if not rows:
            self._screen.whisper(Safe("All of this thread has been read."))
        self._act_on(action_id, rows)

    def _act_on(self, action_id: str, rows: Sequence[MessageRow]) -> None:
        if rows:
            screen = self._screen
            screen.perform(Call(screen.registry[action_id], screen.context, about=tuple(rows)))

    def _find(self, call: Call, step: int) -> None:
        """Go to the next row that matches, or in the open mail to the next line with the words."""
        self._step = step
        if self._screen.active is Part.READER:
            self._screen.spawn_question(partial(self._find_in_mail, call))
            return

        async def go(found: Sequence[int]) -> None:
            self._found = frozenset(found)
            self._go(step)

        self._ask(call, "Find in this list", go)

    async def _find_in_mail(self, call: Call) -> None:
        screen = self._screen
        text = call.argument or await screen.ask(AskText(Safe("Find in this mail")))
        if text:
            screen.calls.answer(call, text)
            self._words = text
            mails = screen.reader.mails
            if mails is not None and mails.read_all is not None:
                await mails.read_all()
            self._again(1)

    def _again(self, count: int) -> None:
        """Go on to the next match, or the other way; in a list of what was found, along it."""
        screen = self._screen
        step = self._step * count
        if screen.active is Part.READER and self._words:
            self._find_further(step)
        elif self._found and not self._found.isdisjoint(screen.list.model.ids):
            self._go(step)
        else:
            search = "search.next" if count > 0 else "search.previous"
            screen.invoke(search, count=abs(count))

    def _find_further(self, step: int) -> None:
        """Go on in the open mail, round at its ends, and say which place this is."""
        reader, words = self._screen.reader, safe_line(self._words, 60)
        found = reader.find(self._words, step)
        if found is None:
            self._screen.whisper(Safe(f"“{words}” is not in this mail."))
        else:
            self._screen.say(Safe(f"“{words}” {found.number}/{found.total}"))

    def _go(self, step: int) -> None:
        """Put the cursor on a match; beyond the last one, begin again at the other end."""
        listed = self._screen.list
        places = [n for n, row_id in enumerate(listed.model.ids) if row_id in self._found]
        others = [n for n in places if n != listed.model.cursor]
        if not others:
            only = "Nothing else here matches." if places else "Nothing here matches."
            self._screen.whisper(Safe(only))
            return
        for _ in range(abs(step)):
            at = listed.model.cursor
            below = [n for n in others if n > at] if step > 0 else [n for n in others if n < at]
            listed.move_to((below or others)[0 if step > 0 else -1])
        self._screen.refresh_status()


def as_search(screen: MainScreen, text: str) -> str:
    """Return what was typed as a search: in the keymap `mutt` it may be a pattern."""
    return searched(text) if screen.keymap.head.patterns == "mutt" else text
