"""Taking back what was done, and doing it again: mail, mailboxes, searches, drafts."""

import asyncio
from collections.abc import Callable

from tuimail.model.ids import AccountName, RowId
from tuimail.model.mailbox import MailboxChange
from tuimail.model.safe import Safe, safe_line
from tuimail.services import undo
from tuimail.services.mail import Mail
from tuimail.services.undo import ChangeMailbox, Touched, Undone
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.paint_cache import forget_paint_cache
from tuimail.ui.render.panes import Part

from .sent import UndoWindow
from .views import Views

Verb = Callable[[Mail, ChangeMailbox], Undone]


class Undoing:
    """Goes back through the journal, newest first, and forth again."""

    def __init__(
        self,
        screen: MainScreen,
        views: Views,
        undo_window: UndoWindow,
        read_searches: Callable[[], None],
    ) -> None:
        self._screen, self._views, self._undo_window = screen, views, undo_window
        self._read_searches = read_searches

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("undo", self._take_back_or_undo)
        registry.handle("redo", lambda call: self._undo(call, undo.redo))

    def _take_back_or_undo(self, call: Call) -> None:
        """Take back the newest: what was done, or a mail that is not sent yet."""
        if self._undo_window.is_open:
            self._screen.spawn_question(lambda: self._newest_back(call))
        else:
            self._undo(call, undo.undo)

    async def _newest_back(self, call: Call) -> None:
        await self._screen.jobs.settled()
        window = self._undo_window
        if not await window.is_newest():
            self._undo(call, undo.undo)
        elif window.is_open:
            await window.take_back()
        else:  # it was when the key was pressed: nothing else was meant
            self._screen.say(Safe("It is on its way already."))

    def _undo(self, call: Call, verb: Verb) -> None:
        for _ in range(call.count):
            self._screen.do(lambda: self._undo_once(verb))

    async def _undo_once(self, verb: Verb) -> None:
        screen = self._screen
        loop = asyncio.get_running_loop()

        def ask(account: AccountName, change: MailboxChange) -> None:
            asked = asyncio.run_coroutine_threadsafe(self._change(account, change), loop)
            asked.result()

        row_ids: frozenset[RowId] = frozenset()
        session = screen.session
        try:
            undone = await asyncio.to_thread(session.deed, lambda: verb(session.mail, ask))
            row_ids = undone.row_ids
            session.come_back(row_ids)
        finally:
            await self._views.settle(row_ids)
        screen.bridge.push()
        if undone.touched:
            await self._show(undone)
        if screen.active is not Part.READER:
            screen.list.seek(undone.row_ids)
        screen.say(safe_line(undone.sentence))
        await self._undo_window.show()

    async def _change(self, account: AccountName, change: MailboxChange) -> None:
        self._screen.say(Safe("The server is asked …"))
        await (await self._screen.bridge.link()).change_mailbox(account, change)

    async def _show(self, undone: Undone) -> None:
        """Show anew what is more than mail."""
        screen = self._screen
        if undone.touched & {Touched.CONFIGURATION, Touched.MAILBOXES}:
            screen.session.reload_config()
            screen.bridge.reload()
        if undone.touched & {Touched.SEARCHES, Touched.MAILBOXES}:
            self._read_searches()
        if Touched.SPLITS in undone.touched:
            forget_paint_cache(screen.session.mail.profile)  # its row of tabs is another one now
        await self._views.reread()
