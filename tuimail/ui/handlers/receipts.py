"""Receipts that received mail asks for: none is sent without a yes."""

import asyncio
from functools import partial
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.cells import cut_address
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose

from .views import Views

_ADDRESS_CELLS: Final = 40


class Receipts:
    """Asks whether a sender is told that their mail was opened."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("receipt", lambda _: self._screen.spawn_question(self._ask))

    async def _ask(self) -> None:
        """Ask about the mail at hand; its bytes, which say whom to tell, are fetched first."""
        from tuimail.services import receipts  # late: what writes one is seldom needed

        screen, mail = self._screen, self._screen.session.mail
        row = screen.mail_at_hand()
        if row is None:
            raise UserError("There is no mail here.")
        if await asyncio.to_thread(reading.body, mail, row.key) is None:
            await screen.fetch(row)
        wanted = await asyncio.to_thread(receipts.asked, mail, row)
        if wanted is None:
            raise NotFound("This mail asks for no receipt, or that was seen to already.")
        # A stranger chose how long it is; its domain must be seen in a question.
        to = cut_address(safe_line(wanted.to.addr_spec), _ADDRESS_CELLS)
        elsewhere = Safe("not where the mail came from" if wanted.is_elsewhere else "")
        says_yes = await screen.ask(
            Choose(
                Safe("Send a receipt?"),
                [
                    Choice(True, Safe(f"Yes, tell {to} that I opened it"), elsewhere),
                    Choice(False, Safe("No, and do not ask again"), Safe("nothing is sent")),
                ],
            )
        )
        if says_yes is None:
            return
        act = receipts.send_receipt if says_yes else receipts.decline_receipt
        await asyncio.to_thread(partial(act, mail, row))
        screen.bridge.push()
        if says_yes:
            screen.bridge.send()
        await self._views.reread()
        screen.say(Safe(f"A receipt goes to {to}." if says_yes else "No receipt is sent."))
