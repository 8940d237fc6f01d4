"""The Textual app: driver, theme, keys, workers. What is seen is `main_screen`'s."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from tuimail.config.logfile import without_message
from tuimail.config.profile import Profile
from tuimail.errors import StoreError, TuimailError, UserError
from tuimail.events import Event
from tuimail.model.safe import Safe, safe_line
from tuimail.services.mail import Mail

from .action_table import new_registry
from .boot import Painted
from .bridge import Bridge
from .chosen import chosen_keymap, chosen_theme
from .dispatch import Dispatcher
from .garbage import Sweeper, settle
from .handlers import Handlers
from .keys import KeyEngine, Keymap
from .main_screen import MainScreen
from .output import DiffDriver
from .paint_cache import keep_first_frame
from .render.panes import Part
from .render.tree import TreeEntry
from .session import Session
from .strips import Brush
from .themes import ThemeStyles, has_few_colours, theme_of
from .widgets.mailbox_tree import MailboxTree
from .widgets.message_list import MessageList
from .widgets.outbox_list import OutboxList
from .widgets.search_bar import SearchBar
from .widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from textual.worker import WorkType

    from .widgets.compose import Compose

LOG = logging.getLogger(__name__)
KEEP_EVERY_S = 2.0
DATES_EVERY_S = 60.0
"""What a crash can cost of what was typed."""
SWITCH_S = 0.001
"""How soon a thread that reads makes way for a key: a fifth of Python's own."""
ENDINGS = (signal.SIGHUP, signal.SIGTERM)
ENDING_S = 10.0
"""What was done has so long to be written when the program is told to end."""
RESTART_S = 2.0
"""Before work that never ends is begun again after a fault of the program."""


