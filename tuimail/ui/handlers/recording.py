"""Macros: recording what is done, and doing it again."""

import asyncio
from array import array
from functools import partial
from typing import Final

from tuimail.errors import TuimailError, UserError
from tuimail.model.macro import MAX_PLAYS, MAX_STEPS, Step
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.services import macros, undo
from tuimail.ui.actions import Call, Context, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals.ask_key import AskKey
from tuimail.ui.reach import MOVES
from tuimail.ui.widgets.list_model import ListModel

_WRITING: Final = (Context.COMPOSE, Context.REVIEW)
_AGAIN: Final = "@"
"""In place of a name: the macro played last."""
_SHOWN_CELLS: Final = 60
_OF_ROWS: Final = frozenset({Context.MESSAGE, Context.LIST})
"""Where actions are about the row under the cursor."""
_ENDS: Final = Safe("the list ends here.")


class Recording:
    """Records macros and plays them."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._name = ""
        """Of the macro being recorded."""
        self._last = ""
        """Of the macro played last."""
        self._is_past_end = False
        """Whether the macro being played has put away the last row, and the cursor went up."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        registry.handle("macro.record", self._record)
        registry.handle("macro.stop", lambda _: self._stop())
        registry.handle("macro.play", lambda call: ask(partial(self._choose, call)))

    def _record(self, call: Call) -> None:
        if self._screen.calls.recorded is not None:
            self._stop()
        else:
            self._screen.spawn_question(partial(self._begin, call.argument))

    async def _begin(self, name: str) -> None:
        screen = self._screen
        title = Safe("Record under which key?")
        name = name or await screen.ask(AskKey(title, self._known())) or ""
        if name[:1] == _AGAIN:
            raise UserError(f"{_AGAIN} stands for the macro played last: record under another key.")
        if name:
            self._name = name[0]
            screen.calls.recorded = []
            screen.recording = safe_line(f"recording {self._name}")
            screen.refresh_status()
            key = screen.key("macro.record")
            screen.say(safe_line(f"Recording {self._name}; {key} ends it."))

    def _stop(self) -> None:
        """Keep what was recorded; the call that ends it is no part of it."""
        screen = self._screen
        calls, screen.calls.recorded = screen.calls.recorded, None
        screen.recording = Safe("")
        screen.refresh_status()
        if calls is None:
            screen.whisper(Safe("No macro is being recorded."))
            return
        steps = tuple(_step(call) for call in calls if call.context not in _WRITING)
        if not steps:
            screen.say(Safe("Nothing was recorded."))
            return
        macros.keep_macro(screen.session.mail, self._name, steps[:MAX_STEPS])
        words = "1 step" if len(steps) == 1 else f"{min(len(steps), MAX_STEPS)} steps"
        key = screen.key("macro.play")
        left_out = "; what was written in mails is no part of it" if len(calls) > len(steps) else ""
        screen.say(safe_line(f"Macro {self._name}: {words}, {key} plays it{left_out}."))

    def _known(self) -> list[tuple[Safe, Safe]]:
        known = macros.known_macros(self._screen.session.mail)
        return [(safe_line(name), _words(steps)) for name, steps in known.items()]

    async def _choose(self, call: Call) -> None:
        """Play a macro: the one named, or under the key typed."""
        screen, name = self._screen, call.argument
        if not name:
            title = Safe("Play which macro?")
            again = [(ours(_AGAIN), safe_line(f"{self._last} again"))] if self._last else []
            name = await screen.ask(AskKey(title, [*again, *self._known()])) or ""
        if name == _AGAIN and self._last:
            name = self._last
        try:
            steps = self._steps_of(name)
        except TuimailError:
            screen.calls.forget(call)  # with it, what is recorded could never be played
            raise
        if not steps:
            screen.calls.forget(call)
            return
        screen.calls.answer(call, name)
        self._last = name
        screen.held_keys.hold(self)  # at once: what is typed by now comes after the macro
        screen.spawn(partial(self._play, name, steps, min(call.count, MAX_PLAYS)))

    def _steps_of(self, name: str) -> list[Step]:
        """Return what a macro does, nothing where none was named. Raises as `steps_to_play`."""
        screen = self._screen
        if screen.calls.recorded is not None and name == self._name:
            raise UserError("A macro cannot play itself.")
        return macros.steps_to_play(screen.session.mail, name) if name else []

    async def _play(self, name: str, steps: list[Step], count: int) -> None:
        """Do the steps, and make one undo of all; only then are later keys carried out."""
        screen = self._screen
        mail, undoing = screen.session.mail, Safe(f"{screen.key('undo')} takes all of it back")
        try:
            mark = await asyncio.to_thread(undo.begin_group, mail)
            try:
                said = await self._do(steps, count)
            except asyncio.CancelledError:
                screen.say(safe_line(f"Macro {name} was given up."), undoing)
                raise
            finally:
                await screen.jobs.settled()
                await asyncio.to_thread(undo.end_group, mail, mark)
            screen.say(safe_line(f"Macro {name} {said}"), undoing)
        finally:
            screen.held_keys.release({self})

    async def _do(self, steps: list[Step], count: int) -> Safe:
        """Do the steps one after the other, each once what came before is done; say how it went.

        Keys typed meanwhile wait; Esc gives up.
        """
        self._is_past_end = False
        with self._screen.held_keys.patience():
            for n in range(count):
                for step in steps:
                    self._screen.held_keys.hold(self)  # a question lets go of every key
                    if why := await self._stopped_at(step):
                        return Safe(f"stopped after {n} times: {why}" if n else f"stopped: {why}")
        return Safe(f"was played {count} times." if count > 1 else "was played.")

    async def _stopped_at(self, step: Step) -> Safe:
        """Do one step; return why the macro ends there, or nothing."""
        if why := self._why_not(step):
            return why
        screen, action = self._screen, self._screen.registry[step.action]
        call = Call(action, screen.context, step.count, step.has_count, step.argument)
        misses, view, model = screen.misses, screen.session.view, screen.list.model
        ids, cursor = model.ids, model.cursor
        screen.perform(call)
        await screen.jobs.at_rest()
        if screen.misses != misses:
            return safe_line(f"{action.id} could not be done.")
        is_move = action.id in MOVES or action.id in ("cursor.up", "page.up", "half.up")
        if is_move and call.context is Context.LIST and model.cursor == cursor:
            return _ENDS
        self._is_past_end = screen.session.view is view and fell_back(ids, cursor, model)
        return Safe("")

    def _why_not(self, step: Step) -> Safe:
        """Return why a step cannot be done here, or nothing."""
        screen = self._screen
        if step.action not in screen.registry:
            return safe_line(f"there is no {step.action} any more.")
        action = screen.registry[step.action]
        if not action.applies_in(screen.context):
            return safe_line(f"{action.id} does nothing here.")
        if Context.MESSAGE in action.contexts and screen.mail_at_hand() is None:
            return Safe("there is no mail left.")
        return _ENDS if self._is_past_end and _OF_ROWS.intersection(action.contexts) else Safe("")


def fell_back(before: "array[int]", cursor: int, after: ListModel) -> bool:
    """Return whether the row under a cursor went, and the cursor up as nothing followed it.

    `before` are the ids of the list as it was, `cursor` the index then.
    """
    if not before or after.cursor_id is None or after.cursor_id == before[cursor]:
        return False
    return after.cursor_id in before[:cursor] and before[cursor] not in after.ids


def _step(call: Call) -> Step:
    return Step(call.action.id, call.argument, call.count, call.has_count)


def _words(steps: tuple[Step, ...]) -> Safe:
    words = (f"{step.action} {step.argument}".strip() for step in steps)
    return safe_line(", ".join(words), _SHOWN_CELLS)
