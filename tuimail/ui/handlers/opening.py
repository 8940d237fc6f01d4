"""Opening mail: fetch what is not here, show it, mark it as read as the setting says."""

import asyncio
from contextlib import ExitStack
from dataclasses import replace

from tuimail.errors import NetworkError, TuimailError
from tuimail.events import AccountChanged, Connection
from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.model.settings import MarkSeen
from tuimail.services import delivery, reading, rendering, triage
from tuimail.ui.actions import Call, Context, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part
from tuimail.ui.roles import StyleRole

from .filtering import by_filter
from .judging import Judging
from .views import Views

SEEN_DELAY_S = 2.0
"""What `mark_seen = "delayed"` means."""
HOLD_S = 0.03
"""How long a mail's head waits for its text, so that both come in one frame."""
READING_S = 0.15
"""How long a mail is read before that is said."""
_BEING_READ = Safe("The mail is being read …")
_MAX_AROUND = 16
"""As many mails as are kept aside (`store.aside`)."""
_FETCHING = Safe("The text is being fetched …")
_COMES_LATER = Safe(
    "The mail is not on this computer yet; left open, it is fetched as soon as that can be."
)
_ONLINE = frozenset({Connection.SYNCING, Connection.IN_STEP})


class Opening:
    """Opens and closes mail in the reader."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views
        self.prefers_html = False
        self.judging = Judging(screen)
        self._held = ExitStack()
        """Ends when what is drawn of the mail being opened may be seen."""
        self._beginning: RenderedMail | None = None
        """What is shown of a long mail while the rest of it is read."""
        self._around: dict[MessageKey, MessageRow] = {}
        """Of mails that lie inside of others, the one around each."""
        self._waiting_for: MessageRow | None = None
        """A mail that could not be fetched because the server could not be reached."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("message.open", self._open)
        registry.handle("message.back", lambda _: self._back())
        registry.handle("message.next", lambda call: self._step(call.count))
        registry.handle("message.previous", lambda call: self._step(-call.count))
        registry.handle("reader.down", lambda _: self._scroll_down())
        registry.handle("reader.up", lambda _: self._scroll_up())

    def _open(self, call: Call) -> None:
        """Open what is under the cursor; with a number, go to that mail of the list."""
        if call.has_count and call.context is Context.LIST:
            self._screen.invoke("cursor.top", count=call.count)
        else:
            self.open_at_cursor()

    def open_at_cursor(self) -> None:
        """Open what is under the cursor of the pane that has the keys."""
        screen = self._screen
        if screen.active is Part.MAILBOXES:
            self._views.open_entry(screen.mailboxes.cursor_entry)
        elif screen.shows_outbox:
            screen.invoke("delivery")
        elif (row := screen.list.cursor_row) is not None:
            if screen.session.lies_in(row, Role.DRAFTS):
                screen.invoke("edit.as.new")
            else:
                self.open(row)

    def open(self, row: MessageRow, *, takes_keys: bool = True) -> None:
        """Show a mail; of a folded thread the oldest that is unread, or the newest."""
        screen = self._screen
        if row.thread_count > 1:
            row = self._unread_in(row) or replace(row, thread_count=1)
        self._hold_frame()
        screen.reader.show_words(row, Safe(""), StyleRole.DIM)
        if takes_keys:
            screen.activate(Part.READER)
        else:
            screen.relayout()
        self.reload()

    def open_inside(self, inner: MessageRow, outer: MessageRow) -> None:
        """Show a mail that lies inside of another, which is gone back to."""
        self._around[inner.key] = outer
        while len(self._around) > _MAX_AROUND:
            del self._around[next(iter(self._around))]
        self.open(inner)

    def _hold_frame(self) -> None:
        """Draw nothing until the text is there, or it is clear that it takes longer.

        A head over nothing costs a frame more, which is what is paid for over a slow line.
        """
        self._held.close()
        self._held = held = ExitStack()
        held.enter_context(self._screen.app.batch_update())
        self._screen.set_timer(HOLD_S, held.close)

    def _unread_in(self, row: MessageRow) -> MessageRow | None:
        """Return the oldest unread mail of a folded thread; what is open of it counts as read."""
        session, opened = self._screen.session, self._screen.reader.row
        is_open = opened is not None and opened.thread_id == row.thread_id
        after = opened.row_id if opened is not None and is_open else 0
        return reading.unread_of_thread(session.mail, session.view, row, after)

    def goes_on_in_thread(self) -> bool:
        """Open the next unread mail of the folded thread that is open; False if there is none."""
        opened, row = self._screen.reader.row, self._screen.list.cursor_row
        if opened is None or row is None or row.thread_count == 1:
            return False
        later = self._unread_in(row) if row.thread_id == opened.thread_id else None
        if later is not None:
            self.open(later, takes_keys=self._screen.active is Part.READER)
        return later is not None

    def reload(self) -> None:
        """Show the open mail as it is now in the store; of a conversation, all its mails."""
        row, mails = self._screen.reader.row, self._screen.reader.conversation
        if mails is not None:
            mails.forget_texts()
            self._screen.reader.go_on()
        elif row is not None:
            self._screen.spawn(lambda: self._load(row), group="reader", is_exclusive=True)

    def show_again(self) -> None:
        """Show the open mail after what stood in its place, or the conversation where it was."""
        if self._screen.reader.conversation is not None:
            self._screen.reader.go_on()
        else:
            self.reload()

    def take_body(self, key: int) -> None:
        """A body has arrived: show it if it is the one waited for."""
        reader = self._screen.reader
        if reader.conversation is not None:
            if reader.conversation.retry(MessageKey(key)):
                reader.draw_mails()
        elif reader.row is not None and reader.row.key == key and reader.mail is None:
            self.reload()

    def take_failure(self, key: int, hint: Safe) -> None:
        """A body cannot be had: say why where its text would be."""
        reader = self._screen.reader
        if reader.conversation is not None:
            return  # who asked for it says so
        if reader.row is not None and reader.row.key == key and reader.mail is None:
            reader.show_words(reader.row, hint, StyleRole.ERROR)

    def take_sent(self, outgoing: OutgoingId) -> None:
        """Something became of a sent mail: say so in its head if it is open."""
        sent = self._screen.reader.sent
        if sent is not None and sent.id == outgoing:
            self._screen.spawn(lambda: self._renew_sent(outgoing), group="sent")

    async def _renew_sent(self, outgoing: OutgoingId) -> None:
        now = await asyncio.to_thread(delivery.show, self._screen.session.mail, outgoing)
        sent = self._screen.reader.sent
        if sent is not None and sent.id == outgoing:
            self._screen.reader.renew_sent(now)

    def take_connection(self, event: AccountChanged) -> None:
        """An account can be reached again: fetch the open mail that waits for that."""
        waiting, reader = self._waiting_for, self._screen.reader
        if waiting is None or waiting.account != event.account or event.connection not in _ONLINE:
            return
        self._waiting_for = None
        if reader.mail is None and reader.row is not None and reader.row.key == waiting.key:
            self.reload()

    async def _load(self, row: MessageRow) -> None:
        """Show a mail once its text is here, unless it was left meanwhile."""
        screen = self._screen
        mail, sent = await self._render(row)
        if mail is None and self._is_open(row):
            screen.reader.show_words(row, _FETCHING, StyleRole.DIM)
            try:
                await screen.bridge.body(row.key)
            except TuimailError as error:
                self._say_why_not(row, error)
                return
            mail, sent = await self._render(row)
        if not self._is_open(row):
            return
        if mail is None:
            again = screen.key("message.open")
            words = Safe(f"The text could not be read from the store; {again} tries again.")
            screen.reader.show_words(row, words, StyleRole.ERROR)
            return
        self._show(row, mail, sent)
        self.judging.judge(row)
        await self._mark_seen(row)

    def all_of(self, row: MessageRow) -> RenderedMail | None:
        """Return a mail as it was read already, where it is the open one and read to its end."""
        shown = self._screen.reader.mail
        return shown if self._is_open(row) and shown is not self._beginning else None

    @property
    def is_reading(self) -> bool:
        """Whether a mail is open, or the keys are on a page about one."""
        reader = self._screen.reader
        has_keys = self._screen.active is Part.READER
        return reader.opened is not None or (has_keys and reader.about is not None)

    def _is_open(self, row: MessageRow) -> bool:
        opened = self._screen.reader.row
        return opened is not None and opened.key == row.key

    def _say_why_not(self, row: MessageRow, error: TuimailError) -> None:
        if not self._is_open(row):
            return
        words = safe_line(error.hint, 400)
        if isinstance(error, NetworkError):
            self._waiting_for = row
            words = Safe(f"{words} {_COMES_LATER}")
        self._screen.reader.show_words(row, words, StyleRole.ERROR)

    async def _render(self, row: MessageRow) -> tuple[RenderedMail | None, OutgoingRow | None]:
        """Return the mail as it is read, and what became of it where it was sent from here."""
        mail, prefer_html = self._screen.session.mail, self.prefers_html
        asker, loop = rendering.Asker(), asyncio.get_running_loop()

        def show(beginning: RenderedMail, sent: OutgoingRow | None) -> None:
            if not asker.has_given_up and self._is_open(row):
                self._show(row, beginning, sent)
                self._beginning = beginning

        def read() -> tuple[RenderedMail | None, OutgoingRow | None]:
            sent = delivery.sent_here(mail, row)

            def show_soon(beginning: RenderedMail) -> None:
                loop.call_soon_threadsafe(show, beginning, sent)

            waiting = rendering.Waiting(asker, show_soon)
            return reading.rendered_for(mail, row, waiting, prefer_html=prefer_html), sent

        waiting = self._screen.set_timer(READING_S, lambda: self._say_it_is_read(row, asker))
        try:
            shown, sent = await asyncio.to_thread(read)
            if shown is not None:
                shown = await by_filter(self._screen, row, shown, prefer_html=prefer_html)
            return shown, sent
        except rendering.GivenUp:
            raise asyncio.CancelledError from None
        finally:
            waiting.stop()
            asker.give_up()

    def _say_it_is_read(self, row: MessageRow, asker: rendering.Asker) -> None:
        """Say why nothing is to be seen yet."""
        reader = self._screen.reader
        if not asker.has_given_up and self._is_open(row) and reader.mail is None:
            reader.show_words(row, _BEING_READ, StyleRole.DIM)

    def _show(self, row: MessageRow, mail: RenderedMail, sent: OutgoingRow | None) -> None:
        reader = self._screen.reader
        if reader.mail is not None and reader.mail is self._beginning:
            self._beginning = None
            reader.complete(mail)
            return
        reader.warned_more = Safe(f"{self._screen.key('warnings')} shows all of them")
        reader.sent_more = Safe(f"{self._screen.key('delivery')} shows all of it")
        reader.fold_key = Safe(self._screen.key("quotes.fold"))
        reader.show_mail(row, mail, sent)
        self._held.close()

    def note_read(self, row: MessageRow) -> None:
        """A mail was read: mark it as the setting says."""
        self._screen.spawn(lambda: self._mark_seen(row))

    async def _mark_seen(self, row: MessageRow) -> None:
        setting = self._screen.session.mail.config.settings.mark_seen
        if setting is MarkSeen.NEVER or not row.is_unread:
            return
        if setting is MarkSeen.DELAYED:
            await asyncio.sleep(SEEN_DELAY_S)
            opened = self._screen.reader.row
            if opened is None or opened.row_id != row.row_id:
                return
        self._screen.list.mark_read(row)
        self._screen.do(lambda: self._write_seen(row))

    async def _write_seen(self, row: MessageRow) -> None:
        screen = self._screen
        session = screen.session
        await asyncio.to_thread(session.deed, lambda: triage.mark_opened(session.mail, row.ref))
        screen.bridge.push()
        await self._views.settle()

    def _back(self) -> None:
        """Leave one thing at a time, the nearest first."""
        screen = self._screen
        if screen.hint.clear_notice():
            return
        if screen.active is Part.MAILBOXES:
            screen.activate(Part.LIST)
        elif screen.reader.shows and screen.active is Part.READER:
            self.show_again()
        elif (behind := self._behind()) is not None and screen.active is Part.READER:
            self._leave_for(behind)
        elif screen.reader.row is not None or screen.reader.has_page:
            self.close(with_tab=screen.active is Part.READER)
        elif screen.list.model.has_choice:
            screen.list.clear_selection()
            screen.refresh_status()
        elif screen.shows_outbox:
            screen.show_list("list")
            screen.activate(Part.LIST)
        elif screen.session.before_search is not None:
            view, is_unified = screen.session.before_search
            screen.session.before_search = None
            self._views.open(view, is_unified=is_unified)
        else:
            screen.say_how_to_quit()

    def _leave_for(self, behind: MessageRow) -> None:
        """Go back to a mail or to the conversation it was read in; one inside keeps no tab."""
        reader = self._screen.reader
        if reader.row is not None:
            self._screen.tabs.drop(reader.row.key)
        if reader.behind_page is not None:
            reader.show_conversation(reader.behind_page)
        else:
            left = reader.left
            self.open(behind)
            reader.left = left

    def _behind(self) -> MessageRow | None:
        """Return the mail to go back to: the one around the open one, or behind a page."""
        reader = self._screen.reader
        around = self._around.get(reader.row.key) if reader.row is not None else None
        return around or reader.behind

    def close(self, *, with_tab: bool) -> None:
        """Close the open mail and all that stands in its place; one inside, for the one around."""
        screen, opened = self._screen, self._screen.reader.opened
        around = None
        if with_tab and opened is not None:
            screen.tabs.drop(opened.key)
            around = self._around.get(opened.key)
        if around is not None:
            self.open(around)
        else:
            screen.reader.clear()
            screen.activate(Part.LIST)

    def _step(self, step: int) -> None:
        """Go to another mail; it is opened if one was open."""
        screen = self._screen
        if screen.active is Part.READER and screen.reader.step(step):
            return
        if screen.shows_outbox or (step == 1 and self.goes_on_in_thread()):
            return
        was_open = self.is_reading
        before = screen.list.model.cursor
        screen.list.move_by(step)
        row = screen.list.cursor_row
        if was_open and row is not None and screen.list.model.cursor != before:
            self.open(row, takes_keys=screen.active is Part.READER)

    def _scroll_down(self) -> None:
        """Read on: the open mail, and at its end the next one."""
        screen = self._screen
        row = screen.list.cursor_row
        if screen.reader.has_page:
            screen.reader.page(1)
        elif screen.reader.row is None:
            if row is not None:
                self.open(row, takes_keys=screen.is_one_pane)
        elif not screen.reader.page(1):
            self._step(1)

    def _scroll_up(self) -> None:
        self._screen.reader.page(-1)
