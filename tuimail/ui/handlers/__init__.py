"""What each action does, one module per area. Only `mail_app` may enter."""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from tuimail.events import Event, NewMail, RoleAsked
from tuimail.model.draft import Draft
from tuimail.model.ids import AccountName
from tuimail.model.safe import Safe
from tuimail.services import rendering
from tuimail.services.mail import mended_for_screen
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen

from .announcing import Announcing
from .appearance import Appearance
from .asking import Asking
from .conversations import Conversations
from .copying import Clipboard, Copying
from .exporting import Exporting
from .files import Files
from .finding import Finding
from .folds import Folds
from .front import Front
from .hosts import Hosts
from .images import Images
from .inside import Inside
from .invitations import Invitations
from .later import Later
from .links import Links
from .lists import Lists
from .looks import Looks
from .mailboxes import Mailboxes
from .matching import Matching
from .moving import Moving
from .news import News
from .opening import Opening
from .operations import Operations
from .other_programs import OtherPrograms
from .outbox import Outbox
from .patches import Patches
from .program import Program
from .questions import Questions
from .receipts import Receipts
from .recording import Recording
from .saved import Saved
from .selecting import Selecting
from .sent import UndoWindow
from .settings import Settings
from .showing import Showing
from .sorting import Sorting
from .splits import Splits
from .tabs import Tabs
from .threads import Threads
from .together import Together
from .triage import Triage
from .undoing import Undoing
from .unread import Unread
from .unsubscribing import Unsubscribing
from .views import Views
from .warnings import Warnings

if TYPE_CHECKING:
    from .composing import Composing
    from .next_steps import NextSteps
    from .writing import Writing

WARM_UP_S = 1.0
"""After the first frame, before what reading and writing a mail need is imported."""
_WRITING = (
    "compose", "reply", "reply.all", "reply.list", "forward", "redirect", "edit.as.new",
    "goto.drafts",
)  # fmt: skip
_COMPOSING = (
    "compose.send", "compose.attach", "compose.detach", "compose.postpone", "compose.discard",
    "compose.editor", "compose.preview", "compose.identity", "compose.options", "compose.review",
    "compose.write",
    "compose.next.field", "compose.previous.field",
)  # fmt: skip
_NEXT_STEPS = (
    "outbox.correct", "outbox.retry", "outbox.smaller", "outbox.arrived", "outbox.known",
    "outbox.remind", "outbox.cancel", "outbox.edit", "outbox.report",
)  # fmt: skip


