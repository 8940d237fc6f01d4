"""Going to what has not been read: in the list shown, in other mailboxes, in other accounts."""

import asyncio
from functools import partial

from tuimail.model.ids import RowId
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part
from tuimail.ui.render.tree import TreeEntry, next_to_read

from .opening import Opening
from .views import Views

_ALL_READ = Safe("Everything here has been read.")


class Unread:
    """Finds the next mail, or mailbox, that wants to be read."""

    def __init__(self, screen: MainScreen, views: Views, opening: Opening) -> None:
        self._screen, self._views, self._opening = screen, views, opening

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        registry.handle("next.unread", lambda _: ask(self._next_here))
        registry.handle("next.unread.anywhere", lambda _: ask(self._next_anywhere))
        registry.handle("next.unread.mailbox", lambda _: self._next_mailbox())

    async def _next_here(self) -> None:
        """Go on in this list; where all of it is read, say where there is more."""
        if self._opening.goes_on_in_thread() or await self._goes_to_unread():
            return
        elsewhere = self._elsewhere()
        key, words = self._screen.key("next.unread.anywhere"), _words(elsewhere)
        self._screen.say(_ALL_READ, Safe(f"{key} goes on in {words}") if words else Safe(""))

    async def _next_anywhere(self) -> None:
        """Go on in this list, then in the mailbox that is to be read next."""
        screen = self._screen
        if not screen.shows_outbox and (
            self._opening.goes_on_in_thread() or await self._goes_to_unread()
        ):
            return
        elsewhere = self._elsewhere()
        if elsewhere is None or elsewhere.mailbox_id is None:
            screen.say(Safe("Everything has been read, in all mailboxes."))
            return
        session = screen.session
        session.before_search = None
        view = reading.mailbox_view(session.mail, elsewhere.mailbox_id, session.grouping)
        screen.do(partial(self._views.show, view))
        await screen.jobs.settled()
        if not session.contents.is_whole:
            screen.do(self._views.reread)
            await screen.jobs.settled()
        if session.view.mailboxes == view.mailboxes and await self._goes_to_unread(from_top=True):
            screen.say(Safe(f"The next unread mail is in {_words(elsewhere)}."))

    async def _goes_to_unread(self, *, from_top: bool = False) -> bool:
        """Go to the next unread mail below the cursor, or begin at the top again."""
        screen = self._screen
        listed = screen.list
        after = -1 if from_top else listed.model.cursor
        shown, read = listed.model.ids[:], listed.read_rows()
        find = partial(reading.next_unread, screen.session.mail, screen.session.view)
        found: RowId | None = await asyncio.to_thread(find, shown, after, read)
        if found is None or found not in listed.model.ids:
            return False
        listed.move_to(listed.model.ids.index(found))
        row = listed.cursor_row
        if self._opening.is_reading and row is not None:
            self._opening.open(row, takes_keys=screen.active is Part.READER)
        return True

    def _elsewhere(self) -> TreeEntry | None:
        """Return the mailbox to read after the list shown, None where there is none."""
        screen = self._screen
        session = screen.session
        if not session.accounts:
            return None
        account = self._views.account_at_hand()
        return next_to_read(session.tree(), session.view.mailboxes, account)

    def _next_mailbox(self) -> None:
        if not self._screen.mailboxes.to_unread():
            self._screen.say(Safe("Everything has been read, in all mailboxes."))


def _words(entry: TreeEntry | None) -> Safe:
    """Say which mailbox that is, and how much there is to read; nothing where there is none."""
    if entry is None:
        return Safe("")
    return Safe(f"{safe_line(entry.account, 40)} / {entry.text} ({entry.number:,})")
