"""Mailboxes themselves: made, renamed, deleted, subscribed to, emptied, marked as read."""

import asyncio
from collections.abc import Callable
from functools import partial

from tuimail.errors import TuimailError, UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxChange, MailboxRow, MailboxVerb
from tuimail.model.offline import EVERYTHING, HEADERS_ONLY, Offline
from tuimail.model.safe import Safe, safe_line
from tuimail.model.view import View
from tuimail.services import mailbox_changes, reading, triage
from tuimail.services.mail import Mail
from tuimail.services.triage import Done
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose, Confirm
from tuimail.ui.render.panes import Part
from tuimail.ui.render.tree import EntryKind

from .views import Views

_NAME_CHARS = 60
_DONE = {
    MailboxVerb.CREATE: "made",
    MailboxVerb.RENAME: "renamed",
    MailboxVerb.DELETE: "deleted",
    MailboxVerb.SUBSCRIBE: "subscribed to",
    MailboxVerb.UNSUBSCRIBE: "unsubscribed from",
}
_OFFLINE = (EVERYTHING, Offline(365), Offline(90), Offline(30), Offline(7), HEADERS_ONLY)


class Mailboxes:
    """Acts on the mailbox under the cursor of the tree, or on the one that is shown."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        registry.handle("mailbox.create", lambda call: ask(lambda: self._create(call)))
        registry.handle("mailbox.rename", lambda call: ask(lambda: self._rename(call)))
        registry.handle("mailbox.delete", lambda call: ask(lambda: self._delete(call)))
        registry.handle("mailbox.empty", lambda call: ask(lambda: self._empty(call)))
        registry.handle("mailbox.offline", lambda call: ask(lambda: self._keep(call)))
        registry.handle("mailbox.subscribe", self._subscribe)
        registry.handle("mailbox.read", self._mark_read)

    def _row(self, name: str = "") -> MailboxRow:
        """Return the mailbox named, else the one at hand."""
        screen = self._screen
        if name:
            return self._views.named(name)
        row = screen.session.mailbox_of_view()
        if screen.active is Part.MAILBOXES:
            mailbox_id = screen.mailboxes.cursor_entry.mailbox_id
            row = None if mailbox_id is None else screen.session.mailbox(mailbox_id)
        if row is None:
            raise UserError("No single mailbox is meant here: go to one, or name it.")
        return row

    def _view(self, name: str) -> View:
        """Return the mailbox named, else what is at hand: it may be those of all accounts."""
        screen = self._screen
        mail, shown = screen.session.mail, screen.session.view
        is_tree = screen.active is Part.MAILBOXES
        if not name and is_tree and screen.mailboxes.cursor_entry.kind is EntryKind.ALL_INBOXES:
            return reading.unified_inbox(mail)
        if not name and not is_tree and len(shown.mailboxes) > 1:
            return View(shown.title, shown.mailboxes)
        return reading.mailbox_view(mail, self._row(name).id)

    def _account(self) -> AccountName:
        screen = self._screen
        entry = screen.mailboxes.cursor_entry
        if screen.active is Part.MAILBOXES and entry.account:
            return entry.account
        return self._views.account_at_hand()

    async def _create(self, call: Call) -> None:
        account = self._account()
        title = Safe(f"New mailbox in {safe_line(account, 40)}")
        name = call.argument or await self._screen.ask(AskText(title, self._parent()))
        if name:
            change = mailbox_changes.creation(name)
            sentence = Safe(f"{safe_line(name, _NAME_CHARS)} is there now.")
            self._change(account, change, sentence)

    def _parent(self) -> str:
        """Return how names begin beside the mailbox under the tree's cursor."""
        entry = self._screen.mailboxes.cursor_entry
        row = self._screen.session.mailbox(entry.mailbox_id) if entry.mailbox_id else None
        if self._screen.active is not Part.MAILBOXES or row is None or not row.delimiter:
            return ""
        head, delimiter, _ = row.name.raw.rpartition(row.delimiter)
        return head + delimiter

    async def _rename(self, call: Call) -> None:
        row = self._row()
        name = safe_line(row.name, _NAME_CHARS)
        mailbox_changes.refuse_inbox(row, "renamed")
        ask = AskText(Safe(f"New name of {name}"), row.name.raw)
        typed = call.argument or await self._screen.ask(ask)
        if not typed or typed == row.name.raw:
            return
        change = mailbox_changes.renaming(row, typed)
        sentence = Safe(f"{name} is called {safe_line(typed, _NAME_CHARS)} now.")
        self._change(row.account, change, sentence, renamed=row)

    async def _delete(self, call: Call) -> None:
        row, mail = self._row(call.argument), self._screen.session.mail
        doomed = await asyncio.to_thread(mailbox_changes.doomed_with, mail, row)
        name = safe_line(row.name, _NAME_CHARS)
        where = mailbox_changes.from_where(mail, row)
        question = f"Delete {name}{doomed.question} {where} for ever? No undo."
        if await self._screen.ask(Confirm(Safe(question))):
            change = mailbox_changes.deletion(row, doomed)
            self._change(row.account, change, Safe(f"{name} is deleted."))

    def _subscribe(self, call: Call) -> None:
        row = self._row(call.argument)
        change = mailbox_changes.subscription(row, is_wanted=not row.is_subscribed)
        no_longer = " no longer" if row.is_subscribed else ""
        sentence = Safe(f"{safe_line(row.name, _NAME_CHARS)} is{no_longer} subscribed to.")
        self._change(row.account, change, sentence)

    def _change(
        self,
        account: AccountName,
        change: MailboxChange,
        sentence: Safe,
        renamed: MailboxRow | None = None,
    ) -> None:
        """Have the server do it, beside everything else, and say so."""
        self._screen.spawn(lambda: self._changed(account, change, sentence, renamed))

    async def _changed(
        self,
        account: AccountName,
        change: MailboxChange,
        sentence: Safe,
        renamed: MailboxRow | None,
    ) -> None:
        screen = self._screen
        if not mailbox_changes.is_here(screen.session.mail, account, change.name):
            screen.say(Safe("The server is asked …"))
        try:
            await (await screen.bridge.link()).change_mailbox(account, change)
        except TuimailError as error:
            name, hint = safe_line(change.name, _NAME_CHARS), safe_line(error.hint, 300)
            screen.warn(Safe(f"{name} was not {_DONE[change.verb]}: {hint}"))
            return
        await asyncio.to_thread(mailbox_changes.note, screen.session.mail, account, change)
        if renamed is not None:
            await asyncio.to_thread(self._follow, renamed, change.new_name)
        shown = screen.session.view.mailboxes
        is_shown = bool(shown) and not screen.session.is_unified
        await self._views.reread()
        if is_shown and not any(screen.session.mailbox(one) for one in shown):
            self._views.open_inbox(takes_keys=screen.active is not Part.MAILBOXES)
        is_final = change.verb is MailboxVerb.DELETE
        screen.say(sentence, Safe("" if is_final else f"{screen.key('undo')} takes it back"))

    def _follow(self, renamed: MailboxRow, new_name: str) -> None:
        from tuimail.services.renaming import follow_rename  # late: no first frame needs it

        session = self._screen.session
        if follow_rename(session.mail, renamed, new_name):
            session.reload_config()
            self._screen.bridge.reload()

    async def _empty(self, call: Call) -> None:
        row, mail = self._row(call.argument), self._screen.session.mail
        count = await asyncio.to_thread(mailbox_changes.to_be_emptied, mail, row)
        name = safe_line(row.name, _NAME_CHARS)
        if not count:
            self._screen.say(Safe(f"{name} is empty."))
            return
        mails = "its one mail" if count == 1 else f"all {count:,} mails"
        where = mailbox_changes.from_where(mail, row)
        question = Safe(f"Remove {mails} of {name} {where} for ever? No undo.")
        if await self._screen.ask(Confirm(question)):
            self._screen.do(lambda: self._recorded(partial(mailbox_changes.empty, mail, row)))

    async def _keep(self, call: Call) -> None:
        """Choose how much of a mailbox is kept here: of the one named before it, or at hand."""
        named, _, word = call.argument.strip().rpartition(" ")
        screen, row = self._screen, self._row(named)
        name = safe_line(row.name, _NAME_CHARS)
        choices = [Choice(one.word, Safe(one.word), one.amount) for one in _OFFLINE]
        word = word or await screen.ask(Choose(Safe(f"How much of {name}"), choices)) or ""
        if word:
            sentence = await asyncio.to_thread(_keep, screen.session.mail, row, word)
            screen.session.reload_config()
            screen.bridge.reload()
            screen.say(Safe(f"{name}: {sentence}."))

    def _mark_read(self, call: Call) -> None:
        view, mail = self._view(call.argument), self._screen.session.mail

        def mark() -> Done:
            return triage.mark_read(mail, view, reading.view_ids(mail, view))

        self._screen.do(lambda: self._recorded(mark, undo_words=self._screen.key("undo")))

    async def _recorded(self, act: Callable[[], Done], undo_words: str = "") -> None:
        """Do what is written down here first, and show it."""
        done = await asyncio.to_thread(act)
        await self._views.reread()
        self._screen.bridge.push()
        after = Safe(f"{undo_words} takes it back" if undo_words and done.batch else "")
        self._screen.say(done.sentence, after)


def _keep(mail: Mail, row: MailboxRow, word: str) -> Safe:
    from tuimail.services.offline import keep  # nothing of it is needed for the first frame

    return keep(mail, row.account, row.name.raw, word).sentence