class Area(Protocol):
    """What carries out the actions of one area."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""


class Handlers:
    """All areas, put together."""

    def __init__(self, screen: MainScreen, front: Front) -> None:
        self.screen, self._front = screen, front
        self.views = Views(screen)
        self.questions = Questions(screen)
        self.opening = Opening(screen, self.views)
        self.undo_window = UndoWindow(screen, self.open_draft)
        self.outbox = Outbox(screen)
        self.announcing = Announcing(screen, front)
        screen.on_counted = self.announcing.retitle
        self._clipboard = Clipboard(screen, front.send_to_terminal)
        self.asking = Asking(screen, self.views)
        self.splits = Splits(screen, self.views)
        self.tabs = Tabs(screen, self.splits, self.opening, self.open_draft, self.set_aside)
        self.saved = Saved(screen, self.views, self.asking)
        self.finding = Finding(screen, self.views, self.saved, self.asking)
        self.news = News(screen, self.views, self.opening, self.outbox, self.undo_window)
        settings = Settings(screen, front.change_keymap)
        program = Program(screen, self.keep_now, front.forget_terminal)
        for area in (*self._areas(), program, Appearance(screen, front), settings):
            area.register(screen.registry)
        for action_id in (*_WRITING, *_COMPOSING):
            screen.registry.handle(action_id, self._first_writing)
        for action_id in _NEXT_STEPS:
            screen.registry.handle(action_id, self._first_next_step)

    def _areas(self) -> tuple[Area, ...]:
        """Return what is there from the start."""
        screen = self.screen
        triage = Triage(screen, self.views, self.opening, self.questions, self.undo_window)
        showing = Showing(screen, self.opening)
        self.together = Together(screen, showing, triage.mails)
        return (
            *self._reading(showing),
            Moving(screen),
            self.views,
            self.opening,
            Unread(screen, self.views, self.opening),
            Threads(screen, self.opening),
            Sorting(screen, self.views),
            Looks(screen),
            triage,
            Selecting(screen),
            Later(screen, self.views, triage),
            Undoing(screen, self.views, self.undo_window, self.saved.read),
            Exporting(screen, triage.mails),
            Mailboxes(screen, self.views),
            Operations(screen, self.views),
            self.finding,
            self.saved,
            self.splits,
            self.tabs,
            self.asking,
            self.together,
            Copying(screen, showing.at_hand, self._clipboard, triage.mails),
            self.outbox,
            Receipts(screen, self.views),
            self.questions,
            Recording(screen),
            Matching(screen),
            self.views.rest,
        )

    def _reading(self, showing: Showing) -> tuple[Area, ...]:
        """Return what is done with what is in a mail."""
        screen = self.screen
        images = Images(screen, showing, self._front)
        inside = Inside(screen, self.opening, showing)
        programs = OtherPrograms(screen, showing, images)
        return (
            showing,
            Files(screen, showing, programs, inside.open),
            programs,
            images,
            Folds(screen),
            Patches(screen, showing),
            inside,
            Conversations(screen, self.opening, showing),
            Warnings(screen, showing, self.opening.judging),
            Links(screen, showing.rendered, self._clipboard),
            Lists(screen, self.views, self.asking),
            Hosts(screen, showing),
            Unsubscribing(screen, showing.rendered, self._clipboard, self.open_draft),
            Invitations(screen, self.opening, showing),
        )

    @cached_property
    def composing(self) -> "Composing":
        """The mail being written; imported when there is one, or in a quiet moment."""
        from .composing import Composing

        area = Composing(self.screen, self.undo_window, self.questions)
        area.register(self.screen.registry)
        return area

    @cached_property
    def writing(self) -> "Writing":
        """What begins a mail; imported as `composing` is."""
        from .writing import Writing

        chosen = self.together.chosen
        area = Writing(self.screen, self.views, self.composing, chosen, self.opening)
        area.register(self.screen.registry)
        return area

    @cached_property
    def next_steps(self) -> "NextSteps":
        """What can be done about sent mail; imported as `composing` is."""
        from .next_steps import NextSteps

        area = NextSteps(self.views, self.outbox, self.opening, self.undo_window, self.open_draft)
        area.register(self.screen.registry)
        return area

    async def open_draft(self, draft: Draft) -> None:
        """Begin to write, or go on."""
        await self.composing.open(draft)

    async def set_aside(self) -> None:
        """Keep the mail being written, if there is one, with a tab of its own."""
        if self.screen.compose_pane is not None:
            await self.composing.set_aside()

    async def warm_up(self) -> None:
        """Import what writing needs, off the loop, so that the first `c` is quick as well."""
        self.announcing.retitle()
        self.saved.count_soon()
        await self.undo_window.restore()
        await self.news.tell_of_silence()
        await asyncio.sleep(WARM_UP_S)
        await asyncio.to_thread(import_module, "tuimail.services.trust")
        await asyncio.to_thread(import_module, "tuimail.ui.handlers.writing")
        await asyncio.to_thread(import_module, "tuimail.ui.handlers.next_steps")
        await asyncio.to_thread(import_module, "tuimail.ui.widgets.compose")
        await asyncio.to_thread(rendering.begin, self.screen.session.mail)

    def keep(self) -> None:
        """Have the mail being written kept, if there is one; called every two seconds."""
        if self.screen.compose_pane is not None:
            self.composing.keep()

    async def keep_now(self) -> None:
        """Write the mail being written down, if there is one."""
        if self.screen.compose_pane is not None:
            await self.composing.keep_now()

    def take_events(self, events: Sequence[Event]) -> None:
        """Act on what the background process told."""
        for event in events:
            if isinstance(event, RoleAsked):
                self.questions.take_role(AccountName(event.account), event.role)
            elif isinstance(event, NewMail):
                self.announcing.take(event)
        self.news.take(events)
        self.asking.take(events)
        self.saved.count_soon()

    def store_changed(self) -> None:
        """Somebody wrote to the store, or mended it: read again what is shown."""
        self.news.reread()
        self.saved.read()
        self.tell_mended()

    def tell_mended(self) -> None:
        """Say what had to be mended in the store; it stays until it is cleared."""
        sentences = mended_for_screen(self.screen.session.mail)
        if sentences:
            self.screen.warn(Safe(" ".join(sentences)))

    def _first_writing(self, call: Call) -> None:
        """Make what carries writing out; it takes the place of this."""
        assert self.writing is not None
        handler = self.screen.registry.handler(call.action.id)
        if handler != self._first_writing:
            handler(call)

    def _first_next_step(self, call: Call) -> None:
        """Make what carries next steps out; it takes the place of this."""
        assert self.next_steps is not None
        handler = self.screen.registry.handler(call.action.id)
        if handler != self._first_next_step:
            handler(call)
