"""What the background process tells: what to read again, how accounts stand, what it asks."""

from collections.abc import Sequence

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
    SendingChanged,
)
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.main_screen import MainScreen

from .opening import Opening
from .outbox import Outbox
from .sent import UndoWindow
from .views import Views

_ENGINE = "background process"
_NEWS_OF_SENT = {
    OutgoingState.ACCEPTED: "The server has taken your mail; delivery is not confirmed.",
    OutgoingState.DELIVERED: "Your mail was delivered.",
}
_BAD_NEWS_OF_SENT = {
    OutgoingState.REFUSED: "A mail was refused",
    OutgoingState.BOUNCED: "A mail came back",
    OutgoingState.UNCERTAIN: "A mail may or may not have been sent",
    OutgoingState.EXPIRED: "A mail could not be sent in time",
}


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
        if self._screen.shows_outbox:
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
        if state in _NEWS_OF_SENT:
            self._screen.say(Safe(_NEWS_OF_SENT[state]))
        elif state in _BAD_NEWS_OF_SENT:
            key = self._screen.key("goto.outbox")
            self._screen.warn(Safe(f"{_BAD_NEWS_OF_SENT[state]}; {key} says more."))
