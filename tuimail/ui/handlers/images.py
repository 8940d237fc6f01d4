"""Pictures that hang on a mail, drawn in the terminal when that is asked for; never by itself."""

import asyncio
from collections.abc import Sequence

from tuimail.errors import UserError
from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe
from tuimail.services import attachments
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose
from tuimail.ui.render.dates import size_words

from .front import Front
from .showing import Showing


class Images:
    """Draws one picture of the mail at hand over the screen, until a key is pressed."""

    def __init__(self, screen: MainScreen, showing: Showing, front: Front) -> None:
        self._screen, self._showing, self._front = screen, showing, front

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("image", lambda _: self._screen.spawn_question(self._choose))

    async def draw(self, row: MessageRow, file: AttachedFile) -> None:
        """Draw a picture.

        Raises:
            UserError: it is none, it cannot be decoded, or nothing here draws pictures.
        """
        from .drawing import draw  # with all that draws, by the first picture

        if file.kind.group is not Group.PICTURE:
            raise UserError(f"This is no picture: {file.kind.words}.")
        await draw(self._screen, self._front, row, file)

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
        if file is not None:  # keys typed ahead are for the picture
            chosen = file
            screen.spawn_question(lambda: self.draw(row, chosen))


def _choices(pictures: Sequence[AttachedFile]) -> list[Choice[AttachedFile]]:
    return [
        Choice(file, Safe(f"{n:>3}  {file.name}"), size_words(file.part.size_bytes))
        for n, file in enumerate(pictures, 1)
    ]
