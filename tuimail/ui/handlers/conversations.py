"""A whole conversation in the reader: read as far as it is looked at."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tuimail.errors import TuimailError
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services.conversation import conversation
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part
from tuimail.ui.widgets.conversation import Conversation, Look

from .opening import Opening
from .showing import Showing

FIRST_MAILS = 3
"""Read before anything is shown: what the first screen is likely to need, in one frame."""


class Conversations:
    """Shows the conversation of the mail at hand, and reads what comes into sight of it."""

    def __init__(self, screen: MainScreen, opening: Opening, showing: Showing) -> None:
        self._screen, self._opening, self._showing = screen, opening, showing
        self._is_reading = False

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("conversation", lambda _: self._turn())

    def _turn(self) -> None:
        """Show the conversation; the same key again shows the mail on top by itself."""
        screen = self._screen
        row = screen.reader.row
        if screen.active is Part.READER and screen.reader.mails is not None and row is not None:
            self._opening.open(replace(row, thread_count=1))
        else:
            screen.spawn_question(self._open)

    async def _open(self) -> None:
        """Show the conversation; its newest unread mail is on top, what is read is folded."""
        screen, row = self._screen, self._showing.row()
        if row.inside_of is None:
            row = replace(row, thread_count=1)
        rows = await asyncio.to_thread(conversation, screen.session.mail, row)
        settings = screen.session.mail.config.settings
        mails = Conversation(
            rows,
            Look(
                settings.wrap_columns,
                Safe(screen.key("quotes.fold")),
                Safe(f"{screen.key('warnings')} shows all of them"),
            ),
        )
        size = screen.reader.size
        mails.lay_out(max(1, size.width), max(1, size.height))
        for _ in range(FIRST_MAILS):
            wanted = mails.wanted()
            if wanted is None or not await self._read(mails, wanted, fetches=False):
                break
        screen.reader.show_conversation(mails)
        mails.on_moved = lambda: self._moved(mails)
        mails.read_all = lambda: self._read_all(mails)
        screen.activate(Part.READER)
        here = [one.row for one in mails.members if one.mail is not None]
        screen.spawn(lambda: self._judge(mails, here))
        self._moved(mails)

    def _moved(self, mails: Conversation) -> None:
        """Have read what came into sight, and note what was read to its end."""
        for row in mails.take_read():
            self._opening.note_read(row)
        if not self._is_reading and mails.wanted() is not None:
            self._is_reading = True
            self._screen.spawn(lambda: self._read_on(mails), group="reader")

    async def _read_on(self, mails: Conversation) -> None:
        reader = self._screen.reader
        try:
            while reader.conversation is mails and (wanted := mails.wanted()) is not None:
                await self._read(mails, wanted, fetches=True)
                reader.draw_mails()
                await self._judge(mails, [wanted])
        finally:
            self._is_reading = False
        if reader.mails is mails:
            self._moved(mails)

    async def _read_all(self, mails: Conversation) -> None:
        """Read every text that is here, to be looked through."""
        rows = [one.row for one in mails.members if one.mail is None]
        read = [row for row in rows if await self._read(mails, row, fetches=False)]
        self._screen.reader.draw_mails()
        self._screen.spawn(lambda: self._judge(mails, read))

    async def _judge(self, mails: Conversation, rows: Sequence[MessageRow]) -> None:
        """Find out about senders after their mails are shown, and have their heads say so."""
        for row in rows:
            mails.warn(row.key, await self._opening.judging.found(row))
        self._screen.reader.draw_mails()

    async def _read(self, mails: Conversation, row: MessageRow, *, fetches: bool) -> bool:
        """Read one mail, fetched if need be; return whether its text is there."""
        try:
            shown = await self._showing.readable_here(row)
            if shown is None and fetches:
                await self._screen.bridge.body(row.key)
                shown = await self._showing.readable_here(row)
        except TuimailError as error:
            mails.fail(row.key, safe_line(error.hint, 400))
            return False
        if shown is not None:
            mails.put(row.key, shown)
        elif fetches:
            mails.fail(row.key, Safe("The text could not be read from the store."))
        return shown is not None
