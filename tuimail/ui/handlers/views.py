"""Which list is shown: inboxes, mailboxes, mail for a purpose, and what the store has of it now."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tuimail.config.load import NO_ACCOUNT
from tuimail.errors import NotFound, UserError
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.model.view import Grouping, View
from tuimail.services import reading
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose
from tuimail.ui.render.panes import Part
from tuimail.ui.render.tree import EntryKind, TreeEntry, mailbox_title
from tuimail.ui.session import Contents

from .rest import Rest

REST_SHARE = 12
"""After a reading, this many times as long nothing is read again by itself: 8 % of one core."""
SOON_S = 0.01
KEYS_REST_S = 0.3
"""Without a key, before all of a list is read because somebody else has changed it."""
LONGEST_S = 2.0
"""So long at most that waits for the keys to rest."""
FIRST_ROWS = 100
"""Shown at once, or two screens if that is more; the rest follows."""


class Views:
    """Shows lists and keeps them as the store has them."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.rest = Rest(screen, self.reread)
        self._is_reading = False
        self._read_at = self._read_s = 0.0
        """When the list was read again last, and how long that took, in seconds."""
        self._behind_since = 0.0
        """When it was found that somebody else has changed the list; 0: nobody has."""
        self._touched: set[int] = set()
        """Mails with which something was done that the list does not show yet."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("goto.inbox", lambda _: self.open_inbox())
        registry.handle("goto.mailbox", self._goto_mailbox)
        registry.handle("goto.account", self._goto_account)
        registry.handle("goto.sent", lambda _: self._goto_role(Role.SENT))
        registry.handle("goto.archive", lambda _: self._goto_role(Role.ARCHIVE))
        registry.handle("goto.trash", lambda _: self._goto_role(Role.TRASH))
        registry.handle("thread.collapse.all", lambda _: self._group(Grouping.THREADS))
        registry.handle("thread.expand.all", lambda _: self._group(Grouping.FLAT))
        registry.handle("thread.collapse", lambda _: self._toggle_thread())

    def open(
        self,
        view: View,
        *,
        is_unified: bool = False,
        takes_keys: bool = True,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Show another list; keys typed ahead wait for it, and go there if it `takes_keys`.

        `then` is done in the same frame, also where the list could not be read.
        """
        held_keys = self._screen.held_keys

        async def opening() -> None:
            try:
                await self.show(view, is_unified=is_unified, takes_keys=takes_keys)
            finally:
                then()
                held_keys.release({opening})

        held_keys.hold(opening)
        self._screen.do(opening)

    async def show(self, view: View, *, is_unified: bool = False, takes_keys: bool = True) -> None:
        """Show another list, its cursor on the newest mail: the first rows now, then the rest."""
        screen = self._screen
        rows = max(FIRST_ROWS, 2 * screen.list.model.height)
        view = screen.session.sorted_as_before(view, is_unified=is_unified)
        view = await asyncio.to_thread(reading.unfolding_unread, screen.session.mail, view)
        contents = await asyncio.to_thread(screen.session.read, view, rows=rows)
        screen.session.show(view, contents, is_unified=is_unified)
        screen.show_list("list")
        screen.take(contents, is_new=True)
        if takes_keys and screen.active is Part.MAILBOXES:
            screen.activate(Part.LIST)
        self.rest.begin()

    async def reread(self) -> None:
        """Show the list as the store has it now; the cursor stays on its mail."""
        screen = self._screen
        session, before = screen.session, screen.session.view
        view = await asyncio.to_thread(session.view_now)
        model = screen.list.model
        contents = await asyncio.to_thread(session.read, view, model.cursor_id, model.height)
        self._behind_since = 0.0
        if session.view is before:
            session.show(view, contents, is_unified=session.is_unified)
            screen.take(contents, is_new=False)

    async def settle(self, touched: Iterable[int] = ()) -> None:
        """Show what `session.deed` did with some mails: they alone are read, and what is in sight.

        All is read later if somebody else has changed the list as well. What waits to be done is
        done first.
        """
        self._touched.update(touched)
        if self._screen.jobs.has_more:
            self.reread_soon()
            return
        contents = await self._renewed()
        if contents is None:
            await self.reread()
            return
        self._renew(contents)
        if contents.is_behind:
            self.reread_soon()

    async def _renewed(self) -> Contents | None:
        """Read the mails touched since the last time; None where all must be read."""
        screen = self._screen
        session, model = screen.session, screen.list.model
        touched, self._touched = self._touched, set()
        while True:
            view, ids = session.view, model.ids
            near = range(max(0, model.cursor - model.height), model.cursor + model.height)
            contents = await asyncio.to_thread(session.renewed, ids, touched, near)
            if contents is None or session.view is not view:
                return None
            if model.ids is ids:  # nothing was taken out of sight meanwhile
                return contents

    def _renew(self, contents: Contents) -> None:
        self._screen.session.renew(contents)
        self._screen.take(contents, is_new=False)

    def reread_soon(self) -> None:
        """Have the list read again; asked for often, it is done once, and seldom if it is long.

        While a large mailbox is fetched, the list changes many times a second; reading it each
        time would take the processor from the keys. Nor is all of it read while keys come, unless
        that goes on and on.
        """
        if not self._is_reading:
            self._is_reading = True
            now = time.monotonic()
            rest = self._read_at + REST_SHARE * self._read_s - now
            quiet = self._quiet_at() - now if self._behind_since else 0.0
            wait = max(SOON_S, rest, quiet)
            self._screen.set_timer(wait, lambda: self._screen.do(self._reread_once))

    def _quiet_at(self) -> float:
        """Return when all may be read that somebody else has changed."""
        return min(self._screen.key_at + KEYS_REST_S, self._behind_since + LONGEST_S)

    async def _reread_once(self) -> None:
        self._is_reading = False
        begun = time.monotonic()
        contents = await self._renewed()
        if contents is None or contents.is_behind:
            self._behind_since = self._behind_since or begun
            if contents is not None and begun < self._quiet_at():
                self._renew(contents)
                self.reread_soon()
                return
            await self.reread()
        else:
            self._renew(contents)
        self._read_at = time.monotonic()
        self._read_s = self._read_at - begun

    def open_entry(self, entry: TreeEntry) -> None:
        """Show what a line of the mailbox tree stands for."""
        if entry.kind is EntryKind.OUTBOX:
            self._screen.invoke("goto.outbox")
        elif entry.kind is EntryKind.DRAFTS:
            self._screen.invoke("goto.drafts")
        elif entry.kind is EntryKind.SAVED:
            self._screen.invoke("goto.search", argument=entry.saved)
        elif entry.mailbox_id is not None:
            self.open_mailbox(entry.mailbox_id)
        elif entry.kind is EntryKind.ALL_INBOXES:
            self.open_inbox()

    def open_mailbox(self, mailbox_id: MailboxId) -> None:
        """Show a mailbox."""
        session = self._screen.session
        session.before_search = None
        self.open(reading.mailbox_view(session.mail, mailbox_id, session.grouping))

    async def choose_mailbox(
        self, title: Safe, accounts: Sequence[AccountName] | None = None
    ) -> MailboxRow | None:
        """Let the person choose a mailbox by any part of its name."""
        session = self._screen.session
        rows = [
            row
            for row in session.contents.mailboxes
            if row.is_selectable and (accounts is None or row.account in accounts)
        ]
        several = len({row.account for row in rows}) > 1
        choices = [Choice(row, mailbox_words(row, names_account=several)) for row in rows]
        return await self._screen.ask(Choose(title, choices))

    def named(self, name: str) -> MailboxRow:
        """Return the mailbox a person means; raises NotFound or UserError."""
        found = reading.mailbox_by_name(self._screen.session.mail, name)
        if not found:
            key = self._screen.key("goto.mailbox")
            raise NotFound(f"There is no mailbox “{safe_line(name, 60)}”; {key} lists them.")
        if len(found) > 1:
            first = safe_line(found[0].account, 40)
            raise UserError(f"Several accounts have that mailbox: say {first}/{name} for example.")
        return found[0]

    def open_inbox(self, *, takes_keys: bool = True) -> None:
        """Show the inboxes of all accounts."""
        session = self._screen.session
        session.before_search = None
        view = reading.unified_inbox(session.mail, session.grouping)
        self.open(view, is_unified=True, takes_keys=takes_keys)

    def _goto_mailbox(self, call: Call) -> None:
        if call.argument:
            self.open_mailbox(self.named(call.argument).id)
            return
        self._screen.spawn_question(lambda: self._ask_mailbox(call))

    async def _ask_mailbox(self, call: Call) -> None:
        row = await self.choose_mailbox(Safe("Go to mailbox"))
        if row is not None:
            self._screen.calls.answer(call, f"{row.account}/{row.name.raw}")
            self.open_mailbox(row.id)

    def _goto_account(self, call: Call) -> None:
        if call.argument:
            self._open_inbox_of(self._screen.session.mail.config.account(call.argument).name)
            return
        self._screen.spawn_question(lambda: self._ask_account(call))

    async def _ask_account(self, call: Call) -> None:
        names = self._screen.session.accounts
        choices = [Choice(name, safe_line(name, 60)) for name in names]
        name = await self._screen.ask(Choose(Safe("Go to account"), choices))
        if name is not None:
            self._screen.calls.answer(call, name)
            self._open_inbox_of(name)

    def _open_inbox_of(self, account: AccountName) -> None:
        row = reading.mailbox_for_role(self._screen.session.mail, account, Role.INBOX)
        if row is None:
            raise NotFound(
                "The mailboxes of this account are not known yet; they are being fetched."
            )
        self.open_mailbox(row.id)

    def _goto_role(self, role: Role) -> None:
        """Go to the mailbox for a role: of the account shown, or of all where all are shown."""
        session = self._screen.session
        shown = session.mailbox_of_view()
        names = session.accounts if session.is_unified or shown is None else (shown.account,)
        found = [reading.mailbox_for_role(session.mail, name, role) for name in names]
        rows = [row for row in found if row is not None]
        if not rows:
            key = self._screen.key("goto.mailbox")
            raise NotFound(f"No {role} mailbox is known yet; {key} lists what there is.")
        if len(rows) == 1:
            self.open_mailbox(rows[0].id)
            return
        session.before_search = None
        title = Safe(f"{role.value.capitalize()} of all accounts")
        self.open(View(title, tuple(row.id for row in rows), grouping=session.grouping))

    def account_at_hand(self) -> AccountName:
        """Return the account of the mail that is read, else of the mailbox shown.

        Where several accounts are shown, that of the mail under the cursor, or the first.
        """
        screen, session = self._screen, self._screen.session
        if screen.active is Part.READER and screen.reader.about is not None:
            return screen.reader.about.account
        mailbox = session.mailbox_of_view()
        if mailbox is not None:
            return mailbox.account
        row = screen.list.cursor_row
        if row is not None:
            return row.account
        if not session.accounts:
            raise UserError(NO_ACCOUNT)
        return session.accounts[0]

    def _group(self, grouping: Grouping) -> None:
        """Fold or unfold every thread."""
        session = self._screen.session
        session.grouping = grouping
        self._fold(replace(session.view, grouping=grouping, others=frozenset()))

    def _toggle_thread(self) -> None:
        """Fold or unfold the thread of one mail."""
        row, view = self._screen.mail_at_hand(), self._screen.session.view
        if row is not None:
            self._fold(replace(view, others=view.others ^ {row.thread_id}))

    def _fold(self, view: View) -> None:
        """Show the same mails folded another way; the cursor stays in its thread.

        Keys typed ahead wait for it: they are meant for the rows that come.
        """
        screen = self._screen
        row = screen.mail_at_hand()

        async def fold() -> None:
            try:
                await self._show_folded(view, row)
            finally:
                screen.held_keys.release({fold})

        screen.held_keys.hold(fold)
        screen.do(fold)

    async def _show_folded(self, view: View, row: MessageRow | None) -> None:
        screen = self._screen
        screen.session.view = view
        await self.reread()
        if row is None:
            return
        thread_id = row.thread_id
        thread = await asyncio.to_thread(reading.thread, screen.session.mail, thread_id)
        rows = {other.row_id for other in thread}
        if thread_id in view.unfolded:  # a tree is read from its top
            screen.list.seek_first(rows)
        else:
            screen.list.seek(rows)


def mailbox_words(row: MailboxRow, *, names_account: bool) -> Safe:
    """Return how a mailbox is offered among others."""
    name = mailbox_title(row) if row.role is Role.INBOX else safe_line(row.name, 120)
    return Safe(f"{safe_line(row.account, 40)} / {name}") if names_account else name
