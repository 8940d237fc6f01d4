"""What the screen is about: the open profile, the list shown, how accounts stand. No Textual."""

import time
from array import array
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from tuimail.config.load import load_config
from tuimail.events import AccountChanged, Connection, Progress, Task
from tuimail.model.ids import AccountName, MailboxId, RowId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.model.sort import Sort
from tuimail.model.view import Grouping, View
from tuimail.services import delivery, reading, saved, splits
from tuimail.services.freshness import Freshness
from tuimail.services.mail import Mail
from tuimail.services.sent_marks import marked
from tuimail.services.splits import Tab

from .pace import Pace
from .render.layout import RowLook
from .render.status import SyncState
from .render.tree import (
    EntryKind,
    Mine,
    TreeEntry,
    mailbox_title,
    saved_entries,
    tree_entries,
)

_T = TypeVar("_T")

MAX_TOUCHED: Final = 500
"""Where more messages were touched, reading all of a list takes no longer."""
MAX_SAID = 200
"""Sentences kept for the message log."""
_ONLINE = frozenset({Connection.SYNCING, Connection.IN_STEP})
_RECIPIENT_ROLES = frozenset({Role.SENT, Role.DRAFTS})


@dataclass(frozen=True, slots=True)
class Contents:
    """What one reading of the store gave."""

    ids: "array[int]"
    unread: int | None
    """None while only the beginning of a search is here."""
    mailboxes: tuple[MailboxRow, ...]
    waiting: int
    """Mails on their way."""
    failed: int = 0
    """Sent mails that want a person: they came back, or nobody knows whether they went."""
    drafts: int = 0
    """Mails begun and kept here."""
    rows: tuple[MessageRow, ...] = ()
    """Rows around the one asked for, so that drawing them need not read."""
    is_whole: bool = True
    """Whether the ids are all there are, not just the first."""
    flagged: int = 0
    """Flagged mails of a list that is no search."""
    tabs: tuple[Tab, ...] = ()
    """The parts in which inboxes are shown; none elsewhere, and where splits are off."""
    is_behind: bool = False
    """Whether only what was done here is in it, and somebody else has changed the list too."""
    depths: Mapping[int, int] = field(default_factory=dict)
    """How deep rows lie in unfolded threads; those at the top are left out."""
    own: frozenset[int] = frozenset()
    """Rows that are one's own answers, shown inside threads of other mailboxes."""


