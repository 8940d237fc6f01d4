"""Sorting mail: archive, delete, move, flag, select, undo."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from tuimail.errors import TuimailError, UserError
from tuimail.model.flags import NO_FLAGS, Flag, labels_of
from tuimail.model.ids import MessageRef, RowId
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import triage, undo
from tuimail.services.mail import Mail
from tuimail.services.row_mails import meant_by
from tuimail.services.triage import Done, MissingRole
from tuimail.ui.actions import Argument, Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Confirm
from tuimail.ui.render.panes import Part

from .completing import completions
from .opening import Opening
from .questions import Questions
from .sent import UndoWindow
from .views import Views

Verb = Callable[[Mail, Sequence[MessageRef]], Done]


class Triage:
    """Acts on the selected mails, or on those from the cursor on."""

    def __init__(
        self,
        screen: MainScreen,
        views: Views,
        opening: Opening,
        questions: Questions,
        undo_window: UndoWindow,
    ) -> None:
        self._screen, self._views = screen, views
        self._opening, self._questions = opening, questions
        self._undo_window = undo_window

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("archive", lambda call: self._away(call, triage.archive, Role.ARCHIVE))
        registry.handle("delete", lambda call: self._away(call, triage.delete, Role.TRASH))
        registry.handle("spam", lambda call: self._away(call, triage.spam, Role.JUNK))
        registry.handle("move", self._move)
        registry.handle("copy", self._copy)
        registry.handle("label", self._label)
        registry.handle("expunge", self._expunge)
        registry.handle("toggle.read", self._toggle_read)
        registry.handle("toggle.flag", self._toggle_flag)
        registry.handle("mark.all.read", lambda _: self._mark_all_read())

    def rows(self, call: Call) -> list[MessageRow]:
        """Return the mails an action is about."""
        screen = self._screen
        if call.about:
            return list(call.about)
        opened = screen.reader.about if screen.active is Part.READER else None
        if opened is not None and not call.has_count:
            return [opened]
        return screen.list.chosen_rows(call.count)

    def refs(self, rows: Sequence[MessageRow]) -> list[MessageRef]:
        """Return what these rows stand for: in a folded thread, every mail of it that is meant."""
        return [one.ref for one in meant_by(self._mail, self._screen.session.view, rows)]

    def mails(self, call: Call) -> list[MessageRow]:
        """Return every mail an action is about, those of folded threads too."""
        return meant_by(self._mail, self._screen.session.view, self.rows(call))

    def _away(self, call: Call, verb: Verb, role: Role) -> None:
        """Put mails into the mailbox for a role; those that lie there already stay in sight."""
        chosen = self.rows(call)
        lies_in = self._screen.session.lies_in
        rows = [row for row in chosen if row.thread_count > 1 or not lies_in(row, role)]
        if rows:
            self.put_away(rows, lambda refs: verb(self._mail, refs))
        elif chosen:
            key = self._screen.key("expunge")
            more = f"; {key} removes it for ever" if role is Role.TRASH else ""
            it_is = "It is" if len(chosen) == 1 else "They are"
            place = "junk mailbox" if role is Role.JUNK else role.value
            raise UserError(f"{it_is} in the {place} already{more}.")

    def put_away(
        self, rows: Sequence[MessageRow], act: Callable[[Sequence[MessageRef]], Done]
    ) -> None:
        """Take mails out of this list: out of sight at once, then for good.

        With them goes the row of a thread that a search found by a mail that stays where it is.
        """
        refs = self.refs(rows)
        hidden = list(dict.fromkeys([*refs, *(row.ref for row in rows)]))
        self._hide(hidden)
        session = self._screen.session
        session.gone.update(ref.row_id for ref in hidden)
        session.gone_along.update({row.row_id for row in rows}.difference(r.row_id for r in refs))
        self._screen.do(lambda: self._carry_out(lambda: act(refs), hidden))

    def act(self, act: Callable[[], Done]) -> None:
        """Do what leaves mails where they are, after what was asked before."""
        self._screen.do(lambda: self._carry_out(act))

    def _hide(self, refs: Sequence[MessageRef]) -> None:
        screen = self._screen
        screen.list.hide(refs)
        reader = screen.reader
        put_away = {ref.row_id for ref in refs}
        opened = reader.about
        if reader.drop(put_away) or opened is None or opened.row_id not in put_away:
            return
        had_tab = screen.active is Part.READER and screen.tabs.drop(opened.key)
        goes_on = not had_tab and reader.opened is not None  # not from a page beside the list
        following = screen.list.cursor_row if goes_on else None
        if following is not None:
            self._opening.open(following, takes_keys=screen.active is Part.READER)
        else:
            reader.clear()
            screen.activate(Part.LIST)

    async def _carry_out(self, act: Callable[[], Done], hidden: Sequence[MessageRef] = ()) -> None:
        """Do it, durable; ask for a mailbox where one is missing; then show how it stands.

        `hidden` is what is out of sight already; it comes back if this fails.
        """
        screen = self._screen
        touched: set[int] = {ref.row_id for ref in hidden}
        try:
            done, others = await asyncio.to_thread(screen.session.deed, partial(self._done, act))
            touched |= others
            if not done.count:
                screen.session.gone.difference_update(ref.row_id for ref in hidden)
        except TuimailError as error:
            screen.session.gone.difference_update(ref.row_id for ref in hidden)
            if not isinstance(error, MissingRole):
                raise
            missing = error
            screen.spawn(lambda: self._after_choice(missing, act, hidden))
            return
        finally:
            await self._views.settle(touched)
        screen.bridge.push()
        undo_words = Safe(f"{screen.key('undo')} takes it back" if done.batch else "")
        screen.say(safe_line(done.sentence), undo_words)
        await self._undo_window.show()

    def _done(self, act: Callable[[], Done]) -> tuple[Done, frozenset[RowId]]:
        """Do it, and say with which mails: there may be more than those that were meant."""
        done = act()
        return done, undo.rows_in_batch(self._mail, done.batch)

    async def _after_choice(
        self, missing: MissingRole, act: Callable[[], Done], hidden: Sequence[MessageRef]
    ) -> None:
        if await self._questions.choose_role(missing.account, missing.role):
            self._screen.session.gone.update(ref.row_id for ref in hidden)
            self._screen.do(lambda: self._carry_out(act, hidden))

    def _move(self, call: Call) -> None:
        self._to_mailbox(call, Safe("Move to mailbox"), triage.move, hides=True)

    def _copy(self, call: Call) -> None:
        self._to_mailbox(call, Safe("Copy to mailbox"), triage.copy, hides=False)

    def _to_mailbox(
        self,
        call: Call,
        title: Safe,
        verb: Callable[[Mail, Sequence[MessageRef], str], Done],
        *,
        hides: bool,
    ) -> None:
        rows = self.rows(call)
        if not rows:
            return

        async def ask_and_do() -> None:
            name = call.argument
            if not name:
                accounts = sorted({row.account for row in rows})
                chosen = await self._views.choose_mailbox(title, accounts)
                if chosen is None:
                    return
                name = chosen.name.raw
                self._screen.calls.answer(call, name)
            if hides:
                self.put_away(rows, lambda refs: verb(self._mail, refs, name))
            else:
                refs = self.refs(rows)
                self._screen.do(lambda: self._carry_out(lambda: verb(self._mail, refs, name)))

        self._screen.spawn_question(ask_and_do)

    def _label(self, call: Call) -> None:
        rows = self.rows(call)

        async def ask_and_do() -> None:
            word = call.argument or await self._screen.ask(self._label_prompt(rows)) or ""
            if word.strip() and rows:
                self._screen.calls.answer(call, word.strip())
                self._change_label(rows, word.strip())

        self._screen.spawn_question(ask_and_do)

    def _label_prompt(self, rows: Sequence[MessageRow]) -> AskText:
        """Ask for a label; say which ones typing again removes."""
        there = labels_of(
            frozenset.intersection(*(row.flags for row in rows)) if rows else NO_FLAGS
        )
        words = safe_line(", ".join(there), 60)
        title = Safe(f"Label to add, or to remove: {words}" if there else "Label to add")
        return AskText(title, complete=partial(completions, self._screen, Argument.LABEL))

    def _change_label(self, rows: Sequence[MessageRow], word: str) -> None:
        """Add a label, or remove it where every mail has it; case makes no other label."""
        known = {label.casefold(): label for row in rows for label in labels_of(row.flags)}
        flags = frozenset({known.get(word.casefold(), word)})
        has_all = all(flags.issubset(labels_of(row.flags)) for row in rows)
        verb = triage.remove_flags if has_all else triage.add_flags
        refs = self.refs(rows)
        self._screen.do(lambda: self._carry_out(lambda: verb(self._mail, refs, flags)))

    def _expunge(self, call: Call) -> None:
        mails = self.mails(call)  # those asked about, and no other: it may be a folded thread

        async def ask_and_do() -> None:
            what = "this mail" if len(mails) == 1 else f"these {len(mails):,} mails"
            question = Safe(f"Remove {what} for ever? This cannot be undone.")
            is_sure = await self._screen.ask(Confirm(question))
            if mails and is_sure:
                self.put_away(mails, lambda refs: triage.expunge_for_ever(self._mail, refs))

        self._screen.spawn_question(ask_and_do)

    def _toggle_read(self, call: Call) -> None:
        rows = self.rows(call)
        is_any_unread = any(row.is_unread or row.thread_unread for row in rows)
        self._show_flag(rows, Flag.SEEN, is_set=is_any_unread)
        refs = self.refs(rows)
        self._screen.do(lambda: self._carry_out(lambda: triage.toggle_seen(self._mail, refs)))

    def _toggle_flag(self, call: Call) -> None:
        rows = self.rows(call)
        self._show_flag(rows, Flag.FLAGGED, is_set=not all(row.is_flagged for row in rows))
        refs = [row.ref for row in rows]
        self._screen.do(lambda: self._carry_out(lambda: triage.toggle_flagged(self._mail, refs)))

    def _show_flag(self, rows: Sequence[MessageRow], flag: Flag, *, is_set: bool) -> None:
        """Show at once what will be so."""
        changed = []
        for row in self._screen.list.rows_of([row.row_id for row in rows]):
            flags = row.flags | {flag.value} if is_set else row.flags - {flag.value}
            unread = row.thread_unread
            if flag is Flag.SEEN:
                unread = 0 if is_set else max(1, row.thread_unread)
            changed.append(replace(row, flags=flags, thread_unread=unread))
        self._screen.list.put(changed)

    def _mark_all_read(self) -> None:
        screen = self._screen
        mail, view, shown = self._mail, screen.session.view, screen.list.model.ids[:]
        screen.do(lambda: self._carry_out(lambda: triage.mark_read(mail, view, shown)))

    @property
    def _mail(self) -> Mail:
        return self._screen.session.mail
