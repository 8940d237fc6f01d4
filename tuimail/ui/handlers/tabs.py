"""From tab to tab: parts of the inboxes, mails left open, drafts that are being written."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.draft import Draft
from tuimail.model.ids import DraftId
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe
from tuimail.services.whereabouts import row_again
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.open_tabs import OpenTab, mail_tab
from tuimail.ui.render.panes import Part

from .opening import Opening
from .splits import Splits

_ONE_TAB: Final = "Nothing else is open: {key} gives a mail a tab, :toggle.splits the inboxes."


class Tabs:
    """Goes from tab to tab, opens and closes them."""

    def __init__(
        self,
        screen: MainScreen,
        splits: Splits,
        opening: Opening,
        open_draft: Callable[[Draft], Awaitable[None]],
        set_aside: Callable[[], Awaitable[None]],
    ) -> None:
        """`set_aside` keeps the mail being written, if there is one, with a tab of its own."""
        self._screen, self._splits, self._opening = screen, splits, opening
        self._open_draft, self._set_aside = open_draft, set_aside

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("tab.open", lambda _: self._open())
        registry.handle("tab.next", lambda call: self._step(call.count))
        registry.handle("tab.previous", lambda call: self._step(-call.count))
        registry.handle("tab.go", self._go_to)
        registry.handle("tab.close", lambda _: self._close())

    def go(self, index: int) -> None:
        """Show a tab by its place, from 0; keys typed ahead wait for it."""
        screen, bar = self._screen, self._screen.tabs
        if not bar.is_needed and screen.compose_pane is None:
            raise UserError(_ONE_TAB.format(key=screen.key("tab.open")))
        count = bar.listed + len(bar.opened)
        if not 0 <= index < count:
            raise NotFound(f"There are {count} tabs.")
        opened = bar.opened[index - bar.listed] if index >= bar.listed else None

        async def going() -> None:
            try:
                await self._set_aside()
                if opened is None:
                    self._show_list(index)
                elif opened.row is None:
                    await self._go_on(opened)
                else:
                    await self._reopen(opened, opened.row)
            finally:
                screen.held_keys.release({going})

        screen.held_keys.hold(going)
        screen.do(going)

    def _show_list(self, index: int) -> None:
        """Show the list, or a part of the inboxes; a mail that has a tab stays behind there."""
        screen = self._screen
        opened = screen.reader.opened
        if opened is not None and screen.tabs.has(opened.key):
            screen.reader.clear()
        screen.activate(Part.LIST)
        if screen.tabs.parts:
            self._splits.show(screen.tabs.parts[index].shown)

    async def _go_on(self, tab: OpenTab) -> None:
        """Go on writing a draft that was set aside."""
        from tuimail.services import writing  # what writes mail is not loaded at the start

        mail = self._screen.session.mail
        try:
            draft = await asyncio.to_thread(writing.kept_draft, mail, DraftId(str(tab.what)))
        except NotFound:
            self._gone(tab, "This draft was sent or thrown away meanwhile.")
            return
        await self._open_draft(draft)

    async def _reopen(self, tab: OpenTab, row: MessageRow) -> None:
        """Show a mail again, as it is now and where it lies now."""
        now = await asyncio.to_thread(row_again, self._screen.session.mail, row)
        if now is None:
            self._gone(tab, "This mail is not here any more.")
            return
        self._screen.tabs.keep(mail_tab(now))
        self._opening.open(now)

    def _gone(self, tab: OpenTab, why: str) -> None:
        self._screen.tabs.drop(tab.what)
        self._screen.relayout()
        self._screen.warn(Safe(why))

    def _step(self, places: int) -> None:
        """Go on by places; a draft that has no tab yet counts as the last."""
        bar, pane = self._screen.tabs, self._screen.compose_pane
        count = bar.listed + len(bar.opened)
        is_beside = pane is not None and not bar.has(pane.draft.id)
        at = count if is_beside else bar.shown
        self.go((at + places) % (count + is_beside))

    def _go_to(self, call: Call) -> None:
        word = call.argument.strip()
        if not word and call.has_count:
            word = str(call.count)
        if not (word.isascii() and word.isdigit()):
            raise UserError("Say which tab by its number: tab.go 2")
        self.go(int(word) - 1)

    def _open(self) -> None:
        """Give the mail at hand a tab, and show it."""
        screen = self._screen
        row = screen.mail_at_hand()
        if row is None:
            raise UserError("There is no mail here.")
        if screen.active is not Part.READER or screen.reader.about is None:
            self._opening.open(row)
        opened = screen.reader.about or row  # of a folded thread, the mail that was opened
        screen.tabs.keep(mail_tab(opened))
        screen.relayout()
        back = screen.key("tab.previous")
        screen.whisper(Safe(f"It has a tab now; {back} goes to the one before."))

    def _close(self) -> None:
        screen = self._screen
        if screen.compose_pane is not None:
            screen.invoke("compose.postpone")
        elif screen.reader.row is not None or screen.reader.has_page:
            self._opening.close(with_tab=True)
        elif screen.session.view.slice is not None:
            self._splits.show(None)
        else:
            screen.whisper(Safe("Nothing is open here."))
