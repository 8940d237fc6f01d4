"""One picture drawn over the screen; loaded by the first that is drawn."""

import asyncio
import os
from typing import Final

from tuimail.errors import UserError
from tuimail.model.file_kind import AttachedFile
from tuimail.model.message import MessageRow
from tuimail.model.safe import safe_line
from tuimail.services import attachments, pictures
from tuimail.services.pictures import Form
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals.picture_sheet import HEAD_ROWS, PictureSheet
from tuimail.ui.terminal_kind import here
from tuimail.ui.terminal_picture import KITTY_GONE, cell_here, cells_of, form_for, sequence_of

from .front import Front

_LAST_ROW: Final = 1
"""Kept free: a sixel picture that reaches the last row would scroll the screen."""


async def draw(screen: MainScreen, front: Front, row: MessageRow, file: AttachedFile) -> None:
    """Draw a picture until a key is pressed.

    Raises:
        UserError: it cannot be decoded, or nothing here draws pictures.
    """
    pictures.require_extra()
    form, mail = _form(screen), screen.session.mail
    cell = (1, 2) if form is Form.HALF else cell_here()
    width, height = screen.app.size
    content = await asyncio.to_thread(
        attachments.beginning_of, mail, row.key, file.part.number, pictures.MAX_INPUT_BYTES
    )
    rows = max(1, height - HEAD_ROWS - _LAST_ROW)
    with screen.held_keys.patience():
        drawn = await pictures.drawn(content, form, width * cell[0], rows * cell[1])
    sheet = PictureSheet(safe_line(f"{file.name}  {file.kind.words}", 200), drawn)
    await _show(screen, front, sheet, sequence_of(drawn, *cells_of(drawn, cell)))


def _form(screen: MainScreen) -> Form:
    settings = screen.session.mail.config.settings
    form = form_for(settings.images, os.environ, here(settings))
    if form is None or settings.plain:
        raise UserError("Pictures are not drawn here; they can be saved or opened.")
    return form


async def _show(screen: MainScreen, front: Front, sheet: PictureSheet, sequence: str) -> None:
    """Keep a picture there until a key is pressed; half blocks are in the sheet itself."""

    def put() -> None:
        if not sheet.is_over:
            front.show_picture(sequence, HEAD_ROWS)

    if sequence:  # behind the frame that makes room for it
        screen.call_after_refresh(screen.call_after_refresh, put)
    try:
        await screen.ask(sheet)
    finally:
        if sequence:
            front.show_picture(KITTY_GONE, HEAD_ROWS)
            front.forget_terminal()
