"""What each action does, one module per area. Only `app` may enter."""

from collections.abc import Sequence

from tuimail.events import Event
from tuimail.ui.main_screen import MainScreen

from .composing import Composing
from .finding import Finding
from .moving import Moving
from .news import News
from .opening import Opening
from .outbox import Outbox
from .program import Program
from .questions import Questions
from .sent import UndoWindow
from .showing import Showing
from .triage import Triage
from .views import Views
from .writing import Writing


class Handlers:
    """All areas, put together."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self.views = Views(screen)
        self.questions = Questions(screen)
        self.opening = Opening(screen, self.views)
        self.undo_window = UndoWindow(screen)
        self.composing = Composing(screen, self.undo_window)
        self.outbox = Outbox(screen, self.composing)
        self.triage = Triage(screen, self.views, self.opening, self.questions)
        self.finding = Finding(screen, self.views)
        self.writing = Writing(screen, self.views, self.composing)
        self.program = Program(screen)
        self.news = News(screen, self.views, self.opening, self.questions, self.outbox)
        self.views.open_outbox = self.outbox.open
        self.undo_window.reopen = self.composing.open
        self.triage.take_back = self.undo_window.take_back_if_open
        areas = (
            Moving(screen),
            self.views,
            self.opening,
            self.triage,
            self.finding,
            Showing(screen, self.opening),
            self.writing,
            self.composing,
            self.outbox,
            self.program,
        )
        for area in areas:
            area.register(screen.registry)

    def take_events(self, events: Sequence[Event]) -> None:
        """Act on what the background process told."""
        self.news.take(events)

    def store_changed(self) -> None:
        """Somebody wrote to the store: read again what is shown."""
        self.news.reread()
