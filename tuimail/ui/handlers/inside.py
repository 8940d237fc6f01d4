"""Mails inside of mails: opened like any other, and left for the one around them."""

import asyncio

from tuimail.errors import UserError
from tuimail.model.message import MessageRow
from tuimail.model.part import Part
from tuimail.model.safe import Safe, safe_line
from tuimail.services.inside import mail_inside, mails_inside
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose
from tuimail.ui.render.dates import size_words

from .opening import Opening
from .showing import Showing


class Inside:
    """Opens what lies inside of the mail at hand."""

    def __init__(self, screen: MainScreen, opening: Opening, showing: Showing) -> None:
        self._screen, self._opening, self._showing = screen, opening, showing

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("inside", lambda _: self._screen.spawn_question(self._ask))

    async def open(self, row: MessageRow, part: Part) -> None:
        """Open a part that is a mail; going back leads to the mail around it.

        Raises: as `mail_inside`.
        """
        mail = self._screen.session.mail
        inner = await asyncio.to_thread(mail_inside, mail, row, part.number)
        self._opening.open_inside(inner, row)

    async def _ask(self) -> None:
        """Open the only mail in the one at hand, or the one that is chosen."""
        row = self._showing.row()
        parts = mails_inside(await self._showing.readable(row))
        if not parts:
            raise UserError("There is no mail inside of this one.")
        part: Part | None = parts[0]
        if len(parts) > 1:
            part = await self._screen.ask(Choose(Safe("Open which mail?"), _choices(parts)))
        if part is not None:  # keys typed ahead are for what lies inside
            chosen = part
            self._screen.spawn_question(lambda: self.open(row, chosen))


def _choices(parts: list[Part]) -> list[Choice[Part]]:
    return [
        Choice(part, Safe(f"{n:>3}  {safe_line(part.filename, 80)}"), size_words(part.size_bytes))
        for n, part in enumerate(parts, 1)
    ]
