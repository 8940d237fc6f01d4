"""Pictures that hang on a mail, drawn in the terminal when that is asked for; never by itself."""

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tuimail.errors import UserError
from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import attachments
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose
from tuimail.ui.modals.picture_sheet import HEAD_ROWS, PictureSheet
from tuimail.ui.render.dates import size_words
from tuimail.ui.terminal_kind import here
from tuimail.ui.terminal_picture import KITTY_GONE, cell_here, cells_of, form_for, sequence_of

from .front import Front
from .showing import Showing

if TYPE_CHECKING:
    from tuimail.services.pictures import Drawn, Form

_LAST_ROW: Final = 1
"""Kept free: a sixel picture that reaches the last row would scroll the screen."""


class Images:
    """Draws one picture of the mail at hand over the screen, until a key is pressed."""

    def __init__(self, screen: MainScreen, showing: Showing, front: Front) -> None:
        self._screen, self._showing, self._front = screen, showing, front

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("image", lambda _: self._screen.spawn_question(self._choose))

    async def _choose(self) -> None:
        """Draw the only picture, or one that is chosen."""
        screen, row = self._screen, self._showing.row()
        await self._showing.present(row)
        files = await asyncio.to_thread(attachments.files_of, screen.session.mail, row.key)
        pictures = [file for file in files if file.kind.group is Group.PICTURE]
        if not pictures:
            screen.whisper(Safe("There are no pictures in this mail."))
            return
        file: AttachedFile | None = pictures[0]
        if len(pictures) > 1:
            file = await screen.ask(Choose(Safe("Draw which picture?"), _choices(pictures)))
        if file is not None:
            await self.draw(row, file)

    async def draw(self, row: MessageRow, file: AttachedFile) -> None:
        """Draw a picture.

        Raises:
            UserError: it is none, it cannot be decoded, or nothing here draws pictures.
        """
        from tuimail.services import pictures  # by the first picture that is drawn

        if file.kind.group is not Group.PICTURE:
            raise UserError(f"This is no picture but a {file.kind.words}.")
        pictures.require_extra()
        form, mail = self._form(), self._screen.session.mail
        cell = (1, 2) if form is pictures.Form.HALF else cell_here()
        width, height = self._screen.app.size
        content = await asyncio.to_thread(
            attachments.beginning_of, mail, row.key, file.part.number, pictures.MAX_INPUT_BYTES
        )
        room = height - HEAD_ROWS - _LAST_ROW
        drawn = await pictures.drawn(content, form, width * cell[0], max(1, room) * cell[1])
        await self._show(file, drawn, cells_of(drawn, cell))

    def _form(self) -> "Form":
        settings = self._screen.session.mail.config.settings
        form = form_for(settings.images, os.environ, here(settings))
        if form is None or settings.plain:
            raise UserError("Pictures are not drawn here; they can be saved or opened.")
        return form

    async def _show(self, file: AttachedFile, drawn: "Drawn", cells: tuple[int, int]) -> None:
        """Keep the picture there until a key is pressed."""
        screen, sequence = self._screen, sequence_of(drawn, *cells)
        sheet = PictureSheet(safe_line(f"{file.name}  {file.kind.words}", 200), drawn)

        def put() -> None:
            if not sheet.is_over:
                self._front.show_picture(sequence, HEAD_ROWS)

        if sequence:  # behind the frame that makes room for it
            screen.call_after_refresh(screen.call_after_refresh, put)
        try:
            await screen.ask(sheet)
        finally:
            if sequence:
                self._front.show_picture(KITTY_GONE, HEAD_ROWS)
                self._front.forget_terminal()


def _choices(pictures: Sequence[AttachedFile]) -> list[Choice[AttachedFile]]:
    return [
        Choice(file, Safe(f"{n:>3}  {file.name}"), size_words(file.part.size_bytes))
        for n, file in enumerate(pictures, 1)
    ]
