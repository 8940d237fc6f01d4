"""The rest of a list whose first rows are shown: read beside the keys, waited for where needed."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final

from tuimail.model.safe import Safe
from tuimail.ui.actions import Call, Handler, Registry
from tuimail.ui.jobs import Job
from tuimail.ui.key_names import ESC
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.reach import MOVES, REACHES, SELECTS_FROM_CURSOR, Reach, rows_needed
from tuimail.ui.render.panes import Part
from tuimail.ui.roles import StyleRole

SAID_AFTER_S: Final = 0.2
"""A shorter wait is not worth a sentence."""
_WAITING: Final = Safe("The rest of the list is being read …")
_GONE: Final = Safe("What was meant is gone, so nothing was done.")
_ABOUT: Final = "the rest of the list"
_GROUP: Final = "rest"


class Rest:
    """Reads the rest of one list at a time, and lets what needs it wait."""

    def __init__(self, screen: MainScreen, reread: Job) -> None:
        """`reread` reads the list shown anew, all of it."""
        self._screen, self._reread = screen, reread
        self._came = asyncio.Event()
        """Of the list shown: set once its rest was read, or cannot be."""

    def register(self, registry: Registry) -> None:
        """Let actions wait that reach further than what is here; after all others registered."""
        for action_id in REACHES:
            registry.handle(action_id, partial(self._in_time, registry.handler(action_id)))

    def begin(self) -> None:
        """Have the rest of the list that was just shown read, if there is any."""
        self._came.set()  # nobody waits for a list that was left
        came = self._came = asyncio.Event()
        if self._screen.session.contents.is_whole:
            came.set()
        else:  # once the first rows are drawn: reading takes the processor from that
            self._screen.call_after_refresh(self._begin, came)

    def _begin(self, came: asyncio.Event) -> None:
        if came is self._came:
            self._screen.spawn(partial(self._read, came), group=_GROUP, is_exclusive=True)

    async def _read(self, came: asyncio.Event) -> None:
        """Read all, and show it if nothing was done meanwhile; else read it after what was."""
        screen = self._screen
        session, model = screen.session, screen.list.model
        view, part, asked = session.view, session.contents, screen.jobs.asked
        try:
            contents = await asyncio.to_thread(session.read, view, model.cursor_id, model.height)
            if screen.jobs.asked != asked or session.view is not view:
                screen.do(self._complete)
            elif session.contents is part:
                session.show(view, contents, is_unified=session.is_unified)
                screen.take(contents, is_new=False)
        finally:
            came.set()

    async def _complete(self) -> None:
        if not self._screen.session.contents.is_whole:
            await self._reread()

    def _in_time(self, handler: Handler, call: Call) -> None:
        """Carry an action out, once all rows are here that it needs."""
        if self._is_here(call):
            handler(call)
        else:
            self._screen.spawn_question(partial(self._wait, handler, call))

    def _is_here(self, call: Call) -> bool:
        screen = self._screen
        is_list = screen.active is Part.LIST and not screen.shows_outbox
        if screen.session.contents.is_whole or (call.action.id in MOVES and not is_list):
            return True
        model = screen.list.model
        has_selection = model.has_choice
        needed = rows_needed(call, model.cursor, model.height, has_selection=has_selection)
        return needed <= len(model)

    async def _wait(self, handler: Handler, call: Call) -> None:
        """Wait, then act: if the same list is shown still, and all of it could be read.

        Otherwise the keys typed meanwhile are void too: they were meant for where this leads.
        """
        screen, came, meant = self._screen, self._came, self._meant(call)
        with screen.held_keys.patience():
            await self._wait_for(came)
            if came is self._came and not screen.session.contents.is_whole:
                screen.do(self._complete)
                await screen.jobs.settled()
        is_here = came is self._came and screen.session.contents.is_whole
        if is_here and self._meant(call) == meant:
            handler(call)
            return
        screen.held_keys.void()
        if is_here:
            screen.whisper(_GONE)

    def _meant(self, call: Call) -> int | None:
        """Return the mail an action begins at; None where it is about what is selected, or all."""
        model, action_id = self._screen.list.model, call.action.id
        is_chosen = REACHES[action_id] is Reach.CHOSEN and not model.has_choice
        return model.cursor_id if is_chosen or action_id in SELECTS_FROM_CURSOR else None

    async def _wait_for(self, came: asyncio.Event) -> None:
        """Wait for the rest, and say so if it takes long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SAID_AFTER_S):
                await came.wait()
                return
        hint = self._screen.hint
        hint.show_notice(_WAITING, StyleRole.HINT, Safe(f"{ESC} gives up"), about=_ABOUT)
        try:
            await came.wait()
        finally:
            hint.settle(_ABOUT)
