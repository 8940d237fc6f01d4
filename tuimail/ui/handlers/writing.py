"""Beginning a mail: new, an answer, a forward, a draft kept here or on a server."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from tuimail.errors import NotFound, UserError
from tuimail.model.draft import Draft, DraftKind
from tuimail.model.ids import MessageRef
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import writing
from tuimail.services.answering import original
from tuimail.services.forwarding import forward_attached
from tuimail.services.inside import key_of_bytes
from tuimail.ui.actions import Argument, Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose, Confirm
from tuimail.ui.render.dates import short_date

from .completing import completions
from .composing import Composing
from .opening import Opening
from .views import Views

Made = TypeVar("Made")


class Writing:
    """Makes drafts and hands them to compose."""

    def __init__(
        self,
        screen: MainScreen,
        views: Views,
        composing: Composing,
        chosen: Callable[[Call], Sequence[MessageRow]],
        opening: Opening,
    ) -> None:
        """`chosen` says which mails are selected; none where the one at hand is meant."""
        self._screen, self._views, self._composing = screen, views, composing
        self._chosen, self._opening = chosen, opening

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("compose", self._compose)
        registry.handle("reply", lambda _: self._reply(DraftKind.REPLY))
        registry.handle("reply.all", lambda _: self._reply(DraftKind.REPLY_ALL))
        registry.handle("reply.list", lambda _: self._reply(DraftKind.REPLY_LIST))
        registry.handle("forward", self._forward)
        registry.handle("redirect", self._redirect)
        registry.handle("edit.as.new", lambda _: self._edit_as_new())
        registry.handle("goto.drafts", lambda _: self._screen.spawn_question(self._drafts))

    def begin(self, uri_or_address: str) -> None:
        """Begin a mail from a `mailto:` link or an address; empty begins an empty one."""
        mail = self._screen.session.mail
        account = self._views.account_at_hand()
        if uri_or_address.lower().startswith("mailto:"):
            draft = writing.draft_of_mailto(mail, uri_or_address, account)
        else:
            draft = writing.new_draft(mail, account, uri_or_address)
        self._screen.spawn_question(lambda: self._composing.open(draft))

    def _compose(self, call: Call) -> None:
        self.begin(call.argument)

    def _reply(self, kind: DraftKind) -> None:
        mail, html = self._screen.session.mail, self._opening.prefers_html
        inside = key_of_bytes(self._row())
        self._answer(lambda ref: writing.reply(mail, ref, kind, prefer_html=html, inside=inside))

    def _forward(self, call: Call) -> None:
        """Forward a mail as text; several as files, byte by byte."""
        mail, rows = self._screen.session.mail, self._chosen(call)
        if len(rows) < 2:
            html = self._opening.prefers_html
            inside = key_of_bytes(self._row())
            self._answer(lambda ref: writing.forward(mail, ref, prefer_html=html, inside=inside))
            return

        async def open_forward() -> None:
            for row in rows:
                await self._made(row, lambda ref: original(mail, ref))
            refs = [row.ref for row in rows]
            await self._composing.open(await asyncio.to_thread(forward_attached, mail, refs))

        self._screen.spawn_question(open_forward)

    def _edit_as_new(self) -> None:
        """Begin a mail as another one is; what lies in a Drafts mailbox is continued."""
        session, row = self._screen.session, self._row()
        inside = key_of_bytes(row)
        if inside is None and session.lies_in(row, Role.DRAFTS):
            self._answer(lambda ref: writing.go_on(session.mail, ref))
        else:
            self._answer(lambda ref: writing.edit_as_new(session.mail, ref, inside))

    def _answer(self, make: Callable[[MessageRef], Draft]) -> None:
        row = self._row()

        async def open_answer() -> None:
            await self._composing.open(await self._made(row, make))

        self._screen.spawn_question(open_answer)

    def _redirect(self, call: Call) -> None:
        rows = self._chosen(call) or [self._row()]
        if rows[0].inside_of is not None:
            key = self._screen.key("forward")
            raise UserError(f"A mail inside of another was not sent to you: {key} forwards it.")
        self._screen.spawn_question(lambda: self._ask_redirect(rows, call))

    async def _ask_redirect(self, rows: Sequence[MessageRow], call: Call) -> None:
        """Send mails on unchanged, after a yes: there is no draft to take back."""
        screen, mail = self._screen, self._screen.session.mail
        complete = partial(completions, screen, Argument.ADDRESS)
        ask = AskText(Safe("Send on to"), complete=complete)
        to = call.argument or await screen.ask(ask) or ""
        if not to:
            return
        screen.calls.answer(call, to)
        people = safe_line(to, 120)
        subject = f"“{safe_line(rows[0].subject, 60)}” on to {people} as it is"
        mails = f"{len(rows)} mails on to {people} as they are"
        if await screen.ask(Confirm(Safe(f"Send {subject if len(rows) == 1 else mails}?"))):
            for row in rows:
                await self._made(row, lambda ref: writing.redirect(mail, ref, to))
            screen.bridge.send()
            screen.say(Safe(f"On its way to {people}."))

    def _row(self) -> MessageRow:
        row = self._screen.mail_at_hand()
        if row is None:
            raise UserError("There is no mail here.")
        return row

    async def _made(self, row: MessageRow, make: Callable[[MessageRef], Made]) -> Made:
        """Make something of a mail; its bytes are fetched where they are not here yet."""
        try:
            return await asyncio.to_thread(make, row.ref)
        except NotFound:
            await self._screen.fetch(row)
            return await asyncio.to_thread(make, row.ref)

    async def _drafts(self) -> None:
        screen = self._screen
        drafts = await asyncio.to_thread(writing.drafts, screen.session.mail)
        if not drafts:
            screen.say(Safe(f"No draft is kept here; {screen.key('compose')} writes a mail."))
            return
        choices = [Choice(draft, _draft_words(draft), _draft_date(draft)) for draft in drafts]
        draft = await screen.ask(Choose(Safe("Go on writing"), choices))
        if draft is not None:
            await self._composing.open(draft)


def _draft_words(draft: Draft) -> Safe:
    subject = safe_line(draft.subject, 120).strip() or "(no subject)"
    to = safe_line(draft.to, 60).strip() or "nobody yet"
    return Safe(f"{subject}  to {to}")


def _draft_date(draft: Draft) -> Safe:
    return Safe(short_date(draft.updated, int(time.time())))
