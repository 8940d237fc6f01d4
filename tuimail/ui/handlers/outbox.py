"""Mail on its way: the outbox in the list's place, and what became of one mail."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from tuimail.errors import NotFound, UserError
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingRow, OutgoingState
from tuimail.model.safe import Safe, safe_line
from tuimail.services import delivery
from tuimail.services.path import path_of
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Confirm
from tuimail.ui.render.message import Row, subject_of
from tuimail.ui.render.panes import Part
from tuimail.ui.render.path import path_rows
from tuimail.ui.render.story import story_of

from .sent import OpenDraft


class Outbox:
    """Lists, retries, cancels, takes back."""

    def __init__(self, screen: MainScreen, open_draft: OpenDraft) -> None:
        self._screen, self._open_draft = screen, open_draft

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        screen = self._screen
        registry.handle("goto.outbox", lambda _: self.open())
        registry.handle("delivery", lambda _: screen.spawn(self._story))
        registry.handle("outbox.retry", lambda _: screen.spawn_question(self._retry))
        registry.handle("outbox.cancel", lambda _: screen.spawn_question(self._cancel))
        registry.handle("outbox.edit", lambda _: screen.spawn_question(self._take_back))

    def open(self) -> None:
        """Show the outbox."""
        self._screen.do(self._open)

    async def reread(self) -> None:
        """Show the outbox as it is now, if it is shown."""
        screen = self._screen
        if screen.shows_outbox:
            await self._read()
            screen.refresh_status()
            if screen.reader.has_page and screen.outbox.cursor_row is not None:
                await self._story()

    async def _open(self) -> None:
        screen = self._screen
        await self._read()
        screen.show_list("outbox")
        screen.mailboxes.mark_shown(1)
        screen.reader.clear()
        screen.activate(Part.LIST)

    async def _read(self) -> None:
        screen = self._screen
        read = partial(delivery.outbox, screen.session.mail, taken_back=False)
        screen.outbox.put(await asyncio.to_thread(read))

    def _row(self) -> OutgoingRow:
        row = self._screen.outbox.cursor_row
        if row is None:
            raise UserError("Nothing is on its way.")
        return row

    async def _story(self) -> None:
        """Show what became of the mail under the cursor, in the outbox or among sent mail."""
        screen, mail = self._screen, self._screen.session.mail
        if screen.shows_outbox:
            row = self._row()
        else:
            message = screen.mail_at_hand()
            if message is None:
                raise UserError("There is no mail here.")
            sent = await asyncio.to_thread(delivery.sent_as, mail, message.message_id.raw)
            if sent is None:
                await self._path(message)
                return
            row = sent
        events = await asyncio.to_thread(delivery.history, mail, row.id)
        said = await asyncio.to_thread(delivery.transcripts, mail, row.id)
        width = screen.reader_width()
        self._show(story_of(row, events, width, int(time.time()), said))

    async def _path(self, message: MessageRow) -> None:
        """Show the path a received mail took; its bytes are fetched first."""
        screen = self._screen
        path = await asyncio.to_thread(path_of, screen.session.mail, message)
        if path is None:
            await screen.fetch(message)
            path = await asyncio.to_thread(path_of, screen.session.mail, message)
        if path is None:
            raise NotFound("The mail is not here yet.")
        self._show(
            [
                *subject_of(safe_line(message.subject, 400), screen.reader_width(), 2),
                [],
                *path_rows(path),
            ]
        )

    def _show(self, rows: Sequence[Row]) -> None:
        screen = self._screen
        screen.reader.show_page(rows)
        screen.relayout()
        screen.activate(Part.READER if screen.is_one_pane else screen.active)

    async def _retry(self) -> None:
        row = self._row()
        question = Safe("The server may have this mail already. Send it again?")
        is_uncertain = any(one.state is OutgoingState.UNCERTAIN for one in row.recipients)
        if not is_uncertain or await self._screen.ask(Confirm(question)):
            retry = partial(delivery.retry, is_sure=is_uncertain)
            await asyncio.to_thread(retry, self._screen.session.mail, row.id)
            self._screen.bridge.send()
            self._screen.say(Safe("It is tried again now."))
            await self.reread()

    async def _cancel(self) -> None:
        row = self._row()
        if await self._screen.ask(Confirm(Safe("Give this mail up, unsent?"))):
            await asyncio.to_thread(delivery.cancel, self._screen.session.mail, row.id)
            self._screen.bridge.send()
            self._screen.say(Safe("It will not be sent."))
            await self.reread()

    async def _take_back(self) -> None:
        row = self._row()
        draft = await asyncio.to_thread(delivery.take_back, self._screen.session.mail, row.id)
        self._screen.bridge.send()
        await self.reread()
        await self._open_draft(draft)
