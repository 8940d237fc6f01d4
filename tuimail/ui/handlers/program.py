"""What concerns the program: command line, palette, help, fetching, leaving."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tuimail.errors import ExitStatus, StoreError
from tuimail.model.ids import AccountName
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Argument, Call, Registry
from tuimail.ui.chosen import terminal_words
from tuimail.ui.jobs import Job
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import CommandLine, Confirm, Help, History, Palette
from tuimail.ui.render.dates import short_date
from tuimail.ui.render.panes import Part
from tuimail.ui.render.wrap import Row, wrap
from tuimail.ui.roles import StyleRole

from .completing import completions

PATIENCE_S: Final = 5.0
"""Leaving waits so long for what was done to be written before it asks."""


class Program:
    """Acts on the program as a whole."""

    def __init__(
        self,
        screen: MainScreen,
        keep_draft: Job,
        forget_terminal: Callable[[], None],
    ) -> None:
        self._screen, self._keep_draft = screen, keep_draft
        self._forget_terminal = forget_terminal
        self._stops = 0
        """How often fetching was stopped from here."""
        self._history = History(screen.session.mail.profile.state_dir / "commands")

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        screen = self._screen
        registry.handle("command", lambda _: screen.spawn_question(self._command))
        registry.handle("palette", lambda _: screen.spawn_question(self._palette))
        registry.handle("help", lambda _: screen.spawn_question(self._help))
        registry.handle("sync", lambda _: screen.spawn(self._sync_here, group="sync"))
        registry.handle("sync.all", lambda _: screen.spawn(self._sync_all, group="sync"))
        registry.handle("sync.stop", lambda _: self._stop_fetching())
        registry.handle("terminal", lambda _: self._say_terminal())
        registry.handle("log", lambda _: self._log())
        registry.handle("redraw", lambda _: self._forget_terminal())
        registry.handle("suspend", lambda _: screen.app.action_suspend_process())
        registry.handle("quit", lambda _: screen.spawn_question(self._quit))
        registry.handle("repeat", self._repeat)

    def _repeat(self, call: Call) -> None:
        screen = self._screen
        last = screen.calls.last
        if last is None:
            screen.whisper(Safe("There is nothing to repeat yet."))
            return
        count = call if call.has_count else last
        screen.carry_out(
            replace(last, context=call.context, count=count.count, has_count=count.has_count)
        )

    async def _command(self) -> None:
        screen = self._screen
        line = CommandLine(screen.registry, screen.context, self._history, self._complete)
        command = await screen.ask(line)
        if command is not None:
            screen.carry_out(screen.call_of(command.action_id, command.count, command.argument))

    def _complete(self, kind: Argument, typed: str) -> Sequence[str]:
        return completions(self._screen, kind, typed)

    async def _palette(self) -> None:
        screen = self._screen
        chosen = await screen.ask(Palette(screen.registry, screen.keymap, screen.context))
        if chosen is not None:
            screen.carry_out(screen.call_of(chosen))

    async def _help(self) -> None:
        screen = self._screen
        chosen = await screen.ask(Help(screen.registry, screen.keymap, screen.context))
        if chosen is not None:
            screen.carry_out(screen.call_of(chosen))

    async def _sync_here(self) -> None:
        row = self._screen.session.mailbox_of_view()
        if row is None:
            await self._sync_all()
            return
        await self._sync(row.account, row.name.raw)

    async def _sync_all(self) -> None:
        await self._sync(None, None)

    async def _sync(self, account: AccountName | None, mailbox: str | None) -> None:
        screen = self._screen
        screen.say(Safe("Looking for new mail …"))
        stops = self._stops
        passes = await screen.bridge.sync(account, mailbox)
        is_stopped = self._stops != stops
        if is_stopped:  # what the key that did it has said already
            passes = [done for done in passes if done.exit_status is not ExitStatus.NETWORK]
        hints = [safe_line(done.hint, 300) for done in passes if done.hint]
        if hints:
            screen.warn(Safe(" ".join(dict.fromkeys(hints))))
        if hints or is_stopped:
            return
        new = sum(mailbox.new for done in passes for mailbox in done.mailboxes)
        screen.say(Safe(f"{new:,} new." if new else "Nothing new."))

    def _stop_fetching(self) -> None:
        self._stops += 1
        self._screen.bridge.cancel()
        self._screen.say(
            Safe("Fetching was stopped; new mail still comes. Check for mail to go on.")
        )

    def _say_terminal(self) -> None:
        settings = self._screen.session.mail.config.settings
        self._screen.say(terminal_words(settings))

    def _log(self) -> None:
        said = list(reversed(self._screen.session.said))
        self._screen.reader.show_page(lambda width: _log_rows(said, width))
        self._screen.activate(Part.READER)

    async def _quit(self) -> None:
        """Close the screen once what was done is written; mail on its way goes on.

        A mail being written is kept.
        """
        screen = self._screen
        try:
            await self._keep_draft()
        except StoreError as error:
            question = Safe(f"{safe_line(error.hint, 200)} Leave without keeping it?")
            if not await screen.ask(Confirm(question)):
                return
        if not await screen.jobs.settle(PATIENCE_S):
            question = Safe("What you did is still being written. Leave without the rest?")
            if not await screen.ask(Confirm(question)):
                return
        screen.app.exit(0)


def _log_rows(said: Sequence[tuple[int, Safe]], width: int) -> list[Row]:
    now = int(time.time())
    rows: list[Row] = [[], [(Safe("Messages"), StyleRole.HEADING)], []]
    for at, sentence in said:
        when = Safe(f"{short_date(at, now):>7}  ")
        for n, row in enumerate(wrap(Line((Span(sentence),)), max(10, width - len(when) - 2))):
            margin = Safe(" " * len(when)) if n else when
            rows.append([(margin, StyleRole.DIM), *row])
    return rows
