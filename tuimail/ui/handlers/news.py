"""What the background process tells: what to read again, how accounts stand, what it asks."""

import asyncio
from collections.abc import Sequence

from tuimail.errors import NotFound
from tuimail.events import (
    AccountChanged,
    BodyArrived,
    BodyFailed,
    Connection,
    EngineFound,
    EngineLost,
    Event,
    MailboxesChanged,
    MessagesChanged,
    NotTold,
    OperationsChanged,
    OutgoingChanged,
    Progress,
    ReminderDue,
    SendingChanged,
)
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Safe, safe_line
from tuimail.services import delivery, reminders
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.sent_news import bad_news, good_news, is_news, silence
from tuimail.ui.roles import StyleRole

from .opening import Opening
from .outbox import Outbox, news_of
from .sent import UndoWindow
from .views import Views

_ENGINE = "background process"


_AROUND = 10
"""Cells of a line that stand around a sentence and its offer."""


class News:
    """Takes events a few times a second."""

    def __init__(
        self,
        screen: MainScreen,
        views: Views,
        opening: Opening,
        outbox: Outbox,
        undo_window: UndoWindow,
    ) -> None:
        self._screen, self._views = screen, views
        self._opening, self._outbox = opening, outbox
        self._undo_window = undo_window

    def take(self, events: Sequence[Event]) -> None:
        """Act on a handful of events; what changes the list is read once."""
        rereads = False
        for event in events:
            rereads |= isinstance(
                event, MailboxesChanged | MessagesChanged | OperationsChanged | OutgoingChanged
            )
            self._take(event)
        if rereads:
            self.reread()
        self._screen.refresh_status()

    def reread(self) -> None:
        """Read again what is shown."""
        self._views.reread_soon()
        if self._screen.shows_outbox or self._screen.reader.story is not None:
            self._screen.do(self._outbox.reread)

    def _take(self, event: Event) -> None:
        match event:
            case AccountChanged():
                self._take_account(event)
            case Progress():
                self._screen.session.take_progress(event)
            case BodyArrived(key=key):
                self._opening.take_body(key)
            case BodyFailed(key=key, hint=hint):
                self._opening.take_failure(key, safe_line(hint, 400))
            case OutgoingChanged():
                self._take_outgoing(OutgoingId(event.outgoing_id), event.state)
            case ReminderDue(outgoing_id):
                self._screen.spawn(lambda: self._tell_of_silence(OutgoingId(outgoing_id)))
            case _:
                self._take_trouble(event)

    def _take_trouble(self, event: Event) -> None:
        match event:
            case OperationsChanged(hint=hint) if hint:
                self._screen.warn(safe_line(hint, 400))
            case SendingChanged(account=account, hint=hint):
                about = f"sending {account}"
                if hint:
                    words = f"{safe_line(account, 40)}: mail waits. {safe_line(hint, 400)}"
                    self._screen.warn(Safe(words), about=about)
                else:
                    self._screen.hint.settle(about)
            case NotTold(hint=hint):
                self._screen.warn(safe_line(hint, 400))
            case EngineLost(hint=hint):
                words = safe_line(hint, 300) or Safe("The background process ended.")
                self._screen.warn(words, about=_ENGINE)
            case EngineFound():
                self._screen.hint.settle(_ENGINE)
                self._screen.session.say(Safe("The background process is there."))
            case _:
                pass

    def _take_account(self, event: AccountChanged) -> None:
        self._screen.session.take_account(event)
        self._opening.take_connection(event)
        self._screen.mailboxes.put(self._screen.session.tree())
        if event.connection is Connection.STOPPED and event.hint:
            name = safe_line(event.account, 40)
            self._screen.warn(Safe(f"{name}: {safe_line(event.hint, 400)}"))

    def _take_outgoing(self, outgoing: OutgoingId, state: OutgoingState) -> None:
        self._undo_window.take_state(outgoing, state)
        self._opening.take_sent(outgoing)
        if is_news(state):
            self._screen.spawn(lambda: self._tell_of_sent(outgoing))

    async def tell_of_silence(self) -> None:
        """Say which mails had no answer by their day, as long as nobody has seen to that."""
        due = await asyncio.to_thread(reminders.due, self._screen.session.mail)
        if len(due) == 1:
            await self._tell_of_silence(due[0].mail.id)
        elif due:
            offer = Safe(f"{self._screen.key('goto.outbox')} shows them")
            words = Safe(f"{len(due)} mails have had no answer.")
            self._screen.warn(words, "silence", offer, StyleRole.WARNING)

    async def _tell_of_silence(self, outgoing: OutgoingId) -> None:
        row = await asyncio.to_thread(delivery.show, self._screen.session.mail, outgoing)
        self._screen.warn(silence(row), news_of(outgoing), self._offer(), StyleRole.WARNING)

    def _offer(self) -> Safe:
        """Name the key that tells the story, where it does that: not while a mail is written."""
        screen = self._screen
        works_here = screen.keymap.keys_for("delivery", screen.context)
        return Safe(f"{screen.key('delivery')} shows it" if works_here else "")

    async def _tell_of_sent(self, outgoing: OutgoingId) -> None:
        """Say in one line what became of a mail, and with which key all of it is shown."""
        screen = self._screen
        try:
            row = await asyncio.to_thread(delivery.show, screen.session.mail, outgoing)
        except NotFound:
            return  # it is gone by now
        if (good := good_news(row)) is not None:
            self._tell_calmly(good, news_of(outgoing))
            return
        offer = self._offer()
        bad = bad_news(row, screen.size.width - len(offer) - _AROUND)
        if bad is not None:
            is_open = row.state is OutgoingState.DELAYED  # it may arrive yet
            role = StyleRole.WARNING if is_open else StyleRole.ERROR
            screen.warn(bad, news_of(outgoing), offer, role)

    def _tell_calmly(self, good: Safe, about: str) -> None:
        """Say that a mail goes its way; what was said of it has ended, any other fault stays."""
        screen = self._screen
        screen.hint.settle(about)
        if screen.hint.has_lasting:
            screen.session.say(good)
        else:
            screen.say(good)
