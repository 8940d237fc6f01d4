"""A mail being written: kept every two seconds, checked, sent, taken back."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.draft import Draft, DraftKind
from tuimail.model.mailbox import Role
from tuimail.model.safe import Safe, safe_block, safe_line
from tuimail.services import people, writing
from tuimail.services.mail import Mail
from tuimail.services.reminders import remind
from tuimail.services.writing import DraftError
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose, Confirm
from tuimail.ui.open_tabs import draft_tab
from tuimail.ui.render.compose import person_words
from tuimail.ui.render.dates import size_words
from tuimail.ui.render.panes import Part

from .completing import files
from .editor import editor_command, run_editor
from .questions import Questions
from .send_options import ask_options
from .sent import UndoWindow

_CHECKED_AFTER_S = 0.2
"""Typing that pauses so long is looked at."""
_OFFER_FROM = 2
"""Letters from which on people are offered."""


class Composing:
    """Acts on the mail being written."""

    def __init__(self, screen: MainScreen, undo_window: UndoWindow, questions: Questions) -> None:
        self._screen, self._undo_window, self._questions = screen, undo_window, questions
        self._is_busy = False
        self._keeping = asyncio.Lock()
        """Held while a draft is written down or handed over: one that is sent is no draft again."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        screen = self._screen
        registry.handle("compose.send", lambda _: screen.spawn_question(self._send))
        registry.handle(
            "compose.attach", lambda call: screen.spawn_question(lambda: self._attach(call))
        )
        registry.handle("compose.detach", lambda _: screen.spawn_question(self._detach))
        registry.handle("compose.postpone", lambda _: screen.spawn_question(self._postpone))
        registry.handle("compose.discard", lambda _: screen.spawn_question(self._discard))
        registry.handle("compose.editor", lambda _: screen.spawn_question(self._editor))
        registry.handle("compose.preview", lambda _: self._preview())
        registry.handle(
            "compose.identity", lambda call: screen.spawn_question(lambda: self._identity(call))
        )
        registry.handle("compose.options", lambda _: screen.spawn_question(self._options))
        registry.handle("compose.review", lambda _: self._review())
        registry.handle("compose.write", lambda _: self._write())
        registry.handle("compose.next.field", lambda _: self._step_field(1))
        registry.handle("compose.previous.field", lambda _: self._step_field(-1))

    async def open(self, draft: Draft) -> None:
        """Begin to write; a mail that is being written already is kept as a draft."""
        # late: the text editor costs time that the first screen has not
        from tuimail.ui.widgets.compose import Compose

        screen = self._screen
        if screen.compose_pane is not None and screen.compose_pane.draft.id == draft.id:
            screen.activate(Part.COMPOSE)  # it was kept some time ago, and is newer on the screen
            self._write()
            return
        await self.set_aside()
        screen.before_compose = screen.active
        pane = Compose(screen.brush, draft)
        screen.compose_pane = pane
        screen.is_reviewing = False
        await screen.panes.mount(pane)
        screen.activate(Part.COMPOSE)
        pane.write()
        self._check_soon()
        left = await asyncio.to_thread(writing.left_by_editor, screen.session.mail, draft.id)
        if left:
            screen.warn(left)

    async def set_aside(self) -> None:
        """Keep the mail being written with a tab of its own; one that is empty is let go."""
        pane = self._screen.compose_pane
        if pane is None:
            return
        if self._is_busy:
            raise UserError("This mail is being sent.")
        draft = pane.draft
        if pane.is_untouched and _is_empty(draft):
            await self._close(keeps=False)
            return
        async with self._keeping:
            if pane is not self._screen.compose_pane:
                return  # it was sent or thrown away meanwhile
            mail = self._screen.session.mail
            pane.mark_saved(await asyncio.to_thread(writing.save_draft, mail, draft))
        self._screen.tabs.keep(draft_tab(draft))
        await self._close(keeps=True, has_tab=True)

    def keep(self) -> None:
        """Write the draft down if it changed; called every two seconds."""
        pane = self._screen.compose_pane
        if pane is not None and pane.is_mounted and pane.is_changed and not self._is_busy:
            self._screen.do(self.keep_now)

    def seek(self, field: str, word: str) -> None:
        """Offer people for what is being typed."""
        self._screen.spawn(lambda: self._seek(field, word), group="people", is_exclusive=True)
        self._check_soon()

    def _check_soon(self) -> None:
        self._screen.spawn(self._check, group="early check", is_exclusive=True)

    async def _check(self) -> None:
        """Say beside the fields what speaks against sending it so, once typing pauses."""
        await asyncio.sleep(_CHECKED_AFTER_S)
        pane = self._screen.compose_pane
        if pane is None or not pane.is_mounted:
            return
        mail = self._screen.session.mail
        found = await asyncio.to_thread(writing.early_warnings, mail, pane.draft)
        if pane is self._screen.compose_pane:
            pane.notes.show(found)

    async def _seek(self, field: str, word: str) -> None:
        pane = self._screen.compose_pane
        found: Sequence[Address] = ()
        if len(word) >= _OFFER_FROM and "<" not in word:
            known = await asyncio.to_thread(people.complete, self._screen.session.mail, word)
            found = [one for one in known if one.addr_spec.casefold() != word.casefold()]
        if pane is not None and pane is self._screen.compose_pane:
            pane.offer(field, found)

    async def keep_now(self) -> None:
        """Write the draft down if it changed."""
        async with self._keeping:
            pane = self._screen.compose_pane
            if pane is not None and pane.is_changed:
                mail = self._screen.session.mail
                pane.mark_saved(await asyncio.to_thread(writing.save_draft, mail, pane.draft))

    async def _close(self, *, keeps: bool, has_tab: bool = False) -> None:
        screen = self._screen
        pane = screen.compose_pane
        if pane is None:
            return
        if keeps:
            await self.keep_now()
        if not has_tab:
            screen.tabs.drop(pane.draft.id)
        screen.compose_pane = None
        screen.is_reviewing = False
        screen.set_focus(None)
        await pane.remove()
        back = screen.before_compose
        screen.activate(Part.LIST if back is Part.COMPOSE else back)

    async def _send(self) -> None:
        """Check, ask where something looks forgotten, hand over; the screen closes at once."""
        screen, mail = self._screen, self._screen.session.mail
        pane = screen.compose_pane
        if pane is None or self._is_busy:
            return
        self._is_busy = True
        try:
            draft = pane.draft
            warnings = await asyncio.to_thread(writing.check, mail, draft)
            if warnings and not await screen.ask(Confirm(_send_question(warnings))):
                pane.write()
                return
            async with self._keeping:
                sent = await asyncio.to_thread(
                    partial(writing.send, mail, draft, options=draft.options)
                )
        except DraftError as error:
            screen.fail(error)
            screen.is_reviewing = False
            screen.activate(Part.COMPOSE)
            pane.focus_field(error.field)
            return
        finally:
            self._is_busy = False
        await self._close(keeps=False)  # first of all: what is written down is not to be sent again
        screen.bridge.send()
        await self._undo_window.begin(sent, mail.config.settings.undo_send_s, draft.options.at)
        if days := _reminder_days(mail, draft):
            await asyncio.to_thread(remind, mail, sent, days)
        await self._questions.need_role(draft.account, Role.SENT)

    async def _attach(self, call: Call) -> None:
        pane = self._screen.compose_pane
        typed = call.argument or await self._screen.ask(
            AskText(Safe("Attach file"), complete=files)
        )
        if pane is not None and typed:
            pane.put(await asyncio.to_thread(writing.attach, pane.draft, Path(typed)))
            self._check_soon()
        self._resume()

    async def _detach(self) -> None:
        pane = self._screen.compose_pane
        if pane is None or not pane.draft.attachments:
            raise UserError("No files are attached.")
        choices = [
            Choice(n, safe_line(file.filename, 100))
            for n, file in enumerate(pane.draft.attachments)
        ]
        index = await self._screen.ask(Choose(Safe("Leave out which file?"), choices))
        if index is not None:
            pane.put(writing.detach(pane.draft, index))
            self._check_soon()
        self._resume()

    async def _postpone(self) -> None:
        await self._close(keeps=True)
        self._screen.say(Safe(f"Kept as a draft; {self._screen.key('goto.drafts')} finds it."))

    async def _discard(self) -> None:
        screen = self._screen
        pane = screen.compose_pane
        if pane is None:
            return
        if pane.is_untouched or await screen.ask(Confirm(Safe("Throw this mail away?"))):
            mail, draft_id, is_untouched = screen.session.mail, pane.draft.id, pane.is_untouched
            if not is_untouched:
                await self.keep_now()  # as it is now it can be had back
            await self._close(keeps=False)
            await asyncio.to_thread(writing.discard_draft, mail, draft_id)
            back = "" if is_untouched else f"{screen.key('undo')} brings it back"
            screen.say(Safe("The mail was thrown away."), Safe(back))
        else:
            self._resume()

    async def _editor(self) -> None:
        """Hand the draft to the person's editor; what they typed is kept, whatever happens."""
        screen, mail = self._screen, self._screen.session.mail
        pane = screen.compose_pane
        if pane is None:
            return
        command = editor_command(mail.config.settings)
        await self.keep_now()
        file = await asyncio.to_thread(writing.put_editor_file, mail, pane.draft)
        try:
            status = await run_editor(screen.app, command, file)
        except UserError:
            await asyncio.to_thread(writing.drop_editor_file, file)
            raise
        taken = await asyncio.to_thread(writing.take_editor_file, mail, file, pane.draft)
        problems = list(taken.problems)
        if status == 0:
            pane.put(taken.draft)
            await self.keep_now()
        else:
            name = safe_line(Path(command[0]).name, 40)
            problems.insert(0, Safe(f"{name} ended with status {status}; the draft is as it was."))
            problems += await self._kept_beside(pane.draft, taken.draft)
        if taken.is_whole:
            await asyncio.to_thread(writing.drop_editor_file, file)
        self._resume()
        if problems:
            screen.warn(Safe(" ".join(problems)))

    async def _kept_beside(self, draft: Draft, left: Draft) -> list[Safe]:
        """Keep what a failed editor left as a draft of its own, if it is another; say so."""
        if writing.draft_to_text(left) == writing.draft_to_text(draft):
            return []
        await asyncio.to_thread(writing.keep_as_another, self._screen.session.mail, left)
        key = self._screen.key("goto.drafts")
        return [Safe(f"What it left is a draft of its own; {key} finds it.")]

    def _preview(self) -> None:
        """Show the mail as it will be sent; the same key returns."""
        pane = self._screen.compose_pane
        if pane is None:
            return
        if pane.is_previewing:
            pane.show_preview(None)
            self._resume()
        else:
            pane.show_preview(_preview_of(pane.draft))
            self._review()

    async def _identity(self, call: Call) -> None:
        screen, mail = self._screen, self._screen.session.mail
        pane = screen.compose_pane
        if pane is None:
            return
        if call.argument:
            account = mail.config.account(call.argument).name
            pane.put(writing.change_identity(mail, pane.draft, account))
            return
        choices = [
            Choice(
                (account.name, address.addr_spec), person_words(address), safe_line(account.name)
            )
            for account in mail.config.accounts
            for address in (account.address, *account.identities)
        ]
        chosen = await screen.ask(Choose(Safe("Send from"), choices))
        if chosen is not None:
            pane.put(writing.change_identity(mail, pane.draft, *chosen))
        self._resume()

    async def _options(self) -> None:
        """Ask how it is to be sent."""
        pane = self._screen.compose_pane
        if pane is not None:
            changed = await ask_options(self._screen, pane.draft)
            if changed is not None and pane is self._screen.compose_pane:
                pane.put(changed)
            self._resume()

    def _review(self) -> None:
        """Stop typing: keys act on the whole mail now."""
        self._screen.hint.clear_notice()
        self._screen.is_reviewing = True
        self._screen.set_focus(None)
        self._screen.refresh_hints()

    def _write(self) -> None:
        self._screen.hint.clear_notice()
        self._screen.is_reviewing = False
        if self._screen.compose_pane is not None:
            self._screen.compose_pane.show_preview(None)
        self._resume()

    def _resume(self) -> None:
        """Give the keys back to where they were: typing, or acting on the whole mail."""
        screen = self._screen
        if screen.compose_pane is not None and not screen.is_reviewing:
            screen.compose_pane.write()
        screen.refresh_hints()

    def _step_field(self, step: int) -> None:
        if self._screen.compose_pane is not None:
            self._screen.is_reviewing = False
            self._screen.compose_pane.step_field(step)
            self._screen.refresh_hints()


def _is_empty(draft: Draft) -> bool:
    """Whether a mail that was just begun has nothing that was asked for: it is begun anew soon."""
    filled = (draft.to, draft.cc, draft.bcc, draft.subject, draft.attachments)
    return draft.kind is DraftKind.NEW and not any(filled)


def _preview_of(draft: Draft) -> Safe:
    """Return the mail as it will be read: header fields that say something, files, the text."""
    head, _, body = writing.draft_to_text(draft).partition("\n\n")
    kept = [line for line in head.split("\n") if line.partition(":")[2].strip()]
    files = [
        f"Attached: {safe_line(file.filename, 200)} ({size_words(file.size_bytes)})"
        for file in draft.attachments
    ]
    return safe_block("\n".join([*kept, *files, "", body]))


def _reminder_days(mail: Mail, draft: Draft) -> int:
    own = draft.remind_days
    return mail.config.account(draft.account).reminder_days if own is None else own


def _send_question(warnings: Sequence[Safe]) -> Safe:
    return Safe(" ".join(warnings) + " Send it all the same?")
