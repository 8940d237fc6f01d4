"""Keys to actions: what the key engine makes of a key is carried out here."""

import time
from collections.abc import Awaitable, Callable

from textual import events
from textual.timer import Timer

from tuimail.model.safe import ours

from .actions import Call, Context, Handler
from .handlers.program import Program
from .hints import continuation_rows
from .keys import Cleared, Invoke, KeyEngine, Miss, Pending
from .main_screen import MainScreen

Deliver = Callable[[events.Key], Awaitable[None]]

WHICH_KEY_S = 0.4
"""How long one may think about the second key before it is helped."""


class Dispatcher:
    """Feeds keys to the engine and carries out what comes of them."""

    def __init__(
        self, screen: MainScreen, engine: KeyEngine, program: Program, deliver: Deliver
    ) -> None:
        self._screen, self._engine, self._program = screen, engine, program
        self._deliver = deliver
        self._timer: Timer | None = None
        self._held: list[events.Key] = []
        self._is_holding = False
        screen.carry_out = self.carry_out
        screen.hold_keys, screen.release_keys = self._hold, self._release

    def takes(self, event: events.Key) -> bool:
        """Take a key; return whether no widget may see it."""
        self._screen.key_at = time.monotonic()
        if self._is_holding:
            self._held.append(event)
            return True
        return self.takes_now(event)

    def takes_now(self, event: events.Key) -> bool:
        """Take a key though others may be waiting."""
        screen = self._screen
        if screen.overlays.is_open:
            screen.overlays.press(event)
            return True
        if screen.is_searching:
            return False
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
            case Miss(spent=spent):
                if key == "ctrl+c" and context is not Context.COMPOSE:
                    self._say_how_to_leave(context)
                return spent or context is not Context.COMPOSE

    def _say_how_to_leave(self, context: Context) -> None:
        """Answer the key that ends other programs."""
        keys = self._screen.keymap.keys_for("quit", context)
        self._screen.say(ours(f"{' or '.join([*keys[:1], ':q'])} quits; mail on its way goes on."))

    def _invoke(self, found: Invoke, context: Context) -> None:
        action = self._screen.registry[found.action]
        self.carry_out(Call(action, context, found.count, found.has_count, found.argument))

    def carry_out(self, call: Call) -> None:
        """Carry an action out; what it raises of ours becomes a notice."""
        handler = self._screen.registry.handler(call.action.id)
        if handler is None:
            return
        self._program.note(call)
        self._screen.attempt(lambda: _carry(handler, call))

    def _hold(self) -> None:
        """Let keys wait: something is about to open that they are meant for."""
        self._is_holding = True

    def _release(self) -> None:
        """Deliver the keys that waited, in their order, before any later one."""
        if self._is_holding:
            self._screen.spawn(self._deliver_held, group="keys")

    async def _deliver_held(self) -> None:
        while self._held:
            await self._deliver(self._held.pop(0))
        self._is_holding = False

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


def _carry(handler: Handler, call: Call) -> None:
    handler(call)
