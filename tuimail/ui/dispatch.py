"""Keys to actions: what the key engine makes of a key is carried out here."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from textual import events
from textual.timer import Timer

from tuimail.model.safe import Safe, ours, safe_line

from .actions import Call, Context
from .held_keys import GIVES_UP
from .hints import continuation_rows
from .key_names import ESC
from .keys import Cleared, Invoke, KeyEngine, Keymap, Miss, Pending
from .main_screen import MainScreen

Deliver = Callable[[events.Key], Awaitable[None]]

WHICH_KEY_S = 0.4
"""How long one may think about the second key before it is helped."""


ENDS_SEARCH: Final = ("enter", "escape")
"""Textual's names of the keys that end the typing of a search."""


_TURNS: Final = {"pagedown": 1, "pageup": -1}
"""Textual's names of the keys that turn the pages of which-key."""


class Dispatcher:
    """Feeds keys to the engine and carries out what comes of them."""

    def __init__(self, screen: MainScreen, engine: KeyEngine, deliver: Deliver) -> None:
        self._screen, self._engine, self._deliver = screen, engine, deliver
        self._timer: Timer | None = None
        self._held: list[events.Key] = []

    def use(self, keymap: Keymap) -> None:
        """Look keys up elsewhere from now on."""
        self._engine = KeyEngine(keymap)

    def takes(self, event: events.Key) -> bool:
        """Take a key; return whether no widget may see it."""
        self._screen.key_at = time.monotonic()
        if self._screen.held_keys or self._held:
            if event.key in GIVES_UP and self._screen.held_keys.give_up():
                self._held.clear()
            else:
                self._held.append(event)
            return True
        return self.takes_now(event)

    def takes_now(self, event: events.Key) -> bool:
        """Take a key though others may be waiting."""
        screen = self._screen
        if screen.overlays.is_open:
            if screen.overlays.press(event):
                screen.held_keys.hold(
                    screen.overlays
                )  # later keys are for what the answer leads to
            return True
        if screen.is_searching:
            is_kept = screen.search.keeps(event.key)
            if is_kept or event.key in ENDS_SEARCH:
                screen.held_keys.hold(screen.search)  # until it is clear what the end led to
            if is_kept:
                screen.search.keep()
            return is_kept
        turns = _TURNS.get(event.key)
        return bool(turns and screen.overlays.turn_which_key(turns)) or self._asks_engine(event)

    def _asks_engine(self, event: events.Key) -> bool:
        """Give a key to the engine and do what comes of it; return whether no widget may see it."""
        screen = self._screen
        context, key = screen.context, event.key
        pane = screen.compose_pane if context is Context.COMPOSE else None
        if pane is not None and pane.takes_key(key):
            return True
        outcome = self._engine.feed(context, key, time.monotonic())
        self._show_pending(context)
        match outcome:
            case Invoke():
                self._invoke(outcome, context)
                return True
            case Pending() | Cleared():
                return True
            case Miss():
                self._say_what_missed(outcome, context)
                return outcome.spent or context is not Context.COMPOSE

    def _say_what_missed(self, miss: Miss, context: Context) -> None:
        """Say that a key means nothing; to the one that ends other programs, which one does."""
        screen = self._screen
        if context in (Context.COMPOSE, Context.REVIEW) or miss.text == ESC:  # Esc may begin a key
            return
        if miss.text == "ctrl+c":
            screen.say_how_to_quit()
        else:
            typed = safe_line(miss.text, 40)
            screen.whisper(Safe(f"{typed} does nothing here; {screen.key('help')} lists the keys."))

    def _invoke(self, found: Invoke, context: Context) -> None:
        call = Call(
            self._screen.registry[found.action],
            context,
            found.count,
            found.has_count,
            found.argument,
        )
        self._screen.carry_out(call)

    async def deliver_held(self) -> None:
        """Deliver the keys that waited, in their order; one of them may make the others wait."""
        if self._screen.held_keys.take_void():
            self._held.clear()
        while self._held and not self._screen.held_keys:
            await self._deliver(self._held.pop(0))

    def _show_pending(self, context: Context) -> None:
        screen = self._screen
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        screen.overlays.hide_which_key()
        screen.pending_keys = ours(self._engine.pending)
        screen.refresh_status()
        if self._engine.pending and self._engine.continuations(context):
            self._timer = screen.set_timer(WHICH_KEY_S, lambda: self._help(context))

    def _help(self, context: Context) -> None:
        found = self._engine.continuations(context)
        rows = continuation_rows(self._screen.registry, found)
        self._screen.overlays.show_which_key(ours(self._engine.pending), rows)