class MailApp(App[int], inherit_bindings=False):
    """Puts the screen, the handlers and the line to the background process together."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self, mail: Mail, painted: Painted | None, compose: str | None, *, uses_diff: bool
    ) -> None:
        sys.setswitchinterval(SWITCH_S)
        # Textual would make everything black where NO_COLOR meets a theme that is not the
        # terminal's own yet, as ours is only later.
        is_ansi = True if has_few_colours() else None
        super().__init__(driver_class=DiffDriver if uses_diff else None, ansi_color=is_ansi)
        if uses_diff:
            DiffDriver.painted = painted
            DiffDriver.shows_cursor = mail.config.settings.plain
        settings, profile = mail.config.settings, mail.profile
        self._profile: Profile = profile
        self._compose_at_start = compose
        session = Session(mail)
        session.show(session.view, session.read(session.view), is_unified=True)
        brush = Brush(theme_of(chosen_theme(profile, settings), profile.config_dir / "themes"))
        brush.is_plain = settings.plain
        registry = new_registry()
        keymap = chosen_keymap(profile, settings)
        self._bridge = Bridge(mail, self._take_events, self._store_changed)
        self.desk = MainScreen(session, brush, registry, keymap, self._bridge)
        self.handlers = Handlers(self.desk, self)
        self.dispatcher = Dispatcher(self.desk, KeyEngine(keymap), self._deliver_held)
        self._use_theme(brush.theme)

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return self.desk

    def on_mount(self) -> None:
        """Begin everything that is not needed for the first frame after it."""
        if isinstance(self._driver, DiffDriver):  # no other can do without its terminal
            for number in ENDINGS:
                asyncio.get_running_loop().add_signal_handler(number, self._end)
        self.app_resume_signal.subscribe(self, lambda _: self.forget_terminal())
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        keep_first_frame(self.desk, self.console.color_system)
        self._run_for_ever("jobs")
        self._run_for_ever("bridge")
        self.set_interval(KEEP_EVERY_S, self.handlers.keep)
        self.set_interval(DATES_EVERY_S, self.desk.list.renew_dates)
        self._collect_at_rest()
        self.desk.spawn(self.handlers.warm_up)
        self.desk.attempt(self.handlers.tell_mended)
        if self._compose_at_start is not None:
            address = self._compose_at_start
            self.desk.attempt(lambda: self.handlers.writing.begin(address))

    def _end(self) -> None:
        """The line to the terminal was cut, or the machine goes down: nobody can be asked."""
        self.desk.spawn(self._keep_and_leave, group="ending")

    async def _keep_and_leave(self) -> None:
        """Write what was done and what is being written, then leave."""
        try:
            await self.handlers.keep_now()
        except StoreError as error:
            LOG.warning("a draft could not be kept at the end: %s", type(error).__name__)
        if not await self.desk.jobs.settle(ENDING_S):
            LOG.warning("not all that was done could be written at the end")
        self.exit(0)

    def _collect_at_rest(self) -> None:
        settle()
        sweeper = Sweeper(time.monotonic())
        self.set_interval(KEEP_EVERY_S, lambda: sweeper.sweep(time.monotonic(), self.desk.key_at))

    def _run_for_ever(self, name: str) -> None:
        self.run_worker(self._work(name), name=name, group=name, exit_on_error=False)

    def _work(self, name: str) -> "WorkType[None]":
        return self.desk.jobs.run if name == "jobs" else self._run_bridge

    async def _run_bridge(self) -> None:
        ask = self.handlers.questions.secret
        await self._bridge.run(self._profile, ask, lambda: self.desk.key_at)

    async def on_event(self, event: events.Event) -> None:
        """Give keys to the key engine before any widget sees them."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.app_focus = True
            if self.dispatcher.takes(event):
                return
        await super().on_event(event)

    async def _deliver_held(self, event: events.Key) -> None:
        """Deliver a key that had to wait."""
        if not self.dispatcher.takes_now(event):
            await super().on_event(event)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of the program in the background: say it, write it down, go on."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        name = event.worker.name
        if name in ("jobs", "bridge"):
            self.set_timer(RESTART_S, lambda: self._run_for_ever(name))
        if isinstance(error, TuimailError):
            self.desk.fail(error)
            return
        if error is not None:
            LOG.error("fault in worker %s: %s", name, without_message(error))
        log = safe_line(str(self._profile.log))
        self.desk.warn(Safe(f"A fault in tuimail ({type(error).__name__}); {log} says more."))

    def change_theme(self, theme: ThemeStyles) -> None:
        """Draw everything in another theme."""
        self.desk.brush.theme = theme
        self.desk.overlays.theme = theme
        self._use_theme(theme)
        self.desk.refresh(layout=True)
        for widget in self.desk.walk_children():
            widget.refresh()

    def change_keymap(self, keymap: Keymap) -> None:
        """Look keys up elsewhere."""
        self.dispatcher.use(keymap)
        self.desk.use_keymap(keymap)

    def forget_terminal(self) -> None:
        """Draw everything anew, whatever the terminal shows."""
        if isinstance(self._driver, DiffDriver):
            self._driver.forget()
        self.refresh(repaint=True, layout=True)

    def send_to_terminal(self, sequence: str) -> None:
        """Send what the program itself asks of the terminal; the driver knows what may go."""
        if self._driver is not None:
            self._driver.write(sequence)

    def show_picture(self, sequence: str, row: int) -> None:
        """Have a picture drawn from the left of a row on; our own driver alone knows how."""
        if isinstance(self._driver, DiffDriver):
            self._driver.show_picture(sequence, row)

    def show_title(self, title: str) -> None:
        """Name the terminal's window until the screen is left."""
        if isinstance(self._driver, DiffDriver):
            self._driver.show_title(title)

    def toggle_mouse(self) -> bool:
        """Take the mouse, or leave it to the terminal; return whether it was taken."""
        if not isinstance(self._driver, DiffDriver):
            raise UserError('The mouse can be switched with output = "diff" alone.')
        return self._driver.toggle_mouse()

    def _use_theme(self, theme: ThemeStyles) -> None:
        self.register_theme(theme.textual)
        self.theme = theme.textual.name

    def _take_events(self, found: Sequence[Event]) -> None:
        self.handlers.take_events(found)

    def _store_changed(self) -> None:
        self.handlers.store_changed()

    # What the screen and its widgets tell

    async def on_main_screen_keys_released(self) -> None:
        """It is clear for whom the keys are that waited."""
        await self.dispatcher.deliver_held()

    def on_mailbox_tree_opened(self, message: MailboxTree.Opened) -> None:
        """A mailbox was clicked."""
        entry: TreeEntry = message.entry
        self.desk.attempt(lambda: self.handlers.views.open_entry(entry))

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        """A tab was clicked; what is asked about the mail being written is answered first."""
        if not self.desk.overlays.is_open:
            self.desk.attempt(lambda: self.handlers.tabs.go(message.index))

    def on_message_list_clicked(self, message: MessageList.Clicked) -> None:
        """A row was clicked: the first click goes there, the second opens."""
        if self.desk.active is not Part.LIST:
            self.desk.activate(Part.LIST)
        elif message.is_again:
            self.desk.attempt(self.handlers.opening.open_at_cursor)

    def on_message_list_lacks_excerpts(self) -> None:
        """Rows of a search came into sight."""
        self.handlers.finding.find_excerpts()

    def on_outbox_list_clicked(self, message: OutboxList.Clicked) -> None:
        """A row of the outbox was clicked."""
        message.stop()
        self.desk.activate(Part.LIST)

    def on_compose_sought(self, message: "Compose.Sought") -> None:
        """Somebody is being typed into an address field."""
        self.handlers.composing.seek(message.field, message.word)

    def on_search_bar_typed(self, message: SearchBar.Typed) -> None:
        """Look ahead while a search is typed."""
        self.handlers.finding.typed(message)

    def on_search_bar_ended(self, message: SearchBar.Ended) -> None:
        """A search was accepted or left."""
        self.desk.attempt(lambda: self.handlers.finding.ended(message))
        self.desk.held_keys.release({self.desk.search})
