"""The one screen: its panes, who has the keys, what the bottom lines say.

Handlers act on it; it draws nothing itself and asks no service but for the rows of its list.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from tuimail.errors import TuimailError
from tuimail.model.ids import DraftId, MessageKey, RowId
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe

from .actions import Call, Context, Registry
from .bridge import Bridge
from .call_log import CallLog
from .held_keys import HeldKeys
from .hints import first_keys, key_for
from .jobs import Jobs
from .keys import Keymap
from .modals import Overlays
from .offers import offers, steps_at_hand
from .render.panes import Part, Showing, is_one_pane
from .render.status import StatusFacts
from .render.welcome import empty_reader, no_account
from .render.wrap import Row
from .session import Contents, Session
from .strips import Brush
from .widgets.bars import HintLine, Rule, StatusLine, TitleLine
from .widgets.mailbox_tree import MailboxTree
from .widgets.message_list import MessageList
from .widgets.outbox_list import OutboxList
from .widgets.panes import Panes
from .widgets.reader import Reader
from .widgets.search_bar import SearchBar
from .widgets.tab_bar import TabBar
from .working_screen import WorkingScreen

if TYPE_CHECKING:
    from textual.timer import Timer

    from .widgets.compose import Compose

REST_S = 0.3
"""Without a move, before what is in sight is fetched ahead of others."""
_NOTHING = Safe("")


class MainScreen(WorkingScreen):
    """Mailboxes, a list, a reader or a mail being written, and two lines below."""

    DEFAULT_CSS = """
    MainScreen { layers: base above; overflow: hidden hidden; }
    """
    AUTO_FOCUS = None

    class KeysReleased(Message):
        """It is clear for whom the keys are that waited."""

    def __init__(
        self, session: Session, brush: Brush, registry: Registry, keymap: Keymap, bridge: Bridge
    ) -> None:
        super().__init__("main")
        self.session, self.brush, self.registry = session, brush, registry
        self.keymap, self.bridge = keymap, bridge
        self.active = Part.LIST
        self.key_at = 0.0
        """When a key was pressed last, by the steady clock in seconds; 0 before the first.
        From the first key on nothing but a key opens a question."""
        self.is_reviewing = False
        """Whether keys act on the mail being written rather than type."""
        self.before_compose = Part.LIST
        """The pane that had the keys before a mail was begun."""
        self.countdown = Safe("")
        self.pending_keys = Safe("")
        self.recording = Safe("")
        """The macro being recorded, as the status line says it."""
        self.jobs = Jobs(self.fail)
        self.on_counted: Callable[[], None] = lambda: None
        """Called when other counts of mail are known."""
        self.is_searching = False
        self.held_keys = HeldKeys(lambda: self.post_message(self.KeysReleased()))
        self.held_keys.hold(self)  # mounting gives the keys to the list
        self.calls = CallLog()
        self._rest_timer: Timer | None = None
        self._steps: list[str] = []
        """What can be done about the sent mail at hand, as the hints say."""
        self._make_widgets()

    def _make_widgets(self) -> None:
        session, brush = self.session, self.brush
        settings = session.mail.config.settings
        self.list = MessageList(brush, session.contents.ids, self._fetch, self._list_moved)
        self.list.look = session.look()
        self.list.depths, self.list.model.own = session.contents.depths, session.contents.own
        self.tabs = TabBar(brush)
        self.tabs.put(session.contents.tabs, session.tab_shown(), session.place())
        self.title_line = TitleLine(brush, self._facts())
        self.mailboxes = MailboxTree(brush, session.tree())
        self.reader = Reader(
            brush,
            settings.wrap_columns,
            self._welcome(),
            self.refresh_status,
            folds_quotes=settings.fold_quotes,
        )
        self.outbox = OutboxList(brush)
        self.compose_pane: Compose | None = None
        self.search = SearchBar(brush)
        self.status = StatusLine(brush, self._facts())
        self.hint = HintLine(brush)
        self.tree_rule = Rule(brush, id="tree_rule")
        self.reader_rule = Rule(brush, id="reader_rule")
        self.panes = Panes()
        self.overlays = Overlays(brush.theme)
        self.overlays.is_plain = brush.is_plain
        self.panes.showing = self._showing()
        if not session.accounts:
            self.list.empty_text = Safe("No account yet.")

    def _welcome(self) -> Sequence[Row]:
        """Return what stands in the reader while no mail is open."""
        if self.session.accounts:
            return empty_reader(first_keys(self.registry, self.keymap))
        config_file = self.session.mail.profile.config_file
        return no_account(config_file, key_for(self.keymap, "quit", Context.LIST))

    def use_keymap(self, keymap: Keymap) -> None:
        """Name other keys from now on."""
        self.keymap = keymap
        self.reader.greet(self._welcome())
        self.refresh_hints()

    def compose(self) -> Iterator[Widget]:
        """Yield the panes with everything in them, and what lies above."""
        with self.panes:
            yield self.list
            yield self.tabs
            yield self.title_line
            yield self.outbox
            yield self.mailboxes
            yield self.tree_rule
            yield self.reader_rule
            yield self.reader
            yield self.search
            yield self.status
            yield self.hint
        yield self.overlays

    def on_mount(self) -> None:
        """Give the keys to the list, also those typed ahead of the first frame."""
        self.activate(self.active)
        self.held_keys.release({self})

    # Who has the keys

    @property
    def context(self) -> Context:
        """Where a key is looked up now."""
        if self.active is Part.COMPOSE:
            return Context.REVIEW if self.is_reviewing else Context.COMPOSE
        if self.active is Part.READER and self.reader.story is not None:
            return Context.OUTBOX
        if self.shows_outbox and self.active is Part.LIST:
            return Context.OUTBOX
        return {
            Part.MAILBOXES: Context.MAILBOXES,
            Part.READER: Context.READER,
        }.get(self.active, Context.LIST)

    @property
    def shows_outbox(self) -> bool:
        """Whether the outbox stands in the list's place."""
        return self.panes.list_id == "outbox"

    def mail_at_hand(self) -> MessageRow | None:
        """Return the mail that a key is about: the open one if the reader has the keys."""
        if self.active is Part.READER and self.reader.about is not None:
            return self.reader.about
        return None if self.shows_outbox else self.list.cursor_row

    @property
    def is_one_pane(self) -> bool:
        """Whether only one pane is seen at a time."""
        return self.brush.is_plain or is_one_pane(self.app.size.width)

    def activate(self, part: Part) -> None:
        """Give the keys to a pane, and show it."""
        self.active = part
        self.list.set_active(is_active=part is Part.LIST)
        self.outbox.set_active(is_active=part is Part.LIST)
        self.mailboxes.set_active(is_active=part is Part.MAILBOXES)
        if part is not Part.COMPOSE:
            self.set_focus(None)
        self.relayout()
        self.refresh_hints()
        self.refresh_status()

    def turn_to_reader(self) -> None:
        """Give the keys to the reader; who writes a mail meanwhile goes on writing."""
        if self.compose_pane is None:
            self.activate(Part.READER)

    def show_list(self, list_id: str) -> None:
        """Put messages (`list`) or mail on its way (`outbox`) in the list's place."""
        self.panes.show(self._showing(), list_id)
        self.relayout()
        self.refresh_hints()

    def relayout(self) -> None:
        """Lay the panes out as things stand."""
        self.tabs.point(self._at_hand())
        showing = self._showing()
        self.panes.show(showing, self.panes.list_id)
        boxes = self.panes.boxes(self.app.size)
        rule = boxes.get(Part.READER_RULE)
        self.tree_rule.join(rule.y if rule and rule.height == 1 else None)
        if self.brush.is_plain:
            self.title_line.say(self._facts())

    def _at_hand(self) -> MessageKey | DraftId | None:
        """Return what is read or written now; None where the keys are about the list."""
        if self.compose_pane is not None:
            return self.compose_pane.draft.id
        row = self.reader.about if self.active is Part.READER else None
        return row.key if row is not None else None

    def _showing(self) -> Showing:
        return Showing(
            active=self.active,
            has_mail=self.reader.row is not None or self.reader.has_page,
            has_compose=self.compose_pane is not None,
            has_search=self.is_searching,
            is_welcome=not self.session.accounts,
            is_plain=self.session.mail.config.settings.plain,
            has_tabs=bool(self.tabs.parts) and not self.shows_outbox,
            has_open=bool(self.tabs.opened),
        )

    # What the bottom lines say

    def refresh_status(self) -> None:
        """Say how things stand."""
        self.status.say(facts := self._facts())
        if self.brush.is_plain:
            self.title_line.say(facts)
            self.place_cursor()
        depends_on_cursor = self.context in (Context.OUTBOX, Context.MAILBOXES)
        if depends_on_cursor or (self.is_mounted and steps_at_hand(self) != self._steps):
            self.refresh_hints()

    def refresh_hints(self) -> None:
        """Offer what can be done here; what was said elsewhere makes way, a fault does not."""
        if self.hint.has_passing and self.context is not self.noticed_in:
            self.hint.clear_notice()
        self._steps = steps_at_hand(self)
        self.hint.show_hints(offers(self))

    def place_cursor(self) -> None:
        """Put the terminal's cursor on the row that the keys are about, for voices to read."""
        panes = {
            Part.LIST: self.outbox if self.shows_outbox else self.list,
            Part.MAILBOXES: self.mailboxes,
            Part.READER: self.reader,
        }
        pane = panes.get(self.active)
        if pane is not None and self.is_mounted and not self.overlays.is_open:
            self.app.cursor_position = pane.region.offset + Offset(0, pane.cursor_line)

    def _facts(self) -> StatusFacts:
        session = self.session
        shown = StatusFacts(
            place=session.place(),
            tab=self.tabs.told,
            pending_keys=self.pending_keys,
            recording=self.recording,
            countdown=self.countdown,
            waiting=session.contents.waiting,
            failed=session.contents.failed,
            reading=self.reader.progress if self.active is Part.READER else _NOTHING,
            sync=tuple(session.states.values()),
            housework=session.housework,
            now=int(time.time()),
            is_plain=self.brush.is_plain,
        )
        if self.is_mounted and self.shows_outbox:
            total = len(self.outbox.rows)
            return replace(shown, place=Safe("Outbox"), position=self.outbox.position, total=total)
        model, contents = self.list.model, session.contents
        shown = replace(shown, position=model.position, total=len(model), flagged=contents.flagged)
        shown = replace(shown, has_more=not contents.is_whole, new_above=model.new_above)
        return replace(shown, unread=contents.unread or 0, selected=model.count_chosen)

    # What is done

    def carry_out(self, call: Call) -> None:
        """Carry an action out; what it raises of ours becomes a notice."""
        self.calls.note(call)
        self.perform(call)

    def perform(self, call: Call) -> None:
        """Carry an action out as a part of what was asked for, which alone can be repeated."""
        self.attempt(partial(self.registry.handler(call.action.id), call))

    def invoke(self, action_id: str, *, count: int = 0, argument: str = "") -> None:
        """Carry an action out by its name, as a part of another."""
        self.perform(self.call_of(action_id, count, argument))

    def call_of(self, action_id: str, count: int = 0, argument: str = "") -> Call:
        """Return the call of an action by its name, here."""
        action = self.registry[action_id]
        return Call(action, self.context, max(1, count), count > 0, argument)

    # What the widgets ask and tell

    def take(self, contents: Contents, *, is_new: bool) -> None:
        """Show what was read of the store."""
        session = self.session
        self.mailboxes.put(session.tree())
        self.on_counted()
        self.list.depths, self.list.model.own = contents.depths, contents.own
        self.tabs.put(contents.tabs, session.tab_shown(), session.place())
        self.relayout()
        self.list.has_excerpts = session.view.query is not None
        self.list.model.set_newest_first(is_newest_first=session.view.is_newest_first)
        if is_new:
            self.list.show(
                contents.ids,
                shows_recipients=session.shows_recipients,
                shows_account=session.shows_account,
            )
            self.mailboxes.mark_shown(session.tree_index())
        else:
            self.list.reload(contents.ids, contents.rows)
            opened = self.reader.row
            for row in self.list.rows_of([opened.row_id]) if opened else ():
                self.reader.renew(row.flags)
        self.refresh_status()

    def _fetch(self, row_ids: Sequence[RowId]) -> Sequence[MessageRow]:
        try:
            return self.session.rows(self.session.view, row_ids)
        except TuimailError as error:
            self.fail(error)
            return []

    def _list_moved(self) -> None:
        """Say where the cursor is; have what is in sight fetched once the eye comes to rest."""
        self.refresh_status()
        if self._rest_timer is not None:
            self._rest_timer.stop()
        self._rest_timer = self.set_timer(REST_S, self._want_visible)

    def _want_visible(self) -> None:
        self.bridge.want_bodies([row.key for row in self.list.visible_rows()])
