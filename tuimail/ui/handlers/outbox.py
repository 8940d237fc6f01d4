"""Mail on its way: the outbox in the list's place, and the story of one mail."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from tuimail.errors import NotFound, UserError
from tuimail.model.ids import OutgoingId
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.safe import safe_line
from tuimail.services import delivery, reminders
from tuimail.services.path import path_of
from tuimail.services.reported import reported
from tuimail.ui.actions import Registry
from tuimail.ui.hints import step_rows
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.head import subject_of
from tuimail.ui.render.panes import Part
from tuimail.ui.render.path import path_rows
from tuimail.ui.render.story import Story, story_of
from tuimail.ui.render.wrap import Row
from tuimail.ui.steps import is_settled, steps_for


class Outbox:
    """Lists mail on its way, and tells what became of a mail."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self._told: Story | None = None
        """The story that was shown last."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        screen = self.screen
        registry.handle("goto.outbox", lambda _: self.open())
        registry.handle("delivery", lambda _: screen.spawn_question(self._delivery))

    def open(self) -> None:
        """Show the outbox; keys typed ahead wait for it, or they would act on the list."""
        held_keys = self.screen.held_keys

        async def opening() -> None:
            try:
                await self._open()
            finally:
                held_keys.release({opening})

        held_keys.hold(opening)
        self.screen.do(opening)

    async def reread(self) -> None:
        """Show the outbox and the story of a mail as they are now, if they are shown."""
        screen = self.screen
        if screen.shows_outbox:
            await self._read()
            screen.refresh_status()
        story = screen.reader.story
        if story is not None:
            row = await asyncio.to_thread(delivery.show, screen.session.mail, story.id)
            told, shown = await self._story(row), screen.reader.story
            if shown is not None and shown.id == row.id and told != self._told:
                self._show(told, screen.reader.behind)

    async def _open(self) -> None:
        screen = self.screen
        await self._read()
        screen.show_list("outbox")
        screen.mailboxes.mark_shown(1)
        screen.reader.clear()
        screen.activate(Part.LIST)

    async def _read(self) -> None:
        """Read what was sent: first what nobody answered in time, then what is not settled yet."""
        mail = self.screen.session.mail
        rows = await asyncio.to_thread(partial(delivery.outbox, mail, taken_back=False))
        due = [one.mail for one in await asyncio.to_thread(reminders.due, mail)]
        unanswered = {one.id for one in due}
        others = sorted((row for row in rows if row.id not in unanswered), key=is_settled)
        self.screen.outbox.put([*due, *others], unanswered)

    async def row_at_hand(self) -> OutgoingRow:
        """Return the sent mail that a key is about: of the story shown, or under the cursor.

        Raises:
            UserError: there is none.
        """
        screen, mail = self.screen, self.screen.session.mail
        story = screen.reader.story
        if screen.active is Part.READER and story is not None:
            return await asyncio.to_thread(delivery.show, mail, story.id)
        if screen.shows_outbox:
            if screen.outbox.cursor_row is None:
                raise UserError("Nothing is on its way.")
            return screen.outbox.cursor_row
        message = screen.mail_at_hand()
        if message is None:
            raise UserError("There is no mail here.")
        sent = await asyncio.to_thread(delivery.sent_here, mail, message)
        if sent is None:
            raise UserError("This mail was not sent from here.")
        return sent

    async def _delivery(self) -> None:
        """Show what became of the mail at hand, or the path it took where it was received."""
        screen, mail = self.screen, self.screen.session.mail
        if (named := self._named()) is not None:
            await self.tell(await asyncio.to_thread(delivery.show, mail, named))
            return
        message = None if screen.shows_outbox else screen.mail_at_hand()
        if message is not None:
            sent = await asyncio.to_thread(delivery.sent_here, mail, message)
            if sent is None:
                await self._path(message)
            else:
                await self.tell(sent)
            return
        await self.tell(await self.row_at_hand())

    def _named(self) -> OutgoingId | None:
        """Return the mail of which the line at the bottom speaks, and take that line away."""
        prefix, hint = news_of(OutgoingId("")), self.screen.hint
        if not hint.has_lasting or not hint.about.startswith(prefix):
            return None
        told = OutgoingId(hint.about.removeprefix(prefix))
        hint.settle(hint.about)
        return told

    async def tell(self, row: OutgoingRow) -> None:
        """Show what became of a mail; beside a list of messages its story gets the keys."""
        screen = self.screen
        self._show(await self._story(row), self._open_mail())
        screen.relayout()
        takes_keys = screen.is_one_pane or not screen.shows_outbox
        screen.activate(Part.READER if takes_keys else screen.active)

    def _open_mail(self) -> MessageRow | None:
        """Return the mail that is being read, to go back to."""
        return self.screen.reader.opened if self.screen.active is Part.READER else None

    async def _story(self, row: OutgoingRow) -> Story:
        screen, mail = self.screen, self.screen.session.mail
        events = await asyncio.to_thread(delivery.history, mail, row.id)
        back = await asyncio.to_thread(reported, mail, row.id)
        reminder = await asyncio.to_thread(reminders.reminder_of, mail, row.id)
        steps = [*steps_for(row), *(("outbox.report",) if back.reports else ())]
        offered = step_rows(screen.registry, screen.keymap, steps)
        said = await asyncio.to_thread(delivery.transcripts, mail, row.id)
        return Story(row, events, back, reminder, offered, said)

    def _show(self, story: Story, behind: MessageRow | None) -> None:
        self._told = story
        self.screen.reader.show_page(
            lambda width: story_of(story, width, int(time.time())), story.row, behind=behind
        )

    async def _path(self, message: MessageRow) -> None:
        """Show the path a received mail took; its bytes are fetched first."""
        screen = self.screen
        path = await asyncio.to_thread(path_of, screen.session.mail, message)
        if path is None:
            await screen.fetch(message)
            path = await asyncio.to_thread(path_of, screen.session.mail, message)
        if path is None:
            raise NotFound("The mail is not here yet.")
        subject = safe_line(message.subject, 400)

        def page(width: int) -> Sequence[Row]:
            return [*subject_of(subject, width, 2), [], *path_rows(path, width)]

        screen.reader.show_page(page, behind=self._open_mail(), of=message)
        screen.relayout()
        screen.activate(Part.READER if screen.is_one_pane else screen.active)


def news_of(outgoing: OutgoingId) -> str:
    """Return what a line at the bottom about a sent mail is about."""
    return f"sent {outgoing}"