class Session:
    """State of the screen that is not drawn by one widget alone."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        grouping = Grouping.THREADS if mail.config.settings.threads else Grouping.FLAT
        self.grouping = grouping
        self._sorts: dict[tuple[MailboxId, ...] | None, Sort] = {}
        """How the person sorted each list; None is the inbox of all accounts."""
        inbox = replace(reading.unified_inbox(mail, grouping), sort=mail.config.settings.sort)
        self.view: View = reading.unfolding_unread(mail, inbox)
        self.is_unified = True
        """Whether the view is the inbox of all accounts, made anew as their mailboxes come."""
        self.before_search: tuple[View, bool] | None = None
        """The list to return to when a search ends, and whether it was unified."""
        self.found: frozenset[int] = frozenset()
        """Every row shown since the search shown was begun; empty where nothing is searched."""
        self.saved = {one.name.raw: one for one in saved.saved_searches(mail)}
        self.unread_of_saved: dict[str, int] = {}
        """As counted last; those of searches that are gone are of no account."""
        self.by_server: frozenset[int] = frozenset()
        """Rows of the search shown that a server found."""
        self.gone: set[int] = set()
        """Rows put away by hand in a search over everything, which finds them elsewhere."""
        self.gone_along: set[int] = set()
        """Those among them that stay where they are: their threads were put away without them."""
        self.contents = Contents(array("q"), 0, (), 0)
        self._freshness = Freshness()
        self.states = {
            account.name: SyncState(safe_line(account.name, 40), Connection.CONNECTING)
            for account in mail.config.accounts
        }
        self.housework = Safe("")
        """How far a task is that concerns no account, as `search index 431/2,000`."""
        self._pace = Pace()
        self.said: deque[tuple[int, Safe]] = deque(maxlen=MAX_SAID)

    def reload_config(self) -> None:
        """Take the accounts of config.toml as they are now; raises ConfigError.

        Settings stay as they were begun with, or changed while the program runs.
        """
        now, settings = load_config(self.mail.profile), self.mail.config.settings
        self.mail = replace(self.mail, config=replace(now, settings=settings))

    @property
    def accounts(self) -> tuple[AccountName, ...]:
        """Names of the accounts, in the order of config.toml."""
        return tuple(account.name for account in self.mail.config.accounts)

    def read(
        self, view: View, near: int | None = None, height: int = 0, rows: int | None = None
    ) -> Contents:
        """Read a view from the store; for a thread of its own, the list may be long.

        `near` is the row id at the cursor, `height` the rows of the window. `rows` says how many
        of the first rows are enough for now; None means all.
        """
        mailboxes = reading.mailboxes(self.mail)  # first: what changes meanwhile is noticed later
        listed = reading.listed(self.mail, view, rows)
        ids = self._staying(view, listed.ids, is_whole=listed.is_whole)
        place = ids.index(near) if near is not None and near in ids else 0
        around = ids[max(0, place - height) : place + height]
        unread = None
        if listed.is_whole or view.query is None:
            unread = reading.unread_count(self.mail, view, listed.messages)
        contents = self._about(view, ids, around, mailboxes)
        return replace(contents, unread=unread, is_whole=listed.is_whole)

    def renewed(self, ids: "array[int]", touched: Collection[int], near: range) -> Contents | None:
        """Return the list shown as deeds with the `touched` messages leave its rows `ids`.

        Nothing is read but these messages, the rows at the indices `near` and counters. None
        where that does not tell enough, so that all must be read. Only in step with `deed`.
        """
        view = self.view
        is_plain = not view.others or (bool(view.unfolded) and view.query is None)
        is_told = not touched or (len(touched) <= MAX_TOUCHED and is_plain)
        if not (is_told and self.contents.is_whole) or self.view_now() != view:
            return None
        mailboxes = reading.mailboxes(self.mail)
        if touched:
            gone = self.gone if view.query is not None and not view.mailboxes else frozenset[int]()
            now = reading.after_deeds(self.mail, view, ids, touched, self.found - gone)
            if now is None:
                return None
            ids = now if not gone else array("q", [i for i in now if i not in gone])
        contents = self._about(view, ids, ids[near.start : near.stop], mailboxes)
        if view.query is not None:  # what a search finds is changed by more than mailboxes
            return replace(contents, unread=self.contents.unread, is_behind=True)
        unread = reading.unread_count(self.mail, view, ids)
        is_behind = self._freshness.is_behind(mailboxes, view.thread_mailboxes)
        return replace(contents, unread=unread, is_behind=is_behind)

    def _about(
        self,
        view: View,
        ids: "array[int]",
        around: Sequence[int],
        mailboxes: Sequence[MailboxRow],
    ) -> Contents:
        """Read what stands beside a list's ids."""
        return Contents(
            ids,
            None,
            tuple(mailboxes),
            delivery.waiting(self.mail),
            delivery.needing_attention(self.mail),
            reading.drafts_kept(self.mail),
            tuple(self.rows(view, [RowId(row_id) for row_id in around])),
            depths=reading.depths(self.mail, view, ids),
            own=reading.own_answers(self.mail, view),
            tabs=splits.tabs(self.mail, view, mailboxes),
            flagged=reading.flagged_count(self.mail, view),
        )

    def deed(self, act: Callable[[], _T]) -> _T:
        """Do something with mails that the list shows by `renewed`; one at a time, in a thread."""
        return self._freshness.deed(self.mail, act)

    def rows(self, view: View, row_ids: Sequence[RowId]) -> Sequence[MessageRow]:
        """Return rows of a view; of sent mail and in what a search found, what became of it."""
        found = reading.rows(self.mail, view, row_ids)
        if view.query is None and self._role_of(view) is not Role.SENT:
            return found
        came_in = {row.id for row in self.contents.mailboxes if row.role in delivery.COMES_IN}
        return marked(self.mail, found, came_in)

    def _staying(self, view: View, ids: "array[int]", *, is_whole: bool) -> "array[int]":
        """Return the rows of the search shown as it stays open; those of another as they are.

        What does not match any more comes among all rows only: the first do not tell it.
        """
        if view.query is None or view.query is not self.view.query:
            return ids
        if is_whole:
            ids = reading.ids_kept(self.mail, view, ids, self.found, self.contents.ids)
        if self.gone and not view.mailboxes:
            ids = array("q", [row_id for row_id in ids if row_id not in self.gone])
        return ids

    def show(self, view: View, contents: Contents, *, is_unified: bool) -> None:
        """Take a view and what `read` gave of it."""
        if view.query is not self.view.query:
            self.found = self.by_server = frozenset()
            self.gone.clear()
            self.gone_along.clear()
        if view.query is not None:
            self.found |= frozenset(contents.ids)
        self.view, self.contents, self.is_unified = view, contents, is_unified
        self._freshness.was_read(contents.mailboxes)

    def come_back(self, row_ids: Collection[int]) -> None:
        """Show again what was put away and is taken back."""
        self.gone.difference_update(row_ids, self.gone_along)
        self.gone_along.clear()

    def renew(self, contents: Contents) -> None:
        """Take what `renewed` gave."""
        self.contents = contents

    def keep_sort(self) -> None:
        """Remember how the list shown is sorted, for when it is shown again."""
        if self.view.query is None:
            self._sorts[None if self.is_unified else self.view.mailboxes] = self.view.sort

    def sorted_as_before(self, view: View, *, is_unified: bool) -> View:
        """Return a list sorted as it was last, or as is set; a search as it says."""
        if view.query is not None:
            return view
        which = None if is_unified else view.mailboxes
        return replace(view, sort=self._sorts.get(which, self.mail.config.settings.sort))

    def view_now(self) -> View:
        """Return the view shown, with the inboxes and the splits there are by now."""
        view = splits.sliced(self.mail, self.view)
        if not self.is_unified:
            return view
        now = reading.unified_inbox(self.mail)
        return replace(view, mailboxes=now.mailboxes, sent=now.sent)

    def tab_shown(self) -> int:
        """Return which of the tabs the list shows."""
        shown = self.view.slice
        ids = [None if tab.shown is None else tab.shown.id for tab in self.contents.tabs]
        return ids.index(shown.id) if shown is not None and shown.id in ids else 0

    def role_of_view(self) -> Role | None:
        """What the mailboxes shown are for, if all are for one thing."""
        return self._role_of(self.view)

    def _role_of(self, view: View) -> Role | None:
        roles = {row.role for row in self.contents.mailboxes if row.id in view.mailboxes}
        return roles.pop() if len(roles) == 1 else None

    def mailbox_of_view(self) -> MailboxRow | None:
        """The mailbox shown, if it is one."""
        return self.mailbox(self.view.mailboxes[0]) if len(self.view.mailboxes) == 1 else None

    def mailbox(self, mailbox_id: MailboxId) -> MailboxRow | None:
        """Return a mailbox by id."""
        return next((row for row in self.contents.mailboxes if row.id == mailbox_id), None)

    def lies_in(self, row: MessageRow, role: Role) -> bool:
        """Whether a message lies in a mailbox for this."""
        mailbox = self.mailbox(row.mailbox_id)
        return mailbox is not None and mailbox.role is role

    @property
    def shows_recipients(self) -> bool:
        """Whether rows name who mail went to."""
        return self.role_of_view() in _RECIPIENT_ROLES

    @property
    def shows_account(self) -> bool:
        """Whether rows name their account."""
        return len(self.accounts) > 1 and (self.is_unified or len(self.view.mailboxes) != 1)

    def look(self) -> RowLook:
        """How rows are drawn, as the person set it."""
        settings = self.mail.config.settings
        return RowLook(
            width=0,
            now=0,
            shows_account=self.shows_account,
            accounts=self.accounts,
            columns=settings.columns,
            density=settings.density,
            date_format=settings.date_format,
            has_snippet=settings.snippet,
        )

    def place(self) -> Safe:
        """Say what is shown, account and mailbox or a title, what is searched, how it is sorted."""
        place, words = self._place_searched(), self.view.sort.words
        if self.contents.tabs and self.view.slice is not None:
            place = Safe(f"{place} / {self.contents.tabs[self.tab_shown()].name}")
        if self.view.query is not None and not self.view.saved:
            place = Safe(f"{place} / {safe_line(self.view.query_text, 80)}")
        return Safe(f"{place}, {words}") if words else place

    def _place_searched(self) -> Safe:
        row = self.mailbox_of_view()
        is_filtered = self.before_search is not None and self.before_search[1]
        is_unified = self.is_unified or (is_filtered and bool(self.view.mailboxes))
        if is_unified and len(self.accounts) != 1:
            return Safe("All inboxes")
        if row is None:
            return self.view.title
        return Safe(f"{safe_line(row.account, 40)} / {mailbox_title(row)}")

    def tree(self) -> list[TreeEntry]:
        """Return the lines of the mailbox tree."""
        connections = {name: state.connection for name, state in self.states.items()}
        shown = self.contents
        mine = Mine(shown.waiting, shown.drafts, shown.failed)
        subscribed_only = self.mail.config.settings.subscribed_only
        entries = tree_entries(
            self.accounts, shown.mailboxes, connections, mine, subscribed_only=subscribed_only
        )
        own = next((i for i, e in enumerate(entries) if e.kind is EntryKind.GAP), len(entries))
        counted = {name: self.unread_of_saved.get(name, 0) for name in self.saved}
        return [*entries[:own], *saved_entries(counted), *entries[own:]]

    def tree_index(self) -> int:
        """Return which line of the tree the list shows."""
        is_one = len(self.view.mailboxes) == 1 and not self.is_unified
        shown = self.view.mailboxes[0] if is_one else None
        for index, entry in enumerate(self.tree()):
            if self.view.saved:
                is_shown = entry.saved == self.view.saved
            elif shown is not None:
                is_shown = entry.mailbox_id == shown
            else:
                is_shown = entry.kind is EntryKind.ALL_INBOXES
            if is_shown:
                return index
        return 0

    def take_account(self, event: AccountChanged) -> None:
        """Note how an account stands now."""
        name = AccountName(event.account)
        before = self.states.get(name)
        is_online = event.connection in _ONLINE
        is_syncing = event.connection is Connection.SYNCING
        self.states[name] = SyncState(
            safe_line(name, 40),
            event.connection,
            safe_line(event.hint, 300),
            event.at,
            before.progress if before and is_syncing else Safe(""),
            before.bodies if before and is_online else Safe(""),
        )

    def take_progress(self, event: Progress) -> None:
        """Note how far a task has come."""
        if event.task is Task.SEARCH:
            return  # whose search it is knows who asked for it
        left_s = self._pace.seconds_left(event, time.monotonic())
        words = safe_line(replace(event, seconds_left=left_s).words, 60)
        left = Safe("") if event.done >= event.total else words
        name = AccountName(event.account)
        if not name:
            self.housework = left
        elif event.task is Task.BODIES and name in self.states:
            self.states[name] = replace(self.states[name], bodies=left)
        elif name in self.states:
            self.states[name] = replace(self.states[name], progress=left)

    def say(self, sentence: Safe) -> None:
        """Keep a sentence for the message log."""
        self.said.append((int(time.time()), sentence))
